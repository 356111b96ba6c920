"""One conversation in the shape of Omi's own export."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ...models import KnownSpeaker, Transcript
from ...timecode import seconds

_OWN_LABEL = re.compile(r"SPEAKER_(\d{1,4})", re.ASCII)


def render(transcript: Transcript) -> str:
    """A conversation with one segment for each utterance.

    Omi calls speakers SPEAKER_00 and so on; another label is the segment's `speaker_name`, as in
    answers of the API. Without a beginning that somebody stated there are no dates: a guess would
    be taken for a fact.
    """
    conversation: dict[str, Any] = {}
    if transcript.conversation_id:
        conversation["id"] = transcript.conversation_id
    conversation.update(_make_dates(transcript))
    if transcript.source:
        conversation["source"] = transcript.source
    if transcript.language:
        conversation["language"] = transcript.language
    conversation["structured"] = {"title": transcript.title}
    if transcript.location:
        latitude, longitude = transcript.location
        conversation["geolocation"] = {"latitude": latitude, "longitude": longitude}
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
    numbers = _number_labels(transcript.speakers())
    known = {speaker.label: speaker for speaker in transcript.known_speakers}
    segments = []
    for start, end, text, label, *_ in transcript.utterances:
        segment: dict[str, Any] = {"text": text}
        if label is not None:
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


def _number_labels(labels: Sequence[str | None]) -> dict[str, int]:
    """The number of each label: that of `SPEAKER_07`, else the first that no label has."""
    numbers: dict[str, int] = {}
    for label in labels:
        own = _OWN_LABEL.fullmatch(label or "")
        if label is not None and own and f"SPEAKER_{int(own[1]):02d}" == label:
            numbers[label] = int(own[1])
    used = set(numbers.values())
    number = 0
    for label in labels:
        if label is None or label in numbers:
            continue
        while number in used:
            number += 1
        numbers[label] = number
        used.add(number)
    return numbers
