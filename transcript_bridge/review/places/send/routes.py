"""The routes of Send."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ....archive.planning import Order
from ....errors import SettingsError
from ....report.html import tag
from ....transfer.ledger import ChangePolicy
from ...answers import Fields, Outcome, answer_page, read_session, take_choice
from ...ledger_access import look_ahead
from ...moments import localize
from ...place import Place
from ...sender import SendChoices
from ...session import Session
from .markup import render_account, render_content, render_reading, render_start

_NAME = "send"
_SAME = {"": None, "same": True, "other": False}
"""The answers to whether another key is for the same account."""


async def show(request: Request) -> Response:
    """The page."""
    session = read_session(request)
    return await run_in_threadpool(_show, request, session)


def _show(request: Request, session: Session) -> Response:
    title = tag("h1", "Send")
    if session.error:
        return answer_page(request, _NAME, "Send", title, tag("p", session.error, class_="wrong"))
    outlook = look_ahead(session)
    if outlook is None:
        return answer_page(request, _NAME, "Send", title, render_reading(session.progress))
    return answer_page(request, _NAME, "Send", title, render_content(session, outlook))


def store_key(session: Session, fields: Fields) -> Outcome:
    """Check a key and store it. It is not in the answer, whatever happens."""
    key = fields.text("key")
    if not key:
        raise SettingsError("enter the key first")
    place = session.sender.store_key(key)
    outlook = look_ahead(session)
    if outlook is None:
        raise SettingsError("the archive is still being read")
    parts = {
        "account": render_account(session, outlook),
        "start": render_start(session, outlook),
    }
    return Outcome(f"Omi knows this key. It is stored in {place}", parts)


def start(session: Session, fields: Fields) -> Outcome:
    """Begin to send."""
    choices = SendChoices(
        order=_choose(fields, "order", get_args(Order)),
        changed=_choose(fields, "changed", get_args(ChangePolicy)),
        limit=_read_limit(fields),
        until=_read_until(session, fields.text("until")),
        is_same_account=_SAME[_choose(fields, "same", tuple(_SAME))],
    )
    session.sender.start(choices)
    return Outcome("Sending has begun", data={"go": "progress"})


def _choose(fields: Fields, name: str, allowed: tuple[str, ...]) -> Any:
    """One of the words that the page offers. Raises SettingsError."""
    word = fields.text(name)
    if word not in allowed:
        raise SettingsError(f"the page sent an unknown word as {name}")
    return word


def _read_limit(fields: Fields) -> int | None:
    """How many conversations at most; None for all. Raises SettingsError."""
    words = fields.text("limit")
    if not words:
        return None
    if not words.isdecimal() or int(words) < 1:
        raise SettingsError("the largest number is 1 or more, or empty for all")
    return int(words)


def _read_until(session: Session, words: str) -> datetime | None:
    """The next time that a clock shows these hours and minutes. Raises SettingsError."""
    if not words:
        return None
    try:
        clock = datetime.strptime(words, "%H:%M")
    except ValueError:
        raise SettingsError("the time to stop is hours and minutes, such as 18:30") from None
    now = localize(session, session.now())
    until = now.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    if until <= now:
        until += timedelta(days=1)
    return until


PLACE = Place(
    _NAME,
    (
        Route("/send", show),
        Route("/send-key", take_choice(store_key), methods=["POST"]),
        Route("/send-start", take_choice(start), methods=["POST"]),
    ),
    title="Send",
    key="s",
)
