"""What goes wrong on demand, below the endpoints: cut connections, lost answers, wrong answers.

reset_before           the connection is reset, nothing was done
reset_after_store      it was done, then the connection is reset
timeout_after_store    it was done, then nothing comes for `seconds`, then a reset
delay                  nothing is done for `seconds`, then all goes well
status                 an empty answer with `status`; done before if `stored`
plain_500              the answer of a crash, `Connection: close`; done before if `stored`
json_500               making the conversation fails: nothing is stored, its session id is free
                       again
503                    the rate limiter is unavailable: nothing was done
429_without_header     the rare one that does not say how long to wait: nothing was done
garbage                it was done, and the answer is 200 with a page of HTML
cut_answer             it was done, and the answer breaks off in the middle
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .schema import Fault

PROCESSING_FAILED = "Error processing conversation, please try again later"
Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds, as asyncio.sleep does."""
FAIL_PROCESSING = "sandbox.fail_processing"
"""Set in the ASGI scope, it makes the endpoint fail where the real one calls its models."""


class FaultDesk:
    """The orders for faults that are still open, and the count of what was answered."""

    def __init__(self) -> None:
        self._open: list[tuple[Fault, random.Random]] = []
        self.answers: Counter[str] = Counter()
        """`POST 200` -> how often; a reset connection is `POST reset`."""
        self.sleep: Sleep = asyncio.sleep
        """What a delay waits with. Tests give another."""

    def order(self, fault: Fault) -> None:
        """Add one. The earliest that matches a request is used."""
        self._open.append((fault, random.Random(fault.seed)))

    def clear(self) -> None:
        """Forget all that are open."""
        self._open.clear()

    def list_open(self) -> list[Fault]:
        """Those still to happen, with what is left of their counts."""
        return [fault for fault, _ in self._open]

    def draw(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if one is due."""
        for fault, chances in self._open:
            if fault.path not in path or (fault.method or method).upper() != method:
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if chances.random() >= fault.probability:
                continue
            if fault.count is not None:
                fault.count -= 1
            self._open = [(other, dice) for other, dice in self._open if other.count != 0]
            return fault
        return None


class FaultInjection:
    """The ASGI layer around the endpoints of the API."""

    def __init__(self, app: ASGIApp, desk: FaultDesk) -> None:
        self.app = app
        self.desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        method: str = scope["method"]

        async def count_answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.desk.answers[f"{method} {message['status']}"] += 1
            await send(message)

        fault = self.desk.draw(method, scope["path"])
        if fault is None:
            await self.app(scope, receive, count_answer)
        else:
            await self._go_wrong(fault, scope, receive, count_answer)

    async def _go_wrong(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind == "delay":
            await self.desk.sleep(fault.seconds)
        if fault.kind in _CARRIED_OUT or (fault.stored and fault.kind in ("status", "plain_500")):
            await self.app(scope, receive, _swallow)
        if fault.kind in _CUTS:
            self.desk.answers[f"{scope['method']} reset"] += 1
            await _CUTS[fault.kind](fault, receive, send)
            return
        answer = _answer_of(fault, scope)
        await (answer or self.app)(scope, receive, send)


async def _swallow(message: Message) -> None:
    """Where answers go that the client shall not see."""


def _answer_of(fault: Fault, scope: Scope) -> Response | None:
    """The wrong answer; None where the endpoint shall answer itself."""
    if fault.kind == "status":
        return Response(status_code=fault.status)
    if fault.kind == "plain_500":
        return answer_crash()
    if fault.kind == "503":
        return JSONResponse({"detail": "Rate limiter unavailable"}, 503)
    if fault.kind == "429_without_header":
        return JSONResponse({"detail": {"code": "rate_limited", "retryable": True}}, 429)
    if fault.kind == "garbage":
        return HTMLResponse("<html><title>Sign in to this network</title></html>")
    if fault.kind == "json_500":
        if scope["method"] != "POST":
            return JSONResponse({"detail": PROCESSING_FAILED}, 500)
        scope[FAIL_PROCESSING] = True
    return None


def answer_crash() -> Response:
    """What a crash looks like from outside."""
    return PlainTextResponse("Internal Server Error", 500, headers={"Connection": "close"})


async def _reset(_fault: Fault, receive: Receive, _send: Send) -> None:
    """Cut the connection as a dying machine does: with a TCP reset, and no HTTP.

    ASGI has no word for that. `receive` is a method of uvicorn's request cycle, which holds the
    transport; lingering for zero seconds makes the kernel send RST in place of FIN.
    """
    transport: asyncio.Transport = receive.__self__.transport  # type: ignore[attr-defined]
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _wait_for_end(receive)


async def _reset_late(fault: Fault, receive: Receive, send: Send) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_wait_for_end(receive), fault.seconds)
        return
    await _reset(fault, receive, send)


async def _cut_answer(fault: Fault, receive: Receive, send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"application/json"), (b"content-length", b"100")],
        }
    )
    await send({"type": "http.response.body", "body": b'{"id": "', "more_body": True})
    await asyncio.sleep(0.05)  # so that the half answer is on its way before the reset overtakes it
    await _reset(fault, receive, send)


async def _wait_for_end(receive: Receive) -> None:
    """Until the connection is gone: returning earlier would make uvicorn write an answer."""
    while (await receive())["type"] != "http.disconnect":
        pass


_CUTS: dict[str, Callable[[Fault, Receive, Send], Awaitable[None]]] = {
    "reset_before": _reset,
    "reset_after_store": _reset,
    "timeout_after_store": _reset_late,
    "cut_answer": _cut_answer,
}
_CARRIED_OUT = frozenset({"reset_after_store", "timeout_after_store", "garbage", "cut_answer"})
