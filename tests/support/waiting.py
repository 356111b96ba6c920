"""Waits until something becomes true, also on a slow machine."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.support.command import PATIENCE_SECONDS

_LOOK_EVERY = 0.02
_REST = 2
"""How many times as long as a look takes is waited before the next: who is waited for needs the
processor."""


def wait_until(is_true: Callable[[], object], what: str) -> None:
    """Wait until `is_true()`; fail after PATIENCE_SECONDS with `what`, the name of the
    condition."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        began = time.monotonic()
        if is_true():
            return
        looked = time.monotonic()
        assert looked < give_up, f"waited in vain for {what}"
        time.sleep(max(_LOOK_EVERY, _REST * (looked - began)))
