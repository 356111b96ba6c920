"""Faults on demand, below the endpoints: cut connections, lost answers, wrong answers.

reset_before           the connection is reset; nothing is done
reset_after_store      the request is carried out, then the connection is reset
timeout_after_store    it is carried out, then nothing comes for `seconds`, then a reset
delay                  nothing happens for `seconds`, then the request is answered normally
status                 an empty answer with `status`; carried out before if `stored`
plain_500              the answer of a crash, and the connection is closed; carried out before if
                       `stored`
json_500               processing the conversation fails: nothing is stored, and its session id is
                       free again
503                    the rate limiter is unavailable; nothing is done
429_without_header     the rare one that does not say how long to wait; nothing is done
garbage                it is carried out, and the answer is 200 with a page of HTML
cut_answer             it is carried out, and the answer breaks off in the middle
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
"""Waits like asyncio.sleep. Takes seconds."""
FAIL_PROCESSING = "sandbox.fail_processing"
"""A key of the ASGI scope that makes the endpoint fail where the real one calls its models."""


_BAD_DAY: tuple[dict[str, object], ...] = (
    {"kind": "reset_before"},
    {"kind": "reset_after_store"},
    {"kind": "status", "status": 502},
    {"kind": "status", "status": 504, "stored": True},
    {"kind": "plain_500"},
    {"kind": "plain_500", "stored": True},
    {"kind": "json_500"},
    {"kind": "503"},
    {"kind": "garbage"},
    {"kind": "cut_answer"},
)


def plan_bad_day(share: float) -> list[Fault]:
    """Endless faults of all kinds that hit about this share of all POSTs."""
    common = {"method": "POST", "count": None, "probability": share / len(_BAD_DAY)}
    faults = []
    for seed, fields in enumerate(_BAD_DAY):
        faults.append(Fault.model_validate({**common, **fields, "seed": seed}))
    return faults


class CrashError(Exception):
    """The server's code fails: 500 as plain text, and the connection is closed."""


class FaultDesk:
    """The open orders for faults, and the number of answers."""

    def __init__(self) -> None:
        self._open: list[tuple[Fault, random.Random]] = []
        self.answers: Counter[str] = Counter()
        """`POST 200` -> how often; a reset connection is `POST reset`."""
        self.sleep: Sleep = asyncio.sleep
        """Waits during a delay. Tests replace it."""

    def order(self, fault: Fault) -> None:
        """Add an order. For each request, the earliest matching one is used."""
        self._open.append((fault, random.Random(fault.seed)))

    def clear(self) -> None:
        """Cancel all open orders."""
        self._open.clear()

    def list_open(self) -> list[Fault]:
        """The open orders, with the rest of their counts."""
        return [fault for fault, _ in self._open]

    def draw(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if one is due."""
        for fault, chances in self._open:
            if not _is_aimed_at(fault, method, path):
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


def _is_aimed_at(fault: Fault, method: str, path: str) -> bool:
    if fault.method is not None and fault.method.upper() != method:
        return False
    return fault.path in path


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
        try:
            if fault is None:
                await self.app(scope, receive, count_answer)
            else:
                await self._go_wrong(fault, scope, receive, count_answer)
        except Exception:  # a crash, which the layer above answers
            self.desk.answers[f"{method} 500"] += 1
            raise

    async def _go_wrong(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind == "delay":
            await self.desk.sleep(fault.seconds)
        if _is_carried_out(fault):
            await self.app(scope, receive, _swallow)
        if fault.kind in _CUTS:
            self.desk.answers[f"{scope['method']} reset"] += 1
            await _CUTS[fault.kind](fault, receive, send)
            return
        if fault.kind == "json_500" and scope["method"] == "POST":
            scope[FAIL_PROCESSING] = True
        answer = _answer_of(fault, scope)
        await (answer or self.app)(scope, receive, send)


def _is_carried_out(fault: Fault) -> bool:
    """Whether the request is carried out before the fault."""
    if fault.kind in _CARRIED_OUT:
        return True
    return fault.stored and fault.kind in ("status", "plain_500")


async def _swallow(message: Message) -> None:
    """Drop an answer that the client must not see."""


_ANSWERS = {
    "503": JSONResponse({"detail": "Rate limiter unavailable"}, 503),
    "429_without_header": JSONResponse(
        {"detail": {"code": "rate_limited", "retryable": True}}, 429
    ),
    "garbage": HTMLResponse("<html><title>Sign in to this network</title></html>"),
    "json_500": JSONResponse({"detail": PROCESSING_FAILED}, 500),
}
"""Answers that are always the same."""


def _answer_of(fault: Fault, scope: Scope) -> Response | None:
    """The wrong answer; None if the endpoint answers normally. Raises CrashError."""
    if fault.kind == "status":
        return Response(status_code=fault.status)
    if fault.kind == "plain_500":
        raise CrashError("ordered")
    if fault.kind == "json_500" and scope["method"] == "POST":
        return None
    return _ANSWERS.get(fault.kind)


def answer_crash() -> Response:
    """The answer to a crash: the connection is closed after it, unannounced."""
    return PlainTextResponse("Internal Server Error", 500)


async def _reset(_fault: Fault, receive: Receive, _send: Send) -> None:
    """Cut the connection as a crashing machine does: with a TCP reset, without HTTP.

    ASGI cannot do that. `receive` is a method of uvicorn's request cycle, which has the transport;
    with a linger time of zero, the kernel sends RST instead of FIN.
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
    await asyncio.sleep(0.05)  # otherwise the reset would overtake the half answer
    await _reset(fault, receive, send)


async def _wait_for_end(receive: Receive) -> None:
    """Wait until the connection is closed: if we returned earlier, uvicorn would write an
    answer."""
    while (await receive())["type"] != "http.disconnect":
        pass


_CUTS: dict[str, Callable[[Fault, Receive, Send], Awaitable[None]]] = {
    "reset_before": _reset,
    "reset_after_store": _reset,
    "timeout_after_store": _reset_late,
    "cut_answer": _cut_answer,
}
_CARRIED_OUT = frozenset({"reset_after_store", "timeout_after_store", "garbage", "cut_answer"})
