"""Captions in lines -> utterances."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...timecode import count_spoken, guess_end
from ..cues.cue import FindingLog, quote
from ..cues.lines import clean_lines
from ..cues.timestamps import read_stamp
from ..time_units import find_frame_rate
from .kinds import KINDS, choose_kind, is_comment

_USUAL_RATE = 23.976
"""Frames a second of MicroDVD that states none: that of films, as players assume."""
_RATE = re.compile(r"\d{1,3}(?:[.,]\d{1,6})?")
_HIGHEST_RATE = 100
"""Of clocks that end in frames, if no usual one fits."""
_STYLE = re.compile(r"\{[A-Za-z]:[^{}]{0,80}\}|\^[BIU]|</?[biu]>")
_SLANT = re.compile(r"^[ \t]*/", re.MULTILINE)
_HEADER = re.compile(r"\{DEFAULT\}\{\}.*")
_FIRST_FRAMES = (0, 1)
"""The line that states the frames per second is shown so long."""


class _CaptionLine(NamedTuple):
    start: str
    end: str
    """Empty if there is none."""
    text: str
    number: int


def parse(text: str) -> Transcript:
    """Read captions of the kind that most lines have; MalformedError if there is none."""
    kind = choose_kind(text)
    if kind is None:
        raise MalformedError("no line is a caption such as {10}{35}text", line=1)
    log = FindingLog()
    lines = list(_read_lines(text, KINDS[kind], log))
    read = _CLOCKS[kind](lines, log)
    log.cues += len(lines)
    utterances = Utterances.of(_read_cues(lines, read, log))
    return Transcript(utterances, problems=log.problems(), cues=log.cues)


def _read_lines(text: str, pattern: re.Pattern[str], log: FindingLog) -> Iterator[_CaptionLine]:
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        found = pattern.fullmatch(bare)
        if found is not None:
            yield _CaptionLine(found[1], found[2], found[3], number)
        elif bare and not is_comment(bare) and not _HEADER.fullmatch(bare):
            log.cues += 1
            log.add("bad-line", f"this is not a caption: {quote(bare)!r}", number, 1)


def _read_cues(
    lines: Sequence[_CaptionLine], read: Callable[[str], int], log: FindingLog
) -> Iterator[Utterance]:
    """The captions; one without an end ends where the next line begins, or after its text."""
    starts = [read(line.start) for line in lines]
    for line, start, following in zip_longest(lines, starts, starts[1:]):
        said = _read_text(line.text)
        if not said:
            log.add("empty-cue", "a cue without text was left out", line.number, 1)
            continue
        end = guess_end(start, count_spoken(said), following)
        if line.end:
            end = read(line.end)
        yield Utterance(start, end, said, line=line.number)


def _read_text(raw: str) -> str:
    """The words, without marks of style."""
    lines = _STYLE.sub("", raw).replace("|", "\n")
    return clean_lines(_SLANT.sub("", lines))


# ---- times


def _count_frames(lines: list[_CaptionLine], log: FindingLog) -> Callable[[str], int]:
    """Read MicroDVD's frame rate from the first line, which is not a caption."""
    first = lines[0]
    rate = 0.0
    if _RATE.fullmatch(first.text.strip()) and int(first.start) in _FIRST_FRAMES:
        rate = float(first.text.replace(",", "."))
    if rate:
        del lines[0]
    else:
        rate = _USUAL_RATE
        message = f"times are frames, and nothing says how many a second; read as {rate}"
        log.add("frame-times", message, first.number)

    def read(frame: str) -> int:
        return round(int(frame) * 1000 / rate)

    return read


def _count_tenths(lines: list[_CaptionLine], log: FindingLog) -> Callable[[str], int]:
    """MPL2."""

    def read(tenths: str) -> int:
        return int(tenths) * 100

    return read


def _read_clocks(lines: list[_CaptionLine], log: FindingLog) -> Callable[[str], int]:
    """TMPlayer."""

    return read_stamp


def _read_framed(lines: list[_CaptionLine], log: FindingLog) -> Callable[[str], int]:
    """Spruce: the lowest usual rate that fits."""
    highest = max(int(clock[-2:]) for line in lines for clock in (line.start, line.end))
    rate = find_frame_rate(highest) or _HIGHEST_RATE
    log.add("frame-times", f"times end in frames; read as {rate} a second", lines[0].number)

    def read(clock: str) -> int:
        return read_stamp(clock[:-3]) + round(int(clock[-2:]) * 1000 / rate)

    return read


_CLOCKS: dict[str, Callable[[list[_CaptionLine], FindingLog], Callable[[str], int]]] = {
    "MicroDVD": _count_frames,
    "MPL2": _count_tenths,
    "TMPlayer": _read_clocks,
    "Spruce": _read_framed,
}
