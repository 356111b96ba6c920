"""A model of `serve` (simpy): processes with slots, keys with windows, and what each step takes.

It follows the rules of the program and of the server, and knows nothing of a run but its setting
and the constants that other runs have shown (serve_constants.py):

- The server's window is fixed, and begins with the first write that it takes. A key learns its
  limit by a refusal, which asks to wait for whole seconds. From then on it counts itself, from the
  first answer, or from the first write and some slack.
- A key sends until its window is used up, gives its slot away, and is due when the window ends.
- A process looks for keys that are due whenever a slot gets free, and else once a second. It takes
  them one by one, the one that was due first before the others, and plans one archive at a time.
- A process that dies is started again at once. Its keys go on when it has been silent for half a
  minute and another process looks; what it was sending is sent once more.

Not in it: processors and databases that are too slow, networks that fail.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import simpy

_SEED = 1
_POLL = 1.0
_HEARTBEAT = 5.0
_STALLED = 30.0
_RESCUE = 10.0
"""Seconds, as Rhythm of serve/dispatcher.py has them."""
_SHORT_WAIT = 5.0
"""Waits that keep the slot, as in serve/key_turn.py."""
_SLACK = 2.0
_SLACK_SHARE = 0.05
"""Seconds, and a share of the window, as in transfer/pace.py."""

Steps = Generator[simpy.Event, Any, None]


class Constants(NamedTuple):
    """Seconds of each step.

    take: a slot that got free begins the next turn. first_plan, next_plan: from a turn's begin to
    its first request, the first time and later; each_first, each_next: more for each recording.
    overhead: of the first request of a turn, beside the server's work. cycle: of the others, from
    answer to answer. refusal: from an answer to that of the write which shows the limit. give_up:
    from the last answer to the end of a turn.
    """

    take: float = 0.05
    first_plan: float = 0.5
    each_first: float = 0.005
    next_plan: float = 0.4
    each_next: float = 0.001
    overhead: float = 0.05
    cycle: float = 0.05
    refusal: float = 0.05
    give_up: float = 0.05


class ModelSetting(NamedTuple):
    """The setting of a simulation. Times in seconds.

    recordings: of each key. slots: of each worker. request: the server's work on one. death: the
    mean time until a worker dies; None: none does.
    """

    keys: int
    recordings: int
    limit: int
    window: float
    request: float
    workers: int
    slots: int
    death: float | None = None

    @property
    def shortest(self) -> float:
        """Seconds by the windows alone: whole windows, and the requests of the last one."""
        windows = math.ceil(self.recordings / self.limit) - 1
        rest = self.recordings - windows * self.limit
        return windows * self.window + rest * self.request

    @property
    def slots_needed(self) -> float:
        """Of all workers, so that each key can use each of its windows."""
        return self.keys * self.limit * self.request / self.window


class Outcome(NamedTuple):
    """The outcome of a simulation. seconds: from the first turn to the end of the last.

    turns: of all keys. repeated: requests that were sent again after a death. writes: the moments
    of each key's writes.
    """

    seconds: float
    turns: int
    repeated: int
    writes: Sequence[Sequence[float]]


class _DiedError(Exception):
    """The process of a turn is gone."""


@dataclass
class _Key:
    left: int
    number: int
    turns: int = 0
    knows_limit: bool = False
    window_end: float = -1.0
    """By the server's count; the key's own is a little later."""
    own_end: float = -1.0
    used: int = 0
    writes: list[float] = field(default_factory=list)


class _Process:
    """lives: how often it was started."""

    def __init__(self, env: simpy.Environment, slots: int) -> None:
        self.lives = 1
        self.free = slots
        self.planning = simpy.Resource(env)
        self.was_freed = env.event()


class _Run:
    def __init__(self, setting: ModelSetting, constants: Constants) -> None:
        self._setting = setting
        self._constants = constants
        self._env = simpy.Environment()
        self._random = random.Random(_SEED)
        self._due: list[tuple[float, int, _Key]] = []
        self._keys = [_Key(setting.recordings, number) for number in range(setting.keys)]
        self._processes = [_Process(self._env, setting.slots) for _ in range(setting.workers)]
        self._open = setting.keys
        self._is_over = self._env.event()
        self._repeated = 0

    def run(self) -> Outcome:
        for key in self._keys:
            self._due.append((-1.0, key.number, key))
        for process in self._processes:
            self._env.process(self._work(process))
            if self._setting.death is not None:
                self._env.process(self._kill(process, self._setting.death))
        self._env.run(until=self._is_over)
        turns = sum(key.turns for key in self._keys)
        writes = [key.writes for key in self._keys]
        return Outcome(self._env.now, turns, self._repeated, writes)

    # -- processes

    def _work(self, process: _Process) -> Steps:
        """Give the keys that are due to the slots that are free."""
        yield self._env.timeout(self._random.uniform(0, _POLL))
        while True:
            while process.free and self._due and self._due[0][0] <= self._env.now:
                _, _, key = heapq.heappop(self._due)
                process.free -= 1
                yield self._env.timeout(self._constants.take)
                self._env.process(self._serve(process, key))
            if process.free:
                yield self._env.timeout(_POLL)
            else:
                process.was_freed = self._env.event()
                yield process.was_freed

    def _kill(self, process: _Process, mean: float) -> Steps:
        while True:
            yield self._env.timeout(self._random.expovariate(1 / mean))
            process.lives += 1

    def _serve(self, process: _Process, key: _Key) -> Steps:
        """One turn, and what becomes of the key and of the slot."""
        key.turns += 1
        try:
            yield from self._take_turn(process, key)
            due = key.own_end + self._constants.give_up
        except _DiedError:
            silent = _STALLED - self._random.uniform(0, _HEARTBEAT)
            due = self._env.now + silent + self._random.uniform(0, _RESCUE)
        process.free += 1
        if not process.was_freed.triggered:
            process.was_freed.succeed()
        if key.left:
            heapq.heappush(self._due, (due, key.number, key))
            return
        self._open -= 1
        if not self._open:
            self._is_over.succeed()

    # -- turns

    def _spend(self, process: _Process, seconds: float) -> Steps:
        lives = process.lives
        yield self._env.timeout(seconds)
        if process.lives != lives:
            raise _DiedError

    def _take_turn(self, process: _Process, key: _Key) -> Steps:
        constants = self._constants
        lives = process.lives
        with process.planning.request() as turn:
            yield turn
            if process.lives != lives:
                raise _DiedError
            yield from self._spend(process, self._find_planning(key))
        has_sent = False
        while key.left:
            wait = self._find_wait(key)
            if wait is None:
                yield from self._send(process, key, has_sent=has_sent)
                has_sent = True
                continue
            if not key.knows_limit:
                key.knows_limit = True
                yield from self._spend(process, constants.refusal)
            if wait >= _SHORT_WAIT:
                break
            yield from self._spend(process, wait)
        yield from self._spend(process, constants.give_up)

    def _find_planning(self, key: _Key) -> float:
        constants = self._constants
        if key.turns == 1:
            return constants.first_plan + constants.each_first * self._setting.recordings
        return constants.next_plan + constants.each_next * self._setting.recordings

    def _find_wait(self, key: _Key) -> float | None:
        """Seconds until the next write is allowed; None for now."""
        now = self._env.now
        if key.knows_limit and now < key.own_end and key.used >= self._setting.limit:
            return key.own_end - now
        if now < key.window_end and key.used >= self._setting.limit:  # the server refuses it
            asked = max(1.0, math.ceil(key.window_end - now))
            key.own_end = now + asked
            return asked
        return None

    def _send(self, process: _Process, key: _Key, *, has_sent: bool) -> Steps:
        now = self._env.now
        setting = self._setting
        seconds = setting.request
        seconds += self._constants.cycle if has_sent else self._constants.overhead
        if now >= key.window_end:
            slack = min(_SLACK, _SLACK_SHARE * setting.window)
            key.window_end = now + setting.window
            key.own_end = key.window_end + min(slack, seconds)
            key.used = 0
        key.used += 1
        key.writes.append(now)
        try:
            yield from self._spend(process, seconds)
        except _DiedError:
            self._repeated += 1
            key.writes.pop()
            raise
        key.left -= 1


def simulate(setting: ModelSetting, constants: Constants) -> Outcome:
    """All keys, from the first turn to the last."""
    return _Run(setting, constants).run()
