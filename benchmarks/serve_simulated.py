"""A thousand keys for days, simulated: how many slots they need, and what dying processes cost.

    python benchmarks/serve_simulated.py              ten minutes
    python benchmarks/serve_simulated.py --measured   what was measured, simulated: a second

benchmarks/serve.py runs the real thing, small. The simulation (simpy) assumes: each request takes
the same time; a key sends one request after another in its slot until its window is used up, gives
the slot away, and asks for one again when the window ends; slots are given in the order in which
they were asked for; at each turn a process plans the archive, one at a time; the server's windows
are fixed, and begin with the first request; the limit is known; ledger and server are never the
limit. A process that dies takes its keys out of service until they are rescued; what it was sending
is sent once more.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Generator
from typing import NamedTuple

import simpy

HOUR = 3600.0
_SEED = 1
_RESCUE_SECONDS = 40.0
"""Until the keys of a process that died go on: it is silent for 30 s, and looked for every 10."""
_SLOTS_OF_A_PROCESS = 64


class Setting(NamedTuple):
    """What is simulated. Times in seconds.

    request: how long one takes. death: the mean time until a process dies; None: none does.
    poll: how often a process looks for keys that are due. planning: of an archive, at each turn.
    """

    keys: int
    conversations: int
    slots: int
    request: float
    limit: int = 25
    window: float = HOUR
    death: float | None = None
    poll: float = 1.0
    planning: float = 0.5
    rescue: float = _RESCUE_SECONDS
    slots_of_a_process: int = _SLOTS_OF_A_PROCESS

    @property
    def shortest(self) -> float:
        """Seconds by the windows alone: whole windows, and the requests of the last one."""
        windows = -(-self.conversations // self.limit) - 1
        rest = self.conversations - windows * self.limit
        return windows * self.window + rest * self.request

    @property
    def slots_needed(self) -> float:
        """So that each key can use each of its windows."""
        return self.keys * self.limit * self.request / self.window


class Outcome(NamedTuple):
    """seconds: until all was sent. repeated: requests that were sent again after a death."""

    seconds: float
    repeated: int


class _Process:
    """One process of `serve`. died: when it died last. planning: one archive at a time."""

    def __init__(self, env: simpy.Environment) -> None:
        self.died = -1.0
        self.planning = simpy.Resource(env)


class _Run:
    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.env = simpy.Environment()
        self.random = random.Random(_SEED)
        self.slots = simpy.Resource(self.env, setting.slots)
        count = max(1, setting.slots // setting.slots_of_a_process)
        self.processes = [_Process(self.env) for _ in range(count)]
        self.repeated = 0

    def run(self) -> Outcome:
        keys = [self.env.process(self._upload()) for _ in range(self.setting.keys)]
        if self.setting.death is not None:
            for process in self.processes:
                self.env.process(self._kill(process, self.setting.death))
        self.env.run(until=self.env.all_of(keys))
        return Outcome(self.env.now, self.repeated)

    def _kill(self, process: _Process, mean: float) -> Generator[simpy.Event]:
        while True:
            yield self.env.timeout(self.random.expovariate(1 / mean))
            process.died = self.env.now

    def _upload(self) -> Generator[simpy.Event]:
        """One key, from its first request to its last."""
        left = self.setting.conversations
        window_end = 0.0
        used = 0
        while left:
            yield self.env.timeout(self.random.uniform(0, self.setting.poll))
            with self.slots.request() as slot:
                yield slot
                process = self.random.choice(self.processes)
                with process.planning.request() as turn:
                    yield turn
                    yield self.env.timeout(self.setting.planning)
                while left:
                    if self.env.now >= window_end:
                        window_end, used = self.env.now + self.setting.window, 0
                    if used >= self.setting.limit:
                        break
                    began = self.env.now
                    used += 1
                    yield self.env.timeout(self.setting.request)
                    if process.died >= began:
                        self.repeated += 1
                        break
                    left -= 1
            if left and used < self.setting.limit and self.env.now < window_end:
                yield self.env.timeout(self.setting.rescue)
            elif left:
                yield self.env.timeout(max(0.0, window_end - self.env.now))


def simulate(setting: Setting) -> Outcome:
    """All keys, from the first request to the last."""
    return _Run(setting).run()


# -- a thousand keys

_KEYS = 1000
_CONVERSATIONS = 1000
_CASES: tuple[tuple[int, float, float | None], ...] = (
    (64, 60, None),
    (128, 60, None),
    (256, 60, None),
    (384, 60, None),
    (448, 60, None),
    (512, 60, None),
    (1024, 60, None),
    (512, 100, None),
    (1024, 100, None),
    (512, 60, 24 * HOUR),
    (512, 60, 6 * HOUR),
    (512, 60, HOUR),
    (64, 5, None),
)
"""Slots, seconds of a request, and the mean time until a process dies."""


def print_thousand() -> None:
    """The table of docs/benchmarks/serve.md."""
    print("| slots | needed | a request takes | a process dies every | done in | windows used |")
    print("|---|---|---|---|---|---|")
    for slots, request, death in _CASES:
        setting = Setting(_KEYS, _CONVERSATIONS, slots, request, death=death)
        outcome = simulate(setting)
        dies = "never" if death is None else f"{death / HOUR:.0f} h"
        share = setting.shortest / outcome.seconds
        print(
            f"| {slots} | {setting.slots_needed:.0f} | {request:.0f} s | {dies} | "
            f"{outcome.seconds / HOUR:.1f} h | {share:.0%} |",
            flush=True,
        )


# -- what was measured, simulated


class Measured(NamedTuple):
    """A run of benchmarks/serve.py: its setting, and the seconds that it took."""

    setting: Setting
    seconds: float


_RUNS = (
    Measured(Setting(30, 30, 64, 0.0, 10, 40.0, slots_of_a_process=32), 111),
    Measured(Setting(150, 2, 64, 0.0, 1, 60.0), 170),
)
"""As docs/serving.md has them: many small windows, in which planning counts."""
_PLANNING = 0.6
_REQUEST = 0.1
"""Seconds on that machine, which did the work of eight others: chosen so that the runs agree."""


def print_measured() -> None:
    """Runs of the real thing beside their simulations."""
    print("| keys | conversations of a key | real | simulated | windows alone |")
    print("|---|---|---|---|---|")
    for setting, seconds in _RUNS:
        setting = setting._replace(request=_REQUEST, planning=_PLANNING)
        simulated = simulate(setting).seconds
        print(
            f"| {setting.keys} | {setting.conversations} | {seconds:.0f} s | {simulated:.0f} s | "
            f"{setting.shortest:.0f} s |"
        )


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measured", action="store_true", help="only the runs that were measured")
    chosen = parser.parse_args()
    print_measured()
    if not chosen.measured:
        print()
        print_thousand()


if __name__ == "__main__":
    main()
