"""Transcripts as the pydantic models of what is sent: the last stage, for whoever uploads."""

from __future__ import annotations

from .gc_pause import collector_paused
from .models import Transcript
from .pipeline import Options, request_bodies, segment_rows
from .wire import ConversationRequest, TranscriptSegmentInput, build_segments


def to_segments(
    transcript: Transcript, options: Options | None = None
) -> list[TranscriptSegmentInput]:
    """The whole transcript as segments, times in seconds from its own beginning; raises what
    segment_rows raises."""
    rows = segment_rows(transcript, options)
    with collector_paused():
        return build_segments(rows)


def to_requests(
    transcript: Transcript, options: Options | None = None
) -> list[ConversationRequest]:
    """The transcript as request bodies that refuse whatever the server would; raises what
    request_bodies raises."""
    bodies = request_bodies(transcript, options)
    with collector_paused():
        return [ConversationRequest.model_validate(body) for body in bodies]
