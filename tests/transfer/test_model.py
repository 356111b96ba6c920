"""Commands, crashes, answers and clocks in any order: nothing is lost, doubled or mistaken."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

pytest.importorskip("greenlet")  # of the dependency group `test`

from sqlalchemy import URL

from tests.support.model.machine import Machine
from tests.support.model.shared_engine import share_engine
from transcript_bridge.transfer.clock import Clock

SEQUENCES = {"thorough": 100, "explore": 4_000}
"""How many are tried with a profile of Hypothesis."""
FEW = 6
LENGTH = 15


@pytest.mark.hypothesis
def test_no_order_of_events_loses_or_doubles() -> None:
    """`benchmarks/model.py` tries as many as you like."""
    count = SEQUENCES.get(os.environ.get("HYPOTHESIS_PROFILE", ""), FEW)
    limits = settings(max_examples=count, stateful_step_count=LENGTH)
    run_state_machine_as_test(Machine, settings=limits)


def test_ledgers_of_the_model_share_one_engine() -> None:
    """Otherwise each sequence compiles all statements again, and the model takes five times as
    long."""
    url = URL.create("sqlite", database="ledger.db")
    assert share_engine(url, Clock()) is share_engine(url, Clock(now=lambda: 0.0))
