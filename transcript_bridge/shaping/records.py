"""Utterances -> the rows that wire.py makes TranscriptSegmentInput of: the last stop before the
wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..models import Utterances, Voice


def to_rows(
    utterances: Utterances,
    voices: Mapping[str | None, Voice],
    *,
    keep_names: bool = False,
    origin: int = 0,
) -> list[dict[str, Any]]:
    """Segments as plain rows, one for each utterance, their times in seconds from `origin` (ms).

    keep_names: write "Alice: " in front of the text, since Omi never shows labels.
    """
    known = {label: _template(voice, keep_names) for label, voice in voices.items()}
    columns = zip(
        utterances.starts, utterances.ends, utterances.texts, utterances.speakers, strict=True
    )
    rows = []
    for start, end, text, speaker in columns:
        prefix, template = known[speaker]
        row = template.copy()
        row["text"] = prefix + text
        row["start"] = (start - origin) / 1000
        row["end"] = (end - origin) / 1000
        rows.append(row)
    return rows


def _template(voice: Voice, keep_names: bool) -> tuple[str, dict[str, Any]]:
    """What goes in front of a speaker's texts, and a row with what is the same in all of theirs, in
    order."""
    row: dict[str, Any] = {
        "text": "",
        "speaker": voice.speaker,
        "speaker_id": voice.number,
        "is_user": voice.is_user,
    }
    if voice.person_id is not None:
        row["person_id"] = voice.person_id
    row |= {"start": 0.0, "end": 0.0}
    return (f"{voice.name}: " if keep_names and voice.name else ""), row
