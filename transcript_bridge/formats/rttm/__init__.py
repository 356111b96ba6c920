"""RTTM: who spoke when, a line each, from diarizers; sometimes with words (NIST RT-09 evaluation
plan, appendix A).

    SPEAKER meeting 1 12.340 2.500 <NA> <NA> SPEAKER_00 <NA> <NA>
    LEXEME  meeting 1 12.400 0.210 hello lex SPEAKER_00 0.97 <NA>
    type    file    channel start duration ortho subtype name conf lookahead

SPEAKER lines are turns. LEXEME lines are words: a turn that has some becomes an utterance, and
words in no turn become utterances of their own. A cue is an utterance, so a file without LEXEME
lines has none. Every other type is skipped and counted. Times are seconds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import partial
from itertools import accumulate
from pathlib import PurePath

from ...errors import MalformedError
from ...models import Transcript, Turn, Utterance, Utterances
from ...problems import ProblemLog
from ...timecode import milliseconds
from ..base import Format
from .words import Line, assign, follow

HEADER = "; written by transcript-bridge"
"""First line of the files that `render` writes. Under it a LEXEME belongs to the SPEAKER line
before it, and blanks and `%` in labels and words are percent-encoded; elsewhere `%` is a character
like any other."""
_NOBODY = "<NA>"
_OTHERS = (
    "SPKR-INFO|SEGMENT|NOSCORE|NO_RT_METADATA|NON-LEX|NON-SPEECH|NOISE|FILLER|EDIT|SU|IP|CB|A/P"
)
_OTHER_TYPES = frozenset(_OTHERS.split("|"))
_LATEST = 1e10
"""Seconds. Beyond three hundred years a number is no time."""
_BLOCK = 1 << 17
"""Characters at a time: all strings of a block fit the processor's cache, and never crowd the
memory."""


def parse(text: str) -> Transcript:
    """Read turns, and words where there are any. Raises MalformedError where no line is RTTM."""
    log = ProblemLog()
    reader = _Reader(log, own=text.startswith(HEADER))
    for block in _blocks(text):
        reader.read(block)
    if not reader.valid:
        raise MalformedError(
            "no line of this is RTTM (SPEAKER file 1 start duration <NA> <NA> label <NA> <NA>)"
        )
    reader.tell_skipped()
    utterances: list[Utterance] = []
    if reader.own:
        utterances = list(follow(reader.lines))
    elif any(line.text is not None for line in reader.lines):
        utterances = assign(reader.turns, reader.lines, log)
    reader.tell_turns_left_out(worded={u.line for u in utterances})
    return Transcript(
        Utterances.of(utterances), tuple(reader.turns), log.problems(), len(utterances)
    )


def _blocks(text: str) -> Iterator[str]:
    """The text in pieces of whole lines."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _BLOCK) + 1 or len(text)
        yield text[start:end]
        start = end


# ---- lines: block by block where all are plain turns, else one by one


_MOST_COLUMNS = 100
"""More than a line has with all the blanks in its names; what follows is one column."""


class _Reader:
    """Reads blocks of lines; what it found is in its attributes.

    turns: SPEAKER lines with a label and a length, in file order. lines: LEXEME lines, and those
    SPEAKER lines that the words may need: unnamed ones, and all of a file of our own.
    """

    def __init__(self, log: ProblemLog, own: bool) -> None:
        self.own = own
        self.turns: list[Turn] = []
        self.lines: list[Line] = []
        self.valid = 0
        self._log = log
        self._number = 1
        self._skipped: dict[str, list[int]] = {}
        self._empty: list[int] = []
        self._unnamed: list[int] = []

    def read(self, block: str) -> None:
        plain = None if self.own else _plain_turns(block)
        if plain is not None:
            self.turns += plain
            self.valid += len(plain)
            self._number += block.count("\n")
            return
        for line in block.removesuffix("\n").split("\n"):
            columns = line.removeprefix("\ufeff").split(None, _MOST_COLUMNS)
            if columns and columns[0][0] not in ";#":
                self._read_line(columns)
            self._number += 1

    def _read_line(self, columns: list[str]) -> None:
        kind = columns[0].upper()
        if kind in _OTHER_TYPES:
            first_and_count = self._skipped.setdefault(kind, [self._number, 0])
            first_and_count[1] += 1
            self.valid += 1
            return
        line = self._line(kind, columns) if kind in ("SPEAKER", "LEXEME") else None
        if line is None:
            shown = " ".join(columns)
            shown = shown if len(shown) <= 40 else shown[:39] + "…"
            self._log.add("bad-line", f"this is no RTTM line: {shown!r}", self._number)
            return
        self.valid += 1
        if line.text is not None or line.speaker is None or self.own:
            self.lines.append(line)
        if line.text is None:
            if line.end <= line.start:
                self._empty.append(self._number)
            elif line.speaker is None:
                self._unnamed.append(self._number)
            else:
                self.turns.append(Turn(line.start, line.end, line.speaker, line.recording))

    def _line(self, kind: str, columns: list[str]) -> Line | None:
        if kind == "SPEAKER" and _has_blanks(columns) and (joined := _join_names(columns)):
            columns = joined
            self._log.add(
                "odd-label", f"a name with blanks: {columns[7]!r} in {columns[1]!r}", self._number
            )
        if len(columns) > 10:
            return None
        if len(columns) < 8:
            return None
        start, duration = _seconds(columns[3]), _seconds(columns[4])
        if start is None or duration is None or (duration < 0 and not self.own):
            return None
        recording, text, speaker = (self._value(columns[index]) for index in (1, 5, 7))
        if kind == "SPEAKER":
            text = None
        elif text is None:
            return None
        return Line(start, start + duration, speaker, recording, text, self._number)

    def _value(self, column: str) -> str | None:
        if column == _NOBODY:
            return None
        return _decode(column) if self.own and "%" in column else column

    def tell_skipped(self) -> None:
        """One note for each type that is neither a turn nor a word."""
        for kind, (first, count) in self._skipped.items():
            lines = "line" if count == 1 else "lines"
            self._log.add(
                "skipped-line", f"{count} {kind} {lines} (neither a turn nor a word)", first
            )

    def tell_turns_left_out(self, worded: set[int | None]) -> None:
        """One note for turns without a length, one for those without a name; but none for those
        that have words."""
        for numbers, code, what in (
            (self._empty, "empty-turn", "have no length"),
            (self._unnamed, "unnamed-turn", "name nobody"),
        ):
            left_out = [number for number in numbers if number not in worded]
            if left_out:
                self._log.add(
                    code, f"turns left out because they {what}: {len(left_out)}", left_out[0]
                )


