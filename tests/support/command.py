"""Runs the command, in this process or in a separate one.

Starting Python and importing the command's libraries takes most of a second of CPU time, far more
than the work of most tests. `run_in_process` replaces what belongs to a process: arguments,
streams, environment, working folder, time zone, log. `prepared_process` forks.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol
from unittest import mock

from transcript_bridge import cli

PATIENCE_SECONDS = 300.0
"""How long a test waits for a process or an event that should come at once. A test that hits it has
found a hang, not a slow machine."""
_KEPT_VARIABLES = (
    "PATH",
    "SYSTEMROOT",
    "LANG",
    "COVERAGE_PROCESS_START",
    "COVERAGE_PROCESS_CONFIG",
    "COVERAGE_FILE",
)

Words = Sequence[str | Path]
"""Arguments of the command."""


@dataclass(frozen=True)
class Ran:
    """The result of one run of the command."""

    code: int
    out: str
    err: str


class Run(Protocol):
    """Runs the command. Keyword arguments are environment variables."""

    def __call__(self, *words: str | Path, stdin: bytes = b"", **environ: str) -> Ran: ...


class Process(Protocol):
    """The common methods of `subprocess.Popen` and `PreparedProcess`."""

    pid: int
    returncode: int | None
    stdout: IO[str] | None
    stderr: IO[str] | None

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def communicate(self, *, timeout: float | None = None) -> tuple[str, str]: ...
    def send_signal(self, number: int) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


class Start(Protocol):
    """Starts the command in a separate process and returns at once."""

    def __call__(self, *words: str | Path, **environ: str) -> Process: ...


def make_environ(home: Path, environ: dict[str, str]) -> dict[str, str]:
    """Make an environment without any of the caller's settings."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {**kept, "HOME": str(home), "APPDATA": str(home), "TZ": "UTC", **environ}


def command_line(words: Words, python: tuple[str, ...] = ()) -> list[str]:
    return [sys.executable, *python, "-m", "transcript_bridge", *map(str, words)]


def run_in_process(
    words: Words,
    stdin: bytes,
    environ: dict[str, str],
    work: Path,
    *,
    one_stream: bool = False,
) -> Ran:
    """Call the command's `main` in this process, as if it were a separate one.

    one_stream: `out` has the lines of both streams in the order in which they were written.
    """
    out = _make_stream()
    err = out if one_stream else _make_stream()
    code = 0
    with (
        mock.patch.object(sys, "argv", ["transcript-bridge", *map(str, words)]),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")),
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", err),
        mock.patch.object(cli, "_ignore_interrupts", _take_interrupts),
        own_surroundings(environ, work),
        own_log(),
    ):
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        out.flush()
        err.flush()
    if one_stream:
        return Ran(code, _text_of(out), "")
    return Ran(code, _text_of(out), _text_of(err))


def run_process(words: Words, stdin: bytes, environ: dict[str, str], work: Path) -> Ran:
    """The same in a new interpreter, in which every warning is an error."""
    done = subprocess.run(
        command_line(words, ("-W", "error")),
        input=stdin,
        capture_output=True,
        cwd=work,
        env=environ,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def start_process(words: Words, environ: dict[str, str], work: Path) -> subprocess.Popen[str]:
    """Start a new interpreter with the command: without input, and with pipes for its output."""
    return subprocess.Popen(
        command_line(words),
        cwd=work,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@contextlib.contextmanager
def own_surroundings(environ: dict[str, str], work: Path) -> Iterator[None]:
    """Use only this environment and this working folder; local time follows TZ."""
    with mock.patch.dict(os.environ, environ, clear=True), contextlib.chdir(work):
        _read_time_zone()
        yield
    _read_time_zone()


@contextlib.contextmanager
def own_log() -> Iterator[None]:
    """End the logging of `-vv` with the run; otherwise it would last until the process ends."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers


def _take_interrupts() -> None:
    """The tests go on after the command. A function, because a Mock takes a millisecond to make."""


def _read_time_zone() -> None:
    if hasattr(time, "tzset"):  # Windows has one time zone for the whole machine
        time.tzset()


def _make_stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")


def _text_of(stream: io.TextIOWrapper) -> str:
    raw = stream.detach()
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode("utf-8")
