"""What an attack did to uploads: signals, clocks, disks, backups and other processes.

`torture.py --only attacks` runs it. Each attack is a function that disturbs uploads of one number's
sources; a clean run follows, and then everything is counted as after a kill.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import fork, join
from tests.support.servers import Server
from transcript_bridge.errors import BridgeError
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.ledger import Ledger, name_account, plan_again
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.settle import Patience
from transcript_bridge.transfer.states import State, Upload
from transcript_bridge.transfer.undo import UNDOABLE, Undoer
from transcript_bridge.transfer.uploader import Uploader

LONGEST = 60.0
"""Seconds after which a process is taken to hang."""
LEASE = 2.0
PROCESSES = 8
DAY = 86_400.0
_STOPPED = 4
_DISK = 60_000
"""Bytes beyond which no file grows on the full disk; less than the ledger of one run."""


@dataclass(frozen=True)
class Scene:
    """One number's uploads, their ledger, and the server."""

    number: int
    uploads: list[Upload]
    server: Server
    ledger: Path
    patience: Patience
    dice: random.Random

    @property
    def key(self) -> str:
        return f"omi_dev_torture{self.number}"

    @property
    def account(self) -> str:
        return name_account(self.server.url, self.key)

    def upload(self, clock: Clock | None = None) -> int:
        """One run in this process; 4 where something is left."""
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
                patience=self.patience,
                lease=LEASE,
                clock=clock,
            )
            summary = uploader.run(self.uploads)
        return _STOPPED if summary.left or summary.stopped else 0

    def start(self, clock: Clock | None = None) -> int:
        """The same in a process of its own; its number."""
        return fork(lambda: self.upload(clock))

    def pause(self, longest: float = 0.3) -> None:
        """Let the others work for a moment."""
        time.sleep(self.dice.uniform(0.01, longest))


Attack = Callable[[Scene], None]


