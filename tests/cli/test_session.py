"""Signals: outside of the main thread Python allows no handlers."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor

from transcript_bridge.cli.signals import stop_on_signals


def test_signal_handlers_are_restored() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop_on_signals() as stop:
        assert signal.getsignal(signal.SIGTERM) is not before
        assert not stop.is_set()
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_command_runs_in_another_thread() -> None:
    def run() -> bool:
        with stop_on_signals() as stop:
            return stop.is_set()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(run).result() is False
