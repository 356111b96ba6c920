"""Makes requests and sources to upload without a transcript."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from transcript_bridge.transfer.upload import Upload
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


class MadeUpload(Upload):
    """A source that consists of these requests."""

    def __init__(self, path: str, requests: Sequence[ConversationRequest], title: str = "") -> None:
        super().__init__(path, "options")
        self._requests = requests
        self._title = title

    def read_digest(self) -> str:
        """Return a digest of the session ids."""
        names = " ".join([request.client_session_id for request in self._requests])
        return hashlib.sha256(names.encode()).hexdigest()

    def load(self) -> Sequence[ConversationRequest]:
        """Return the requests."""
        return self._requests

    def read_title(self) -> str:
        """Return the title."""
        return self._title


def make_upload(path: str, requests: Sequence[ConversationRequest], title: str = "") -> MadeUpload:
    """Make a source that consists of these requests."""
    return MadeUpload(path, requests, title)


def mark(request: ConversationRequest) -> str:
    """Return the key under which `Server.count` counts a request."""
    first = request.transcript_segments[0]
    return f"{first.text}#{first.speaker_id}"
