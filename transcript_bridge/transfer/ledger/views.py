"""What the ledger shows: to `status`, `verify`, `undo`, `resolve` and `ledger export`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..pace import Window
from ..states import SENT, STORED, Part, Row, State
from . import owners
from .rows import IS_DUE, read_row, read_window
from .schema import accounts, parts, requests, sources


@dataclass(frozen=True, slots=True)
class Entry:
    """A request, and where it comes from: several sources may hold the same."""

    account: str
    row: Row
    parts: tuple[Part, ...]
    held: bool
    """A living process is at work on it, or may be."""

    @property
    def label(self) -> str:
        """Its first source, for messages."""
        return str(self.parts[0]) if self.parts else self.row.session_id


@dataclass(frozen=True, slots=True)
class AccountView:
    """A key on a server, without naming either."""

    account: str
    profile: str
    honours_key: bool | None
    window: Window
    counts: Counter[State]
    sources: int


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source in one of its contents, and how far its requests are."""

    path: str
    content_digest: str
    options_digest: str
    requests: int
    stored: int
    """In Omi, and to stay there."""
    due: int
    """An upload still has something to do for them."""
    sent: int
    """They are, or may be, on the server."""


def select_entries(
    tx: Connection, now: float, account: str | None, states: Collection[State], paths: Sequence[str]
) -> list[Entry]:
    """Requests in the order in which their sources were planned. Empty `states` or `paths`: all.

    A path also stands for everything in that folder, or in that archive.
    """
    query = (
        sa.select(requests, sources.c.path, parts.c.number, parts.c.source)
        .join(parts, parts.c.request == requests.c.id)
        .join(sources, parts.c.source == sources.c.id)
        .order_by(parts.c.source, parts.c.number)
    )
    if account is not None:
        query = query.where(requests.c.account == account)
    if states:
        query = query.where(requests.c.state.in_(states))
    if paths:
        query = query.where(sa.or_(*(_lies_in(path) for path in paths)))
    size = sa.select(parts.c.source, sa.func.max(parts.c.number)).group_by(parts.c.source)
    sizes = {source: int(count) for source, count in tx.execute(size)}
    found: dict[int, Entry] = {}
    for r in tx.execute(query).mappings():
        part = Part(r["path"], r["number"], sizes[r["source"]])
        known = found.get(r["id"])
        others = known.parts if known else ()
        if part not in others:
            held = (
                bool(r["claimed_by"])
                and owners.is_alive(r["claimed_by"]) is not False
                and now < r["claim_until"]
            )
            found[r["id"]] = Entry(r["account"], read_row(r), (*others, part), held)
    return list(found.values())


def survey_accounts(tx: Connection) -> list[AccountView]:
    """Every account, with what became of its requests."""
    tally = sa.select(requests.c.account, requests.c.state, sa.func.count()).group_by(
        requests.c.account, requests.c.state
    )
    counts: dict[str, Counter[State]] = {}
    for account, state, count in tx.execute(tally):
        counts.setdefault(account, Counter())[State(state)] = count
    per_path = sa.select(sources.c.account, sa.func.count(sources.c.path.distinct())).group_by(
        sources.c.account
    )
    paths = {str(account): int(count) for account, count in tx.execute(per_path)}
    return [
        AccountView(
            own["id"],
            own["profile"],
            own["honours_key"],
            read_window(own),
            counts.get(own["id"], Counter()),
            paths.get(own["id"], 0),
        )
        for own in tx.execute(sa.select(accounts).order_by(accounts.c.id)).mappings()
    ]


def survey_sources(tx: Connection, account: str) -> list[SourceView]:
    """Every source of an account: one query, however many there are."""

    def count(which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((which, 1), else_=0))

    state, kept = requests.c.state, sa.not_(requests.c.undone)
    columns = (sources.c.path, sources.c.content_digest, sources.c.options_digest)
    query = (
        sa.select(
            *columns,
            sa.func.count(),
            count(state.in_(STORED) & kept),
            count(IS_DUE),
            count(state.in_(SENT) & kept),
        )
        .join(parts, parts.c.source == sources.c.id)
        .join(requests, parts.c.request == requests.c.id)
        .where(sources.c.account == account)
        .group_by(sources.c.id, *columns)
    )
    return [SourceView(*row) for row in tx.execute(query)]


def _lies_in(path: str) -> sa.ColumnElement[bool]:
    plain = path.rstrip("/\\")
    inside = [sources.c.path.startswith(plain + mark, autoescape=True) for mark in ("/", "\\", "!")]
    return sa.or_(sources.c.path == path, *inside)
