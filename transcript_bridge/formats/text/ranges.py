"""Text in which a line with two times begins each block of speech, as in older Teams documents.

    0:0:2.90 --> 0:0:4.480
    John Doe
    Hi, I'm John Doe.

Numbers are not padded with zeros, so `.90` is 90 ms: files have `0:0:6.90 --> 0:0:6.500`. Subtitles
always have two digits for minutes and seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from ...models import Utterance
from ...timecode import read_clock
from ..cues.cue import FindingLog
from .line_rows import match_rows

_TIME = r"(\d{1,3}):(\d{1,2}):(\d{1,2})\.(\d{1,3})"
_RANGE = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[ \t]*\Z")
# With the line break before it: a search for `(?m)^` takes ten times as long.
_UNPADDED = re.compile(
    rf"\n[ \t]*\d{{1,3}}:(?:\d:\d{{1,2}}|\d\d:\d)\.\d{{1,3}}[ \t]*-->[ \t]*{_TIME}[ \t]*(?!.)"
)
_NUMBERED = re.compile(rf"(?m)^[ \t]*\d{{1,6}}[ \t]*\n[ \t]*{_TIME}[ \t]*-->")
"""The number of a cue above its times: SRT."""
_WEBVTT = "WEBVTT"
"""Teams' WebVTT has such times, too."""
_LONGEST_NAME = 80


def has_ranges(text: str) -> bool:
    """Whether a text has lines with two times that are not padded with zeros."""
    if text.lstrip("\ufeff\n").startswith(_WEBVTT) or _UNPADDED.search("\n" + text) is None:
        return False
    return _NUMBERED.search(text) is None


def find_ranges(lines: Sequence[str]) -> dict[int, re.Match[str]]:
    """Return the lines with two times, by row."""
    return match_rows(_RANGE, lines)


def read_ranges(
    lines: Sequence[str], found: Mapping[int, re.Match[str]], log: FindingLog
) -> Iterator[Utterance]:
    """Make an utterance for each line with two times: the label is below it, then the text."""
    bare = list(map(str.strip, lines))
    rows = pairwise([*found, len(lines)])
    for (row, end), times in zip(rows, found.values(), strict=True):
        log.cues += 1
        said = list(filter(None, bare[row + 1 : end]))
        speaker = None
        if len(said) > 1 and len(said[0]) <= _LONGEST_NAME:
            speaker = said.pop(0)
        if not said:
            log.add("empty-cue", "a cue without text was left out", row + 1, 1)
            continue
        start, stop = _read_ms(times.groups()[:4]), _read_ms(times.groups()[4:])
        yield Utterance(start, stop, "\n".join(said), speaker, line=row + 1)


def _read_ms(numbers: Sequence[str]) -> int:
    hours, minutes, seconds, ms = numbers
    return read_clock(hours, minutes, seconds, ms.zfill(3))
