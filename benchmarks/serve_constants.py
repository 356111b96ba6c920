"""Measures the steps of a turn, from the events of runs in which nothing waits for a slot.

A run for it has one slot, so that turns follow each other, and a server that always takes the same
time. Medians: a few steps take long on a machine that does other work, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from benchmarks.serve_model import Constants
from benchmarks.serve_runs import FinishedRun, LoggedEvent

Times = dict[str, list[float]]
"""Seconds of each step, by its name."""


class _LoggedTurn(NamedTuple):
    """One turn of a key: its events from `turn-began` to `turn-ended`. number: from 0."""

    profile: str
    number: int
    events: Sequence[LoggedEvent]

    @property
    def began(self) -> float:
        return self.events[0].moment

    @property
    def ended(self) -> float:
        return self.events[-1].moment


def list_turns(events: Iterable[LoggedEvent]) -> list[_LoggedTurn]:
    """The turns that ended, in the order in which they began."""
    turns = []
    numbers: dict[str, int] = defaultdict(int)
    running: dict[str, list[LoggedEvent]] = {}
    for event in events:
        if event.name == "turn-began":
            running[event.profile] = []
        if event.profile in running:
            running[event.profile].append(event)
        if event.name == "turn-ended":
            turns.append(
                _LoggedTurn(event.profile, numbers[event.profile], running.pop(event.profile))
            )
            numbers[event.profile] += 1
    return sorted(turns, key=lambda turn: turn.began)


def measure_constants(small: FinishedRun, large: FinishedRun) -> Constants:
    """From two runs whose keys have few and many recordings.

    The large one shows only how much longer it takes to plan more recordings.
    """
    few = _measure_steps(small)
    many = _measure_steps(large)
    more = large.setting.recordings - small.setting.recordings
    plans = {}
    for name in ("first", "next"):
        each = max(0.0, (median(many[name]) - median(few[name])) / more)
        plans[f"each_{name}"] = each
        plans[f"{name}_plan"] = median(few[name]) - each * small.setting.recordings
    steps = {}
    for name in ("take", "overhead", "cycle", "refusal", "give_up"):
        steps[name] = median(few[name])
    return Constants(**plans, **steps)


def _measure_steps(run: FinishedRun) -> Times:
    times: Times = defaultdict(list)
    former: _LoggedTurn | None = None
    for turn in list_turns(run.events):
        _measure_turn(turn, run.setting.request, times)
        # Where it was due already, it waited for nothing but the slot.
        if former is not None and turn.number == 0:
            times["take"].append(turn.began - former.ended)
        former = turn
    return times


def _measure_turn(turn: _LoggedTurn, request: float, times: Times) -> None:
    """The first request of a turn shows what one takes. Later ones are claimed while another is
    being sent, so that only their ends can be compared."""
    plan = "first" if turn.number == 0 else "next"
    former = turn.events[0]
    for event in turn.events[1:]:
        seconds = event.moment - former.moment
        if event.name == "started" and former.name == "turn-began":
            times[plan].append(seconds)
        elif event.name == "finished" and former.name == "started":
            times["overhead"].append(seconds - request)
        elif event.name == "finished":
            times["cycle"].append(seconds - request)
        elif event.name == "rate-limited":
            times["refusal"].append(seconds)
        elif event.name == "turn-ended" and event.data["seconds"]:
            times["give_up"].append(seconds)
        else:
            continue
        former = event