def send_signals(scene: Scene, *signals: int) -> None:
    """The real command, which handles signals, is sent some of them, one after the other."""
    files = scene.ledger.with_suffix(".files")
    files.mkdir(exist_ok=True)
    for number in range(4):
        text = f"signals {scene.number} {number} " + "and so on and so forth " * 20
        cue = f"1\n00:00:01,000 --> 00:00:09,000\n{text}\n"
        (files / f"2026-01-15 {number + 10}.00.srt").write_text(cue)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(files),
        "OMI_API_KEY": scene.key + "signals",
        "OMI_API_BASE": scene.server.url,
        "TRANSCRIPT_BRIDGE_LEDGER": str(files / "ledger.db"),
    }
    words = [
        sys.executable,
        "-m",
        "transcript_bridge",
        "migrate",
        "--gap",
        "0",
        "--yes",
        str(files),
    ]
    for attempt in range(3):
        with subprocess.Popen(
            words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            if attempt < 2:
                _wait_for_work(scene, process)
                for each in signals:
                    process.send_signal(each)
                    scene.pause(0.05)
            said = process.communicate(timeout=LONGEST)[1]
        if "Traceback" in said:
            raise AssertionError(f"signals {signals}: {said}")
    stored = scene.server.count(scene.key + "signals")
    if sorted(stored.values()) != [1] * 4:
        raise AssertionError(f"signals {signals}: stored {stored}")


def _wait_for_work(scene: Scene, process: subprocess.Popen[str]) -> None:
    """Until the server has been asked once more, and a moment; or the process has ended."""
    before = sum(scene.server.answers().values())
    give_up = time.monotonic() + LONGEST
    while process.poll() is None and sum(scene.server.answers().values()) == before:
        if time.monotonic() > give_up:
            raise AssertionError("the command sent nothing")
        time.sleep(0.005)
    scene.pause(0.02)


def terminate(scene: Scene) -> None:
    """SIGTERM."""
    send_signals(scene, signal.SIGTERM)


def interrupt_twice(scene: Scene) -> None:
    """Ctrl-C, and again before the first has ended the run."""
    send_signals(scene, signal.SIGINT, signal.SIGINT)


def jump_clocks(scene: Scene) -> None:
    """Runs that are killed, each with a clock of its own, days apart; and one whose clock jumps at
    every look."""
    for _ in range(3):
        shift = scene.dice.choice((-DAY, -7200.0, 7200.0, DAY))
        now = _shifted(shift)
        pid = scene.start(Clock(now=now))
        _kill(pid, scene.dice.uniform(0.05, 0.4))
    dice = scene.dice
    pid = scene.start(Clock(now=lambda: time.time() + dice.uniform(-DAY, DAY)))
    _kill(pid, scene.dice.uniform(0.05, 0.4))


def _kill(pid: int, seconds: float) -> None:
    """End a process with kill -9 after so many seconds, if it still runs."""
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _shifted(seconds: float) -> Callable[[], float]:
    return lambda: time.time() + seconds


def fill_the_disk(scene: Scene) -> None:
    """No file grows any further in the middle of a run."""

    def work() -> int:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limit = scene.dice.randrange(_DISK // 2, 2 * _DISK)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            return scene.upload()
        except BridgeError as error:
            return error.exit_code

    for _ in range(2):
        code = join(fork(work), LONGEST)
        if code not in (0, 1, _STOPPED):
            raise AssertionError(f"full disk: ended with {code}")


def restore_the_ledger(scene: Scene) -> None:
    """A sound copy of the ledger is made in the middle, and put back after more was sent."""
    _kill(scene.start(), scene.dice.uniform(0.05, 0.2))
    backup = scene.ledger.with_suffix(".backup")
    if not scene.ledger.exists():
        return
    with (
        contextlib.closing(sqlite3.connect(scene.ledger)) as source,
        contextlib.closing(sqlite3.connect(backup)) as copy,
    ):
        source.backup(copy)
    _kill(scene.start(), scene.dice.uniform(0.05, 0.4))
    for suffix in ("-wal", "-shm"):
        scene.ledger.with_name(scene.ledger.name + suffix).unlink(missing_ok=True)
    shutil.copy(backup, scene.ledger)


def undo_and_retry_meanwhile(scene: Scene) -> None:
    """Three processes: one uploads, one undoes, one plans again what was deleted."""
    for _ in range(2):
        pids = [scene.start(), fork(lambda: _undo(scene)), fork(lambda: _retry(scene))]
        for pid in pids:
            code = join(pid, LONGEST)
            if code not in (0, 1, _STOPPED):
                raise AssertionError(f"upload, undo and retry: one ended with {code}")


def _undo(scene: Scene) -> int:
    scene.pause(0.1)
    with OmiClient(scene.key, scene.server.url) as client, Ledger(scene.ledger) as ledger:
        undoer = Undoer(client, ledger, scene.account, pace=Pace(gap=0))
        for _undone in undoer.undo(ledger.select(scene.account, UNDOABLE)):
            scene.pause(0.02)
    return 0


def _retry(scene: Scene) -> int:
    scene.pause(0.2)
    states = {State.REJECTED, State.BLOCKED, State.DELETED}
    with Ledger(scene.ledger) as ledger:
        for entry in ledger.select(scene.account, states):
            fresh = entry.row.state is State.DELETED
            with contextlib.suppress(BridgeError):  # it was changed meanwhile
                ledger.change(entry, **plan_again(entry.row, fresh=fresh))
    return 0


def run_eight_at_once(scene: Scene) -> None:
    """Eight processes on one ledger; half of them are killed."""
    pids = [scene.start() for _ in range(PROCESSES)]
    for number, pid in enumerate(pids):
        scene.pause(0.1)
        if number % 2:
            _kill(pid, 0.0)
        elif join(pid, LONGEST) not in (0, _STOPPED):
            raise AssertionError("eight at once: one failed")


ATTACKS: dict[str, Attack] = {
    "SIGTERM": terminate,
    "Ctrl-C twice": interrupt_twice,
    "clock jumps": jump_clocks,
    "disk full": fill_the_disk,
    "ledger restored": restore_the_ledger,
    "upload, undo, retry at once": undo_and_retry_meanwhile,
    "eight processes": run_eight_at_once,
}
