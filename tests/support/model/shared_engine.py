"""One SQLAlchemy engine for all ledgers of the model, which have one path.

It keeps its compiled statements: compiling them for each process takes two thirds of the time.
"""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa
from sqlalchemy import URL, Engine

from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.ledger import database

_open_engine = database._open_engine
_engines: dict[URL, Engine] = {}
_connections: list[sqlite3.Connection] = []


def share_engine(url: URL, _clock: Clock) -> Engine:
    """The engine of a URL, whose clock is the real one.

    It only measures how long a process waits until another one has prepared a new file. Here one
    process runs at a time, and none is paused while it does so.
    """
    if url not in _engines:
        engine = _open_engine(url, Clock())
        sa.event.listen(engine, "connect", _keep)
        _engines[url] = engine
    return _engines[url]


def _keep(connection: sqlite3.Connection, _record: object) -> None:
    _connections.append(connection)


def close_connections() -> None:
    """All of them. A process that closes its ledger takes the pool away from the others, and their
    connections go back to a pool that nobody closes: Python 3.13 warns of that."""
    for engine in _engines.values():
        engine.dispose()
    while _connections:
        _connections.pop().close()
