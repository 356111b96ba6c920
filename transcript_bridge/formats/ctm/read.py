"""CTM: lines -> utterances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript, Utterances
from ...problems import ProblemLog, shorten
from ..nist_lines import Timed, join_recordings, list_lines, read_seconds, read_word
from ..word_groups import Pauses, join_words, split_at_pauses

_LEAST_COLUMNS, _TYPE, _SPEAKER = 5, 6, 7
"""How many columns a word needs, and the places of the last two."""
_NO_SPEECH = frozenset(("non-lex", "misc", "noscore"))
"""Types of entries that are not words."""
_NOBODY = frozenset(("<NA>", "NA", "unknown", "null"))


class _CtmLine(NamedTuple):
    recording: str
    channel: str
    speaker: str | None
    start: int
    end: int
    text: str
    number: int


def parse(text: str) -> Transcript:
    """Read words; MalformedError if no line is one."""
    log = ProblemLog()
    lines = list(_read_lines(text, log))
    if not lines:
        raise MalformedError(
            "no line is a word of CTM (file 1 start duration word); export it again"
        )
    utterances = join_recordings(_find_utterances(lines), log)
    return Transcript(Utterances.of(utterances), problems=log.problems(), cues=len(utterances))


def _read_lines(text: str, log: ProblemLog) -> Iterator[_CtmLine]:
    is_left_out = False  # a further alternative
    silent: list[int] = []
    for number, line in list_lines(text):
        columns = line.split()
        mark = columns[4:5]
        if mark in (["<ALT_BEGIN>"], ["<ALT>"], ["<ALT_END>"]):
            is_left_out = mark == ["<ALT>"]
            continue
        read = _read_columns(columns, number)
        if read is None:
            log.add("bad-line", f"this is not a line of CTM: {shorten(line)!r}", number)
        elif is_left_out or not read.text:
            silent.append(number)
        else:
            yield read
    if silent:
        message = f"lines without a word, or with another alternative for one: {len(silent)}"
        log.add("skipped-line", message, silent[0])


def _read_columns(columns: Sequence[str], number: int) -> _CtmLine | None:
    """A line; its word is empty for silence and noise. None if it has no times."""
    if len(columns) < _LEAST_COLUMNS:
        return None
    recording, channel, first, second, token = columns[:_LEAST_COLUMNS]
    start = read_seconds(first)
    length = read_seconds(second)
    if start is None or length is None:
        return None
    text = read_word(token)
    if not _NO_SPEECH.isdisjoint(columns[_TYPE : _TYPE + 1]):
        text = ""
    speaker = None
    for name in columns[_SPEAKER : _SPEAKER + 1]:
        if name not in _NOBODY:
            speaker = name
    return _CtmLine(recording, channel, speaker, start, start + length, text, number)


def _find_utterances(lines: list[_CtmLine]) -> Iterator[Timed]:
    """The words of each speaker, or of each channel, at their pauses."""
    channels: dict[str, set[str]] = {}
    streams: dict[tuple[str, str, str | None], list[_CtmLine]] = {}
    for line in lines:
        channels.setdefault(line.recording, set()).add(line.channel)
        key = (line.recording, line.channel, line.speaker)
        streams.setdefault(key, []).append(line)
    for (recording, channel, speaker), words in streams.items():
        if speaker is None and len(channels[recording]) > 1:
            speaker = channel
        words.sort(key=attrgetter("start"))
        for group in split_at_pauses(words, Pauses()):
            yield Timed(recording, join_words(group, speaker, group[0].number))
