"""The routes of Send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ....config import Order
from ....errors import SettingsError
from ....report.html import tag
from ....transfer.ledger import ChangePolicy
from ...answers import ChoiceOutcome, Fields, answer_page, read_session, take_choice
from ...ledger_access import preview_sending
from ...place import PagePlace
from ...sender import SendChoices
from ...session import Session
from ...wording import shown_zone
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
    if session.contents is not None:
        session.wait_until_read()  # a choice may have changed what is sent
    preview = preview_sending(session)
    if preview is None:
        return answer_page(request, _NAME, "Send", title, render_reading(session.progress))
    return answer_page(request, _NAME, "Send", title, render_content(session, preview))


def store_key(session: Session, fields: Fields) -> ChoiceOutcome:
    """Check a key and store it. No answer ever contains the key."""
    key = fields.text("key")
    if not key:
        raise SettingsError("enter the key first")
    place = session.sender.store_key(key)
    preview = preview_sending(session)
    if preview is None:
        raise SettingsError("the archive is still being read")
    parts = {
        "account": render_account(session, preview),
        "start": render_start(session, preview),
    }
    return ChoiceOutcome(f"Omi knows this key. It is stored in {place}", parts)


def start(session: Session, fields: Fields) -> ChoiceOutcome:
    """Begin to send."""
    choices = SendChoices(
        changed=_choose(fields, "changed", get_args(ChangePolicy)),
        limit=_read_limit(fields),
        until=_read_until(session, fields.text("until")),
        is_same_account=_SAME[_choose(fields, "same", tuple(_SAME))],
    )
    session.sender.start(choices)
    return ChoiceOutcome("Sending has begun", data={"go": "progress"})


def _read_gap(words: str) -> float | None:
    """Seconds; None to join nothing. Raises SettingsError."""
    if not words:
        return None
    try:
        gap = float(words)
    except ValueError:
        raise SettingsError("the gap is a number of seconds, such as 5") from None
    return int(gap) if gap.is_integer() else gap


def _read_rate(words: str) -> int | None:
    """Writes in an hour; None for as many as the server allows. Raises SettingsError."""
    message = "the number for an hour is 1 or more, or empty for all that Omi allows"
    return _read_count(words, message)


def _read_order(words: str) -> str | None:
    """The order; None for the default. Raises SettingsError."""
    if words not in get_args(Order):
        raise SettingsError("the page sent an unknown order")
    return None if words == "found" else words


def _read_titles(words: str) -> bool | None:
    """Whether titles are sent; None for the default, no."""
    return True if words == "yes" else None


class _Setting(NamedTuple):
    """A setting for the whole archive. read: reads its text."""

    title: str
    read: Callable[[str], Any]


_SETTINGS: Mapping[str, _Setting] = {
    "merge_gap": _Setting("Seconds between lines that are joined", _read_gap),
    "rate": _Setting("Writes in an hour", _read_rate),
    "order": _Setting("First", _read_order),
    "titles": _Setting("Titles", _read_titles),
}


def _name_value(value: object) -> str:
    return "yes" if value is True else str(value)


def choose_setting(session: Session, fields: Fields) -> ChoiceOutcome:
    """Write a setting of the whole archive."""
    name = fields.text("name")
    if name not in _SETTINGS:
        raise SettingsError("the page sent an unknown setting")
    setting = _SETTINGS[name]
    value = setting.read(fields.text("value"))
    shown = "as usual" if value is None else _name_value(value)
    said = f"{setting.title}: {shown}"
    session.decide(said, lambda to: [to.set_for_all(name, value)])
    return ChoiceOutcome(data={"go": "send"})


def _choose(fields: Fields, name: str, allowed: tuple[str, ...]) -> Any:
    """One of the words that the page offers. Raises SettingsError."""
    word = fields.text(name)
    if word not in allowed:
        raise SettingsError(f"the page sent an unknown word as {name}")
    return word


def _read_limit(fields: Fields) -> int | None:
    """The most conversations to send; None for all. Raises SettingsError."""
    return _read_count(fields.text("limit"), "the largest number is 1 or more, or empty for all")


def _read_count(words: str, message: str) -> int | None:
    """Read a number of at least 1; None if empty. Raises SettingsError with this message."""
    if not words:
        return None
    if not words.isdecimal() or int(words) < 1:
        raise SettingsError(message)
    return int(words)


def _read_until(session: Session, words: str) -> datetime | None:
    """The next moment when a clock shows these hours and minutes. Raises SettingsError."""
    if not words:
        return None
    try:
        clock = datetime.strptime(words, "%H:%M")
    except ValueError:
        raise SettingsError("the time to stop is hours and minutes, such as 18:30") from None
    now = session.now().astimezone(shown_zone(session))
    until = now.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    if until <= now:
        until += timedelta(days=1)
    return until


PLACE = PagePlace(
    _NAME,
    (
        Route("/send", show),
        Route("/send-key", take_choice(store_key), methods=["POST"]),
        Route("/send-setting", take_choice(choose_setting), methods=["POST"]),
        Route("/send-start", take_choice(start), methods=["POST"]),
    ),
    title="Send",
    key="s",
)