def _plain_turns(block: str) -> list[Turn] | None:
    """The turns of a block in which every line is a SPEAKER line of as many columns, with nothing
    odd about it.

    None for any other block. All columns are split at once: this reads a million lines in about a
    second, where a split of each line takes two and pyannote.database takes half a minute.
    """
    width = len(block[: block.find("\n")].split(None, 10))
    if not 8 <= width <= 10:
        return None
    columns = block.split()
    count, rest = divmod(len(columns), width)
    lines = block.count("\n") + (not block.endswith("\n"))
    if rest or count != lines or columns[::width].count("SPEAKER") != count:
        return None
    if columns[5::width].count(_NOBODY) != count or not all(
        _is_confidence([c]) for c in set(columns[8::width])
    ):
        return None
    names = columns[7::width]
    known = {name: name for name in names}  # one string a label, not one a line
    recordings = columns[1::width]
    files = {name: name for name in recordings}
    if _NOBODY in known or _NOBODY in files:
        return None
    try:
        starts = [round(s * 1000) for s in map(float, columns[3::width])]
        lengths = [round(s * 1000) for s in map(float, columns[4::width])]
    except (ValueError, OverflowError):
        return None
    if (
        min(lengths) <= 0
        or max(lengths) > _LATEST
        or max(starts) > _LATEST
        or min(starts) < -_LATEST
    ):
        return None
    ends = map(int.__add__, starts, lengths)
    rows = zip(
        starts, ends, map(known.__getitem__, names), map(files.__getitem__, recordings), strict=True
    )
    return list(map(partial(tuple.__new__, Turn), rows))  # its own constructor takes twice as long


def _seconds(column: str) -> int | None:
    try:
        value = float(column)
    except ValueError:
        return None
    return milliseconds(value) if -_LATEST < value < _LATEST else None


def _has_blanks(columns: list[str]) -> bool:
    """Whether a name with blanks has moved the columns: a turn's ortho is `<NA>`, its confidence a
    number."""
    return len(columns) > 10 or (
        len(columns) >= 8 and (columns[5] != _NOBODY or not _is_confidence(columns[8:9]))
    )


def _is_confidence(column: list[str]) -> bool:
    return not column or column[0] == _NOBODY or _seconds(column[0]) is not None


def _join_names(columns: list[str]) -> list[str] | None:
    """A line whose file name or label holds blanks, brought to ten columns; None where that makes
    no sense.

    A turn's ortho column is always `<NA>`; the times stand before it, and at most two columns after
    the name.
    """
    ortho = next((index for index in range(5, len(columns) - 2) if columns[index] == _NOBODY), None)
    if ortho is None:
        return None
    end = len(columns)
    while end > max(ortho + 3, len(columns) - 2) and _is_confidence(columns[end - 1 : end]):
        end -= 1
    file, name = " ".join(columns[1 : ortho - 3]), " ".join(columns[ortho + 2 : end])
    return ["SPEAKER", file, *columns[ortho - 3 : ortho + 2], name, _NOBODY, _NOBODY]


# ---- the way back


