"""One recording, read, with everything that its page shows."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from ..archive.convert import load_recording
from ..archive.files import ArchiveFile
from ..archive.grouping import Recording
from ..archive.voices.anonymous_labels import is_anonymous
from ..errors import InputError
from ..limits import MAX_BODY_BYTES
from ..models import Transcript, Utterances, Voice
from ..options import Options
from ..pipeline import Loaded, find_speakers
from ..report.lanes import LaneBlock
from ..shaping.batches import split_batches
from ..shaping.speakers import Person, SpeakerMap
from .shown_names import show_name
from .speech import LabelFacts

COLORS = 7
"""The number of voices with a separate color, those heard most; all others share one more."""


_NOBODY = SpeakerMap()


class Stamp(NamedTuple):
    """The time at which a file was last written (ns since 1970), and its size in bytes."""

    path: str
    modified_ns: int
    size: int


class VoiceRow(NamedTuple):
    """One label of a recording.

    place: of the label among all, in order of their first words. person: who it is by the speaker
    map. voice: the speaker that is sent to Omi. color: of its lane, 0 to COLORS. ms: its talk time.
    share: of all talk time, from 0 to 1.
    """

    place: int
    label: str | None
    person: Person | None
    voice: Voice
    color: int
    ms: int
    share: float
    blocks: tuple[LaneBlock, ...]

    @property
    def name(self) -> str:
        """The person's name, or the label in the file; a long one is cut."""
        if self.person is not None:
            return show_name(self.person.name)
        return self.shown_label or "no label"

    @property
    def shown_label(self) -> str:
        """The label in the file, cut if it is long; empty if there is none."""
        return show_name(self.label or "")

    @property
    def called(self) -> str:
        """The subject of a sentence about the voice: the label in the file."""
        return self.shown_label or "Speech without a label"

    @property
    def known_name(self) -> str:
        """The value of its name field: empty if the label names nobody."""
        if self.person is not None:
            return self.person.name
        if self.label is None or is_anonymous(self.label):
            return ""
        return self.label

    @property
    def in_omi(self) -> str:
        """The speaker's name in Omi."""
        if self.voice.is_user:
            return "You"
        if self.voice.person_id is not None:
            return "the person of that id"
        return f"Speaker {self.voice.number}"


@dataclass(frozen=True)
class OpenedRecording:
    """A recording as its page shows it. form: the file of it that is used."""

    number: int
    recording: Recording
    form: ArchiveFile
    loaded: Loaded
    speech: LabelFacts
    stamps: tuple[Stamp, ...] = ()
    """Of its files, when they were read."""

    @property
    def transcript(self) -> Transcript:
        """The transcript, shaped and dated."""
        return self.loaded.transcript

    @property
    def options(self) -> Options:
        """The options that apply to it."""
        return self.loaded.options

    @property
    def utterances(self) -> Utterances:
        """The utterances of the transcript."""
        return self.loaded.transcript.utterances

    @property
    def began(self) -> datetime | None:
        """When it began."""
        return self.loaded.began.at

    @property
    def labels(self) -> Sequence[str | None]:
        """All labels, in order of their first words."""
        return self.speech.labels

    @cached_property
    def assigned(self) -> Mapping[str | None, Voice]:
        """The speaker that is sent to Omi for each label. Raises SettingsError if the speaker map
        does not fit."""
        return self.options.speakers.assign(self.labels)

    @cached_property
    def voices(self) -> Sequence[VoiceRow]:
        """A row for each label, in order of their first words."""
        talk_times = self.speech.talk_times
        total = sum(talk_times.values()) or 1
        colors = self._choose_colors(talk_times)
        people = self.options.speakers.people_of(self.labels)
        rows = []
        for place, label in enumerate(self.labels):
            row = VoiceRow(
                place,
                label,
                people[label],
                self.assigned[label],
                colors[self.assigned[label].number],
                talk_times[label],
                talk_times[label] / total,
                self.speech.lanes[label],
            )
            rows.append(row)
        return rows

    def _choose_colors(self, talk_times: Mapping[str | None, int]) -> Mapping[int, int]:
        """The color of each number in Omi: all labels of one person have the same.

        The people heard most have colors, in order of their first words. So the color of a voice is
        mostly its place, and does not have to be written at each of its lines.
        """
        heard: dict[int, int] = {}
        for label, ms in talk_times.items():
            number = self.assigned[label].number
            heard[number] = heard.get(number, 0) + ms
        ranked = sorted(heard, key=lambda number: -heard[number])
        most = set(ranked[:COLORS])
        free = iter(range(COLORS))
        return {number: next(free) if number in most else COLORS for number in heard}

    @cached_property
    def borders(self) -> Sequence[int]:
        """The places of the utterances with which the second and later conversations begin."""
        parts = split_batches(
            self.utterances,
            self.assigned,
            max_segments=self.options.max_segments,
            max_bytes=MAX_BODY_BYTES,
            split=self.options.split,
        )
        return list(accumulate(len(part) for part in parts))[:-1]

    def with_options(self, options: Options) -> OpenedRecording:
        """The same recording with the names of other settings, without reading it again.

        options: of the archive. Only for choices that change who is who.
        """
        own = _find_own(options, self.form)
        if self.transcript.known_speakers:
            own = replace(own, speakers=find_speakers(self.transcript, own))
        loaded = self.loaded._replace(options=own)
        return replace(self, loaded=loaded)

    def is_of(self, number: int, recording: Recording, options: Options) -> bool:
        """Whether this is that recording, with unchanged files and, except for names, unchanged
        settings. options: of the archive.
        """
        if (number, recording) != (self.number, self.recording):
            return False
        own = replace(_find_own(options, self.form), speakers=_NOBODY)
        is_same = own == replace(self.options, speakers=_NOBODY)
        return is_same and self.stamps == _stamp_files(recording)

    def find_voice(self, place: int) -> VoiceRow:
        """The voice with a place. Raises InputError if there is none."""
        if place >= len(self.voices):
            raise InputError("this recording has no such voice any more; load the page again")
        return self.voices[place]


def open_recording(
    number: int, recording: Recording, path: str, options: Options, now: datetime
) -> OpenedRecording:
    """Read a recording. path: of the form that is used. Raises InputError and SettingsError."""
    stamps = _stamp_files(recording)
    loaded = load_recording(recording, path, options, now)
    speech = LabelFacts(loaded.transcript)
    return OpenedRecording(number, recording, recording.form(path), loaded, speech, stamps)


def _find_own(options: Options, form: ArchiveFile) -> Options:
    return options.for_file(form.rule_path)


def _stamp_files(recording: Recording) -> tuple[Stamp, ...]:
    """A fingerprint of the recording's files, to notice that one was written to."""
    stamps = []
    for file in recording.files:
        with suppress(OSError):
            status = os.stat(file.file)  # noqa: PTH116  # the path is a str
            stamps.append(Stamp(file.file, status.st_mtime_ns, status.st_size))
    return tuple(stamps)
