"""JSON of one recording whose entries state the moments at which they were spoken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from ..models import Transcript
from ..problems import ProblemLog
from .dated_entries import DatedEntry, place_entries, state_start
from .json_text import as_object
from .json_values import read_moment_ms, read_string, to_moment
from .speaker_labels import SpeakerLabels


def read_first(fields: dict[str, Any], *keys: str) -> str:
    """Return the first value that is a text and not empty; empty if none is."""
    for key in keys:
        text = read_string(fields.get(key))
        if text:
            return text
    return ""


class DatedReader:
    """Reads one recording. A product's reader says how it reads an entry, and adds what it knows
    of the recording to the transcript.

    fields: facts about the recording. texts: the keys under which an entry may have its text.
    noun: what the product calls an entry.
    """

    texts: ClassVar[tuple[str, ...]] = ("text",)
    noun: ClassVar[str] = "entry"

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.labels = SpeakerLabels()
        self.log = ProblemLog()

    def read_entry(self, row: Any, number: int) -> DatedEntry | None:
        """Read one entry; None, and a problem, if it has no text. number: among all, from 1."""
        raise NotImplementedError

    def read_rows(self, rows: Sequence[Any], start: int | None) -> Transcript:
        """All entries. start: as of `place`."""
        entries = []
        for number, row in enumerate(rows, 1):
            entry = self.read_entry(row, number)
            if entry is not None:
                entries.append(entry)
        return self.place(entries, len(rows), start)

    def place(self, entries: Sequence[DatedEntry], found: int, start: int | None) -> Transcript:
        """Make a transcript of entries, with the moment at which it began.

        found: how many entries the file has. start: ms since 1970, when the recording began by what
        is said of it; the moment of the first entry counts more.
        """
        speech = place_entries(entries, self.log)
        zero = start
        if speech.zero is not None:
            zero = speech.zero
        started_at, start_source = state_start(zero)
        updated = read_moment_ms(self.fields.get("updated_at"))
        return Transcript(
            speech.utterances,
            problems=self.log.problems(),
            cues=found,
            started_at=started_at,
            start_source=start_source,
            updated_at=None if updated is None else to_moment(updated),
        )

    def read_text(self, row: Any, number: int) -> str:
        """The text of an entry; empty, and a problem, if it has none."""
        fields = as_object(row)
        if not any(isinstance(fields.get(key), str) for key in self.texts):
            self.log.add("bad-item", f"{self.noun} {number} has no text", cues=1)
            return ""
        text = read_first(fields, *self.texts)
        if not text:
            self.log.add("empty-cue", f"{self.noun} {number} has an empty text", cues=1)
        return text
