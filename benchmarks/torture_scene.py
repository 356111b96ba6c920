"""The target of an attack: one number's uploads, or the real command, with ledger and server."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture_runs import PATIENCE, SOME_LEFT, Tally
from tests.support.command import Process, start_process
from tests.support.postgres import PostgresServer
from tests.support.prepared_process import PreparedProcess, PreparedPython
from tests.support.processes import fork
from tests.support.servers import Server
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.account_label import name_account
from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.upload import Upload
from transcript_bridge.transfer.uploader import Uploader

LONGEST = 300.0
"""Seconds after which a process is taken to hang."""
_LONGEST_SETTLING = 900.0
"""The same where a request was cut off: on a server that ignores session ids, the command waits ten
minutes before it sends it again."""
LEASE = 2.0
FILES = 4
"""How many recordings the real command migrates."""


@dataclass(frozen=True)
class Scene:
    """One number's uploads, their ledger, and the server.

    ledger: a path, or the URL of `postgres`. attack: its number; each has a key of its own, because
    all attacks share a server. python: what forks the real command; None: each is a new
    interpreter.
    """

    number: int
    uploads: list[Upload]
    generation: str
    server: Server
    folder: Path
    ledger: str | Path
    dice: random.Random
    postgres: PostgresServer | None = None
    python: PreparedPython | None = None
    attack: int = 0

    @property
    def key(self) -> str:
        return f"omi_dev_torture{self.number}attack{self.attack}"

    @property
    def account(self) -> str:
        return name_account(self.server.url, self.key)

    @property
    def ledger_file(self) -> Path:
        """The ledger of an attack that is not on PostgreSQL."""
        return Path(self.ledger)

    def upload(self, clock: Clock | None = None) -> int:
        """One run in this process; SOME_LEFT where something is left."""
        clock = clock or Clock()
        with (
            OmiClient(self.key, self.server.url) as client,
            Ledger(self.ledger, clock) as ledger,
        ):
            uploader = Uploader(
                client,
                ledger,
                self.account,
                pace=Pace(gap=0),
                patience=PATIENCE,
                lease=LEASE,
                clock=clock,
            )
            summary = uploader.run(self.uploads)
        if summary.left or summary.stopped:
            return SOME_LEFT
        return 0

    def start(self, clock: Clock | None = None) -> int:
        """The same in a process of its own; its number."""
        return fork(lambda: self.upload(clock))

    def pause(self, longest: float = 0.3) -> None:
        """Let the others work for a moment."""
        time.sleep(self.dice.uniform(0.01, longest))

    def wait_for_work(self, process: Process | None = None) -> None:
        """Until the server has stored once more, and a moment; or the process has ended."""
        before = self.server.mark_writes()
        give_up = time.monotonic() + LONGEST
        while self.server.mark_writes() == before:
            if process is not None and process.poll() is not None:
                return
            if time.monotonic() > give_up:
                raise AssertionError("nothing was sent")
            time.sleep(0.005)
        self.pause(0.02)

    def pick_life(self) -> float:
        """Seconds after which a process is killed."""
        return self.dice.uniform(0.05, 0.4)


@dataclass(frozen=True)
class Command:
    """The real command `migrate` over files of its own, with a key and a ledger of its own."""

    scene: Scene
    name: str

    @property
    def key(self) -> str:
        return self.scene.key + self.name

    @property
    def files(self) -> Path:
        return self.scene.folder / f"{self.scene.number}-{self.name}"

    def write_files(self) -> None:
        """Recordings with dates in their names; each says something else."""
        self.files.mkdir()
        for number in range(FILES):
            text = f"{self.name} {self.scene.number} {number} " + "and so on and so forth " * 20
            cue = f"1\n00:00:01,000 --> 00:00:09,000\n{text}\n"
            (self.files / f"2026-01-15 {number + 10}.00.srt").write_text(cue)

    @contextmanager
    def start(self, **environ: str) -> Iterator[Process]:
        """Run it. Raises AssertionError where it wrote a traceback or hangs."""
        own = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.files),
            "OMI_API_KEY": self.key,
            "OMI_API_BASE": self.scene.server.url,
            "TRANSCRIPT_BRIDGE_LEDGER": str(self.files / "ledger.db"),
        }
        words = ["migrate", "--gap", "0", "--yes", str(self.files)]
        with self._start(words, {**own, **environ}) as process:
            yield process
            try:
                process.wait(_LONGEST_SETTLING)  # what it prints fits into the pipes
            except subprocess.TimeoutExpired:
                process.kill()
                raise AssertionError(f"{self.name}: the command hangs") from None
            errors = process.communicate()[1]
        if "Traceback" in errors:
            raise AssertionError(f"{self.name}: {errors}")

    def _start(
        self, words: list[str], environ: dict[str, str]
    ) -> PreparedProcess | subprocess.Popen[str]:
        if self.scene.python is None:
            return start_process(words, environ, self.files)
        return self.scene.python.start(words, environ, self.files)

    def finish(self) -> None:
        """A run that nothing disturbs."""
        with self.start() as process:
            pass
        if process.returncode != 0:
            raise AssertionError(f"{self.name}: the clean run ended with {process.returncode}")

    def count(self, tally: Tally) -> None:
        """Count how often each recording is on the server, after the clean run."""
        stored = self.scene.server.count(self.key)
        tally.runs += 1
        tally.requests += FILES
        tally.once += sum(times == 1 for times in stored.values())
        tally.doubled += sum(times > 1 for times in stored.values())
        tally.lost += FILES - len(stored)
        if sorted(stored.values()) != [1] * FILES:
            tally.notes.append(f"{self.name}, run {self.scene.number}: stored {stored}")


Disturb = Callable[[Scene], Command | None]
"""Disturbs the uploads of a scene, or those of a real command, which it returns."""
