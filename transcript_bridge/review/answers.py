"""The answers of routes: a page, or the outcome of a choice as JSON.

A choice is a POST with JSON. Its answer says what was done, and has new HTML for the parts of the
page that it changes, by their ids:

    {"said": "SPEAKER_00 is Alice Doe here", "undo": "Undo", "parts": {"voices": "<section …>"}}

A choice that cannot be made is answered with 400 and `error`. If another program has changed the
settings meanwhile, the answer is 409.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from ..errors import BridgeError, InputError, SettingsConflictError, SettingsError
from ..report.html import Markup, tag
from .frame import render_page
from .gate import MAX_BODY
from .session import Session

Value = TypeVar("Value")

_MAX_TEXT = 4000
"""The most characters of a text in a choice."""


class ChoiceOutcome(NamedTuple):
    """The outcome of a choice. parts: new HTML by the id of its element. data: anything else that a
    script needs. said: for the status line; if it is empty, the text given to `Session.decide` is
    shown.
    """

    said: str = ""
    parts: Mapping[str, Markup] = {}
    data: Mapping[str, Any] = {}


class Fields:
    """The fields of a choice, from its JSON object. Every method that reads one may raise
    SettingsError."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def has(self, name: str) -> bool:
        """Whether a field was sent."""
        return name in self._data

    def text(self, name: str) -> str:
        """A text, stripped."""
        return _read_text(name, self._data.get(name))

    def number(self, name: str) -> int:
        """A whole number that is not negative."""
        return _read_number(name, self._data.get(name))

    def numbers(self, name: str) -> list[int]:
        """A list of whole numbers."""
        return self._read_list(name, _read_number)

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        return self._read_list(name, _read_text)

    def _read_list(self, name: str, read: Callable[[str, Any], Value]) -> list[Value]:
        values = self._data.get(name)
        if not isinstance(values, list):
            raise SettingsError(f"the page sent no list as {name}")
        return [read(name, value) for value in values]

    def flag(self, name: str, default: bool | None = None) -> bool:
        """True or false. default: if the field was not sent."""
        value = self._data.get(name, default)
        if not isinstance(value, bool):
            raise SettingsError(f"the page sent neither true nor false as {name}")
        return value


def _read_text(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise SettingsError(f"the page sent no text as {name}")
    return value.strip()


def _read_number(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SettingsError(f"the page sent no number as {name}")
    return value


def read_moment(local: str, zone: str) -> datetime:
    """The moment of `2024-01-24T15:04` in a zone, with an offset because TOML has no zones.

    Raises SettingsError.
    """
    try:
        written = datetime.fromisoformat(local)
    except ValueError:
        raise SettingsError("the date or the time is not complete") from None
    try:
        moment = written.replace(tzinfo=ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        message = f"{zone!r} is not a time zone; write one such as Europe/Berlin"
        raise SettingsError(message) from None
    return datetime.fromisoformat(moment.isoformat())


def read_session(request: Request) -> Session:
    """The session of the page."""
    session: Session = request.app.state.session
    return session


def answer_page(
    request: Request, place: str, title: str, *children: Any, status: int = 200
) -> HTMLResponse:
    """A whole page with its frame."""
    return HTMLResponse(render_page(request, place, title, *children), status)


def take_choice(
    choose: Callable[[Session, Fields], ChoiceOutcome],
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a choice. choose: runs in a thread; it may raise any BridgeError."""

    async def endpoint(request: Request) -> Response:
        session = read_session(request)
        try:
            fields = Fields(await _read_object(request))
            outcome = await run_in_threadpool(choose, session, fields)
        except BridgeError as error:
            return _refuse(session, error)
        if outcome.said:
            session.note(outcome.said)
        answer = {
            "said": session.said,
            "undo": session.describe_undo(session.said),
            "parts": dict(outcome.parts),
            **outcome.data,
        }
        return JSONResponse(answer)

    return endpoint


def _refuse(session: Session, error: BridgeError) -> JSONResponse:
    """The answer to a choice that was not made: 409 after a change by another program, otherwise
    400."""
    status = 400
    if isinstance(error, SettingsConflictError):
        status = 409
        session.note(str(error))
    return JSONResponse({"error": str(error), "undo": session.describe_undo(str(error))}, status)


async def _read_object(request: Request) -> Mapping[str, Any]:
    """The JSON object that was sent. Raises SettingsError."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise SettingsError("the page sent too much data for a choice")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise SettingsError("the page sent no JSON") from None
    if not isinstance(data, dict):
        raise SettingsError("the page sent no JSON object")
    return data


def answer_error(request: Request, error: Exception) -> Response:
    """A page with the message of a BridgeError."""
    status = 404 if isinstance(error, InputError) else 500
    back = tag("p", tag("a", "Back to the archive", href="archive"))
    words = tag("p", str(error), class_="wrong")
    title = "Not possible"
    return answer_page(request, "", title, tag("h1", title), words, back, status=status)


def answer_missing(request: Request, error: Exception) -> Response:
    """One line of text for an HTTP error, such as 404."""
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{error.detail}\n", error.status_code)
