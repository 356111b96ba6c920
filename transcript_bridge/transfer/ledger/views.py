"""Queries for `status`, `verify`, `undo`, `resolve`, `report` and `ledger export`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...errors import name_input
from ..account_label import AccountLabel
from ..pace import Window
from ..states import OPEN, SENT, STORED, Row, SourcePart, State
from . import owners
from .accounts import resolve_account
from .counts import count_requests
from .refused import NEVER_ACCEPTED
from .replaced import find_replaced
from .rows import (
    FIND_ROW,
    Columns,
    chunks,
    is_same,
    read_row,
    read_window,
)
from .schema import accounts, parts, requests, sources

_UNSETTLED = (State.PLANNED, State.SENDING, State.UNCERTAIN)
"""States of a replaced request that is, or may be, not on the server."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A request and the sources that contain it; there may be several."""

    account: str
    row: Row
    parts: tuple[SourcePart, ...]
    held: bool
    """A running process works on it, or may do so."""
    replaced: bool = False
    """It was removed, and something newer has replaced it."""

    @property
    def label(self) -> str:
        """Its first source, for data."""
        if self.parts:
            return str(self.parts[0])
        return self.row.session_id

    @property
    def shown(self) -> str:
        """Its first source, for people."""
        if self.parts:
            return self.parts[0].with_name(name_input(self.parts[0].path))
        return self.row.session_id


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account. label: how people know it; empty in old ledgers."""

    account: str
    label: AccountLabel
    honors_session_ids: bool | None
    window: Window
    requests: int
    """The number of requests that were ever planned, including replaced ones."""
    key_refused: bool = False
    """The server refused the key when it was used last."""


class FoundContent(NamedTuple):
    """A request of a source. path: where the source was when it was sent."""

    content_digest: str
    path: str
    request: int


def select_entries(
    tx: Connection, now: float, account: str | None, states: Collection[State], paths: Sequence[str]
) -> list[LedgerEntry]:
    """Requests in the order in which their sources were planned. Empty `states` or `paths`: all.

    The path of a folder or of a container includes everything in it.
    """
    query = _list_requests(tuple(states), of_one=account is not None)
    if paths:
        query = query.where(sa.or_(*(is_in(sources.c.path, path) for path in paths)))
    replaced = find_replaced(tx, account)
    found: dict[int, LedgerEntry] = {}
    for columns in tx.execute(query, {"account": account}).mappings():
        part = SourcePart(columns["path"], columns["number"], columns["size"], columns["source"])
        known = found.get(columns["id"])
        others = known.parts if known else ()
        found[columns["id"]] = LedgerEntry(
            columns["account"],
            read_row(columns),
            _add_part(others, part),
            is_held(columns, now),
            columns["id"] in replaced,
        )
    return list(found.values())


_others = parts.alias("others")
_SIZE = (
    sa.select(sa.func.max(_others.c.number))
    .where(_others.c.source == parts.c.source)
    .correlate(parts)
    .scalar_subquery()
    .label("size")
)
"""The number of parts of a source; a subquery, so that only the sources that are found are
counted."""


@cache
def _list_requests(states: tuple[State, ...], *, of_one: bool) -> sa.Select[Any]:
    """of_one: whether the account is a parameter; else the query is for all that count."""
    query = (
        sa.select(requests, sources.c.path, parts.c.number, parts.c.source, _SIZE)
        .join(parts, parts.c.request == requests.c.id)
        .join(sources, parts.c.source == sources.c.id)
        .order_by(parts.c.source, parts.c.number)
    )
    if states:
        query = query.where(requests.c.state.in_(states))
    if of_one:
        return query.where(requests.c.account == sa.bindparam("account"))
    query = query.where(requests.c.account.not_in(NEVER_ACCEPTED))
    if states:  # the index of states begins with the account
        return query.where(requests.c.account.in_(sa.select(accounts.c.id)))
    return query


# Built once, as in rows.py, and only when it is needed: most commands need few of these.
@cache
def _select_replaced_rows() -> sa.Select[Any]:
    account: sa.BindParameter[str] = sa.bindparam("account")
    new = requests.alias("new")
    is_missing = new.c.state.not_in(STORED) | new.c.undone
    unfinished = (
        sa.select(parts.c.source)
        .join(new, parts.c.request == new.c.id)
        .where(new.c.account == account, is_missing)
    )
    return sa.select(requests.c.id).where(
        requests.c.account == account,
        requests.c.replaced_by.is_not(None),
        requests.c.replaced_by.not_in(unfinished),
        requests.c.conversation_id.is_not(None),
        requests.c.state.in_(SENT),
        sa.not_(requests.c.undone),
    )


@cache
def _select_unsettled_rows() -> sa.Select[Any]:
    return sa.select(requests.c.id).where(
        requests.c.account == sa.bindparam("account"),
        requests.c.replaced_by.is_not(None),
        requests.c.state.in_(_UNSETTLED),
        sa.not_(requests.c.undone),
    )


def select_replaced(tx: Connection, now: float, account: str) -> list[LedgerEntry]:
    """Conversations to delete, because the source that replaces them is completely in Omi."""
    entries = _select_chosen(tx, now, account, _select_replaced_rows(), SENT)
    return [entry for entry in entries if not entry.held]


def select_unsettled(tx: Connection, now: float, account: str) -> list[LedgerEntry]:
    """Replaced requests of which it is not known whether they are in Omi."""
    return _select_chosen(tx, now, account, _select_unsettled_rows(), _UNSETTLED)


def _select_chosen(
    tx: Connection, now: float, account: str, query: sa.Select[Any], states: Collection[State]
) -> list[LedgerEntry]:
    """The requests whose ids a query finds; it is asked first, because it rarely finds any.

    query: takes the account. states: those that the requests may have.
    """
    account = resolve_account(tx, account)
    chosen = set(tx.execute(query, {"account": account}).scalars())
    if not chosen:
        return []
    entries = select_entries(tx, now, account, list(states), ())
    return [entry for entry in entries if entry.row.id in chosen]


def is_entry_unchanged(tx: Connection, now: float, entry: LedgerEntry) -> bool:
    """Whether a request is unchanged since it was selected, and no process works on it.

    In a transaction that writes, it stays unchanged until the end.
    """
    columns = tx.execute(FIND_ROW, {"row": entry.row.id}).mappings().first()
    if columns is None or is_held(columns, now):
        return False
    return is_same(read_row(columns), entry.row)


def _add_part(parts: tuple[SourcePart, ...], part: SourcePart) -> tuple[SourcePart, ...]:
    """The parts with this one added; each is kept once, with the newest source that contains it."""
    if part not in parts:
        return (*parts, part)
    return tuple(part if other == part else other for other in parts)


def survey_accounts(tx: Connection) -> list[AccountView]:
    """Every account, and how many requests it has; none whose key was never accepted."""
    numbers = count_requests(tx)
    views = []
    query = sa.select(accounts).where(
        accounts.c.joined_to.is_(None), accounts.c.id.not_in(NEVER_ACCEPTED)
    )
    for columns in tx.execute(query.order_by(accounts.c.id)).mappings():
        view = AccountView(
            account=columns["id"],
            label=AccountLabel(columns["profile"], columns["key_place"], columns["server"]),
            honors_session_ids=columns["honors_session_ids"],
            window=read_window(columns),
            requests=numbers.get(columns["id"], 0),
            key_refused=columns["key_refused"],
        )
        views.append(view)
    return views


def find_window(tx: Connection, account: str) -> Window:
    """The window of one account, without counting the requests of any."""
    query = sa.select(accounts).where(accounts.c.id == account)
    columns = tx.execute(query).mappings().first()
    if columns is None:
        return Window()
    return read_window(columns)


def find_by_content(
    tx: Connection, account: str | None, digests: Sequence[str]
) -> list[FoundContent]:
    """Requests of sources whose files had one of these contents, at any path."""
    found: list[FoundContent] = []
    for chunk in chunks(digests):
        query = (
            sa.select(sources.c.content_digest, sources.c.path, parts.c.request)
            .join(parts, parts.c.source == sources.c.id)
            .where(sources.c.content_digest.in_(chunk))
        )
        if account is None:
            query = query.where(sources.c.account.not_in(NEVER_ACCEPTED))
        else:
            # `column || ''` keeps an index from being used. With the index, SQLite went through all
            # paths of the account: 130 ms for a million, instead of 1 ms for one content.
            query = query.where(sources.c.account.concat("") == account)
        found += [FoundContent(*row) for row in tx.execute(query)]
    return found


@cache
def _list_numbered() -> sa.Select[Any]:
    return (
        sa.select(parts.c.number, requests)
        .join(requests, parts.c.request == requests.c.id)
        .join(sources, parts.c.source == sources.c.id)
        .where(
            sources.c.account == sa.bindparam("account"),
            sources.c.path == sa.bindparam("path"),
            sources.c.content_digest == sa.bindparam("content"),
            sources.c.options_digest == sa.bindparam("options"),
        )
        .order_by(parts.c.number)
    )


def find_numbered(
    tx: Connection, account: str, path: str, content: str, options: str
) -> list[tuple[int, Row]]:
    """The requests of one source with their numbers in it, in order."""
    source = {"account": account, "path": path, "content": content, "options": options}
    found = tx.execute(_list_numbered(), source).mappings()
    return [(columns["number"], read_row(columns)) for columns in found]


def count_open(tx: Connection, account: str, path: str) -> int:
    """How many requests of a path are not finished."""
    query = (
        sa.select(sa.func.count(requests.c.id.distinct()))
        .join(parts, parts.c.request == requests.c.id)
        .join(sources, parts.c.source == sources.c.id)
        .where(sources.c.account == account, sources.c.path == path, requests.c.state.in_(OPEN))
    )
    return int(tx.execute(query).scalar_one())


def find_sent(tx: Connection, account: str, content: str, options: str) -> list[Row]:
    """The requests, in order, of the newest source with this content and these options, if some
    are, or may be, in Omi."""
    source = {"account": account, "content": content, "options": options}
    return [read_row(columns) for columns in tx.execute(_select_sent(), source).mappings()]


@cache
def _select_sent() -> sa.Select[Any]:
    is_kept = requests.c.state.in_(SENT) & sa.not_(requests.c.undone)
    newest = (
        sa.select(sa.func.max(sources.c.id))
        .join(parts, parts.c.source == sources.c.id)
        .join(requests, parts.c.request == requests.c.id)
        .where(
            sources.c.account == sa.bindparam("account"),
            sources.c.content_digest == sa.bindparam("content"),
            sources.c.options_digest == sa.bindparam("options"),
            is_kept,
        )
    )
    return (
        sa.select(requests)
        .join(parts, parts.c.request == requests.c.id)
        .where(parts.c.source == newest.scalar_subquery())
        .order_by(parts.c.number)
    )


def is_held(columns: Columns, now: float) -> bool:
    """Whether a running process works on a request, or may do so."""
    owner = columns["claimed_by"]
    if not owner or now >= columns["claim_until"]:
        return False
    return owners.is_alive(owner) is not False


def is_in(column: sa.Column[str], path: str) -> sa.ColumnElement[bool]:
    """The condition that a path is this one or inside it: `/` and `\\` in folders, `!` in
    containers."""
    plain = path.rstrip("/\\")
    inside = [column.startswith(plain + mark, autoescape=True) for mark in ("/", "\\", "!")]
    return sa.or_(column == path, *inside)
