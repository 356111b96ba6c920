"""Labels over many recordings: talk time and samples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ..summary import RecordingSummary, SpeakerSummary
from .anonymous_labels import lacks_name


class LabelSample(NamedTuple):
    """A sample of a label. path: of its recording. start, end: in ms."""

    path: str
    start: int
    end: int
    text: str


class Label(NamedTuple):
    """One label over the whole archive."""

    label: str | None
    name: str | None
    """The name in the speaker map; None if it is not the same in every file."""
    is_user: bool
    files: tuple[str, ...]
    segments: int
    ms: int
    samples: tuple[LabelSample, ...]
    """Samples of its speech, if they were wanted."""

    @property
    def is_unnamed(self) -> bool:
        """Whether nothing says who it is, neither the label nor the map."""
        return lacks_name(self.label, self.name, is_user=self.is_user)


@dataclass(slots=True)
class _Totals:
    name: str | None
    is_user: bool
    files: list[str] = field(default_factory=list)
    segments: int = 0
    ms: int = 0
    samples: list[LabelSample] = field(default_factory=list)

    def add(self, path: str, speaker: SpeakerSummary) -> None:
        if speaker.name != self.name:
            self.name = None
        self.is_user = self.is_user and speaker.is_user
        self.files.append(path)
        self.segments += speaker.segments
        self.ms += speaker.ms
        if len(self.samples) < len(speaker.samples):
            # All samples of the first file, then one of each further file.
            is_first_file = len(self.files) == 1
            chosen = speaker.samples if is_first_file else speaker.samples[:1]
            self.samples += [LabelSample(path, *sample) for sample in chosen]

    def label(self, label: str | None) -> Label:
        return Label(
            label,
            self.name,
            self.is_user,
            tuple(self.files),
            self.segments,
            self.ms,
            tuple(self.samples),
        )


def gather_labels(recordings: Iterable[RecordingSummary]) -> list[Label]:
    """Every label over many recordings, in order of talk time."""
    found: dict[str | None, _Totals] = {}
    for recording in recordings:
        for speaker in recording.speakers:
            totals = found.get(speaker.label)
            if totals is None:
                totals = found[speaker.label] = _Totals(speaker.name, speaker.is_user)
            totals.add(recording.path, speaker)
    labels = [totals.label(label) for label, totals in found.items()]
    labels.sort(key=lambda label: -label.ms)
    return labels
