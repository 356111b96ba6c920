"""One conversation in the shape of Omi's own export."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import count, filterfalse
from typing import Any

from ...models import KnownSpeaker, Transcript
from ...timecode import seconds

_OWN_LABEL = re.compile(r"SPEAKER_(?:\d\d|[1-9]\d{2,3})", re.ASCII)
_PLACE = ("latitude", "longitude")


def render(transcript: Transcript) -> str:
    """A conversation with one segment for each utterance.

    Omi calls speakers SPEAKER_00 and so on; another label is the segment's `speaker_name`, as in
    answers of the API. Without a stated beginning there are no dates: a guess would
    be taken for a fact.
    """
    fields: dict[str, Any] = {
        "id": transcript.conversation_id,
        **_make_dates(transcript),
        "source": transcript.source,
        "language": transcript.language,
        "structured": {"title": transcript.title},
        "geolocation": dict(zip(_PLACE, transcript.location or (), strict=False)),
    }
    conversation = {key: value for key, value in fields.items() if value}
    conversation["transcript_segments"] = _make_segments(transcript)
    return json.dumps(conversation, ensure_ascii=False, indent=1) + "\n"


def _make_dates(transcript: Transcript) -> dict[str, str]:
    dates = {}
    if transcript.started_at is not None and transcript.start_source == "stated":
        ended = transcript.started_at + timedelta(milliseconds=transcript.duration)
        dates["created_at"] = transcript.started_at.isoformat()
        dates["started_at"] = transcript.started_at.isoformat()
        dates["finished_at"] = ended.isoformat()
    if transcript.updated_at is not None:
        dates["updated_at"] = transcript.updated_at.isoformat()
    return dates


def _make_segments(transcript: Transcript) -> list[dict[str, Any]]:
    numbers = _number_labels(list(filter(None, transcript.speakers())))
    known = {speaker.label: speaker for speaker in transcript.known_speakers}
    segments = []
    for start, end, text, label, *_ in transcript.utterances:
        segment: dict[str, Any] = {"text": text}
        if label:
            own_label = f"SPEAKER_{numbers[label]:02d}"
            segment["speaker"] = own_label
            segment["speaker_id"] = numbers[label]
            if label != own_label:
                segment["speaker_name"] = label
        speaker = known.get(label or "", KnownSpeaker(""))
        segment["is_user"] = speaker.is_user
        segment["person_id"] = speaker.person_id
        segment["start"] = seconds(start)
        segment["end"] = seconds(end)
        segments.append(segment)
    return segments


def _number_labels(labels: Sequence[str]) -> dict[str, int]:
    """The number of each label: that of `SPEAKER_07`, else the first that no label has."""
    own = list(filter(_OWN_LABEL.fullmatch, labels))
    numbers = {label: int(label.removeprefix("SPEAKER_")) for label in own}
    free = filterfalse(set(numbers.values()).__contains__, count())
    others = filterfalse(numbers.__contains__, labels)
    return numbers | dict(zip(others, free, strict=False))
