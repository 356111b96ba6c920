"""Numbers of requests and files, from the counts that triggers maintain (triggers.py).

The cost grows with the number of accounts and removed requests, not with the size of the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..states import Row, State
from .replaced import find_replaced
from .rows import chunks, read_row
from .schema import accounts, counts, parts, requests, sources, wanted


class RequestKind(NamedTuple):
    """How a request is counted. different: `verify` saw other content. verified: `verify` looked at
    it."""

    state: State
    undone: bool = False
    different: bool = False
    adopted: bool = False
    verified: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """The kind from its text in tb_counts: the state, and the names of the properties that are
        true."""
        state, *flags = text.split()
        return cls(State(state), **dict.fromkeys(flags, True))

    @classmethod
    def of(cls, row: Row) -> Self:
        """The kind of one request, as the triggers compute it."""
        is_different = row.verdict == "different"
        return cls(row.state, row.undone, is_different, row.adopted, row.verified_at is not None)


@dataclass(slots=True)
class AccountCounts:
    """Numbers of one account. Requests that were removed and sent again count once.

    files: those with requests, or wanted. unsent: conversations that are wanted and were not begun.
    verified_at: when `verify` last looked, in seconds since 1970.
    """

    requests: Counter[RequestKind] = field(default_factory=Counter)
    files: int = 0
    unsent: int = 0
    verified_at: float | None = None


def count_requests(tx: Connection) -> dict[str, int]:
    """How many requests each account has, replaced ones included."""
    query = sa.select(counts.c.account, sa.func.sum(counts.c.number))
    query = query.where(counts.c.subject == "requests").group_by(counts.c.account)
    return {account: int(number) for account, number in tx.execute(query)}


def count_accounts(tx: Connection, account: str | None) -> dict[str, AccountCounts]:
    """The counts of one account, or of all (None). An account without any is left out."""
    if tx.dialect.name == "postgresql":  # all statements see the same moment
        tx.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    found: dict[str, AccountCounts] = {}
    for name, subject, kind, number in _read_sums(tx, account):
        known = found.setdefault(name, AccountCounts())
        if subject == "requests":
            known.requests[RequestKind.parse(kind)] += number
        elif subject == "files":
            known.files += number
        else:
            known.unsent += number
    replaced = find_replaced(tx, account)
    if replaced:
        _leave_out_requests(tx, found, replaced)
        _leave_out_files(tx, found, replaced)
    for name, moment in _find_last_looks(tx, account, replaced).items():
        if name in found:
            found[name].verified_at = moment
    return found


def _read_sums(tx: Connection, account: str | None) -> Iterator[tuple[str, str, str, int]]:
    """All counts, as (account, subject, kind, number)."""
    kinds = (counts.c.account, counts.c.subject, counts.c.kind)
    query = sa.select(*kinds, sa.func.sum(counts.c.number)).group_by(*kinds)
    if account is not None:
        query = query.where(counts.c.account == account)
    for name, subject, kind, number in tx.execute(query):
        if number:
            yield name, subject, kind, int(number)


def _leave_out_requests(
    tx: Connection, found: dict[str, AccountCounts], replaced: Collection[int]
) -> None:
    for chunk in chunks(list(replaced)):
        query = sa.select(requests).where(requests.c.id.in_(chunk))
        for columns in tx.execute(query).mappings():
            found[columns["account"]].requests[RequestKind.of(read_row(columns))] -= 1


def _leave_out_files(
    tx: Connection, found: dict[str, AccountCounts], replaced: Collection[int]
) -> None:
    """Subtract the files whose requests were all replaced, and which are not wanted again."""
    files: set[_File] = set()
    for chunk in chunks(list(replaced)):
        query = _LIST_PARTS.where(parts.c.request.in_(chunk))
        files.update(_File(name, path) for name, path, _request in tx.execute(query))
    kept: set[_File] = set()
    names = {file.account for file in files}
    for paths in chunks(sorted({file.path for file in files})):
        query = _LIST_PARTS.where(sources.c.account.in_(names), sources.c.path.in_(paths))
        for name, path, request in tx.execute(query):
            if request not in replaced:
                kept.add(_File(name, path))
        is_wanted = (wanted.c.account.in_(names), wanted.c.path.in_(paths), wanted.c.is_counted)
        again = sa.select(wanted.c.account, wanted.c.path).where(*is_wanted)
        kept.update(_File(name, path) for name, path in tx.execute(again))
    for file in files - kept:
        found[file.account].files -= 1


class _File(NamedTuple):
    account: str
    path: str


_LIST_PARTS = sa.select(sources.c.account, sources.c.path, parts.c.request).join(
    parts, parts.c.source == sources.c.id
)


def _find_last_looks(
    tx: Connection, account: str | None, replaced: Collection[int]
) -> dict[str, float | None]:
    """For each account, when `verify` last looked at a request that was not replaced."""
    of_account = (requests.c.account == accounts.c.id, requests.c.verified_at.is_not(None))
    latest = sa.select(sa.func.max(requests.c.verified_at)).where(*of_account)
    query = sa.select(accounts.c.id, latest.correlate(accounts).scalar_subquery())
    if account is not None:
        query = query.where(accounts.c.id == account)
    found: dict[str, float | None] = {}
    for name, moment in tx.execute(query):
        found[name] = moment
    has_replaced: set[str] = set()
    for chunk in chunks(list(replaced)):
        owners = sa.select(requests.c.account).where(requests.c.id.in_(chunk)).distinct()
        has_replaced.update(tx.execute(owners).scalars())
    for name in has_replaced:
        found[name] = _find_last_look_at_others(tx, name, replaced)
    return found


def _find_last_look_at_others(
    tx: Connection, account: str, replaced: Collection[int]
) -> float | None:
    looks = (
        sa.select(requests.c.id, requests.c.verified_at)
        .where(requests.c.account == account, requests.c.verified_at.is_not(None))
        .order_by(requests.c.verified_at.desc())
        .limit(len(replaced) + 1)
    )
    for row_id, moment in tx.execute(looks):
        if row_id not in replaced:
            return float(moment)
    return None
