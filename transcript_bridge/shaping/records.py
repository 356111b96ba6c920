"""Utterances -> the rows that wire.py makes TranscriptSegmentInput of: the last stop before the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..models import Utterance, Voice


def to_rows(
    utterances: Sequence[Utterance],
    voices: Mapping[str | None, Voice],
    *,
    keep_names: bool = False,
    origin: int = 0,
) -> list[dict[str, Any]]:
    """Segments as plain rows, one for each utterance, their times in seconds from `origin` (ms).

    keep_names: write "Alice: " in front of the text, since Omi never shows labels.
    """
    known = {label: _fixed_fields(voice, keep_names) for label, voice in voices.items()}
    rows = []
    for u in utterances:
        prefix, fields = known[u.speaker]
        rows.append(
            {"text": prefix + u.text, **fields, "start": (u.start - origin) / 1000, "end": (u.end - origin) / 1000}
        )
    return rows


def _fixed_fields(voice: Voice, keep_names: bool) -> tuple[str, dict[str, Any]]:
    """What goes in front of a speaker's texts, and the fields that are the same in all of their rows."""
    fields: dict[str, Any] = {"speaker": voice.speaker, "speaker_id": voice.number, "is_user": voice.is_user}
    if voice.person_id is not None:
        fields["person_id"] = voice.person_id
    return (f"{voice.name}: " if keep_names and voice.name else ""), fields
