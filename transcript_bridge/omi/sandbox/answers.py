"""The bodies of answers, with the keys and the time format of the real server."""

from __future__ import annotations

import json
from typing import Any

from fastapi.responses import JSONResponse

from .settings import SandboxSettings
from .store import Stored


def answer_created(conversation_id: str, status: str, *, discarded: bool) -> JSONResponse:
    """The answer to a POST, the only one that says whether a conversation is discarded."""
    return JSONResponse({"id": conversation_id, "status": status, "discarded": discarded})


def show_conversation(
    row: Stored, settings: SandboxSettings, *, include_transcript: bool
) -> dict[str, Any]:
    """A conversation as GET, listings and PATCH return it.

    There is no status and no `discarded` in it. An empty title is the hint that the server is still
    working on it, or has discarded it.
    """
    segments = None
    if include_transcript:
        segments = [_show_segment(segment, settings) for segment in row.read_segments()]
    return {
        "id": row.id,
        "created_at": _show_time(row.started_at),
        "started_at": _show_time(row.started_at),
        "finished_at": _show_time(row.finished_at),
        "structured": {
            "title": row.title,
            "overview": "",
            "emoji": "",
            "category": "other",
            "action_items": [],
            "events": [],
        },
        "language": row.language,
        "source": row.source,
        "geolocation": json.loads(row.geolocation),
        "folder_id": None,
        "folder_name": None,
        "transcript_segments": segments,
    }


def _show_time(text: str) -> str:
    """The time as pydantic writes it: with microseconds only if there are any."""
    return text.replace(".000000Z", "Z")


def _show_segment(segment: dict[str, Any], settings: SandboxSettings) -> dict[str, Any]:
    """A segment. Its label, `is_user` and `person_id` are never returned, only the resulting
    name."""
    if segment["is_user"]:
        name = settings.owner_name
    else:
        person = segment["person_id"] or ""
        name = settings.people.get(person, f"Speaker {segment['speaker_id']}")
    shown = {key: segment[key] for key in ("id", "text", "speaker_id", "start", "end")}
    shown["speaker_name"] = name
    return shown
