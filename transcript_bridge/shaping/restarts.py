"""Handles times that start again within a file: the parts are put one after the other.

There are two known causes. Recognizers that lose count begin at 0 with every window of 30 seconds
(fixtures/whisper_json/windows.json). Or the file contains several recordings, each from 0
(fixtures/srt/two-parts.srt). If sorted by time, their sentences would be mixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from ..models import Transcript, Utterance, Utterances
from ..problems import ProblemLog

_WINDOW = 30_000
"""The length of Whisper's window in ms."""
_FULL_WINDOW = 20_000
"""ms. A window that ends earlier cannot be the reason why the next one begins."""
_BEGINNING = 5_000
"""ms. A part must begin before this. A cue that goes back to a later time is out of order."""
_MIN_PART = 3
"""The fewest utterances of a recording; a few cues out of order are not one."""


class _Part(NamedTuple):
    """Consecutive utterances whose times do not go back."""

    begin: int
    """The index of the first."""
    end: int
    """The index after the last."""
    first_start: int
    last_end: int
    """ms, the latest of all ends."""


def join_parts(transcript: Transcript) -> Transcript:
    """Move each part whose times start again behind those before it.

    Problems: `times-restart`, one for each part that was moved.
    """
    utterances = transcript.utterances
    starts = list(utterances.starts)
    if starts == sorted(starts):
        return transcript
    parts = _split_parts(utterances)
    if max(part.first_start for part in parts) > _BEGINNING:
        return transcript
    if _are_windows(parts):
        offsets = [number * _WINDOW for number in range(len(parts))]
    elif _are_recordings(parts, utterances):
        offsets = _stack(parts)
    else:
        return transcript
    moved: list[Utterance] = []
    log = ProblemLog()
    for part, offset in zip(parts, offsets, strict=True):
        piece = utterances[part.begin : part.end]
        moved += [utterance.move(offset) for utterance in piece]
        if offset:
            message = f"the times start again; {offset / 1000:g} s were added from here on"
            log.add("times-restart", message, piece.lines[0])
    return transcript.evolve(moved, log.problems())


def _split_parts(utterances: Utterances) -> list[_Part]:
    starts = utterances.starts
    edges = [0]
    for index in range(1, len(starts)):
        if starts[index] < starts[index - 1]:
            edges.append(index)
    edges.append(len(starts))
    parts: list[_Part] = []
    for begin, end in pairwise(edges):
        parts.append(_Part(begin, end, starts[begin], max(utterances.ends[begin:end])))
    return parts


def _are_windows(parts: Sequence[_Part]) -> bool:
    """Whether each part fits into a window, and all but the last fill it."""
    *ends, last = [part.last_end for part in parts]
    return min(ends) >= _FULL_WINDOW and max(*ends, last) <= _WINDOW


def _are_recordings(parts: Sequence[_Part], utterances: Utterances) -> bool:
    """Whether each part is long enough, and none is another voice of the first one: some recorders
    write everything that one person says, then everything that the next one says.
    """
    seen: set[str] = set()
    for part in parts:
        if part.end - part.begin < _MIN_PART:
            return False
        labels = utterances.speakers[part.begin : part.end]
        speakers = {label for label in labels if label}
        if seen and speakers and seen.isdisjoint(speakers):
            return False
        seen |= speakers
    return True


def _stack(parts: Sequence[_Part]) -> list[int]:
    return list(accumulate([part.last_end for part in parts[:-1]], initial=0))
