"""A few recordings to upload, made once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.made_requests import MadeUpload
from transcript_bridge.shaping.batches import session_id
from transcript_bridge.transfer.upload import Upload
from transcript_bridge.wire import ConversationRequest

_BEGAN = datetime(2024, 1, 24, 15, 0, tzinfo=UTC)
_LONG = 60
"""Words of a segment; two of them are more than the server ever discards."""


def _make_request(
    said: str, minute: int, *, number: int = 1, speaker: int = 0, words: int = _LONG
) -> ConversationRequest:
    began = _BEGAN + timedelta(minutes=minute)
    rows: list[dict[str, Any]] = []
    for n in range(2):
        row = {
            "text": f"{said} {n} " + "word " * words,
            "start": float(n),
            "end": n + 0.5,
            "speaker": f"SPEAKER_{speaker:02d}",
            "speaker_id": speaker,
            "is_user": False,
        }
        rows.append(row)
    return ConversationRequest.model_validate(
        {
            "transcript_segments": rows,
            "started_at": began,
            "finished_at": began + timedelta(seconds=2),
            "client_session_id": session_id(rows, number, began),
        }
    )


RECORDINGS: dict[str, Upload] = {
    "two parts": MadeUpload(
        "/in/two.srt", [_make_request("one", 0), _make_request("two", 1, number=2)]
    ),
    "two parts, second changed": MadeUpload(
        "/in/two.srt", [_make_request("one", 0), _make_request("three", 1, number=2)]
    ),
    "short": MadeUpload("/in/short.srt", [_make_request("short", 5, words=3)]),
    "one part": MadeUpload("/in/one.srt", [_make_request("same", 9)]),
    "same words, other speaker": MadeUpload("/in/other.srt", [_make_request("same", 9, speaker=1)]),
    "same words, another day": MadeUpload("/in/day.srt", [_make_request("same", 3000)]),
}
"""By a name that says what is special about it."""

REQUESTS: dict[str, ConversationRequest] = {
    request.client_session_id: request
    for upload in RECORDINGS.values()
    for request in upload.load()
}
"""By their names on the server."""
