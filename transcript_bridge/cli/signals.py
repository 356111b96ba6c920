"""Stops commands at Ctrl-C and SIGTERM."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

from ..errors import OutputLostError, StandardOutputError
from .output import STOPPED, write_from_handler


@contextmanager
def stop_on_signals() -> Iterator[Event]:
    """The first Ctrl-C (or SIGTERM) sets the event; the second one ends the program at once.

    Ending at once is safe: the next run settles the requests that were being sent. Outside of the
    main thread, where Python allows no signal handlers, nothing sets the event. Raises
    OutputLostError if standard output fails meanwhile.
    """
    stop = Event()

    def handle(_number: int, _frame: object) -> None:
        if stop.is_set():
            write_from_handler(
                "stopped-at-once", "stopped at once; run the same command again to continue"
            )
            os._exit(STOPPED)
        stop.set()
        write_from_handler(
            "stopping",
            "stopping after the current request, which may take minutes; press again to stop now",
        )

    if threading.current_thread() is not threading.main_thread():
        with _output_loss_as_stop():
            yield stop
        return
    earlier = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with _output_loss_as_stop():
            yield stop
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


@contextmanager
def _output_loss_as_stop() -> Iterator[None]:
    """Turn the loss of standard output into the end of a run that can be continued."""
    try:
        yield
    except StandardOutputError as error:
        raise OutputLostError(f"{error}; stopped; run the same command again to continue") from None
