"""The common parts of CTM and STM: columns, marks of words, several recordings in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from ..models import Utterance
from ..problems import ProblemLog
from ..timecode import milliseconds_in_range

COMMENT = ";;"
NUMBER = r"\d{1,9}(?:\.\d{1,9})?"
_SAMPLE = 20
"""Lines that are looked at."""
_BROKEN_IN = 4
_BEGINNING = 8192
"""Characters that they are in."""
_LONGEST_LINE = 2000
_TAG = re.compile(r"(?<!\\);.*")
"""`word;tag`; `\\;` is a semicolon."""
_VARIANT = re.compile(r"(?<=\w)\(\d\)$")
"""`read(2)`: the second way to say it."""
_NO_WORD = re.compile(
    r"@|\(?%\S*|\(?<\S*>\)?|\{\S*\}|\[\S*\]|!\S+|\(\(\)\)"
    r"|(?i:sil|spn|nsn|ignore_time_segment_in_scoring)"
)
"""Silence, noise, hesitation: `@`, `(%uh)`, `<eps>`, `{BREATH}`, `[noise]`, `!SIL`."""


class Timed(NamedTuple):
    """An utterance of one of the recordings of a file."""

    recording: str
    utterance: Utterance


def list_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are neither blank nor comments, with their numbers."""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip("\ufeff \t\r")
        if bare and not bare.startswith(COMMENT):
            yield number, bare


def all_match(text: str, pattern: re.Pattern[str]) -> bool:
    """Whether most of the first lines have one form; one in four may be broken."""
    beginning = text[:_BEGINNING]
    if len(text) > _BEGINNING:  # the last line may be cut
        beginning = beginning.rpartition("\n")[0]
    fitting = others = 0
    for _, line in islice(list_lines(beginning), _SAMPLE):
        if pattern.fullmatch(line[:_LONGEST_LINE]):
            fitting += 1
        else:
            others += 1
        if _BROKEN_IN * others > _SAMPLE:  # of any other text it reads a few lines
            return False
    return fitting > 0 and _BROKEN_IN * others <= fitting + others


def read_seconds(text: str) -> int | None:
    """Seconds as ms; None for anything else, and for times out of range."""
    if re.fullmatch(NUMBER, text) is None:
        return None
    return milliseconds_in_range(float(text))


def read_word(token: str) -> str:
    """A word without its marks; empty if it is not a word."""
    bare = _TAG.sub("", token).replace("\\;", ";")
    if _NO_WORD.fullmatch(bare):
        return ""
    return _VARIANT.sub("", bare).strip("()")


def join_recordings(found: Iterable[Timed], log: ProblemLog) -> list[Utterance]:
    """The utterances of all recordings: each recording begins where the one before it ends.

    The times of a line count from the beginning of its recording.
    """
    recordings: dict[str, list[Utterance]] = {}
    for recording, utterance in found:
        recordings.setdefault(recording, []).append(utterance)
    offset = 0
    moved: list[Utterance] = []
    for utterances in recordings.values():
        utterances.sort(key=_time_of)
        moved += [utterance.move(offset) for utterance in utterances]
        offset = max([utterance.end for utterance in moved], default=0)
    if len(recordings) > 1:
        message = f"the file has words of {len(recordings)} recordings, put one after the other"
        log.add("several-recordings", message)
    return moved


def _time_of(utterance: Utterance) -> tuple[int, int]:
    return utterance.start, utterance.end
