"""One SQLAlchemy engine for all ledgers of the model, which have one path.

It keeps its compiled statements: compiling them for each process takes two thirds of the time.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import URL, Engine

from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.ledger import database

_open_engine = database._open_engine


def share_engine(url: URL, _clock: Clock) -> Engine:
    """The engine of a URL, whose clock is the real one.

    It only measures how long a process waits until another one has prepared a new file. Here one
    process runs at a time, and none is paused while it does so.
    """
    return _open_once(url)


@cache
def _open_once(url: URL) -> Engine:
    return _open_engine(url, Clock())
