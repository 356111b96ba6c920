"""A Transcript from LRC."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from math import nan
from operator import attrgetter
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances, Word
from ...timecode import count_spoken, find_following, guess_end
from ..cues.cue import FindingLog, quote
from ..cues.inline_times import InlinePiece, join_pieces, time_words
from ..cues.lines import clean_lines
from ..cues.timestamps import read_stamp

STAMP = r"\d{1,4}:\d{1,2}(?::\d{1,2})?(?:\.\d{1,3})?"
"""`01:02.34`; also `01:02:34`, which old files have for it, and `1:01:02.34`."""
_BACKGROUND = re.compile(rf"\[bg:\s*(<({STAMP})>)?(.*)\]", re.IGNORECASE)
_KEYS = frozenset(
    ("ti", "ar", "al", "au", "by", "lr", "offset", "length", "re", "ve", "la", "tool", "#")
)
"""Of headers, which may be anywhere."""
HEADER = re.compile(r"\[([A-Za-z#][A-Za-z0-9_#]{0,19}):(.*)\]")
_TIMED_LINE = re.compile(rf"((?:\[{STAMP}\])+)(.*)", re.DOTALL)
_WORD_TIME = re.compile(rf"<({STAMP})>")
_OFFSET = re.compile(r"[+-]?\d{1,9}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_NEVER = 10**15
"""ms, later than all times that are read."""
_SHORTEST_LINE = 1000
"""ms."""
_LONGEST_PAUSE = 10_000
"""ms by which a line may be longer than its text takes, if the file does not state its end."""


class _LyricLine(NamedTuple):
    """The text at one time (ms); without a text it ends the line before."""

    start: int
    text: str
    pieces: tuple[InlinePiece, ...]
    times: list[int]
    """Those of the words."""
    number: int


def parse(text: str) -> Transcript:
    """Read lyrics; `text` of an utterance keeps its lines.

    Raises MalformedError if no line has a time.
    """
    log = FindingLog()
    rows = [_open_background(row.strip()) for row in text.replace("\0", "").split("\n")]
    headers = dict(_read_headers(rows))
    lines = list(_read_lines(rows, _read_offset(headers), log))
    if not lines:
        raise MalformedError("no line has a time such as [00:12.34]; export it again", line=1)
    lines.sort(key=attrgetter("start"))
    utterances = Utterances.of(_end_lines(lines))
    title = headers.get("ti", "")
    language = headers.get("la", "")
    return Transcript(
        utterances,
        problems=log.problems(),
        cues=len(utterances),
        title=title,
        language=language if _LANGUAGE.fullmatch(language) else None,
    )


def _open_background(row: str) -> str:
    """A row of background vocals as a line with the time of its first word, or without a time."""
    found = _BACKGROUND.fullmatch(row)
    if found is None:
        return row
    if not found[1]:
        return found[3].strip()
    return f"[{found[2]}]{found[1]}{found[3]}"


def _read_headers(rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    for row in rows:
        header = HEADER.fullmatch(row)
        if header:
            yield header[1].lower(), header[2].strip()


def _read_offset(headers: dict[str, str]) -> int:
    """ms by which all of it comes earlier; 0 if the header is not a number."""
    stated = headers.get("offset", "")
    if _OFFSET.fullmatch(stated):
        return int(stated)
    return 0


def _read_lines(rows: Sequence[str], offset: int, log: FindingLog) -> Iterator[_LyricLine]:
    """Each time with its text, in the order of the file."""
    stamps = ""
    said: list[str] = []
    number = 0
    for index, bare in enumerate(rows, 1):
        timed = _TIMED_LINE.fullmatch(bare)
        if timed:
            yield from _at_each_time(stamps, said, number, offset)
            stamps, said, number = timed[1], [timed[2]], index
        elif not bare:
            continue
        elif header := HEADER.fullmatch(bare):
            if stamps and header[1].lower() not in _KEYS:
                message = f"{quote(bare)!r} looks like a header and was left out"
                log.add("skipped-line", message, index)
        elif stamps:
            said.append(bare)
        else:
            message = f"text before the first times, {quote(bare)!r}, was left out"
            log.add("stray-text", message, index)
    yield from _at_each_time(stamps, said, number, offset)


def _at_each_time(
    stamps: str, said: Sequence[str], number: int, offset: int
) -> Iterator[_LyricLine]:
    texts = _WORD_TIME.split("\n".join(said))
    times = [_read_stamp(stamp) - offset for stamp in texts[1::2]]
    pieces = tuple(map(InlinePiece, texts[::2], [nan, *times]))
    whole = clean_lines(join_pieces(pieces))
    for stamp in re.findall(STAMP, stamps):
        yield _LyricLine(_read_stamp(stamp) - offset, whole, pieces, times, number)


def _read_stamp(stamp: str) -> int:
    """The ms of `01:02.34`; in `01:02:34` the last number is hundredths, too."""
    if stamp.count(":") > 1 and "." not in stamp:
        head, _, fraction = stamp.rpartition(":")
        stamp = f"{head}.{fraction}"
    return read_stamp(stamp)


def _end_lines(lines: Sequence[_LyricLine]) -> Iterator[Utterance]:
    """The lines that say something. lines: in the order of their times."""
    stated_ends = {line.start for line in lines if not line.text}
    followings = find_following([line.start for line in lines])
    for line, following in zip(lines, followings, strict=True):
        if not line.text:
            continue
        end = _find_end(line, following or _NEVER, stated_ends)
        words: tuple[Word, ...] = ()
        # If a line is repeated, the times of words belong to one of the two.
        if any(line.start <= time <= end for time in line.times):
            words = time_words(line.pieces, line.start, end, end)
        yield Utterance(line.start, end, line.text, words=words, line=line.number)


def _find_end(line: _LyricLine, following: int, stated_ends: Set[int]) -> int:
    last = line.pieces[-1]
    if not last.text.strip() and line.start < last.time < following:
        return int(last.time)
    if following in stated_ends:
        return following
    estimated = guess_end(line.start, count_spoken(line.text), None, shortest=_SHORTEST_LINE)
    latest = max([estimated, *line.times])
    if following == _NEVER:
        return latest
    return min(following, latest + _LONGEST_PAUSE)
