"""The bodies of requests, as the server declares them.

They accept more than the models of wire.py, on purpose: wire.py refuses what the real server
accepts and then fails on, which the sandbox must imitate. FastAPI derives the OpenAPI document from
these classes, and tests/omi/test_contract.py compares it with the published one; therefore the
names.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ...limits import MAX_SEGMENTS, MAX_SESSION_ID, MAX_TITLE


class TranscriptSegmentInput(BaseModel):
    """One segment; times in seconds from `started_at`."""

    text: str = Field(description="The spoken text.")
    speaker: str | None = Field(default="SPEAKER_00", description="Speaker label.")
    speaker_id: int | None = Field(default=None, description="Speaker number.")
    is_user: bool = Field(default=False, description="Whether the owner of the account speaks.")
    person_id: str | None = Field(default=None, description="A known person's id.")
    start: float = Field(description="Seconds.")
    end: float = Field(description="Seconds.")


class GeolocationInput(BaseModel):
    """Latitude and longitude in degrees."""

    latitude: float | None = None
    longitude: float | None = None


class CreateConversationFromSegments(BaseModel):
    """A conversation for servers of the old and the middle generation: the published contract."""

    transcript_segments: Annotated[
        list[TranscriptSegmentInput], Field(min_length=1, max_length=MAX_SEGMENTS)
    ]
    source: str | None = "external_integration"
    started_at: datetime | None = None
    finished_at: datetime | None = None
    language: str | None = "en"
    geolocation: GeolocationInput | None = None


def _trim(session: str) -> str:
    """Trim after checking the length: 200 characters and a blank are too many."""
    trimmed = session.strip()
    if not trimmed:
        raise ValueError("client_session_id must not be blank")
    return trimmed


SessionId = Annotated[str, Field(min_length=1, max_length=MAX_SESSION_ID), AfterValidator(_trim)]


class CreateConversationWithSession(CreateConversationFromSegments):
    """A conversation for servers of the new generation."""

    model_config = ConfigDict(title="CreateConversationFromSegments")

    source: str | None = "phone"
    client_session_id: SessionId | None = None


class UpdateConversation(BaseModel):
    """The fields that PATCH may change; at least one is needed."""

    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE)] | None = None
    discarded: bool | None = None


class ConversationResponse(BaseModel):
    """The answer to a created conversation."""

    id: str | None = None
    status: str | None = None
    discarded: bool | None = None


class ErrorResponse(BaseModel):
    """Any failure."""

    detail: str | None = None


class Fault(BaseModel):
    """An order for a fault in the next requests that match (faults.py)."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal[
        "reset_before",
        "reset_after_store",
        "timeout_after_store",
        "delay",
        "status",
        "plain_500",
        "json_500",
        "503",
        "429_without_header",
        "garbage",
        "cut_answer",
    ]
    count: int | None = Field(default=1, ge=0)
    """How many requests it hits; None: all."""
    method: str | None = None
    """Only requests with this method; None: any."""
    path: str = ""
    """Only paths that contain this."""
    skip: int = Field(default=0, ge=0)
    """How many matching requests pass first."""
    probability: float = Field(default=1.0, ge=0, le=1)
    """The probability of hitting a matching request."""
    seed: int = 0
    """The seed of the random numbers."""
    stored: bool = False
    """For `status` and `plain_500`: whether the request is carried out first."""
    status: int = Field(default=502, ge=300, le=599)
    """For `status`: the status; the body is empty."""
    seconds: float = Field(default=5.0, ge=0)
    """For `delay` and `timeout_after_store`: how many seconds nothing comes."""


class Lock(BaseModel):
    """Whether a conversation is locked, as those beyond the free plan are."""

    locked: bool = True
