"""The server's rules for a body: it is refused, crashes the server, or is stored.

Every odd rule here is one of the real server (docs/server.md), whose messages the refusals use.
"""

from __future__ import annotations

import json
import math
import re
import uuid
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import HTTPException
from fastapi.exceptions import RequestValidationError

from ...limits import FAILING_SOURCES, MAX_DOCUMENT_BYTES, SOURCES, STORED_PER_COMPRESSED
from .faults import CrashError
from .schema import CreateConversationFromSegments, TranscriptSegmentInput
from .settings import Generation, SandboxSettings
from .store import Draft

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SESSIONS = uuid.UUID("5f6c1f0e-5a2b-4d0e-9a75-0d6a5e1f7c11")
_TITLE_WORDS = 6


def draft_conversation(
    body: CreateConversationFromSegments, user: str, settings: SandboxSettings
) -> Draft:
    """Make the conversation that is stored for a body.

    Raises HTTPException or RequestValidationError (422) for what the server refuses, and
    CrashError, ValueError, TypeError or OverflowError for what it crashes on.
    """
    source = find_source(body, settings.generation)
    refuse_segments(body.transcript_segments)
    started_at, finished_at = find_times(body, settings)
    session = getattr(body, "client_session_id", None)
    segments = [store_segment(segment, settings.generation) for segment in body.transcript_segments]
    return Draft(
        id=name_conversation(user, session),
        session=session,
        started_at=as_utc(started_at),
        finished_at=as_utc(finished_at),
        source=source,
        language=body.language or "en",
        geolocation=body.geolocation.model_dump() if body.geolocation else None,
        segments=segments,
        poisoned=any(poisons(segment) for segment in segments),
        discarded=count_words(segments) < settings.discard_below_words,
    )


def refuse_segments(segments: Iterable[TranscriptSegmentInput]) -> None:
    """Raise 422 with a sentence, for the first bad segment only. NaN passes all comparisons."""
    for index, segment in enumerate(segments):
        if segment.end <= segment.start:
            refuse(f"Segment {index}: end time must be after start time")
        if segment.start < 0:
            refuse(f"Segment {index}: start time cannot be negative")
        if not segment.text.strip():
            refuse(f"Segment {index}: text cannot be empty")


def refuse(sentence: str) -> None:
    """Raise 422 with a sentence."""
    raise HTTPException(422, sentence)


def find_times(
    body: CreateConversationFromSegments, settings: SandboxSettings
) -> tuple[datetime, datetime]:
    """`started_at` and `finished_at`; the latter from the *last* segment where it is not given.

    Comparing a time with an offset and one without is a TypeError, as on the real server. So are
    NaN and 1e15 s when a duration is made of them.
    """
    if settings.requires_offsets:
        refuse_naive_times(body)
    started_at = body.started_at or datetime.now(UTC)
    finished_at = body.finished_at
    if finished_at is None:
        finished_at = started_at + timedelta(seconds=body.transcript_segments[-1].end)
    if finished_at <= started_at:
        refuse("finished_at must be after started_at")
    return started_at, finished_at


def refuse_naive_times(body: CreateConversationFromSegments) -> None:
    """Raise 422 with a list of findings, in the form of pydantic."""
    findings = []
    for name in ("started_at", "finished_at"):
        moment = getattr(body, name)
        if moment is not None and moment.tzinfo is None:
            findings.append(
                {
                    "type": "timezone_aware",
                    "loc": ("body", name),
                    "msg": "Input should have timezone info",
                    "input": moment.isoformat(),
                }
            )
    if findings:
        raise RequestValidationError(findings)


def as_utc(moment: datetime) -> datetime:
    """A time without an offset counts as UTC."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def find_source(body: CreateConversationFromSegments, generation: Generation) -> str:
    """The source. A value that the server does not know is refused before March 2026, and becomes
    `unknown` since."""
    source = body.source or ("phone" if generation == "new" else "external_integration")
    if source in SOURCES:
        return source
    if generation != "old":
        return "unknown"
    expected = ", ".join(f"'{name}'" for name in sorted(SOURCES))
    finding = {
        "type": "enum",
        "loc": ("body", "source"),
        "msg": f"Input should be {expected}",
        "input": source,
        "ctx": {"expected": expected},
    }
    raise RequestValidationError([finding])


def fails_on_source(draft: Draft, generation: Generation) -> bool:
    """Whether processing fails because of the source: always, on servers before May 2026."""
    return generation != "new" and draft.source in FAILING_SOURCES


def store_segment(segment: TranscriptSegmentInput, generation: Generation) -> dict[str, Any]:
    """A segment as it is stored."""
    label = segment.speaker or "SPEAKER_00"
    number = number_of_label(label, generation)
    if generation == "new" and segment.speaker_id is not None:
        number = segment.speaker_id
    return {
        "id": str(uuid.uuid4()),
        "text": segment.text.strip(),
        "speaker": label,
        "speaker_id": number,
        "is_user": segment.is_user,
        "person_id": segment.person_id,
        "start": segment.start,
        "end": segment.end,
    }


def number_of_label(label: str, generation: Generation) -> int:
    """The number of a label: `SPEAKER_03` -> 3.

    A label without a number crashes the old server, and becomes Speaker 0 on the others.
    """
    _, _, number = label.partition("_")
    number = number.split("_")[0]
    if number.isascii() and number.isdigit():
        return int(number)
    if generation == "old":
        raise CrashError("no number in the speaker's label")
    return 0


def name_conversation(user: str, session: str | None) -> str:
    """A conversation's id: a UUID of version 5 if a client_session_id is honored, the same for the
    same user; else of version 4."""
    if session is None:
        return str(uuid.uuid4())
    return str(uuid.uuid5(_SESSIONS, f"{user}:{session}"))


def poisons(segment: dict[str, Any]) -> bool:
    """Whether an answer with this segment cannot be written: NaN, Infinity, a lone surrogate."""
    if not (math.isfinite(segment["start"]) and math.isfinite(segment["end"])):
        return True
    return _LONE_SURROGATE.search(segment["text"]) is not None


def is_too_large(draft: Draft) -> bool:
    """Whether the database refuses the document of a conversation, base64(AES(hex(zlib(JSON))))."""
    content = json.dumps(draft.segments).encode()
    if len(content) * STORED_PER_COMPRESSED <= MAX_DOCUMENT_BYTES:
        return False
    return len(zlib.compress(content)) * STORED_PER_COMPRESSED > MAX_DOCUMENT_BYTES


def count_words(segments: Iterable[dict[str, Any]]) -> int:
    """Words as the server counts them: separated by white space."""
    return sum(len(segment["text"].split()) for segment in segments)


def make_title(segments: list[dict[str, Any]]) -> str:
    """The first words. The real server's model writes a title."""
    words: list[str] = []
    for segment in segments[:_TITLE_WORDS]:
        words += segment["text"].split()[:_TITLE_WORDS]
    return " ".join(words[:_TITLE_WORDS]).encode("utf-8", "replace").decode()
