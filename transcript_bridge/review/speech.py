"""The talk times of the labels in one recording.

It does not depend on names, so a page keeps it when a speaker gets another name: for ten thousand
lines that saves a third of a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from ..archive.voices.samples import Sample, choose_samples
from ..models import Transcript
from ..report.lanes import LaneBlock, blocks_of


class LabelFacts:
    """Facts about the labels of a transcript; each is computed once."""

    def __init__(self, transcript: Transcript) -> None:
        self._utterances = transcript.utterances
        self._duration = transcript.duration

    @cached_property
    def labels(self) -> Sequence[str | None]:
        """All labels, in order of their first words."""
        return list(dict.fromkeys(self._utterances.speakers))

    @cached_property
    def _spans(self) -> Mapping[str | None, Sequence[tuple[int, int]]]:
        spans: dict[str | None, list[tuple[int, int]]] = {label: [] for label in self.labels}
        utterances = self._utterances
        columns = zip(utterances.speakers, utterances.starts, utterances.ends, strict=True)
        for label, start, end in columns:
            spans[label].append((start, end))
        return spans

    @cached_property
    def talk_times(self) -> Mapping[str | None, int]:
        """The talk time of each label, in ms."""
        times = {}
        for label, own in self._spans.items():
            times[label] = sum(end - start for start, end in own)
        return times

    @cached_property
    def lanes(self) -> Mapping[str | None, tuple[LaneBlock, ...]]:
        """The times at which each label speaks, as blocks of a lane."""
        return {label: blocks_of(own, self._duration) for label, own in self._spans.items()}

    def find_blocks(self, start: int, end: int) -> Mapping[str | None, tuple[LaneBlock, ...]]:
        """The times at which each label speaks between two times (ms), as blocks of a lane."""
        found = {}
        for label, own in self._spans.items():
            inside = []
            for begin, stop in own:
                if begin < end and stop > start:
                    inside.append((max(begin, start) - start, min(stop, end) - start))
            found[label] = blocks_of(inside, end - start)
        return found

    @cached_property
    def samples(self) -> Mapping[str | None, tuple[Sample, ...]]:
        """Stretches to listen to, for each label."""
        return choose_samples(self._utterances, self._duration)
