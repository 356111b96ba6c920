"""Joins accounts that are one person's: after a new key, or another spelling of the server's
address.

Only the user knows whether two names are one account. The ledger finds out when to ask, stores the
answer, and joins the records of both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from ...errors import BridgeError, RowChangedError, SettingsError
from ...server_place import explain_two_servers, may_be_one_server
from ..states import SENT, Row
from .accounts import lock_accounts, resolve_account
from .engines import SERVER_PATIENCE
from .file_marks import lock_planning, mark_account
from .rows import (
    change_account,
    chunks,
    insert_new,
    read_row,
    read_window,
    save_window,
)
from .schema import accounts, distinct_accounts, parts, requests, sources, wanted
from .views import is_held

_IN_OMI = requests.c.state.in_(SENT) & sa.not_(requests.c.undone)
"""The request is, or may be, on the server of its account."""


class SentElsewhere(NamedTuple):
    """Requests that were sent with another account, which may be the same one.

    requests: how many requests of each source are in Omi, by the source's content digest.
    """

    account: str
    requests: Mapping[str, int]


_OTHER_ACCOUNT = (
    sa.select(accounts.c.id)
    .where(accounts.c.joined_to.is_(None), accounts.c.id != sa.bindparam("account"))
    .limit(1)
)
"""Built once, like the next ones, because it is executed before each request is sent."""
_ALL_ACCOUNTS = (
    sa.select(accounts.c.id, accounts.c.server)
    .where(accounts.c.joined_to.is_(None))
    .order_by(accounts.c.id)
)
_DIFFERENT_FROM = sa.select(distinct_accounts).where(
    (distinct_accounts.c.account == sa.bindparam("account"))
    | (distinct_accounts.c.other == sa.bindparam("account"))
)
_COUNT_BY_OTHERS = (
    sa.select(requests.c.account, sa.func.count())
    .where(
        requests.c.account.in_(sa.bindparam("others", expanding=True)),
        requests.c.session_id.in_(sa.bindparam("names", expanding=True)),
        _IN_OMI,
    )
    .group_by(requests.c.account)
)


_LOCK_CLAIMS = sa.text(
    "SELECT set_config('idle_in_transaction_session_timeout', :patience, TRUE), "
    "pg_advisory_xact_lock(7255105)"
)
"""The key of an advisory lock; `upgrades.upgrade` and the queue use other keys."""
CLAIM_PATIENCE = "15s"
"""How long the database server waits for the next statement of a claim, for which all others wait.
It usually takes milliseconds, unless the process was stopped or its network was cut."""


def list_other_accounts(tx: Connection, account: str) -> list[str]:
    """The other accounts of the ledger, without those that the user called different, and those
    that cannot be on the same server."""
    distinct = {account}
    for pair in tx.execute(_DIFFERENT_FROM, {"account": account}):
        distinct.update(pair)
    servers = _read_servers(tx)
    own = servers.get(account, "")
    others = []
    for other, server in servers.items():
        if other not in distinct and may_be_one_server(own, server):
            others.append(other)
    return others


def _read_servers(tx: Connection) -> dict[str, str]:
    """The address of the server of each account that was not joined to another."""
    return {row.id: row.server for row in tx.execute(_ALL_ACCOUNTS)}


COUNT_SENT = (
    sa.select(sources.c.account, sources.c.content_digest, sa.func.count(requests.c.id.distinct()))
    .join(parts, parts.c.source == sources.c.id)
    .join(requests, parts.c.request == requests.c.id)
    .where(_IN_OMI)
    .group_by(sources.c.account, sources.c.content_digest)
)


def find_sent_elsewhere(
    tx: Connection, account: str, content_digests: Collection[str]
) -> list[SentElsewhere]:
    """The requests of these sources that were sent with other accounts, which may be the same
    one."""
    others = list_other_accounts(tx, account)
    if not others:
        return []
    found: dict[str, dict[str, int]] = {other: {} for other in others}
    for chunk in chunks(list(content_digests)):
        query = COUNT_SENT.where(sources.c.content_digest.in_(chunk))
        for other, digest, count in tx.execute(query):
            if other in found:
                found[other][digest] = int(count)
    return [SentElsewhere(other, counts) for other, counts in found.items() if counts]


def wait_for_turn(tx: Connection, patience: str) -> None:
    """Make claims run one after another, whatever their accounts are, until the transaction ends.

    Otherwise two keys of one account could claim the same conversation at the same moment, and
    `check_other_accounts` would not see the other's claim. This must be the first lock of a claim,
    so that two cannot wait for each other. SQLite has only one writer anyway.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(_LOCK_CLAIMS, {"patience": patience})


