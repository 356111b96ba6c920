"""Rewrites lines that begin with two times as plain numbers, as live recognizers print them.

    2691.4399 300 1380 Good morning,     whisper_streaming: when it was printed, start, end; ms
    300 1380 Good morning,               its server
    0.0 1.2 Good morning,                seconds
    (0.0, 1.2) Good morning,             people who print the times of a chunk

They become `[0.300s -> 1.380s] Good morning,`. Files of turns look similar. So nearly all lines
must have times that increase, few texts may be repeated, and the pace must be that of speech.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ...errors import MalformedError
from ..time_units import TimedText, find_scale, measure_rate

_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,6})?"
_TEXT = r"(?P<text>[^\n]*[^\W\d_][^\n]*)"
_TIMES = rf"(?P<start>{_NUMBER})[ ]+(?P<end>{_NUMBER})[ ]+{_TEXT}"
_FORMS = (
    re.compile(rf"\s*{_NUMBER}[ ]+{_TIMES}"),
    re.compile(rf"\s*{_TIMES}"),
    re.compile(rf"\s*\((?P<start>{_NUMBER}),[ ]?(?P<end>{_NUMBER})\):?[ ]*{_TEXT}"),
)
"""The first that nearly all lines have is taken."""
_FIRST_LINES = 30
"""One of so many first lines must have the form; a program may print its own lines above."""
_MIN_LINES = 3
_SHARE = 0.8
"""The share of lines, from the first match on, that must have the form."""
_MOST_REPEATS = 0.7
"""Different texts for each line: labels return."""
_SENTENCE = re.compile(r"\w \w+ \w|\w[.,?!…。、？！]|[\u0e00-\u9fff]{5}")
"""Three words, a mark of punctuation, or letters of a script without blanks."""
_SLOWEST, _FASTEST = 2.0, 50.0
"""Characters a second."""


class _NumberLine(NamedTuple):
    row: int
    end: float
    text: str
    times: TimedText


def write_timed_lines(text: str) -> str | None:
    """Rewrite such times to `[0.300s -> 1.380s]`; None if the text has none."""
    lines = text.split("\n")
    for form in _FORMS:
        if any(map(form.match, lines[:_FIRST_LINES])):
            found = _read(lines, form)
            if _are_speech(lines, found):
                return _write(lines, found)
    return None


def _read(lines: list[str], form: re.Pattern[str]) -> list[_NumberLine]:
    found = []
    for row, match in enumerate(map(form.fullmatch, lines)):
        if match:
            start, end, text = match.group("start", "end", "text")
            is_integer = "." not in start + end
            times = TimedText(float(start), float(end) - float(start), len(text), is_integer)
            found.append(_NumberLine(row, float(end), text, times))
    return found


def _are_speech(lines: list[str], found: Sequence[_NumberLine]) -> bool:
    """Whether nearly all lines have increasing times, and few texts are repeated."""
    if len(found) < _MIN_LINES:
        return False
    below = list(filter(str.strip, lines[found[0].row :]))
    starts = [line.times.start for line in found]
    texts = [line.text for line in found]
    are_several = len(set(texts)) > _MOST_REPEATS * len(texts)
    sentences = list(filter(_SENTENCE.search, texts))
    are_most = len(found) >= _SHARE * len(below) and 2 * len(sentences) >= len(found)
    return are_several and are_most and starts == sorted(starts)


def _write(lines: list[str], found: Sequence[_NumberLine]) -> str | None:
    """Write the times as seconds, in the unit that fits speech; None if no unit does."""
    timed = [line.times for line in found]
    try:
        unit = find_scale(timed).unit
    except MalformedError:
        return None
    rate = measure_rate(timed) * 1000 / unit
    if not _SLOWEST <= rate <= _FASTEST:
        return None
    written = list(lines)
    for row, end, text, times in found:
        start = times.start * unit / 1000
        written[row] = f"[{start:.3f}s -> {end * unit / 1000:.3f}s] {text}"
    return "\n".join(written)
