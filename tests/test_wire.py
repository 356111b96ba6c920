"""The models refuse what the server refuses, crashes on, or stores and then chokes on."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from transcript_bridge.limits import MAX_SECONDS, MAX_SEGMENTS
from transcript_bridge.wire import ConversationRequest, Created, TranscriptSegmentInput

GOOD: dict[str, Any] = {"text": "Hello.", "start": 0.0, "end": 1.5}
BEGAN = datetime(2024, 1, 24, tzinfo=UTC)


def request(**changes: Any) -> ConversationRequest:
    fields = {
        "transcript_segments": [GOOD],
        "started_at": BEGAN,
        "finished_at": BEGAN + timedelta(seconds=2),
        "client_session_id": "tb1-x",
    }
    return ConversationRequest.model_validate({**fields, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"text": " \t\n"},
        {"text": "a\0b"},
        {"text": "a\ud800b"},
        {"start": -0.001},
        {"start": math.nan},
        {"end": math.inf},
        {"end": 1e15},
        {"end": MAX_SECONDS + 1},
        {"end": 0.0},
        {"start": 2.0},
        {"person_id": ""},
        {"speaker": ""},
        {"speaker_id": -1},
        {"title": "no such field"},
    ],
)
def test_a_bad_segment_is_refused(changes: dict[str, Any]) -> None:
    TranscriptSegmentInput.model_validate(GOOD)
    with pytest.raises(ValidationError):
        TranscriptSegmentInput.model_validate({**GOOD, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"transcript_segments": []},
        {"transcript_segments": [GOOD] * 501},
        {"started_at": datetime(2024, 1, 24)},  # without an offset is the point
        {"finished_at": BEGAN},
        {"client_session_id": " "},
        {"client_session_id": "x" * 201},
        {"geolocation": {"latitude": 91, "longitude": 0}},
        {"source": ""},
    ],
)
def test_a_bad_request_is_refused(changes: dict[str, Any]) -> None:
    request()
    with pytest.raises(ValidationError):
        request(**changes)


def test_as_many_segments_fit_as_the_server_takes() -> None:
    assert (
        len(request(transcript_segments=[GOOD] * MAX_SEGMENTS).transcript_segments) == MAX_SEGMENTS
    )


def test_unknown_keys_in_answers_are_kept() -> None:
    created = Created.model_validate_json(
        '{"id": "c", "status": "completed", "discarded": false, "novel": [1]}'
    )
    assert (created.id, created.status, created.discarded) == ("c", "completed", False)
