"""The garbage collector is paused inside, and runs again afterwards, however calls are nested."""

from __future__ import annotations

import gc

import pytest

from transcript_bridge.gc_pause import collector_paused


@collector_paused()
def count_down(number: int) -> list[bool]:
    below = count_down(number - 1) if number else []
    return [gc.isenabled(), *below]


def test_a_function_that_calls_itself_leaves_the_collector_on() -> None:
    assert count_down(2) == [False, False, False]
    assert gc.isenabled()


def test_an_error_leaves_the_collector_on() -> None:
    with pytest.raises(ValueError, match="odd"), collector_paused():
        raise ValueError("odd")
    assert gc.isenabled()


def test_a_collector_that_is_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_of_threads_that_overlap_the_last_one_ends_the_pause() -> None:
    gc.enable()
    first, second = collector_paused(), collector_paused()
    first.__enter__()
    second.__enter__()
    first.__exit__()
    assert not gc.isenabled()
    second.__exit__()
    assert gc.isenabled()
