"""One-line messages for errors that a database reports."""

from __future__ import annotations

import re

import sqlalchemy as sa

from ...errors import LedgerError
from .location import Location, hide_secrets

_MAX_REASON = 200
_NOT_WRITABLE = "cannot be written: change its permissions, or choose another place with --ledger"
_SQLITE_ADVICE = {
    "full": "cannot grow because the disk is full: free some space",
    "readonly": _NOT_WRITABLE,
    "read-only": _NOT_WRITABLE,
    "not a database": "is damaged, or is not a ledger: restore it from a copy (with an empty "
    "ledger, a server that ignores session ids gets everything twice)",
    "malformed": "is damaged: restore it from a copy",
    "unable to open": "cannot be opened: check its folder and permissions",
    "locked": "has been locked by another program for too long: stop that program",
    "disk i/o": "cannot be written because the disk is full or has failed: free some space",
}
"""SQLite's words -> what is wrong, and what to do."""
_SERVER_ADVICE = {
    "deadlock": "was locked by two workers at once",
    "no space left": "cannot grow because the disk is full: free some space",
    "read-only": "cannot be written: the server is read-only",
    "password": "refuses the login: check the user and the password",
    "pg_hba.conf": "refuses the login: check the user, and the rules of the server",
    "does not exist": "does not exist: check the URL, or create it",
    "permission denied": "cannot be written: give the database user the rights",
    "too many clients": "takes no more connections: lower --concurrency, or wait",
    "connection slots": "takes no more connections: lower --concurrency, or wait",
    "starting up": "is starting: wait a moment",
    "connection": "does not answer: check the database server",
}
"""PostgreSQL's words -> what is wrong, and what to do. The message also quotes the words."""
_PREAMBLE = re.compile(r".*?\bfailed: (?:FATAL: )?", re.DOTALL)
_LOST = ("57P01", "57P02", "57P03", "57P05", "08")
"""SQLSTATEs of a server that stops, starts or has closed the connection; 08 is a whole class."""


def explain(error: sa.exc.DBAPIError, location: Location) -> LedgerError:
    """The error as one line, without the statement and its values."""
    said = hide_secrets(" ".join(str(error.orig).split()), location.secrets)
    table = _SQLITE_ADVICE
    reason = ""
    if location.url.get_backend_name() != "sqlite":
        table = _SERVER_ADVICE
        reason = f" ({_shorten(said)})"
    lowered = said.lower()
    for words, advice in table.items():
        if words in lowered:
            return LedgerError(
                f"the ledger {location.shown} {advice}{reason}; then run the same command again"
            )
    return LedgerError(
        f"the ledger {location.shown} failed ({_shorten(said)}); nothing more was sent, "
        "run the same command again"
    )


def is_connection_lost(error: sa.exc.DBAPIError) -> bool:
    """Whether the database server is away, perhaps only briefly. Always False for SQLite."""
    if error.connection_invalidated:
        return True
    if not isinstance(error, sa.exc.OperationalError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    is_refused_login = "password" in str(error.orig)
    if state is None:  # no connection could be made
        return not is_refused_login
    return str(state).startswith(_LOST)


def _shorten(said: str) -> str:
    """The reason, which PostgreSQL's driver puts at the end of a message about a connection."""
    reason = said
    while (rest := _PREAMBLE.sub("", reason, count=1)) != reason and rest:
        reason = rest
    return reason[:_MAX_REASON]
