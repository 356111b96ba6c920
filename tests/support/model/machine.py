"""The rules that Hypothesis combines, and the checks after each of them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from transcript_bridge.errors import SettingsError
from transcript_bridge.transfer.ledger import Ledger, database, owners

from .answers import POSTS, READS, REMOVALS
from .checks import Checks
from .commands import KEYS, Work, resolve, retry, undo, upload, verify
from .processes import Inline, Process, World, find_current
from .recordings import RECORDINGS, REQUESTS
from .server import Server
from .shared_engine import close_connections, share_engine

MAX_PROCESSES = 3
MAX_FOREIGN = 2
ROUNDS = 3
"""An answer may show only in the second upload that a conversation was deleted in Omi."""
PATIENT_STEPS = 150
"""So many steps of a command are made before the others continue, too."""
MAX_STEPS = 5_000
"""A command that does not end in so many steps never ends."""
GENERATIONS = ("old", "middle", "new")
STEPS: Counter[str] = Counter()
"""How often each rule was used, in this process."""

_recordings = st.sampled_from(sorted(RECORDINGS))
_keys = st.sampled_from(sorted(KEYS))
_changed = st.sampled_from(["ask", "upload", "upload", "skip", "replace"])
_numbers = st.integers(0, MAX_PROCESSES - 1)
_jumps = st.sampled_from([-86_400.0, -7_200.0, -300.0, 300.0, 7_200.0, 86_400.0])


def _find_folder() -> Path:
    """Find a file system in memory, if there is one: syncing to a disk takes most of the time."""
    memory = Path("/dev/shm")
    if memory.is_dir():
        return memory
    return Path(tempfile.gettempdir())


_FOLDER = _find_folder() / f"transcript-bridge-model-{os.getpid()}"


class Machine(RuleBasedStateMachine):
    """One ledger, one server, up to three processes, and one user."""

    def __init__(self) -> None:
        super().__init__()
        self.server = Server("new")
        self.world = World(self.server)
        self.processes: list[Process] = []
        self.wanted: dict[tuple[str, str], str] = {}
        self.may_differ = False
        self.is_changed = False
        self.is_joined = False
        self.lease_decides = False
        self.checks = Checks(self.server)
        self._stack = ExitStack()
        _FOLDER.mkdir(mode=0o700)
        self._stack.callback(shutil.rmtree, _FOLDER)
        self.ledger = _FOLDER / "ledger.db"
        self.backup = _FOLDER / "backup.db"
        self._stack.enter_context(mock.patch.object(database, "open_engine", share_engine))
        uploader = "transcript_bridge.transfer.uploader.run.ThreadPoolExecutor"
        self._stack.enter_context(mock.patch(uploader, Inline))
        self._stack.enter_context(mock.patch.object(owners, "register", self._register))
        self._stack.enter_context(mock.patch.object(owners, "is_alive", self._is_alive))

    @initialize(
        generation=st.sampled_from(GENERATIONS),
        after_delete=st.sampled_from(["gone", "deleted", "recreate"]),
        lease_decides=st.booleans(),
    )
    def begin(self, generation: str, after_delete: str, lease_decides: bool) -> None:
        """Choose a server, and whether processes can see that others are alive."""
        self._count("begin")
        self.server.generation = generation
        self.server.after_delete = after_delete
        self.lease_decides = lease_decides
        with Ledger(self.ledger, self._clock()) as ledger:
            self._declare_distinct(ledger)

    # -- owners: in this model all processes have one number

    def _register(self) -> str:
        process = find_current()
        name = f"{process.title}-{len(process.names)}"
        process.names.add(name)
        return name

    def _is_alive(self, name: str) -> bool | None:
        if self.lease_decides:
            return None
        for process in self.processes:
            if name in process.names:
                return not process.has_ended
        return False

    # -- commands

    @precondition(lambda self: len(self.processes) < MAX_PROCESSES)
    @rule(key=_keys, recordings=st.lists(_recordings, min_size=1, max_size=3), changed=_changed)
    def start_upload(self, key: str, recordings: list[str], changed: str) -> None:
        """`upload`."""
        self._count("upload")
        self.is_changed = True
        uploads = [RECORDINGS[name] for name in recordings]
        if changed in ("upload", "replace"):
            for name in recordings:
                self.wanted[key, RECORDINGS[name].path] = name
        self._start("upload", upload(KEYS[key], uploads, changed))

    @precondition(lambda self: len(self.processes) < MAX_PROCESSES)
    @rule(key=_keys, recording=_recordings, discard=st.booleans(), adopted=st.booleans())
    def start_undo(self, key: str, recording: str, discard: bool, adopted: bool) -> None:
        """`undo`."""
        self._count("undo")
        path = RECORDINGS[recording].path
        for other in KEYS:
            is_same = self.is_joined and KEYS[other].user == KEYS[key].user
            if other == key or is_same:
                self.wanted.pop((other, path), None)
        self.checks.may_delete_foreign |= adopted
        self._start("undo", undo(KEYS[key], [path], discard=discard, adopted=adopted))

    @precondition(lambda self: len(self.processes) < MAX_PROCESSES)
    @rule(key=_keys)
    def start_verify(self, key: str) -> None:
        """`verify`."""
        self._count("verify")
        self._start("verify", verify(KEYS[key]))

    @precondition(lambda self: len(self.processes) < MAX_PROCESSES)
    @rule(deleted=st.booleans())
    def start_retry(self, deleted: bool) -> None:
        """`retry`."""
        self._count("retry")
        self._start("retry", retry(deleted=deleted))

    @precondition(lambda self: len(self.processes) < MAX_PROCESSES)
    @rule()
    def start_resolve(self) -> None:
        """`resolve`, by a user who looks in Omi."""
        self._count("resolve")
        self._start("resolve", resolve(self.server))

    # -- processes

    @precondition(lambda self: self.processes)
    @rule(number=_numbers, steps=st.integers(1, 12))
    def advance(self, number: int, steps: int) -> None:
        """Continue one of them for a few steps."""
        self._count("advance")
        process = self._choose(number)
        for _ in range(steps):
            process.advance()
        self._collect()

    @precondition(lambda self: self.processes)
    @rule(number=_numbers, steps=st.integers(10, 40))
    def advance_far(self, number: int, steps: int) -> None:
        """Continue one of them for many steps."""
        self.advance(number, steps)

    @precondition(lambda self: len(self.processes) < MAX_PROCESSES)
    @rule(
        key=_keys,
        recordings=st.lists(_recordings, min_size=1, max_size=3),
        fates=st.lists(st.sampled_from(sorted(POSTS)), max_size=3),
    )
    def upload_all(self, key: str, recordings: list[str], fates: list[str]) -> None:
        """A whole upload, whose first requests meet a fate each."""
        self.answer_posts(fates)
        self.start_upload(key, recordings, "upload")
        self._finish(self.processes[-1])

    @precondition(lambda self: self.processes)
    @rule(number=_numbers)
    def finish(self, number: int) -> None:
        """Continue one of them to its end."""
        self._count("finish")
        self._finish(self._choose(number))

    @precondition(lambda self: self.processes)
    @rule(number=_numbers)
    def kill(self, number: int) -> None:
        """kill -9."""
        self._count("kill")
        self._choose(number).kill()
        self._collect()

    # -- the server

    @rule(fates=st.lists(st.sampled_from(sorted(POSTS)), min_size=1, max_size=4))
    def answer_posts(self, fates: list[str]) -> None:
        """Set how the next POSTs are handled."""
        self._count("answers to POST")
        self.server.posts.extend(POSTS[name] for name in fates)

    @rule(fates=st.lists(st.sampled_from(sorted(READS)), min_size=1, max_size=4))
    def answer_reads(self, fates: list[str]) -> None:
        """Set how the next GETs are handled."""
        self._count("answers to GET")
        self.server.reads.extend(READS[name] for name in fates)

    @rule(fates=st.lists(st.sampled_from(sorted(REMOVALS)), min_size=1, max_size=4))
    def answer_removals(self, fates: list[str]) -> None:
        """Set how the next PATCHes and DELETEs are handled."""
        self._count("answers to DELETE")
        self.server.removals.extend(REMOVALS[name] for name in fates)

    @precondition(lambda self: self.checks.count_foreign() < MAX_FOREIGN)
    @rule(name=st.sampled_from(sorted(REQUESTS)), named=st.booleans())
    def store_foreign(self, name: str, *, named: bool) -> None:
        """Let another program store a conversation with the same words, with another session id
        or without one."""
        self._count("foreign conversation")
        self.server.add_foreign("user", REQUESTS[name], named=named)

    @precondition(lambda self: self.server.stored)
    @rule(number=st.integers(0, 20))
    def delete_in_omi(self, number: int) -> None:
        """Let the user delete a conversation in the app."""
        self._count("deleted in Omi")
        stored = self.server.stored[number % len(self.server.stored)]
        if stored.state in ("completed", "discarded") and stored.name:
            stored.state = "deleted"
            self.may_differ = True

    # -- time

    @rule(seconds=st.sampled_from([1.0, 59.0, 400.0, 700.0, 4_000.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._count("time")
        self.world.pass_time(seconds)

    @rule(seconds=_jumps)
    def set_clock(self, seconds: float) -> None:
        """Set the clock to another time."""
        self._count("clock set")
        self.world.wall += seconds

    # -- the ledger

    @precondition(lambda self: self.is_changed)
    @rule()
    def back_up(self) -> None:
        """`ledger backup`, also while others use it."""
        self._count("backup")
        self.is_changed = False
        self.backup.unlink(missing_ok=True)
        with Ledger(self.ledger, self._clock()) as ledger:
            ledger.back_up(self.backup)

    @precondition(lambda self: self.backup.exists() and not self.processes)
    @rule(loses_count=st.booleans())
    def restore(self, loses_count: bool) -> None:
        """Restore that copy; the file beside the ledger may be lost, too."""
        self._count("restore")
        close_connections()
        for suffix in ("", "-wal", "-shm"):
            self.ledger.with_name(self.ledger.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.backup, self.ledger)
        if loses_count and self._has_sent(self.backup):
            self.ledger.with_name(self.ledger.name + ".count").unlink(missing_ok=True)
        self.may_differ = True
        # What `undo --discard` has hidden since, the copy counts as stored.
        self.world.has_unclear_removal |= self.checks.has_hidden()

    def _has_sent(self, ledger: Path) -> bool:
        """Whether anything was sent with it; an earlier copy is like an empty ledger."""
        with closing(sqlite3.connect(ledger)) as opened:
            return bool(opened.execute("PRAGMA user_version").fetchone()[0])

    @precondition(lambda self: not self.is_joined)
    @rule()
    def join_keys(self) -> None:
        """`auth alias`: the two keys are those of one user."""
        self._count("join")
        self._join()

    def _join(self) -> None:
        with Ledger(self.ledger, self._clock()) as ledger:
            for key in ("key", "new key"):
                ledger.open_account(KEYS[key].account)
            try:
                ledger.join_accounts(KEYS["new key"].account, KEYS["key"].account)
            except SettingsError:
                return
        self.is_joined = True

    def _declare_distinct(self, ledger: Ledger) -> None:
        for key in KEYS.values():
            ledger.open_account(key.account)
        for key in ("key", "new key"):
            account = ledger.find_account(KEYS[key].account)
            ledger.declare_distinct(account, KEYS["other person"].account)

    # -- checks

    @invariant()
    def nothing_is_doubled(self) -> None:
        """Check that no conversation is stored twice, and that none of other programs was
        deleted."""
        self.checks.check_server()

    def teardown(self) -> None:
        """Repair the server, end all processes, upload everything again, and check the result."""
        try:
            self._settle()
        finally:
            for process in list(self.processes):
                process.kill()
            close_connections()
            self._stack.close()

    def _settle(self) -> None:
        self._count("settle")
        for queue in (self.server.posts, self.server.reads, self.server.removals):
            queue.clear()
        for process in list(self.processes):
            self._finish(process)
        self.world.pass_time(5_000.0)  # no lease is left
        self._answer_the_question()
        if self.may_differ or self.world.has_unclear_removal:
            for key in KEYS.values():
                self._run("verify", verify(key))
        for _ in range(ROUNDS):
            self._run("retry", retry(deleted=True))
            self._upload_wanted()
        self.nothing_is_doubled()
        self.checks.may_be_hidden = self.world.has_unclear_removal
        with Ledger(self.ledger, self._clock()) as ledger:
            self.checks.check_ledger(ledger, self.wanted)

    def _answer_the_question(self) -> None:
        """Answer that both keys are those of one account; before that, look for requests that
        nobody knows of both."""
        self._join()
        if not self.is_joined:
            self._run("resolve", resolve(self.server))
            self._join()

    def _upload_wanted(self) -> None:
        for key in KEYS:
            names = [name for (wanted_by, _path), name in self.wanted.items() if wanted_by == key]
            if names:
                uploads = [RECORDINGS[name] for name in names]
                self._run("upload", upload(KEYS[key], uploads, "upload"))

    # -- small steps

    def _count(self, name: str) -> None:
        STEPS[name] += 1

    def _clock(self):  # type: ignore[no-untyped-def]
        return self.world.make_clock(lambda seconds, stop: None)

    def _start(self, title: str, work: Work) -> None:
        self._make(title, work)

    def _make(self, title: str, work: Work) -> Process:
        number = STEPS["processes"]
        self._count("processes")
        process = Process(self.world, str(self.ledger), f"{title}-{number}", work)
        process.may_hang = not self.lease_decides
        self.processes.append(process)
        return process

    def _run(self, title: str, work: Work) -> None:
        self._finish(self._make(title, work))

    def _choose(self, number: int) -> Process:
        return self.processes[number % len(self.processes)]

    def _finish(self, process: Process) -> None:
        """Continue it to its end; the others, too, where it may wait for them."""
        for step in range(MAX_STEPS):
            if process.has_ended:
                break
            process.advance()
            if step > PATIENT_STEPS:
                for other in self.processes:
                    other.advance()
        assert process.has_ended, f"{process.title} does not end; it is {process.point}"
        self._collect()

    def _collect(self) -> None:
        running = []
        for process in self.processes:
            if not process.has_ended:
                running.append(process)
            elif process.error is not None:
                self.checks.check_error(process.error)
        self.processes = running
