"""Starts the command in a separate process within milliseconds.

A new interpreter imports the command's libraries for most of a second. Here one does so for a whole
session and forks, see `prepared_python`. tests/cli/test_process.py starts new interpreters.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from tests.support.command import PATIENCE_SECONDS, Ran, Words

IS_POSSIBLE = sys.platform == "linux"
"""Forks, and sockets that keep messages apart."""
_SCRIPT = Path(__file__).with_name("prepared_python.py")
_CHECKED = ("-P", "-W", "error")
"""Every warning is an error; nothing is imported from the folder of the script."""


class PreparedProcess:
    """One run, with the part of `subprocess.Popen` that tests use."""

    def __init__(self, pid: int, ending: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdout: IO[str] | None = None
        self.stderr: IO[str] | None = None
        self._ending = ending

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            ready, _, _ = select.select([self._ending], [], [], timeout)
            if not ready:
                raise subprocess.TimeoutExpired("transcript-bridge", timeout or 0)
            self.returncode = int(self._ending.recv(64))
        return self.returncode

    def communicate(self, *, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end, and return the rest of its output."""
        assert self.stdout is not None
        assert self.stderr is not None
        errors: list[str] = []
        reader = threading.Thread(target=lambda err: errors.append(err.read()), args=[self.stderr])
        reader.start()
        printed = self.stdout.read()
        reader.join()
        self.wait(timeout)
        return printed, "".join(errors)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # it has ended in this moment
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> PreparedProcess:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self.stdout, self.stderr):
            if stream is not None:
                stream.close()
        self.wait(PATIENCE_SECONDS)
        self._ending.close()


class PreparedPython:
    """The interpreter that forks. Use it as a context manager."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._requests.settimeout(PATIENCE_SECONDS)
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, *_CHECKED, _SCRIPT, str(theirs.fileno())],
                env=environ,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is meant for the tests
            )

    def __enter__(self) -> PreparedPython:
        return self

    def __exit__(self, *_: object) -> None:
        self._requests.close()
        self._server.wait(PATIENCE_SECONDS)

    def start_with(
        self, words: Words, environ: dict[str, str], folder: Path, streams: Mapping[int, int]
    ) -> PreparedProcess:
        """Start the command with these descriptors as its streams; missing ones are closed."""
        request = {
            "words": [str(word) for word in words],
            "environ": environ,
            "folder": str(folder),
            "streams": list(streams),
        }
        ending, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            message = json.dumps(request).encode()
            socket.send_fds(self._requests, [message], [theirs.fileno(), *streams.values()])
        return PreparedProcess(int(self._requests.recv(64)), ending)

    def start(self, words: Words, environ: dict[str, str], folder: Path) -> PreparedProcess:
        """Start the command without input, and with pipes for its output."""
        out_reader, out = os.pipe()
        err_reader, err = os.pipe()
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123
            streams = {0: nothing.fileno(), 1: out, 2: err}
            process = self.start_with(words, environ, folder, streams)
        os.close(out)
        os.close(err)
        process.stdout = os.fdopen(out_reader, encoding="utf-8")
        process.stderr = os.fdopen(err_reader, encoding="utf-8")
        return process

    def run_with(
        self, words: Words, environ: dict[str, str], folder: Path, streams: Mapping[int, int]
    ) -> int:
        """Run the command with these descriptors as its streams; returns the exit code."""
        with self.start_with(words, environ, folder, streams) as process:
            return process.wait(PATIENCE_SECONDS)

    def run(self, words: Words, stdin: bytes, environ: dict[str, str], folder: Path) -> Ran:
        """Run the command to its end, and return its output."""
        with (
            tempfile.TemporaryFile() as source,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            source.write(stdin)
            source.seek(0)
            streams = {0: source.fileno(), 1: out.fileno(), 2: err.fileno()}
            code = self.run_with(words, environ, folder, streams)
            return Ran(code, _read_again(out), _read_again(err))


def _read_again(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
