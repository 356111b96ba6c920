"""Makes requests and sources to upload without a transcript."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from transcript_bridge.transfer.states import Upload
from transcript_bridge.wire import ConversationRequest

BEGAN = datetime(2024, 1, 24, 15, 0, tzinfo=UTC)
_WORDS = "the quick brown fox jumps over a lazy dog while nobody looks at it and the rain falls"


def make_request(
    name: str,
    minute: int,
    *,
    segments: int = 8,
    words: int = 16,
    speaker: int = 0,
    content: str = "",
) -> ConversationRequest:
    """Make a request named `name`. content: its text, by default the name; two may have the
    same."""
    said = content or name
    rows = [
        {
            "text": f"{said} {n} " + " ".join((_WORDS.split() * 9)[:words]),
            "start": float(n),
            "end": n + 0.5,
            "speaker": f"SPEAKER_{speaker:02d}",
            "speaker_id": speaker,
        }
        for n in range(segments)
    ]
    began = BEGAN + timedelta(minutes=minute)
    return ConversationRequest.model_validate(
        {
            "transcript_segments": rows,
            "started_at": began,
            "finished_at": began + timedelta(seconds=segments),
            "client_session_id": f"torture-{name}",
        }
    )


def make_upload(path: str, requests: Sequence[ConversationRequest]) -> Upload:
    """Make a source that consists of these requests."""
    digest = hashlib.sha256(" ".join(r.client_session_id for r in requests).encode()).hexdigest()
    return Upload(path, "options", lambda: digest, lambda: requests)


def mark(request: ConversationRequest) -> str:
    """Return the key under which `Server.count` counts a request."""
    first = request.transcript_segments[0]
    return f"{first.text}#{first.speaker_id}"
