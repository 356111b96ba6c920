"""Attacks on uploads: signals, clocks, disks, backups, databases and other processes.

`torture.py --only attacks` runs it. Each attack disturbs uploads of one number's sources; a clean
run follows, and then everything is counted as after a kill.
"""

from __future__ import annotations

import contextlib
import resource
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.torture_runs import SOME_LEFT, Tally, count_run, read_rows
from benchmarks.torture_scene import LONGEST, Command, Disturb, Scene
from tests.support.postgres import find_postgres
from tests.support.processes import fork, join, kill_after
from transcript_bridge.errors import BridgeError
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.ledger import Ledger, plan_again
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.states import State
from transcript_bridge.transfer.undo import UNDOABLE, Undoer

PROCESSES = 8
DAY = 86_400.0
HOUR = 3600.0
_CLEAN_RUNS = 3
_DISK = 60_000
"""Bytes beyond which no file grows on the full disk; less than the ledger of one run."""
_ENDS = (0, 1, SOME_LEFT)
"""Exit codes of a process that was disturbed and noticed it."""
_STOPS = (signal.SIGINT, signal.SIGQUIT)
"""PostgreSQL's fast shutdown, and its immediate one, after which it recovers as from a crash."""


# -- signals


def send_signals(scene: Scene, *signals: int) -> Command:
    """The real command, which handles signals, is sent some of them, one after the other."""
    command = Command(scene, "signals")
    command.write_files()
    for _ in range(2):
        with command.start() as process:
            scene.wait_for_work(process)
            for each in signals:
                process.send_signal(each)
                scene.pause(0.05)
    command.finish()
    return command


def terminate(scene: Scene) -> Command:
    """SIGTERM."""
    return send_signals(scene, signal.SIGTERM)


def interrupt_twice(scene: Scene) -> Command:
    """Ctrl-C, and again before the first has ended the run."""
    return send_signals(scene, signal.SIGINT, signal.SIGINT)


# -- clocks


