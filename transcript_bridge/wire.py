"""Models of the request bodies and answers of the Omi Developer API.

The models refuse whatever the server refuses, crashes on, or stores and then fails to read
(docs/server.md names the source of each rule). They are built once, late and in bulk, because
validating takes longer than reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    model_validator,
)

from .limits import MAX_SECONDS, MAX_SEGMENTS, MAX_SESSION_ID

# Validators are built when they are first used: building all of them takes longer than converting
# a small file.
_STRICT = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _check_text(text: str) -> str:
    if "\0" in text:
        raise ValueError("text contains a NUL character")
    if not text.strip():
        raise ValueError("text is blank")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("text contains a lone surrogate") from None
    return text


def _check_moment(moment: datetime) -> datetime:
    """A time from a server, with an offset: older servers send UTC without one. Times at the end of
    the calendar are refused, because a second could not be added to them."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if not _FIRST_YEAR < moment.year < _LAST_YEAR:
        raise ValueError("the year is out of range")
    return moment


_FIRST_YEAR = 1
_LAST_YEAR = 9999
Seconds = Annotated[float, Field(ge=0, le=MAX_SECONDS, allow_inf_nan=False)]
StoredSeconds = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
"""A time in an answer: any number of seconds that fits into integer milliseconds."""
StoredMoment = Annotated[datetime, AfterValidator(_check_moment)]
"""A moment with an offset."""
SpokenText = Annotated[str, AfterValidator(_check_text)]


class TranscriptSegmentInput(BaseModel):
    """One segment of a conversation: who said what, when (seconds from the conversation's
    `started_at`)."""

    model_config = _STRICT

    text: SpokenText
    speaker: str = Field(default="SPEAKER_00", min_length=1)
    speaker_id: Annotated[int, Field(ge=0)] | None = None
    is_user: bool = False
    person_id: Annotated[str, Field(min_length=1)] | None = None
    start: Seconds
    end: Seconds

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError("end must be after start")
        return self


@cache
def _segments() -> TypeAdapter[list[TranscriptSegmentInput]]:
    return TypeAdapter(list[TranscriptSegmentInput])


def build_segments(rows: Sequence[Mapping[str, object]]) -> list[TranscriptSegmentInput]:
    """Segments from rows of their fields, validated in bulk.

    Raises pydantic.ValidationError for what the server would refuse.
    """
    return _segments().validate_python(rows)


class Geolocation(BaseModel):
    """The place of a conversation, in degrees."""

    model_config = _STRICT

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)


class ConversationRequest(BaseModel):
    """One complete body of `POST /v1/dev/user/conversations/from-segments`."""

    model_config = _STRICT

    transcript_segments: Annotated[
        tuple[TranscriptSegmentInput, ...], Field(min_length=1, max_length=MAX_SEGMENTS)
    ]
    source: str = Field(default="phone", min_length=1)
    started_at: AwareDatetime
    finished_at: AwareDatetime
    language: str | None = None
    geolocation: Geolocation | None = None
    client_session_id: Annotated[str, Field(pattern=r"^\S(.*\S)?$", max_length=MAX_SESSION_ID)]

    @model_validator(mode="after")
    def _check_finish(self) -> Self:
        if self.finished_at <= self.started_at:
            raise ValueError("finished_at must be after started_at")
        return self

    def to_json(self) -> str:
        """The body as compact JSON, absent fields left out."""
        return self.model_dump_json(exclude_none=True)


class _Answer(BaseModel):
    """An answer. Unknown keys, which newer servers send, are kept."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)


class Created(_Answer):
    """The answer to a created conversation."""

    id: str
    status: str = ""
    """completed, processing or deleted."""
    discarded: bool = False


class StoredSegment(_Answer):
    """A segment as the server returns it; times in seconds from the conversation's start."""

    id: str | None = None
    text: str = ""
    speaker_id: int | None = None
    speaker_name: str | None = None
    start: StoredSeconds = 0.0
    end: StoredSeconds = 0.0


class Conversation(_Answer):
    """A conversation as the server returns it. No answer says whether it is discarded."""

    id: str
    created_at: StoredMoment | None = None
    started_at: StoredMoment | None = None
    finished_at: StoredMoment | None = None
    structured: dict[str, Any] = Field(default_factory=dict)
    language: str | None = None
    source: str | None = None
    transcript_segments: tuple[StoredSegment, ...] | None = None
    """None unless asked for with `include_transcript`."""

    @property
    def title(self) -> str:
        """The server's title; empty for a conversation that is processing or discarded."""
        title = self.structured.get("title", "")
        if isinstance(title, str):
            return title
        return ""


class KeyInfo(_Answer):
    """Facts about the key in use, on the newest servers; never the key itself."""

    name: str = ""
    key_prefix: str = ""
    scopes: tuple[str, ...] | None = None
