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
    known = {
        label: (v.speaker, v.number, v.is_user, v.person_id, f"{v.name}: " if keep_names and v.name else "")
        for label, v in voices.items()
    }
    rows = []
    for u in utterances:
        speaker, number, is_user, person_id, prefix = known[u.speaker]
        rows.append({
            "text": prefix + u.text, "speaker": speaker, "speaker_id": number, "is_user": is_user,
            "person_id": person_id, "start": (u.start - origin) / 1000, "end": (u.end - origin) / 1000,
        })  # fmt: skip
    return rows