def find_faketime() -> Path | None:
    """The library that gives a process another clock (Debian's package libfaketime)."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return found[0] if found else None


def jump_system_clock(scene: Scene) -> Command:
    """The real command under libfaketime, whose clock jumps by hours and days while it works.

    Each of two runs is ended in the middle; the last one has the true clock. No run is killed on
    servers that ignore session ids: settling what was being sent takes ten minutes there, and
    `jump_clocks` does it with a shorter patience.
    """
    library = find_faketime()
    assert library is not None
    command = Command(scene, "faketime")
    command.write_files()
    clock = command.files.with_suffix(".clock")
    ending = signal.SIGTERM
    if scene.generation == "new":
        ending = signal.SIGKILL
    environ = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        # As on a real machine: a clock that is set does not move the monotonic one.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    for _ in range(2):
        _set_clock(clock, scene)
        with command.start(**environ) as process:
            scene.wait_for_work(process)
            _set_clock(clock, scene)
            scene.pause(0.1)
            _set_clock(clock, scene)
            process.send_signal(ending)
    command.finish()
    return command


def _set_clock(clock: Path, scene: Scene) -> None:
    """Shift the clock of libfaketime; the file is replaced, so that it is never half written."""
    shift = scene.dice.choice((-3 * DAY, -2 * HOUR, -60.0, 60.0, 2 * HOUR, 3 * DAY))
    draft = clock.with_suffix(".draft")
    draft.write_text(f"{shift:+.0f}\n")
    draft.replace(clock)


def jump_clocks(scene: Scene) -> None:
    """Runs that are killed, each with a clock of its own, days apart; and one whose clock jumps at
    every look."""
    dice = scene.dice
    for _ in range(3):
        shift = dice.choice((-DAY, -2 * HOUR, 2 * HOUR, DAY))
        kill_after(scene.start(Clock(now=_shifted(shift))), scene.pick_life())
    pid = scene.start(Clock(now=lambda: time.time() + _jump(dice)))
    kill_after(pid, scene.pick_life())


def _jump(dice: Random) -> float:
    """Seconds; at least two hours, because the next run waits for a moment that is nearer."""
    return dice.choice((-1, 1)) * dice.uniform(2 * HOUR, DAY)


def _shifted(seconds: float) -> Callable[[], float]:
    return lambda: time.time() + seconds


# -- disks and backups


def fill_the_disk(scene: Scene) -> None:
    """No file grows any further in the middle of a run."""

    def work() -> int:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limit = scene.dice.randrange(_DISK // 2, 2 * _DISK)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        return _upload_or_fail(scene)

    for _ in range(2):
        code = join(fork(work), LONGEST)
        if code not in _ENDS:
            raise AssertionError(f"full disk: ended with {code}")


def _upload_or_fail(scene: Scene) -> int:
    """One run; an error of ours is an exit code, as with the command."""
    try:
        return scene.upload()
    except BridgeError as error:
        return error.exit_code


def restore_the_ledger(scene: Scene) -> None:
    """A sound copy of the ledger is made in the middle, and put back after more was sent."""
    kill_after(scene.start(), scene.dice.uniform(0.05, 0.2))
    ledger = scene.ledger_file
    backup = ledger.with_suffix(".backup")
    if not ledger.exists():
        return
    with (
        contextlib.closing(sqlite3.connect(ledger)) as source,
        contextlib.closing(sqlite3.connect(backup)) as copy,
    ):
        source.backup(copy)
    kill_after(scene.start(), scene.pick_life())
    for suffix in ("-wal", "-shm"):
        ledger.with_name(ledger.name + suffix).unlink(missing_ok=True)
    shutil.copy(backup, ledger)


# -- other processes


def undo_and_retry_meanwhile(scene: Scene) -> None:
    """Three processes: one uploads, one undoes, one plans again what was deleted."""
    for _ in range(2):
        pids = [scene.start(), fork(lambda: _undo(scene)), fork(lambda: _retry(scene))]
        for pid in pids:
            code = join(pid, LONGEST)
            if code not in _ENDS:
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
    pids = [fork(lambda: _upload_or_fail(scene)) for _ in range(PROCESSES)]
    for number, pid in enumerate(pids):
        scene.pause(0.1)
        if number % 2:
            kill_after(pid, 0.0)
            continue
        code = join(pid, LONGEST)
        if code not in (0, SOME_LEFT):
            raise AssertionError(f"eight at once: one ended with {code}")


# -- databases


def restart_postgres(scene: Scene) -> None:
    """PostgreSQL is stopped and started again under three uploads, gently and as by a crash.

    One upload is killed after it. What had not yet opened the ledger ends with one line.
    """
    postgres = scene.postgres
    assert postgres is not None
    pids = [fork(lambda: _upload_or_fail(scene)) for _ in range(3)]
    scene.wait_for_work()
    for stop in scene.dice.sample(_STOPS, len(_STOPS)):
        scene.pause(0.2)
        postgres.stop(stop)
        scene.pause(0.2)
        postgres.start()
    kill_after(pids[0], 0.0)
    for pid in pids[1:]:
        code = join(pid, LONGEST)
        if code not in _ENDS:
            raise AssertionError(f"PostgreSQL restarted: an upload ended with {code}")


# -- all of them


def _needs_nothing() -> str:
    return ""


def _needs_faketime() -> str:
    if find_faketime():
        return ""
    return "libfaketime is not installed"


def _needs_postgres() -> str:
    if find_postgres():
        return ""
    return "PostgreSQL's programs are not installed"


@dataclass(frozen=True)
class Attack:
    """One way to disturb uploads.

    find_lack: what the machine lacks for it, empty if nothing. on_commands: it starts the real
    command, which can be forked. may_doubt: as for `count_run`.
    """

    disturb: Disturb
    find_lack: Callable[[], str] = _needs_nothing
    on_postgres: bool = False
    on_commands: bool = False
    may_doubt: bool = False


ATTACKS: dict[str, Attack] = {
    "SIGTERM": Attack(terminate, on_commands=True),
    "Ctrl-C twice": Attack(interrupt_twice, on_commands=True),
    "clock jumps": Attack(jump_clocks),
    "clock jumps, libfaketime": Attack(jump_system_clock, _needs_faketime),
    "disk full": Attack(fill_the_disk),
    "ledger restored": Attack(restore_the_ledger, may_doubt=True),
    "upload, undo, retry at once": Attack(undo_and_retry_meanwhile),
    "eight processes": Attack(run_eight_at_once),
    "PostgreSQL restarted": Attack(restart_postgres, _needs_postgres, on_postgres=True),
}


def attack(name: str, scene: Scene) -> Tally:
    """Disturb one number's uploads, let a clean run follow, and count what is on the server."""
    kind = ATTACKS[name]
    tally = Tally()
    command = None
    try:
        command = kind.disturb(scene)
    except AssertionError as error:
        tally.notes.append(f"{name}, run {scene.number}: {error}")
    if command is not None:
        command.count(tally)
        return tally
    for _ in range(_CLEAN_RUNS):
        code = join(scene.start(), LONGEST)
        if code == 0:
            break
    rows = read_rows(scene.ledger, scene.account)
    stored = scene.server.count(scene.key)
    count_run(scene.number, scene.uploads, stored, rows, tally, may_doubt=kind.may_doubt)
    return tally
