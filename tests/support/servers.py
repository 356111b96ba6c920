"""Sandboxes in separate processes, and a proxy that cuts connections."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import random
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import measuring
from tests.support.local_http import LOCAL_HTTP
from tests.support.processes import fork
from transcript_bridge.omi.sandbox import SandboxSettings, serve


@dataclass(frozen=True)
class Server:
    """A sandbox in a separate process."""

    url: str
    data: Path

    def order(self, *faults: dict[str, Any]) -> None:
        LOCAL_HTTP.post(f"{self.url}/_sandbox/faults", json=list(faults)).raise_for_status()

    def clear(self) -> None:
        LOCAL_HTTP.delete(f"{self.url}/_sandbox/faults").raise_for_status()

    def answers(self) -> dict[str, int]:
        found: dict[str, int] = LOCAL_HTTP.get(f"{self.url}/_sandbox/stats").json()["requests"]
        return found

    def mark_writes(self) -> int:
        """A number that changes with each change of the stored conversations. Polling the server
        takes more of a processor than what it is waited for."""
        try:
            return self.data.with_name(f"{self.data.name}-wal").stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def count(self, key: str) -> Counter[str]:
        """Count how often each first segment (its text and speaker) is stored for a key."""
        user = hashlib.sha256(key.encode()).hexdigest()[:16]
        with contextlib.closing(sqlite3.connect(self.data)) as db:
            rows = db.execute(
                "SELECT json_extract(segments, '$[0].text') || '#' "
                "|| json_extract(segments, '$[0].speaker_id') FROM conversations "
                "WHERE user = ? AND status != 'deleted'",
                (user,),
            )
            return Counter(text for (text,) in rows)


_SERVE = """
import json, sys
from pathlib import Path
from transcript_bridge.omi.sandbox import SandboxSettings, serve
chosen = json.loads(sys.argv[1])
# Tests stand a proxy on another port before it, and use its control endpoints.
open_to_tests = {"control_token": "", "checks_port": False}
settings = SandboxSettings(**{**open_to_tests, **chosen, "data": Path(chosen["data"])})
serve(settings, announce=lambda url: print(url, flush=True))
"""


@contextlib.contextmanager
def run_server(folder: Path, **settings: Any) -> Iterator[Server]:
    """Run a sandbox in a separate process, with its conversations in `folder`. The tests of `omi/`
    cover all that it does, so it is not traced."""
    data = _name_data(folder)
    command = [sys.executable, "-c", _SERVE, json.dumps({**settings, "data": str(data)})]
    with measuring.untraced():
        started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with started as process:
        try:
            assert process.stdout is not None
            yield Server(process.stdout.readline().strip(), data)
        finally:
            process.terminate()


@contextlib.contextmanager
def fork_server(folder: Path, **settings: Any) -> Iterator[Server]:
    """The same, forked from this process: a new interpreter imports the sandbox for a second. Not
    from a process that serves, too: the fork would keep its port open."""
    data = _name_data(folder)
    chosen = SandboxSettings(control_token="", checks_port=False, data=data, **settings)
    reader, writer = os.pipe()

    def announce(url: str) -> None:
        os.write(writer, url.encode())
        os.close(writer)

    def work() -> int:
        serve(chosen, announce=announce)
        return 0

    pid = fork(work)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as announced:
        url = announced.read()
    try:
        yield Server(url, data)
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


def _name_data(folder: Path) -> Path:
    return folder / f"server-{random.getrandbits(40):x}.db"


@contextlib.contextmanager
def run_proxy(target: str, chance: float, seed: int) -> Iterator[str]:
    """Run a proxy to `target` that cuts connections before, in, and after the request and the
    answer."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            asyncio.run(_Proxy(target, chance, seed).serve(listener))
        os._exit(0)
    listener.close()
    try:
        yield url
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


class _Proxy:
    """Cuts each exchange with a chance, at one of five points."""

    def __init__(self, target: str, chance: float, seed: int) -> None:
        self.port = int(target.rpartition(":")[2])
        self.chance = chance
        self.dice = random.Random(seed)

    async def serve(self, listener: socket.socket) -> None:
        server = await asyncio.start_server(self.talk, sock=listener, limit=2**22)
        async with server:
            await server.serve_forever()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            while True:
                request = await _read_message(reader)
                point = self.dice.randrange(5) if self.dice.random() < self.chance else None
                if point == 0:
                    break  # before anything was passed on
                back, forth = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
                forth.write(request[: len(request) // 2] if point == 1 else request)
                await forth.drain()
                if point == 1:
                    forth.close()
                    break
                if point == 2:
                    break  # while the server works on it
                answer = await _read_message(back)
                forth.close()
                if point == 3:
                    break  # the server is done, and its answer is lost
                writer.write(answer[: len(answer) // 2] if point == 4 else answer)
                await writer.drain()
                if point == 4:
                    await asyncio.sleep(0.02)
                    break
        cut = writer.get_extra_info("socket")
        if cut is not None:
            with contextlib.suppress(OSError):
                cut.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.close()


async def _read_message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    size = int(lengths[0].split(b":")[1]) if lengths else 0
    return head + (await reader.readexactly(size) if size else b"")
