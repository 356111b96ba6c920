"""Restricts access to a sandbox: programs of this machine, and no web page.

A page whose name suddenly resolves to 127.0.0.1 (DNS rebinding) may send requests here and read the
answers, but its name stays in the Host header. A page may also send simple requests to any address
without reading the answers, so endpoints that show or change the sandbox itself need a token.
"""

import secrets
from typing import Annotated

from fastapi import Header, HTTPException, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN_HEADER = "X-Sandbox-Token"
_NAMES = ("127.0.0.1", "localhost")
_MISDIRECTED = 421
_HTTP_PORT = 80


def make_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(18)


class HostCheck:
    """Answers only requests whose Host header names this server.

    checks_port: False behind a proxy on another port of this machine, which passes the header on.
    """

    def __init__(self, app: ASGIApp, *, checks_port: bool) -> None:
        self._app = app
        self._checks_port = checks_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 421."""
        if scope["type"] != "http" or self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        answer = PlainTextResponse(
            "this sandbox answers only to its own address, such as http://127.0.0.1:8700",
            _MISDIRECTED,
        )
        await answer(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return False
        host = hosts[0].decode("latin-1").lower()
        name, _, port = host.partition(":")
        if name not in _NAMES:
            return False
        if not self._checks_port:
            return True
        _, own_port = scope["server"]
        expected = {str(own_port)}
        if own_port == _HTTP_PORT:
            expected.add("")
        return port in expected


def check_token(
    request: Request, token: Annotated[str | None, Header(alias=TOKEN_HEADER)] = None
) -> None:
    """A dependency of endpoints that need the token: raises 403 without it."""
    wanted: str = request.app.state.sandbox.token
    if wanted and not secrets.compare_digest((token or "").encode(), wanted.encode()):
        raise HTTPException(
            403, f"the header {TOKEN_HEADER} must have the token that was printed at the start"
        )
