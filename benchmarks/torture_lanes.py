"""Runs kills and attacks in several processes at once, with a record of finished runs.

Each process is a *lane*: it has separate servers, and makes its share of the runs.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.torture_attacks import ATTACKS, attack
from benchmarks.torture_kills import PROCESSING_SECONDS, torture
from benchmarks.torture_runs import Run, Tally, make_run
from benchmarks.torture_scene import Scene
from tests.support.postgres import PostgresServer
from tests.support.prepared_process import IS_POSSIBLE, PreparedPython
from tests.support.processes import fork, join
from tests.support.servers import Server, fork_server

KILLS = "kills"
"""The name of the runs that are killed; the others are those of `ATTACKS`."""


@dataclass(frozen=True)
class Record:
    """A file with one line of JSON for each run that has ended, by whichever lane.

    Runs that it names are not repeated, so an interrupted torture continues.
    """

    path: Path

    def add(self, run: Run, tally: Tally) -> None:
        line = json.dumps({"run": asdict(run), "tally": asdict(tally)})
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")  # one write: lines of other lanes do not mix with it

    def read(self) -> dict[Run, Tally]:
        """Raises ValueError for a line that is not one of `add`."""
        if not self.path.exists():
            return {}
        found = {}
        for line in self.path.read_text(encoding="utf-8").splitlines():
            fields = json.loads(line)
            found[Run(**fields["run"])] = Tally(**fields["tally"])
        return found


class Lane:
    """The servers that the runs of one process share. Each is started when it is first needed,
    because that takes a second, and stopped with `stack`."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._servers: dict[str, Server] = {}
        self._postgres: PostgresServer | None = None
        self._python: PreparedPython | None = None

    def find_server(self, generation: str) -> Server:
        if generation not in self._servers:
            server = fork_server(
                self.folder, generation=generation, processing_seconds=PROCESSING_SECONDS
            )
            self._servers[generation] = self._stack.enter_context(server)
        return self._servers[generation]

    def find_postgres(self) -> PostgresServer:
        if self._postgres is None:
            self._postgres = self._stack.enter_context(PostgresServer())
        return self._postgres

    def find_python(self) -> PreparedPython | None:
        """What forks commands; None on a system on which it cannot."""
        if self._python is None and IS_POSSIBLE:
            environ = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
            self._python = self._stack.enter_context(PreparedPython(environ))
        return self._python

    def make(self, run: Run) -> Tally:
        """Make one run in a separate folder."""
        server = self.find_server(run.generation)
        with tempfile.TemporaryDirectory(dir=self.folder) as inner:
            if run.name == KILLS:
                return torture(run.number, server, Path(inner))
            with self._set_scene(run, server, Path(inner)) as scene:
                return attack(run.name, scene)

    @contextlib.contextmanager
    def _set_scene(self, run: Run, server: Server, folder: Path) -> Iterator[Scene]:
        """folder: empty."""
        scene = Scene(
            run.number,
            make_run(run.number),
            run.generation,
            server,
            folder,
            folder / "ledger.db",
            random.Random(run.number),
            attack=list(ATTACKS).index(run.name),
        )
        kind = ATTACKS[run.name]
        if kind.on_commands:
            scene = replace(scene, python=self.find_python())
        if not kind.on_postgres:
            yield scene
            return
        postgres = self.find_postgres()
        with postgres.lease_database() as url:
            yield replace(scene, ledger=url, postgres=postgres)


def make_runs(runs: list[Run], lanes: int, record: Record) -> None:
    """Make those runs that the record lacks, each in one of the lanes; Ctrl-C ends all lanes."""
    done = record.read()
    left = [run for run in runs if run not in done]
    pids = []
    for lane in range(min(lanes, len(left))):
        share = left[lane::lanes]
        pids.append(fork(partial(_work, share, record)))
    for pid in pids:
        with contextlib.suppress(KeyboardInterrupt):
            join(pid)


def _work(runs: list[Run], record: Record) -> int:
    """The work of one lane."""
    with _open_lane() as lane, contextlib.suppress(KeyboardInterrupt):
        for run in runs:
            record.add(run, lane.make(run))
    return 0


@contextlib.contextmanager
def _open_lane() -> Iterator[Lane]:
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        yield Lane(Path(folder), stack)


def sum_runs(runs: list[Run], record: Record) -> Tally:
    """The sum of those runs; a run that the record lacks is noted as a fault."""
    done = record.read()
    total = Tally()
    for run in runs:
        tally = done.get(run)
        if tally is None:
            total.notes.append(f"{run.name}, {run.generation}, run {run.number}: has not ended")
            continue
        total.add(tally)
    for note in total.notes:
        print(note, file=sys.stderr, flush=True)
    return total
