"""Access control: the checks that every request must pass before a handler sees it.

Every program on this machine can reach a page on 127.0.0.1, and so can, through the browser, every
web site that the user visits. These checks keep them out:

    Host              one of the three names of this machine with our port, exactly: a foreign name
                      that leads here (DNS rebinding) passes every check of addresses
    folder, cookie    only the browser that opened the one-time address has the cookie
    POST              from our own pages only, and JSON, which no form of another site can send
    headers           no script, style, picture or connection but ours; nothing is kept in a cache
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..archive.guard import describe_fault
from .keys import COOKIE, Keys

MAX_BODY = 256 * 1024
"""The most bytes of a choice; a selection of ten thousand recordings takes less."""
START = "start"
_HTTP_PORT = 80
_NAMES = ("127.0.0.1", "localhost", "[::1]")
_METHODS = ("GET", "HEAD", "POST")
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
POLICY_HEADER = "content-security-policy"
HEADERS: Mapping[str, str] = {
    POLICY_HEADER: _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""The headers of every answer. A place may have a stricter policy of its own."""
_USED = (
    "This address works once, and it was used. Use the window in which the page is open, or "
    "run 'transcript-bridge review' again for a new address.\n"
)
_NO_COOKIE = (
    "This page is only for the browser that was opened with it. Run 'transcript-bridge review' "
    "again for a new address.\n"
)


class _Request(NamedTuple):
    """A request, as far as the rules need it."""

    method: str
    path: str
    headers: Headers
    hosts: Sequence[str]


class _Rule(NamedTuple):
    """A reason to refuse a request. applies: whether it does."""

    status: int
    reason: str
    applies: Callable[[_Request], bool]


def _has_foreign_host(request: _Request) -> bool:
    hosts = request.headers.getlist("host")
    return len(hosts) != 1 or hosts[0] not in request.hosts


def _has_foreign_origin(request: _Request) -> bool:
    origins = request.headers.getlist("origin")
    return origins != [f"http://{request.headers['host']}"]


def _is_no_json(request: _Request) -> bool:
    types = request.headers.getlist("content-type")
    return len(types) != 1 or types[0].partition(";")[0].strip().lower() != "application/json"


def _is_from_elsewhere(request: _Request) -> bool:
    return request.headers.getlist("sec-fetch-site") != ["same-origin"]


def _is_too_long(request: _Request) -> bool:
    length = request.headers.get("content-length", "")
    return not length.isdecimal() or int(length) > MAX_BODY


_RULES = (
    _Rule(421, "this is not the host of the page", _has_foreign_host),
    _Rule(405, "no such method", lambda request: request.method not in _METHODS),
)
"""For all requests, in this order."""
_POST_RULES = (
    _Rule(403, "the request is from another origin", _has_foreign_origin),
    _Rule(403, "the request is from another site", _is_from_elsewhere),
    _Rule(415, "only JSON is accepted", _is_no_json),
    _Rule(413, "the length is missing, or too much", _is_too_long),
)
"""Also for requests that change something."""


class Gate:
    """The application behind these checks. port: where the server listens."""

    def __init__(self, app: ASGIApp, port: int, keys: Keys) -> None:
        self._app = app
        self._keys = keys
        self._hosts = [f"{name}:{port}" for name in _NAMES]
        if port == _HTTP_PORT:
            self._hosts += _NAMES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request = _Request(scope["method"], scope["path"], headers, self._hosts)
        refusal = self._refuse(request, scope)
        send = _with_headers(send)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer. The answer after an unexpected error does not contain its
        message."""
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if begun:
                raise
            words = PlainTextResponse(f"{describe_fault(error)}\n", 500)
            await words(scope, receive, send)

    def _refuse(self, request: _Request, scope: Scope) -> Response | None:
        """The answer to a request that is refused or that starts the page; None for any other."""
        refusal = _find_refusal(_RULES, request)
        if refusal is not None:
            return refusal
        root = self._keys.root
        if not request.path.startswith(root):
            return PlainTextResponse("nothing is here\n", 404)
        has_cookie = self._keys.has_cookie(request.headers.getlist("cookie"))
        if request.path == root + START and request.method == "GET":
            return self._start(scope, has_cookie)
        if not has_cookie:
            return PlainTextResponse(_NO_COOKIE, 403)
        if request.method == "POST":
            return _find_refusal(_POST_RULES, request)
        return None

    def _start(self, scope: Scope, has_cookie: bool) -> Response:
        """The answer to the one-time address: it sets the cookie if the token is right. A browser
        that has the cookie may use the address again."""
        root = self._keys.root
        fields = parse_qs(scope["query_string"].decode("latin-1"))
        token = fields.get("token", [""])[0]
        if has_cookie:
            return RedirectResponse(root, 303)
        if not self._keys.use_token(token):
            return PlainTextResponse(_USED, 403)
        answer = RedirectResponse(root, 303)
        answer.set_cookie(COOKIE, self._keys.cookie, path=root, httponly=True, samesite="strict")
        return answer


def _find_refusal(rules: Sequence[_Rule], request: _Request) -> Response | None:
    for rule in rules:
        if rule.applies(request):
            return PlainTextResponse(f"{rule.reason}\n", rule.status)
    return None


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
