"""Utterances -> rows, from which wire.py builds TranscriptSegmentInput: the last stage."""

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
    """Segments as plain rows, one for each utterance, with times in seconds from `origin` (ms).

    keep_names: write "Alice: " in front of the text, since Omi never shows labels.
    """
    templates: dict[str | None, tuple[str, dict[str, Any]]] = {}
    for label, voice in voices.items():
        prefix = ""
        if keep_names and voice.name:
            prefix = f"{voice.name}: "
        templates[label] = (prefix, _make_template(voice))

    columns = zip(
        utterances.starts, utterances.ends, utterances.texts, utterances.speakers, strict=True
    )
    rows: list[dict[str, Any]] = []
    for start, end, text, speaker in columns:
        prefix, template = templates[speaker]
        row = template.copy()
        row["text"] = prefix + text
        row["start"] = (start - origin) / 1000
        row["end"] = (end - origin) / 1000
        rows.append(row)
    return rows


def _make_template(voice: Voice) -> dict[str, Any]:
    """A row with the fields that all rows of a speaker share. The order of its keys is final."""
    row: dict[str, Any] = {
        "text": "",
        "speaker": voice.speaker,
        "speaker_id": voice.number,
        "is_user": voice.is_user,
    }
    if voice.person_id is not None:
        row["person_id"] = voice.person_id
    row["start"] = 0.0
    row["end"] = 0.0
    return row
