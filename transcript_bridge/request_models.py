"""Makes requests as pydantic models from transcripts."""

from __future__ import annotations

from .gc_pause import collector_paused
from .models import Transcript
from .options import Options
from .pipeline import Loaded, to_request_dicts, to_segment_dicts
from .wire import ConversationRequest, TranscriptSegmentInput, build_segments


def to_requests(
    source: Loaded | Transcript, options: Options | None = None
) -> list[ConversationRequest]:
    """The requests of one recording, checked as strictly as the server does.

    source: a Loaded, which has its options already, or a transcript, which is shaped first.
    Raises what to_request_dicts raises.
    """
    bodies = to_request_dicts(source, options)
    with collector_paused():
        return [ConversationRequest.model_validate(body) for body in bodies]


def to_segments(
    source: Loaded | Transcript, options: Options | None = None
) -> list[TranscriptSegmentInput]:
    """The segments of one recording, times in seconds from its own beginning.

    source: as of to_requests. Raises what to_segment_dicts raises.
    """
    rows = to_segment_dicts(source, options)
    with collector_paused():
        return build_segments(rows)
