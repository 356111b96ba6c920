"""Whether lines with two times are turns: the rest of each line must be a label, not speech."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from ..turns.line import read_line
from .silence import FREQUENCIES, is_silence

_BID = 60
"""Below that of every format with a signature of its own."""
_LINES = 80
_FIRST_AFTER = 50
"""Lines that are looked at, and before which the first turn must be."""
_OF_USE = re.compile(rf"(?!{re.escape(FREQUENCIES)})\s*+\S")
"""A line that is not empty, and not Audacity's line of frequencies."""
_COLUMN_OF_TEXT = re.compile(r"\b(?:text|transcript|word)s?\b", re.IGNORECASE)
_SENTENCE_BESIDE = re.compile(r"(?:[^\t]*+\t){3}.*\S[ ]+\S+[ ]+\S")
"""Three words in a column after times and label."""
_SCORED = re.compile(r"\S+[ \t]+(?:\d|NA)(?:[ \t]+\d+(?:\.\d+)?){2}[ \t]*", re.A)
"""A line of a UEM (file, channel, start, end): which parts are scored, not who spoke."""
_LABEL = re.compile(r"[A-Z]|\w*[\d_]\w*|[^\W\d_]\w?|[A-Z][\w'’.-]*(?:[ _-][A-Z\d][\w'’.-]*)*", re.A)
"""A label that may occur only once: `A`, `S1`, `speaker_0`, `Ann`, `Dr. No`."""
_TOO_LONG = re.compile(r"\s*+(?:\S++\s++){3}\S")
"""More words than a label has."""
_SHARE_OF_REPEATS = 3
"""A file of speech has as many labels as lines; turns have a third of that at most."""


class _LineSample(NamedTuple):
    """The first lines of a text."""

    lines: Sequence[str]
    labels: dict[int, str]
    """Of the turns, by the places of their lines; not empty."""

    @property
    def timed(self) -> list[str]:
        """The lines of turns."""
        return [self.lines[place] for place in self.labels]


def sniff(text: str) -> int:
    """Decide by the first lines: nearly all have two times, and their labels return."""
    lines = list(islice(filter(_OF_USE.match, text.split("\n")), _LINES))
    turns = enumerate(map(read_line, lines))
    sample = _LineSample(lines, {place: turn.label for place, turn in turns if turn})
    if not sample.labels or any(is_other(sample) for is_other in _OTHERS):
        return 0
    return _BID


def _is_accident(sample: _LineSample) -> bool:
    """Whether turns are few among other lines."""
    first, last = min(sample.labels), max(sample.labels)
    is_alone = len(sample.labels) == 1 < len(sample.lines)
    are_few = 4 * len(sample.labels) < 3 * (last + 1 - first)
    return first > _FIRST_AFTER or is_alone or are_few


def _has_column_of_text(sample: _LineSample) -> bool:
    """Whether a header names one."""
    header = "\n".join(sample.lines[: min(sample.labels)])
    return _COLUMN_OF_TEXT.search(header) is not None


def _has_texts(sample: _LineSample) -> bool:
    """Whether most lines have sentences in a separate column beside the label."""
    spoken = list(filter(_SENTENCE_BESIDE.match, sample.timed))
    return 2 * len(spoken) > len(sample.labels)


def _is_scored(sample: _LineSample) -> bool:
    return all(map(_SCORED.fullmatch, sample.timed))


def _has_sentences(sample: _LineSample) -> bool:
    """Whether the texts beside the times are not labels: labels are repeated, or look like
    labels."""
    labels = [label for label in sample.labels.values() if not is_silence(label)]
    if any(map(_TOO_LONG.match, labels)):
        return True
    distinct = set(labels)
    look_like_labels = len(labels) <= _FIRST_AFTER and all(map(_LABEL.fullmatch, distinct))
    return not look_like_labels and len(distinct) * _SHARE_OF_REPEATS > len(labels)


_OTHERS = (_is_accident, _has_column_of_text, _has_texts, _is_scored, _has_sentences)
"""Checks for lines with two times that are not turns."""
