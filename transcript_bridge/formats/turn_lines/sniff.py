"""Whether lines with two times are turns: the rest of each line must be a label, not speech."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..turns.line import read_line
from .silence import FREQUENCIES, is_silence

_BID = 60
"""Below that of every format with a signature of its own."""
_LINES = 80
_FIRST_AFTER = 50
"""Lines that are looked at, and before which the first turn must be."""
_MOST_WORDS = 3
"""Words of a label."""
_LABEL = re.compile(r"[A-Z]|\w*[\d_]\w*|[^\W\d_]\w?|[A-Z][\w'’.-]*(?:[ _-][A-Z\d][\w'’.-]*)*", re.A)
"""What a label looks like that occurs once: `A`, `S1`, `speaker_0`, `Ann`, `Dr. No`."""
_COLUMNS_OF_A_TURN = 3
_SCORED = re.compile(r"\S+[ \t]+(?:\d|NA)(?:[ \t]+\d+(?:\.\d+)?){2}[ \t]*", re.A)
"""A line of a UEM (file, channel, start, end), which says what is scored and not who spoke."""
_SENTENCE = 3
"""Words of what is said."""
_SHARE_OF_REPEATS = 3
"""A file of speech has as many labels as lines; turns have a third of that at most."""


def sniff(text: str) -> int:
    """Decide by the first lines: nearly all have two times, and their labels return."""
    lines = _first_lines(text)
    places: list[int] = []
    labels: list[str] = []
    for place, line in enumerate(lines):
        turn = read_line(line)
        if turn is not None:
            places.append(place)
            labels.append(turn.label)
    if not places or not _follow_each_other(places, len(lines)):
        return 0
    timed = [lines[place] for place in places]
    if _is_speech(lines[: places[0]]) or _have_texts(timed) or _are_scored(timed):
        return 0
    if _are_labels([label for label in labels if not is_silence(label)]):
        return _BID
    return 0


def _first_lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [line for line in lines if _is_of_use(line)][:_LINES]


def _follow_each_other(places: Sequence[int], lines: int) -> bool:
    """Whether turns, by their places among the lines, are no accident among other lines."""
    if places[0] > _FIRST_AFTER:
        return False
    if len(places) == 1:
        return lines == 1
    among = places[-1] + 1 - places[0]
    return len(places) * 4 >= among * 3


def _is_of_use(line: str) -> bool:
    """Whether a line is neither empty nor Audacity's note of frequencies."""
    return bool(line.strip()) and not line.startswith(FREQUENCIES)


def _is_speech(lines: Iterable[str]) -> bool:
    """Whether a header names a column of text."""
    return any(re.search(r"\b(?:text|transcript|word)s?\b", line.lower()) for line in lines)


def _have_texts(lines: Sequence[str]) -> bool:
    """Whether most lines have sentences in a column of their own, beside the label."""
    rows = [line.split("\t")[_COLUMNS_OF_A_TURN:] for line in lines]
    spoken = [row for row in rows if any(len(field.split()) >= _SENTENCE for field in row)]
    return 2 * len(spoken) > len(rows)


def _are_scored(lines: Sequence[str]) -> bool:
    return all(map(_SCORED.fullmatch, lines))


def _are_labels(labels: Sequence[str]) -> bool:
    if any(len(label.split()) > _MOST_WORDS for label in labels):
        return False
    distinct = set(labels)
    if len(distinct) * _SHARE_OF_REPEATS <= len(labels):
        return True
    return len(labels) <= _FIRST_AFTER and all(map(_LABEL.fullmatch, distinct))
