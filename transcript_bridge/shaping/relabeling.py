"""Assigns parts of a recording to another speaker, as the user says.

A program that tells voices apart may take two people for one, or exchange them in the middle of a
call. A speaker map cannot correct that, because it applies to a label in the whole file.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from ..models import Transcript, Utterances
from ..problems import Problem
from ..timecode import render_span
from ..unnamed import call_label


class LabelChange(NamedTuple):
    """Between two times (ms of the recording), one label means another speaker.

    start, end: the utterances that begin at start or later and before end; without an end, up to
    the end of the recording. label: as the file has it. speaker: the label to use instead. None is
    speech without a label.
    """

    start: int
    end: int | None
    label: str | None
    speaker: str | None


def relabel(transcript: Transcript, changes: Sequence[LabelChange]) -> Transcript:
    """The transcript with these changes; if two fit an utterance, the later one wins.

    transcript: sorted by time. All changes refer to the labels of the file, so that two speakers
    can be exchanged. A change that fits nothing is a problem.
    """
    utterances = transcript.utterances
    problems = []
    for change in changes:
        first, last = _find_places(utterances.starts, change)
        if change.label not in utterances.speakers[first:last]:
            problems.append(Problem("part-not-found", _describe(change)))
    relabeled = utterances.replace(utterances.texts, apply_changes(utterances, changes))
    return transcript.evolve(relabeled, problems)


def apply_changes(utterances: Utterances, changes: Sequence[LabelChange]) -> list[str | None]:
    """The label of each utterance with these changes. utterances: sorted by time."""
    labels = list(utterances.speakers)
    for change in changes:
        first, last = _find_places(utterances.starts, change)
        for place in range(first, last):
            if utterances.speakers[place] == change.label:
                labels[place] = change.speaker
    return labels


def _find_places(starts: Sequence[int], change: LabelChange) -> tuple[int, int]:
    """The index of the first utterance that begins in the part, and the index after the last."""
    first = bisect_left(starts, change.start)
    if change.end is None:
        return first, len(starts)
    return first, bisect_left(starts, change.end)


def _describe(change: LabelChange) -> str:
    who = call_label(change.label)
    part = f"from {render_span(change.start)} on"
    if change.end is not None:
        part = f"from {render_span(change.start)} to {render_span(change.end)}"
    return f"[[files.during]]: nothing of {who} begins {part}"


def add_change(
    utterances: Utterances, changes: Sequence[LabelChange], part: LabelChange
) -> tuple[LabelChange, ...]:
    """Add a change: in its part, everything that has its label after the current changes.

    utterances: sorted by time, with the labels of the file, to which all changes refer. So one new
    change may become several: for each label of the file, and for each stretch of it without
    another change.
    """
    first, last = _find_places(utterances.starts, part)
    labels = utterances.speakers
    shown = apply_changes(utterances, changes)
    added = []
    for label in dict.fromkeys(labels[first:last]):
        own = [place for place in range(first, last) if labels[place] == label]
        stretches = list(_find_stretches(own, shown, part.label))
        if stretches == [own]:
            added.append(part._replace(label=label))
            continue
        for stretch in stretches:
            start = utterances.starts[stretch[0]]
            end = utterances.starts[stretch[-1]] + 1
            added.append(LabelChange(start, end, label, part.speaker))
    replaced = {change[:3] for change in added}
    kept = [change for change in changes if change[:3] not in replaced]
    return (*kept, *added)


def _find_stretches(
    places: Sequence[int], shown: Sequence[str | None], label: str | None
) -> Iterator[list[int]]:
    """The places, one after the other, that are shown with this label, without gaps."""
    for shown_label, stretch in groupby(places, key=shown.__getitem__):
        if shown_label == label:
            yield list(stretch)


def give_rest(changes: Sequence[LabelChange], speaker: str | None) -> tuple[LabelChange, ...]:
    """The changes, with all other speech without a label assigned to a speaker; None removes
    this."""
    everything = (0, None, None)
    others = [change for change in changes if change[:3] != everything]
    if speaker is None:
        return tuple(others)
    return (LabelChange(*everything, speaker), *others)


def exchange_labels(
    utterances: Utterances, changes: Sequence[LabelChange], first: str | None, second: str | None
) -> tuple[LabelChange, ...]:
    """Return the changes that exchange the speech of two labels.

    utterances: with the labels of the file. Exchanging twice restores the present state.
    """
    exchanged = {first: second, second: first}
    known = {change[:3] for change in changes}
    result = []
    for label, speaker in exchanged.items():
        whole = LabelChange(0, None, label, speaker)
        if label in utterances.speakers and whole[:3] not in known:
            result.append(whole)
    for change in changes:
        speaker = exchanged.get(change.speaker, change.speaker)
        is_no_change = change[:2] == (0, None) and change.label == speaker
        if not result and is_no_change:
            continue
        result.append(change._replace(speaker=speaker))
    return tuple(result)