def render(transcript: Transcript) -> str:
    """A SPEAKER line for each utterance, and LEXEME lines for its words; turns where there are no
    utterances.

    Read again, it gives the same utterances: times, speakers, texts to the last blank. A word
    without a time of its own gets its share of the time around it, by length.
    """
    recording = PurePath(transcript.path).stem.strip("-") or "recording"
    lines = [HEADER]
    for u in transcript.utterances:
        lines.append(_written("SPEAKER", recording, u.start, u.end, _NOBODY, _NOBODY, u.speaker))
        for token, (start, end) in _timed_tokens(u):
            lines.append(
                _written("LEXEME", recording, start, end, _encode(token), "lex", u.speaker)
            )
    if not transcript.utterances:
        for t in transcript.turns:
            lines.append(
                _written(
                    "SPEAKER", t.recording or recording, t.start, t.end, _NOBODY, _NOBODY, t.speaker
                )
            )
    return "\n".join(lines) + "\n"


def _written(
    kind: str, recording: str, start: int, end: int, ortho: str, subtype: str, speaker: str | None
) -> str:
    name = _encode(speaker) if speaker else _NOBODY
    times = f"{start / 1000:.3f} {(end - start) / 1000:.3f}"
    return f"{kind} {_encode(recording)} 1 {times} {ortho} {subtype} {name} <NA> <NA>"


_TOKEN_BORDER = re.compile(r"(?<=.) (?=[^ ])", re.DOTALL)


def _timed_tokens(u: Utterance) -> Iterator[tuple[str, tuple[int, int]]]:
    """The text cut at its blanks, so that joining it by blanks gives it back, each piece with its
    time (ms)."""
    if not u.text:
        return
    tokens = _TOKEN_BORDER.split(u.text)
    times = _times_of_words(u, tokens)
    index = 0
    while index < len(tokens):
        time = times[index]
        if time is not None:
            yield tokens[index], time
            index += 1
            continue
        stop = next((i for i in range(index, len(tokens)) if times[i] is not None), len(tokens))
        low = times[index - 1][1] if index else u.start  # type: ignore[index]  # the loop has passed it
        high = times[stop][0] if stop < len(tokens) else u.end  # type: ignore[index]
        yield from _spread(tokens[index:stop], low, max(low, high))
        index = stop


def _times_of_words(u: Utterance, tokens: list[str]) -> list[tuple[int, int] | None]:
    """The time of each piece of the text that a timed word of the utterance stands in."""
    times: list[tuple[int, int] | None] = [None] * len(tokens)
    stops = list(accumulate(len(token) + 1 for token in tokens))
    position = 0
    for word in u.words:
        found = u.text.find(word.text, position)
        if found < 0:
            break
        position = found + len(word.text)
        index = min(bisect_right(stops, found), len(tokens) - 1)
        if word.start is not None and word.end is not None and word.end >= word.start:
            before = times[index]
            times[index] = (
                (before[0], max(before[1], word.end)) if before else (word.start, word.end)
            )
    return times


def _spread(tokens: list[str], low: int, high: int) -> Iterator[tuple[str, tuple[int, int]]]:
    lengths = list(accumulate((len(token) for token in tokens), initial=0))
    whole = lengths[-1] or 1
    for token, begin, end in zip(tokens, lengths, lengths[1:], strict=False):
        yield token, (low + (high - low) * begin // whole, low + (high - low) * end // whole)


_UNWRITABLE = re.compile(r"[\s%]")
_ENCODED = re.compile(r"(?:%[0-9A-F]{2})+")


def _encode(value: str) -> str:
    if value == _NOBODY:
        return "%3CNA%3E"
    return _UNWRITABLE.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), value
    )


def _decode(value: str) -> str:
    return _ENCODED.sub(
        lambda found: bytes.fromhex(found[0].replace("%", "")).decode(errors="replace"), value
    )


# ---- detection

_DATA_LINE = re.compile(
    rf"(?:SPEAKER|LEXEME|{_OTHERS})[ \t]+\S.*?[ \t](?:<NA>|-?\d[\d.eE+-]*)[ \t]+(?:<NA>|-?\d[\d.eE+-]*)[ \t]+\S"
)


def sniff(text: str) -> int:
    """By the first lines that are no comments."""
    if text.startswith(HEADER):
        return 100
    lines = [
        line
        for line in text[:8192].lstrip("\ufeff").split("\n")
        if line.strip() and line.lstrip()[0] not in ";#"
    ]
    good = [_DATA_LINE.match(line.strip()[:500]) is not None for line in lines[:20]]
    if good[:1] == [True]:
        return 95
    return 60 if any(good) and 2 * sum(good) >= len(good) else 0


FORMAT = Format(
    name="rttm",
    title="RTTM speaker turns (LEXEME words too)",
    suffixes=(".rttm",),
    sniff=sniff,
    parse=parse,
    kind="turns",
    render=render,
    rank=90,
    owns_suffixes=True,
)
