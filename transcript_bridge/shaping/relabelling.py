"""Give what was said in a part of a recording to another speaker, as the user says.

A program that tells voices apart may take two people for one, or exchange them in the middle of a
call. A speaker map cannot correct that: it says who a label is in the whole file.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from ..models import Transcript
from ..problems import Problem
from ..timecode import render_span


class LabelChange(NamedTuple):
    """Between two times, one label means another speaker. Times are ms of the recording.

    start, end: an utterance belongs to the part if it begins there, from start until before end;
    without an end the part goes on to the end of the recording. label: as the file has it.
    speaker: the label that it gets. None is speech without a label.
    """

    start: int
    end: int | None
    label: str | None
    speaker: str | None


def relabel(transcript: Transcript, changes: Sequence[LabelChange]) -> Transcript:
    """The transcript with these changes; of two that fit an utterance, the later one wins.

    transcript: sorted by time. Every change is compared with the labels of the file, so that two
    speakers can be exchanged. A change that fits nothing is a problem.
    """
    utterances = transcript.utterances
    before = utterances.speakers
    after = list(before)
    problems = []
    for change in changes:
        first, last = _find_places(utterances.starts, change)
        is_found = False
        for place in range(first, last):
            if before[place] == change.label:
                after[place] = change.speaker
                is_found = True
        if not is_found:
            problems.append(Problem("part-not-found", _describe(change)))
    if after != list(before):
        utterances = utterances.replace(utterances.texts, after)
    return transcript.evolve(utterances, problems)


def _find_places(starts: Sequence[int], change: LabelChange) -> tuple[int, int]:
    """The first place, and the one after the last, of utterances that begin in the part."""
    first = bisect_left(starts, change.start)
    if change.end is None:
        return first, len(starts)
    return first, bisect_left(starts, change.end)


def _describe(change: LabelChange) -> str:
    who = change.label
    if who is None:
        who = "speech without a label"
    part = f"from {render_span(change.start)} on"
    if change.end is not None:
        part = f"from {render_span(change.start)} to {render_span(change.end)}"
    return f"[[files.during]]: nothing of {who} begins {part}"
