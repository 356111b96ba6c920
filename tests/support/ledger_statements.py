"""Watches the queries of a ledger, to examine how the database answers each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from transcript_bridge.transfer.ledger import Ledger


def watch_queries(
    ledger: Ledger, ask: Callable[[], object], look: Callable[[Any, str, Any], None]
) -> None:
    """Call `ask`. look: gets the driver's connection, each SELECT and its values before it is
    executed."""

    def listen(_connection: object, cursor: Any, statement: str, values: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            look(cursor.connection, statement, values)

    engine = ledger._database._engine
    sa.event.listen(engine, "before_cursor_execute", listen)
    try:
        ask()
    finally:
        sa.event.remove(engine, "before_cursor_execute", listen)