_TO_JOIN: Mapping[bool | None, tuple[type[BridgeError], str]] = {
    None: (
        SettingsError,
        "say with --same-account or --other-account whether it is the same account",
    ),
    True: (RowChangedError, "run the same command again, which joins the two"),
}
"""By the user's answer about these accounts: the error, and what to do."""


def check_other_accounts(
    tx: Connection, account: str, session_ids: Sequence[str], is_same: bool | None = None
) -> None:
    """Make sure that no other account, which may be the same one, has sent some of these requests.

    is_same: whether the other accounts are the same one, if the user has said so. If they are not,
    this is stored for those that sent some. Otherwise raises SettingsError or RowChangedError.
    """
    if tx.execute(_OTHER_ACCOUNT, {"account": account}).first() is None:
        return
    others = list_other_accounts(tx, account)
    sent: Counter[str] = Counter()
    for chunk in chunks(session_ids):
        for other, count in tx.execute(_COUNT_BY_OTHERS, {"others": others, "names": chunk}):
            sent[other] += int(count)
    if is_same is False:
        for other in sent:
            declare_distinct(tx, account, other)
    elif sent:
        kind, advice = _TO_JOIN[is_same]
        where = _name_place(tx, account, sent)
        raise kind(f"already {where}: {sent.total():,} of its conversations; {advice}")


def _name_place(tx: Connection, account: str, others: Iterable[str]) -> str:
    servers = _read_servers(tx)
    own = servers.get(account)
    for other in others:
        if servers[other] != own:
            return f"on another server, {servers[other]}"
    return "in Omi under another key"


def was_undone_elsewhere(tx: Connection, account: str, conversation: str) -> bool:
    """Whether another account that may be the same one has undone this conversation."""
    query = sa.select(requests.c.id).where(
        requests.c.account.in_(list_other_accounts(tx, account)),
        requests.c.conversation_id == conversation,
        requests.c.undone,
    )
    return tx.execute(query.limit(1)).first() is not None


def declare_distinct(tx: Connection, account: str, other: str) -> None:
    """Store that two accounts are different."""
    insert_new(tx, distinct_accounts, [{"account": account, "other": other}])


def join_accounts(tx: Connection, now: float, account: str, other: str) -> None:
    """Join two accounts: everything of `account` belongs to `other` from now on.

    Changes nothing, and raises RowChangedError if a process is working with one of them, or
    SettingsError if both have sent the same conversation, or cannot be on one server.
    """
    wait_for_turn(tx, SERVER_PATIENCE)
    account, other = resolve_account(tx, account), resolve_account(tx, other)
    if account == other:
        return
    # In a fixed order, so that two that join the same accounts cannot wait for each other.
    for name in sorted((account, other)):
        lock_planning(tx, name)
    locked = lock_accounts(tx, (account, other))
    server, other_server = locked[account]["server"], locked[other]["server"]
    if not may_be_one_server(server, other_server):
        raise SettingsError(explain_two_servers(server, other_server))
    _move_requests(tx, now, account, other)
    _move_sources(tx, account, other)
    _move_wanted(tx, account, other)
    mark_account(tx, other)
    _move_server(tx, now, locked[account], locked[other])
    for column in (distinct_accounts.c.account, distinct_accounts.c.other):
        tx.execute(distinct_accounts.delete().where(column == account))
    tx.execute(accounts.update().where(accounts.c.joined_to == account).values(joined_to=other))
    change_account(tx, account, joined_to=other)


