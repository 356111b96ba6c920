"""Transcripts as the pydantic models of what is sent."""

from __future__ import annotations

from .arguments import Expected, takes
from .gc_pause import collector_paused
from .models import Transcript
from .options import Options
from .pipeline import OPTIONS, TRANSCRIPT, Loaded, make_bodies, request_bodies, segment_rows
from .wire import ConversationRequest, TranscriptSegmentInput, build_segments


@takes(loaded=Expected("what load() returns", (Loaded,)))
def make_requests(loaded: Loaded) -> list[ConversationRequest]:
    """The requests of one recording, checked as strictly as the server does.

    Raises what make_bodies raises.
    """
    return _build_requests(make_bodies(loaded.transcript, loaded.options))


@takes(transcript=TRANSCRIPT, options=OPTIONS)
def to_requests(
    transcript: Transcript, options: Options | None = None
) -> list[ConversationRequest]:
    """Shape a transcript and make its requests, checked as strictly as the server does.

    Raises what request_bodies raises.
    """
    return _build_requests(request_bodies(transcript, options))


@takes(transcript=TRANSCRIPT, options=OPTIONS)
def to_segments(
    transcript: Transcript, options: Options | None = None
) -> list[TranscriptSegmentInput]:
    """Shape a transcript and make its segments, times in seconds from its own beginning.

    Raises what segment_rows raises.
    """
    rows = segment_rows(transcript, options)
    with collector_paused():
        return build_segments(rows)


def _build_requests(bodies: list[dict[str, object]]) -> list[ConversationRequest]:
    with collector_paused():
        return [ConversationRequest.model_validate(body) for body in bodies]
