"""Pauses the garbage collector while many small objects are created."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_lock = Lock()
_pauses = 0
"""The number of blocks, in all threads, inside which it is paused."""
_was_enabled = False


class collector_paused:  # noqa: N801 - used like a function
    """Pause the collector inside a block; also a decorator. If threads overlap, the last one
    resumes it.

    For work that creates no cycles: the collector would examine hundreds of thousands of new tuples
    repeatedly. Reading takes up to 40 % less time without it. contextlib.contextmanager would
    take 1 % of reading a small file.
    """

    def __enter__(self) -> None:
        global _pauses, _was_enabled
        with _lock:
            if _pauses == 0:
                _was_enabled = gc.isenabled()
                gc.disable()
            _pauses += 1

    def __exit__(self, *_error: object) -> None:
        global _pauses
        with _lock:
            _pauses -= 1
            if _pauses == 0 and _was_enabled:
                gc.enable()

    def __call__(self, function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        """The same function, with the collector paused during each call."""

        @wraps(function)
        def paused(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
            with collector_paused():
                return function(*args, **kwargs)

        return paused
