"""A command in a simulated process: it stops at each step, and is continued or killed there.

A process is a greenlet: it runs only while the machine waits for it, so each run with the same
choices does the same. Threads would wait for the computer's scheduler at each step. Killing it
raises an exception that nothing catches: as after kill -9, nothing more is written or sent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from greenlet import greenlet

from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.wire import Conversation, ConversationRequest, Created

from .answers import Fate
from .server import Server, show

_BOOT = "one-boot"
_LONGEST_STOP = 60.0
_BEFORE_SENDING = ("after a transaction", "before a POST")


class Killed(BaseException):
    """The process was killed."""


@dataclass
class World:
    """Time, and the server. monotonic: true seconds; wall: the error of the clock."""

    server: Server
    monotonic: float = 1_000.0
    wall: float = 1_700_000_000.0
    has_unclear_removal: bool = False
    """A conversation is gone, and the command that removed it could not write that down: `verify`
    finds out, or the same `undo`."""

    def __post_init__(self) -> None:
        self.pass_time(0.0)  # both clocks begin at one moment

    def pass_time(self, seconds: float) -> None:
        """Let time pass for all processes."""
        self.monotonic += seconds
        self.server.pass_time(self.monotonic)

    def make_clock(self, sleep: Callable[[float, threading.Event], None]) -> Clock:
        """Make the clock of one process."""
        return Clock(
            now=lambda: self.monotonic + self.wall,
            monotonic=lambda: self.monotonic,
            sleep=sleep,
            jitter=lambda: 0.5,
            boot=lambda: _BOOT,
        )


@dataclass(eq=False)
class Process:
    """One command that runs, is paused, or has ended.

    work: runs the command. names: the owner names of its claims (owners.py).
    """

    world: World
    ledger_path: str
    title: str
    work: Callable[[Process, Ledger], Any]
    result: Any = None
    error: BaseException | None = None
    has_ended: bool = False
    point: str = "start"
    wakes_at: float = 0.0
    has_removed: bool = False
    may_hang: bool = True
    """False: it ends if it was stopped for minutes between writing down and sending. Where only
    leases decide, nobody can tell it from one that was killed."""
    names: set[str] = field(default_factory=set)
    _paused_at: float = 0.0

    def __post_init__(self) -> None:
        self._is_killed = False
        self._thread = greenlet(self._run)

    def advance(self) -> None:
        """Continue it up to the next step."""
        if self.has_ended:
            return
        hung = self.world.monotonic - self._paused_at
        if hung > _LONGEST_STOP and self.point in _BEFORE_SENDING and not self.may_hang:
            self.kill()
            return
        asleep = self.wakes_at - self.world.monotonic
        if asleep > 0:
            self.world.pass_time(asleep)
        self._switch()

    def kill(self) -> None:
        """Kill it at its present step."""
        self.world.has_unclear_removal |= self.has_removed
        self._is_killed = True
        while not self.has_ended:
            self._switch()

    def _switch(self) -> None:
        _current.append(self)
        try:
            self._thread.switch()
        finally:
            _current.pop()

    def pause(self, point: str) -> None:
        """Stop at a step; called by the process itself."""
        if not self._is_killed:
            self.point = point
            self._paused_at = self.world.monotonic
            parent = self._thread.parent
            assert parent is not None
            parent.switch()
        if self._is_killed:
            raise Killed

    def _run(self) -> None:
        try:
            if not self._is_killed:
                self._work()
        except Killed:
            pass
        except BaseException as error:
            self.error = error
        self.has_ended = True

    def _work(self) -> None:
        clock = self.world.make_clock(self.sleep)
        with Ledger(self.ledger_path, clock) as ledger:
            self._watch_writes(ledger)
            self.result = self.work(self, ledger)

    def _watch_writes(self, ledger: Ledger) -> None:
        """Stop before each transaction, and after its commit."""
        database = ledger._database
        write = database.write

        def watched(*words: Any, **options: Any) -> Any:
            self.pause("before a transaction")
            result = write(*words, **options)
            self.pause("after a transaction")
            return result

        database.write = watched  # type: ignore[method-assign]

    def sleep(self, seconds: float, stop: threading.Event) -> None:
        self.wakes_at = self.world.monotonic + seconds
        self.pause("asleep")
        self.wakes_at = 0.0


_current: list[Process] = []


def find_current() -> Process:
    """Return the process that runs."""
    return _current[-1]


@dataclass(eq=False)
class Connection:
    """A `Destination`: the calls of one process to the server with the key of one user."""

    process: Process
    user: str

    @property
    def _server(self) -> Server:
        return self.process.world.server

    def create_conversation(self, body: ConversationRequest) -> Created:
        """POST."""
        self.process.pause("before a POST")
        fate = self._server.posts.popleft() if self._server.posts else Fate()
        answer = self._server.receive(self.user, body, fate)
        self.process.pause("a POST is sent")
        if fate.effect not in ("working", "vanishing", "later"):
            self._wait(fate)
        return answer()

    def list_conversations(
        self,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
        include_transcript: bool = False,
    ) -> list[Conversation]:
        """GET of a page."""
        assert start_date is not None
        assert end_date is not None
        self._begin_read()
        return self._server.list(self.user, start_date, end_date, limit, offset)

    def get_conversation(
        self, conversation_id: str, include_transcript: bool = False
    ) -> Conversation:
        """GET of one."""
        self._begin_read()
        return show(self._server.get(self.user, conversation_id))

    def title_conversation(self, conversation_id: str, title: str) -> None:
        """PATCH of a title, which no run of the model asks for."""
        raise NotImplementedError

    def hide_conversation(self, conversation_id: str) -> None:
        """PATCH."""
        self._remove(conversation_id, "hidden")

    def delete_conversation(self, conversation_id: str) -> None:
        """DELETE."""
        self._remove(conversation_id, "deleted")

    def _begin_read(self) -> None:
        self.process.pause("before a GET")
        fate = self._server.reads.popleft() if self._server.reads else Fate()
        self._wait(fate)
        error = fate.make_error()
        if error is not None:
            raise error

    def _remove(self, conversation_id: str, state: str) -> None:
        self.process.pause("before a removal")
        fate = self._server.removals.popleft() if self._server.removals else Fate()
        stored = self._server.get(self.user, conversation_id)
        error = fate.make_error()
        if fate.effect == "now":
            stored.state = state
            self.process.has_removed = True
            self.process.world.has_unclear_removal |= error is not None
        self.process.pause("a removal is sent")
        if error is not None:
            raise error

    def _wait(self, fate: Fate) -> None:
        if fate.seconds:
            self.process.world.pass_time(fate.seconds)


class Inline:
    """Replaces the uploader's pool of threads: does the work at once."""

    def __init__(self, *words: Any) -> None:
        pass

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def submit(self, work: Callable[..., Any], *words: Any) -> Future[Any]:
        """Run `work`, and return its result. An exception of it ends the process."""
        future: Future[Any] = Future()
        future.set_result(work(*words))
        return future
