"""The routes of Progress. A stream of events keeps the page up to date."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ....errors import BridgeError
from ....quantities import count_of
from ....report.html import Markup, tag
from ... import ledger_access
from ...answers import ChoiceOutcome, Fields, answer_page, read_session, take_choice
from ...place import PagePlace
from ...session import Session
from .markup import (
    render_aside,
    render_decision,
    render_error,
    render_recent,
    render_state,
    render_uncertain,
)

_NAME = "progress"
_BUSY_SECONDS = 1.0
_IDLE_SECONDS = 3.0
"""Seconds between looks at its own run, and at the ledger, which other programs write to."""
_QUIET_ROUNDS = 10
"""After so many looks without news, a comment is sent, by which the browser notices a dead
connection."""


def _render_parts(session: Session) -> dict[str, Markup]:
    """The parts that change while it works, by the id of their element."""
    try:
        snapshot = session.sender.take_snapshot()
    except BridgeError as error:
        return {"state": render_error(str(error))}
    return {
        "state": render_state(session, snapshot),
        "recent": render_recent(session, snapshot),
        "aside": render_aside(session, snapshot),
        "uncertain": render_uncertain(session, snapshot.uncertain),
    }


async def show(request: Request) -> Response:
    """The page."""
    session = read_session(request)
    parts = await run_in_threadpool(_render_parts, session)
    state = parts.pop("state")
    content = [tag("h1", "Progress"), state, render_decision("", ""), *parts.values()]
    return answer_page(request, _NAME, "Progress", content)


async def stream(request: Request) -> Response:
    """The parts of the page, each time one of them has changed."""
    events = _watch(read_session(request))
    return StreamingResponse(events, media_type="text/event-stream")


async def _watch(session: Session) -> AsyncIterator[str]:
    """Events for the browser's EventSource. Only the present state is sent, so a browser that
    reconnects has missed nothing."""
    shown: Mapping[str, Markup] = {}
    quiet = 0
    while True:
        parts = await run_in_threadpool(_render_parts, session)
        news = {name: part for name, part in parts.items() if shown.get(name) != part}
        shown = parts
        quiet += 1
        if news:
            quiet = 0
            yield f"event: parts\ndata: {json.dumps(news)}\n\n"
        elif quiet == _QUIET_ROUNDS:
            quiet = 0
            yield ": nothing new\n\n"
        await asyncio.sleep(_BUSY_SECONDS if session.sender.is_working else _IDLE_SECONDS)


def stop(session: Session, _fields: Fields) -> ChoiceOutcome:
    """End the run after what is being sent now."""
    session.sender.stop()
    return ChoiceOutcome("It stops after the current request", _render_parts(session))


def retry(session: Session, fields: Fields) -> ChoiceOutcome:
    """Plan conversations again that were refused, or deleted in Omi."""
    count = ledger_access.retry(session, deleted=fields.flag("deleted"))
    session.look_again()
    said = f"{count_of(count, 'conversation')} to send again; Send sends them"
    return ChoiceOutcome(said, _render_parts(session))


def resolve(session: Session, fields: Fields) -> ChoiceOutcome:
    """Store what the user saw in Omi: the id of the conversation, or that it is not there."""
    found = fields.text("id")
    ledger_access.resolve(session, fields.number("number"), found or None)
    session.look_again()
    said = "It counts as in Omi" if found else "Send sends it again"
    return ChoiceOutcome(said, _render_parts(session))


def ask_undo(session: Session, _fields: Fields) -> ChoiceOutcome:
    """The question before anything is deleted."""
    choice = ledger_access.choose_undo(session)
    count = len(choice.entries)
    if not count:
        return ChoiceOutcome("Nothing of this archive is in Omi, so there is nothing to delete")
    conversations = count_of(count, "conversation")
    question = f"Delete {conversations} of this archive in Omi? It takes as long as sending them."
    if choice.adopted:
        question += (
            f" {choice.adopted:,} more stay: they were only found by their words, so another "
            "program may have made them."
        )
    if choice.copies:
        question += f" {choice.copies:,} more stay: they were sent from other files."
    decision = render_decision(question, f"Delete {conversations}", count)
    return ChoiceOutcome("Please confirm", {"decision": decision})


def undo(session: Session, fields: Fields) -> ChoiceOutcome:
    """Begin to delete."""
    session.sender.start_undo(fields.number("count"))
    parts = {**_render_parts(session), "decision": render_decision("", "")}
    return ChoiceOutcome("Deleting has begun", parts)


def keep(session: Session, _fields: Fields) -> ChoiceOutcome:
    """Answer the question with no."""
    return ChoiceOutcome("Nothing was deleted", {"decision": render_decision("", "")})


PLACE = PagePlace(
    _NAME,
    (
        Route("/progress", show),
        Route("/progress-events", stream),
        Route("/progress-stop", take_choice(stop), methods=["POST"]),
        Route("/progress-retry", take_choice(retry), methods=["POST"]),
        Route("/progress-resolve", take_choice(resolve), methods=["POST"]),
        Route("/progress-undo-ask", take_choice(ask_undo), methods=["POST"]),
        Route("/progress-undo", take_choice(undo), methods=["POST"]),
        Route("/progress-keep", take_choice(keep), methods=["POST"]),
    ),
    title="Progress",
    key="o",
)
