"""A private PostgreSQL server."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.command import PATIENCE_SECONDS

_DISCONNECT_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def find_postgres() -> Path | None:
    """Find the folder of PostgreSQL's programs."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


class PostgresServer:
    """A private PostgreSQL server, run by a user without rights. Use it in a `with`."""

    def __init__(self) -> None:
        programs = find_postgres()
        assert programs is not None
        # Not in pytest's folders: every new session of pytest closes them to other users.
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        data = self._folder
        # PostgreSQL refuses to run as root.
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            who = {"user": "nobody", "extra_groups": []}
            shutil.chown(data, "nobody")
        self._port = find_free_port()
        self._run: dict[str, Any] = {
            "cwd": data,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
            **who,
        }
        setup = [programs / "initdb", "-D", data, "-U", "bridge", "-A", "trust", "-N"]
        subprocess.run(setup, check=True, **self._run)
        listen = ["-p", str(self._port), "-h", "127.0.0.1", "-k", "", "-F"]
        self._is_ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        self._command = [programs / "postgres", "-D", data, *listen]
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self._empty: list[str] = []
        self.url = f"postgresql://bridge@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> PostgresServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, and wait until it accepts clients."""
        self._process = subprocess.Popen(self._command, **self._run)
        self._wait_until_ready()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it, and disconnect its clients.

        how: SIGINT rolls open transactions back, SIGQUIT and SIGKILL leave that to the next start.
        """
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    @contextlib.contextmanager
    def lease_database(self) -> Iterator[str]:
        """Lease an empty database until the block ends, and yield its URL. It is used again: a new
        database takes 0.1 CPU seconds and writes 300 files."""
        name = self._empty.pop() if self._empty else self._create_database()
        yield self.url.removesuffix("postgres") + name
        if self._process is None:
            self.start()  # the test has stopped it
        self._make_empty(name)
        self._empty.append(name)

    def _create_database(self) -> str:
        self._databases += 1
        name = f"ledger{self._databases}"
        self._execute(f"CREATE DATABASE {name}", "postgres")
        return name

    def _make_empty(self, name: str) -> None:
        """Disconnect all clients, and drop the tables."""
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        self._execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}", name
        )
        self._execute("DROP SCHEMA public CASCADE", name)
        self._execute("CREATE SCHEMA public", name)

    def _execute(self, statement: str, database: str) -> None:
        import psycopg  # optional

        url = self.url.removesuffix("postgres") + database
        # PostgreSQL does not create a database within a transaction.
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)

    def _wait_until_ready(self) -> None:
        """Wait until it accepts clients; it listens before that."""
        end = time.monotonic() + PATIENCE_SECONDS
        while subprocess.run(self._is_ready, check=False).returncode != 0:
            if time.monotonic() > end:
                raise TimeoutError("PostgreSQL does not start")
            time.sleep(0.02)


def find_free_port() -> int:
    """Find a port below those of outgoing connections: one of these could take the port
    while the server is restarted."""
    while True:
        port = random.randrange(20_000, 30_000)
        with contextlib.suppress(OSError), socket.socket() as free:
            free.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def run_postgres() -> Iterator[str]:
    """Run a private PostgreSQL server; yields its URL."""
    with PostgresServer() as server:
        yield server.url