def _move_requests(tx: Connection, now: float, account: str, other: str) -> None:
    query = sa.select(requests).where(requests.c.account.in_((account, other)))
    rows: dict[str, dict[str, Row]] = {account: {}, other: {}}
    for columns in tx.execute(query.order_by(requests.c.id)).mappings():
        if is_held(columns, now):
            raise RowChangedError(
                "another process is uploading with one of the two accounts; wait until it is done"
            )
        row = read_row(columns)
        rows[columns["account"]][row.session_id] = row
    in_both = [name for name in rows[account] if name in rows[other]]
    doubled = [name for name in in_both if _is_twice(rows[account][name], rows[other][name])]
    if doubled:
        raise SettingsError(
            "the two cannot be joined: conversations that were sent with both are in Omi twice if "
            f"they are one account ({len(doubled):,}); 'undo' those of one account first"
        )
    for name in in_both:
        _merge(tx, rows[account][name], rows[other][name])
    tx.execute(requests.update().where(requests.c.account == account).values(account=other))


def _is_twice(newer: Row, older: Row) -> bool:
    if not _is_in_omi(newer) or not _is_in_omi(older):
        return False
    return newer.conversation_id != older.conversation_id or newer.conversation_id is None


def _is_in_omi(row: Row) -> bool:
    return row.state in SENT and not row.undone


def _merge(tx: Connection, newer: Row, older: Row) -> None:
    """Keep the row that says more, and link the sources of both to it."""
    kept, dropped = older, newer
    if _rank(newer) > _rank(older):
        kept, dropped = newer, older
    tx.execute(parts.update().where(parts.c.request == dropped.id).values(request=kept.id))
    tx.execute(requests.delete().where(requests.c.id == dropped.id))


def _rank(row: Row) -> tuple[bool, bool, int]:
    """How much a row says: first what is in Omi, then what was undone, whose session id is used
    up."""
    return _is_in_omi(row), row.undone, row.generation


def _move_sources(tx: Connection, account: str, other: str) -> None:
    """Keep a source once if both accounts have it: it consists of the same requests."""
    query = sa.select(sources).where(sources.c.account.in_((other, account)))
    known: dict[tuple[str, str, str], dict[str, int]] = {}
    for columns in tx.execute(query).mappings():
        key = (columns["path"], columns["content_digest"], columns["options_digest"])
        known.setdefault(key, {})[columns["account"]] = columns["id"]
    for ids in known.values():
        if len(ids) > 1:
            replaced = requests.c.replaced_by == ids[account]
            tx.execute(requests.update().where(replaced).values(replaced_by=ids[other]))
            tx.execute(parts.delete().where(parts.c.source == ids[account]))
            tx.execute(sources.delete().where(sources.c.id == ids[account]))
    tx.execute(sources.update().where(sources.c.account == account).values(account=other))


def _move_wanted(tx: Connection, account: str, other: str) -> None:
    """Move the wanted recordings, as the last upload with the newer account found them."""
    paths = sa.select(wanted.c.path).where(wanted.c.account == account)
    tx.execute(wanted.delete().where(wanted.c.account == other, wanted.c.path.in_(paths)))
    unmarked = {"account": other, "is_counted": False, "is_file": False}
    tx.execute(wanted.update().where(wanted.c.account == account).values(unmarked))


def _move_server(tx: Connection, now: float, newer: RowMapping, older: RowMapping) -> None:
    """Keep what the newer key revealed about the server. A rate limit belongs to one key."""
    save_window(tx, older["id"], read_window(newer))
    values: dict[str, Any] = {
        "reads_blocked_until": newer["reads_blocked_until"],
        "profile": newer["profile"],
        "key_place": newer["key_place"],
        "server": newer["server"],
        "key_refused": newer["key_refused"],
    }
    honors = newer["honors_session_ids"]
    if honors is not None and honors != older["honors_session_ids"]:
        values["honors_session_ids"] = honors
        if older["honors_session_ids"] is False:  # it ignored the ids of earlier requests
            values["honors_since"] = now
    change_account(tx, older["id"], **values)
