"""Accounts whose key the server has never accepted: nothing was sent with them, so nothing is left.

A mistyped key is an account like any other, with the requests that were planned for it. When it is
replaced, the new key is another account, and nobody sends with the first one again.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..states import State
from .schema import accounts, requests

# Aliases, because these are parts of queries of the same tables.
_refused = accounts.alias("refused")
_sent = requests.alias("sent")
_planned_again = requests.alias("planned_again")

_OTHER_STATES = [state for state in State if state is not State.PLANNED]
_WAS_SENT = sa.exists().where(_sent.c.account == _refused.c.id, _sent.c.state.in_(_OTHER_STATES))
# A condition of its own, so that each has an index.
_WAS_IN_OMI = sa.exists().where(
    _planned_again.c.account == _refused.c.id,
    _planned_again.c.state == State.PLANNED,
    (_planned_again.c.generation > 0) | _planned_again.c.conversation_id.is_not(None),
)
NEVER_ACCEPTED = sa.select(_refused.c.id).where(
    _refused.c.key_refused, sa.not_(_WAS_SENT), sa.not_(_WAS_IN_OMI)
)
"""The accounts whose key the server refused, and of which it has never taken anything."""


def is_never_accepted(tx: Connection, account: str) -> bool:
    """Whether it is one of them."""
    return tx.execute(NEVER_ACCEPTED.where(_refused.c.id == account)).first() is not None
