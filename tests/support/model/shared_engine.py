"""One SQLAlchemy engine for all ledgers of the model, which have one path.

It keeps its compiled statements: compiling them for each process takes two thirds of the time. It
keeps its connections, too, when a process closes its ledger: SQLite would remove the files beside
it, and the next process create them again.
"""

from __future__ import annotations

from sqlalchemy import URL, Engine, QueuePool

from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.ledger import database

_open_engine = database.open_engine
_engines: dict[URL, Engine] = {}


def share_engine(url: URL, _clock: Clock) -> Engine:
    """Return the engine of a URL, with the real clock.

    It only measures how long a process waits until another one has prepared a new file. Here one
    process runs at a time, and none is paused while it does so.
    """
    if url not in _engines:
        engine = _open_engine(url, Clock())
        engine.pool.dispose = _keep_connections  # type: ignore[method-assign]
        _engines[url] = engine
    return _engines[url]


def _keep_connections() -> None:
    """Keep the connections of the pool when a ledger is closed."""


def close_connections() -> None:
    """Close all connections before the file is replaced."""
    for engine in _engines.values():
        QueuePool.dispose(engine.pool)
