"""The stage for torture.py: sandboxes, a proxy that cuts connections, PostgreSQL, and workers that
can be killed.

Each is a process of its own. Workers are forked from one that has imported everything, so that a
run takes milliseconds; a kill -9 hits them as it would hit any other.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import random
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from transcript_bridge.transfer.states import Upload
from transcript_bridge.wire import ConversationRequest

BEGAN = datetime(2024, 1, 24, 15, 0, tzinfo=UTC)
_WORDS = "the quick brown fox jumps over a lazy dog while nobody looks at it and the rain falls"


def make_request(
    name: str,
    minute: int,
    *,
    segments: int = 8,
    words: int = 16,
    speaker: int = 0,
    content: str = "",
) -> ConversationRequest:
    """A request named `name`. `content` (else the name) is what is said: two may say the same."""
    said = content or name
    rows = [
        {
            "text": f"{said} {n} " + " ".join((_WORDS.split() * 9)[:words]),
            "start": float(n),
            "end": n + 0.5,
            "speaker": f"SPEAKER_{speaker:02d}",
            "speaker_id": speaker,
        }
        for n in range(segments)
    ]
    began = BEGAN + timedelta(minutes=minute)
    return ConversationRequest.model_validate(
        {
            "transcript_segments": rows,
            "started_at": began,
            "finished_at": began + timedelta(seconds=segments),
            "client_session_id": f"torture-{name}",
        }
    )


def make_upload(path: str, requests: Sequence[ConversationRequest]) -> Upload:
    """A source that consists of them."""
    digest = hashlib.sha256(" ".join(r.client_session_id for r in requests).encode()).hexdigest()
    return Upload(path, "options", lambda: digest, lambda: requests)


@dataclass(frozen=True)
class Server:
    """A sandbox in a process of its own."""

    url: str
    data: Path

    def order(self, *faults: dict[str, Any]) -> None:
        httpx.post(
            f"{self.url}/_sandbox/faults", json=list(faults), trust_env=False
        ).raise_for_status()

    def clear(self) -> None:
        httpx.delete(f"{self.url}/_sandbox/faults", trust_env=False).raise_for_status()

    def answers(self) -> dict[str, int]:
        found: dict[str, int] = httpx.get(f"{self.url}/_sandbox/stats", trust_env=False).json()[
            "requests"
        ]
        return found

    def count(self, key: str) -> Counter[str]:
        """How often each text (of a first segment, with its speaker) is stored for a key."""
        user = hashlib.sha256(key.encode()).hexdigest()[:16]
        with contextlib.closing(sqlite3.connect(self.data)) as db:
            rows = db.execute(
                "SELECT json_extract(segments, '$[0].text') || '#' || json_extract(segments, '$[0].speaker_id') "
                "FROM conversations WHERE user = ? AND status != 'deleted'",
                (user,),
            )
            return Counter(text for (text,) in rows)


def mark(request: ConversationRequest) -> str:
    """What `Server.count` counts a request under."""
    first = request.transcript_segments[0]
    return f"{first.text}#{first.speaker_id}"


_SERVE = """
import json, sys
from pathlib import Path
from transcript_bridge.omi.sandbox import SandboxSettings, serve
chosen = json.loads(sys.argv[1])
serve(SandboxSettings(**{**chosen, "data": Path(chosen["data"])}), announce=lambda url: print(url, flush=True))
"""


@contextlib.contextmanager
def run_server(folder: Path, **settings: Any) -> Iterator[Server]:
    """A sandbox of its own process; its conversations lie in `folder`."""
    import json

    data = folder / f"server-{random.getrandbits(40):x}.db"
    command = [sys.executable, "-c", _SERVE, json.dumps({**settings, "data": str(data)})]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Server(process.stdout.readline().strip(), data)
        finally:
            process.terminate()


@contextlib.contextmanager
def run_proxy(target: str, chance: float, seed: int) -> Iterator[str]:
    """A way to `target` on which connections are cut before, in, and after the request and the
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
                    break  # in the middle of the server's work
                answer = await _read_message(back)
                forth.close()
                if point == 3:
                    break  # done, and nobody hears of it
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


def fork(work: Callable[[], int]) -> int:
    """Run `work` in a process of its own; its number."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            code = work()
        except BaseException as error:
            if os.environ.get("TORTURE_TRACE"):
                raise
            print(
                f"worker {os.getpid()}: {type(error).__name__}: {error}",
                file=sys.stderr,
                flush=True,
            )
        finally:
            os._exit(code)
    return pid


def join(pid: int, seconds: float | None = None) -> int | None:
    """The exit code, negative for a signal; after so many seconds it is killed, and None."""
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        found, status = os.waitpid(pid, 0 if end is None else os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if end is not None and time.monotonic() >= end:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return None
        time.sleep(0.002)


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's programs."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


@contextlib.contextmanager
def run_postgres(folder: Path) -> Iterator[str]:
    """A private PostgreSQL server in `folder`, as a user without rights; yields its URL."""
    programs = find_postgres()
    assert programs is not None
    data = folder / "pg"
    data.mkdir(mode=0o700)
    # PostgreSQL refuses to run as root; the folders above must let its user through.
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        who = {"user": "nobody", "extra_groups": []}
        shutil.chown(data, "nobody")
        for above in [folder, *folder.parents]:
            if above.stat().st_uid == 0 and above != Path("/"):
                above.chmod(above.stat().st_mode | 0o011)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run: dict[str, Any] = {
        "cwd": data,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        **who,
    }
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "bridge", "-A", "trust", "-N"], check=True, **run
    )
    command = [
        programs / "postgres",
        "-D",
        data,
        "-p",
        str(port),
        "-h",
        "127.0.0.1",
        "-k",
        "",
        "-F",
    ]
    with subprocess.Popen(command, **run) as process:
        try:
            _wait_for_port(port)
            yield f"postgresql://bridge@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGINT)


def _wait_for_port(port: int) -> None:
    end = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            time.sleep(0.3)  # it listens a moment before it lets anybody in
            return
        if time.monotonic() > end:
            raise TimeoutError("PostgreSQL does not start")
        time.sleep(0.05)
