"""What was planned, sent and stored: the memory that makes uploads exactly once.

Each method is one transaction. A write takes SQLite's lock at its beginning; on PostgreSQL rows are
locked, and a claimed one is skipped. Moments are the clock's, on PostgreSQL the database's own:
machines need not agree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from ...errors import SettingsError
from ..answers import Outcome
from ..clock import Clock
from ..pace import HOUR, Pace, Pause
from ..states import OPEN, Part, Row, State
from . import owners
from .claims import Busy, Claim, Claimed, Closed, Rivals, Task
from .file import LedgerFile, explain, prepare_folder
from .plan import Changed, Plan, plan_source
from .rows import (
    FIND_ROW,
    change_account,
    change_held,
    change_row,
    insert_new,
    is_due,
    micros,
    read_account,
    read_row,
    read_window,
    save_window,
)
from .schema import (
    accounts,
    bring_up_to_date,
    open_engine,
    parse_location,
    parts,
    requests,
    sources,
)
from .views import AccountView, Entry, SourceView, select_entries, survey_accounts, survey_sources

_Accounts = dict[str, RowMapping]


def name_account(base_url: str, api_key: str) -> str:
    """An opaque name for a key on a server.

    A key has more entropy than could be guessed back from it.
    """
    text = f"transcript-bridge account\n{base_url.rstrip('/')}\n{api_key.strip()}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


class Ledger:
    """One ledger, usable from several threads and processes. Close it, or use it in a `with`.

    location: a path (the file and its folder are made) or `postgresql://…`.
    Raises SettingsError for a location that cannot be, LedgerError when reading or writing fails.
    """

    def __init__(self, location: str | Path, clock: Clock | None = None) -> None:
        url = parse_location(str(location))
        self._clock = clock or Clock()
        # SQLite lets one write at a time, and whoever finds it busy sleeps for milliseconds: our
        # threads take turns.
        self._turn: AbstractContextManager[object] = (
            Lock() if url.get_backend_name() == "sqlite" else nullcontext()
        )
        self.where = url.render_as_string(hide_password=True)
        self._file: LedgerFile | None = None
        path = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        is_plain = path is not None and not url.query
        if path is not None and is_plain:
            self.where = str(path)
            prepare_folder(path)
        self._engine = open_engine(url)
        try:
            bring_up_to_date(self._engine, self.where)
            if path is not None and is_plain:
                self._file = LedgerFile(self._engine, path)
        except sa.exc.DBAPIError as error:
            self._engine.dispose()
            raise explain(error, self.where) from None
        except BaseException:
            self._engine.dispose()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        if self._file is not None:
            self._file.close()
        self._engine.dispose()

    # -- planning

    def open_account(self, account: str, profile: str = "") -> None:
        """Make the account known."""
        with self._write() as tx:
            insert_new(tx, accounts, [{"id": account, "profile": profile}])

    def find_closed(
        self, account: str, path: str, content: str, options: str
    ) -> list[tuple[Part, Row]] | None:
        """The requests of a source of which nothing is left to do; None where something is, or it
        is new."""
        with self._read() as tx:
            query = (
                sa.select(parts.c.number, requests)
                .join(requests, parts.c.request == requests.c.id)
                .join(sources, parts.c.source == sources.c.id)
                .where(
                    sources.c.account == account,
                    sources.c.path == path,
                    sources.c.content_digest == content,
                    sources.c.options_digest == options,
                )
                .order_by(parts.c.number)
            )
            found = [(r["number"], read_row(r)) for r in tx.execute(query).mappings()]
        if not found or any(is_due(row) for _, row in found):
            return None
        return [(Part(path, number, len(found)), row) for number, row in found]

    def plan(self, plan: Plan) -> list[Row] | Changed:
        """Write down what a source consists of; the rows in the order of its bodies.

        Requests that are known already, under whatever path, are the same rows. Changed, and
        nothing written, where the path was uploaded with other content and the plan does not say
        `upload`.
        """
        with self._write(check=True, loose=True) as tx:
            return plan_source(tx, self._now(tx), plan)

    # -- claims

    def claim(self, row_ids: Sequence[int], owner: str, pace: Pace, lease: float) -> list[Claim]:
        """Take rows, with everything that has to be true before their requests go out.

        lease: seconds after which another process may take them over if it cannot tell whether we
        live. One answer for each row, up to a Pause, which means that the pace allows no more
        requests now.
        """
        if self._file is not None:
            self._file.check()
        claims: list[Claim] = []
        with self._write(check=True) as tx:
            now = self._now(tx)
            accounts_read: _Accounts = {}
            for row_id in row_ids:
                claims.append(self._claim(tx, now, row_id, owner, pace, lease, accounts_read))
                if isinstance(claims[-1], Pause):
                    break
        return claims

    def _claim(
        self,
        tx: Connection,
        now: float,
        row_id: int,
        owner: str,
        pace: Pace,
        lease: float,
        known: dict[str, RowMapping],
    ) -> Claim:
        found = tx.execute(FIND_ROW, {"row": row_id}).mappings().first()
        if found is None:
            return Busy(None, 0.5, by_other=True)
        row = read_row(found)
        if row.state not in OPEN:
            return Closed(row)
        if found["claimed_by"] and self._is_held(found, now, lease):
            return Busy(row, min(1.0, lease), by_other=found["claimed_by"] != owner)
        if row.state is State.SENDING:
            row = change_row(
                tx,
                row,
                now,
                state=State.UNCERTAIN,
                claimed_by=None,
                last_error="the program ended while it was being sent",
            )
        if 0 < row.not_before - now <= HOUR:  # no wait is longer: a clock was set back
            return Busy(row, row.not_before - now, by_other=False)
        account = found["account"]
        if account not in known:
            known[account] = read_account(tx, account)
        claim = self._claim_open(tx, now, row, known[account], owner, pace, lease)
        if isinstance(claim, Claimed) and claim.teaches:
            del known[account]  # its window has moved
        return claim

    def _claim_open(
        self,
        tx: Connection,
        now: float,
        row: Row,
        own: RowMapping,
        owner: str,
        pace: Pace,
        lease: float,
    ) -> Claim:
        task = _choose(row, own)
        account = own["id"]
        teaches = False
        claim: dict[str, Any] = {"claimed_by": owner, "claim_until": now + lease}
        if task == "send":
            window = read_window(own)
            pause = window.wait(now, pace) or _spread(tx, now, account, pace)
            if pause is not None:
                return pause
            taken = window.take(now, pace)
            teaches = taken.differs(window) or (taken.opened_at or 0.0) > now
            if taken.differs(window):
                save_window(tx, account, taken)
            claim |= {
                "state": State.SENDING,
                "attempts": row.attempts + 1,
                "sent_at": now,
                "sent_mark": self._mark(),
            }
        elif 0 < own["reads_blocked_until"] - now <= HOUR:
            return Busy(row, own["reads_blocked_until"] - now, by_other=False)
        return Claimed(
            change_row(tx, row, now, **claim), task, row.state, own["honours_key"], account, teaches
        )

    def record(self, claimed: Claimed, owner: str, outcome: Outcome, pace: Pace) -> Row | None:
        """Write down what came of a claim, and let go of it.

        None where the claim was lost to another process.
        """
        row = claimed.row
        with self._write(loose=True) as tx:
            now = self._now(tx)
            values = {
                "state": outcome.state,
                "claimed_by": None,
                "last_error": outcome.error,
                "conversation_id": outcome.conversation_id or row.conversation_id,
                "not_before": now + outcome.wait if outcome.wait else 0.0,
            }
            kept = change_held(tx, row, owner, now, **values)
            if claimed.teaches or outcome.teaches(claimed.honours_key):
                _learn(tx, now, claimed.account, outcome, pace, wrote=claimed.task == "send")
        if self._file is not None:
            self._file.check()
        return kept

    def block_reads(self, account: str, seconds: float) -> None:
        """No reads for so long: the server said so."""
        with self._write() as tx:
            until = self._now(tx) + seconds
            change_account(tx, account, reads_blocked_until=until)

    def take_write(self, account: str, pace: Pace) -> Pause | None:
        """Count a write that is no POST (a PATCH or DELETE); a Pause where there is none to be had
        now."""
        with self._write() as tx:
            now = self._now(tx)
            own = read_account(tx, account)
            window = read_window(own)
            pause = window.wait(now, pace)
            if pause is None:
                save_window(tx, account, window.take(now, pace))
            return pause

    def refuse_write(self, account: str, pace: Pace, wait: float, limit: int | None) -> None:
        """A write that is no POST met a 429."""
        with self._write() as tx:
            own = read_account(tx, account)
            save_window(tx, account, read_window(own).refuse(self._now(tx), pace, wait, limit))

    # -- questions

    def find_rivals(self, account: str, row: Row, conversations: Sequence[str]) -> Rivals:
        """What else of this ledger the conversations could be, all of whose contents are equal to
        the row's."""
        with self._read() as tx:
            mine = requests.c.account == account
            query = sa.select(requests.c.conversation_id).where(
                mine, requests.c.conversation_id.in_(conversations), requests.c.id != row.id
            )
            taken = frozenset(tx.execute(query).scalars())
            query = sa.select(requests.c.id).where(
                mine,
                requests.c.content_digest == row.content_digest,
                requests.c.started_at == micros(row.started_at),
                requests.c.state.in_([State.SENDING, State.UNCERTAIN]),
            )
            unclear = sorted({row.id, *tx.execute(query).scalars()})
        return Rivals(taken, unclear.index(row.id), len(unclear))

    def count_open(self, account: str, path: str) -> int:
        """How many requests of a path are not finished."""
        with self._read() as tx:
            query = (
                sa.select(sa.func.count(requests.c.id.distinct()))
                .join(parts, parts.c.request == requests.c.id)
                .join(sources, parts.c.source == sources.c.id)
                .where(
                    sources.c.account == account, sources.c.path == path, requests.c.state.in_(OPEN)
                )
            )
            return int(tx.execute(query).scalar_one())

    def select(
        self, account: str | None = None, states: Collection[State] = (), paths: Sequence[str] = ()
    ) -> list[Entry]:
        """Requests of an account (None: of all), in certain states, from certain paths or folders."""
        with self._read() as tx:
            return select_entries(tx, self._now(tx), account, states, paths)

    def survey(self) -> list[AccountView]:
        """Every account, with what became of its requests."""
        with self._read() as tx:
            return survey_accounts(tx)

    def survey_sources(self, account: str) -> list[SourceView]:
        """Every source of an account, in each of its contents."""
        with self._read() as tx:
            return survey_sources(tx, account)

    # -- changes by hand

    def change(self, entry: Entry, **values: Any) -> Row:
        """Set columns of a request. Raises SettingsError where another process is at work on it."""
        if entry.held:
            raise SettingsError(
                f"{entry.label} is being worked on by another process; wait until that is done"
            )
        with self._write(check=True) as tx:
            return change_row(tx, entry.row, self._now(tx), claimed_by=None, **values)

    # -- the ground

    def now(self) -> float:
        """The ledger's clock: seconds since 1970."""
        with self._read() as tx:
            return self._now(tx)

    @contextmanager
    def _write(self, *, check: bool = False, loose: bool = False) -> Iterator[Connection]:
        """A transaction. loose: a power cut may undo it."""
        try:
            with (
                self._turn,
                self._engine.connect().execution_options(loose=loose) as tx,
                tx.begin(),
            ):
                yield tx
        except sa.exc.DBAPIError as error:
            if self._file is not None:
                self._file.check()
            raise explain(error, self.where) from None
        if check and self._file is not None:
            self._file.check()

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        try:
            with self._engine.connect().execution_options(reads=True) as tx:
                yield tx
        except sa.exc.DBAPIError as error:
            raise explain(error, self.where) from None

    def _now(self, tx: Connection) -> float:
        if tx.dialect.name == "postgresql":
            return float(
                tx.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
            )
        return self._clock.now()

    def _mark(self) -> str:
        return self._clock.mark()

    def _is_held(self, found: RowMapping, now: float, lease: float) -> bool:
        alive = owners.is_alive(found["claimed_by"])
        # A lease from far in the future was given by a clock that has been set back since.
        return alive if alive is not None else now < found["claim_until"] <= now + max(lease, HOUR)


def _learn(
    tx: Connection, now: float, account: str, outcome: Outcome, pace: Pace, *, wrote: bool
) -> None:
    """What the answer shows of the server and of the key's window."""
    own = read_account(tx, account)
    if wrote and outcome.limited is not None:
        wait = outcome.limited.retry_after or 0.0
        save_window(tx, account, read_window(own).refuse(now, pace, wait, outcome.limited.limit))
    elif wrote and outcome.trouble is None:
        window = read_window(own)
        answered = window.answer(now)
        if answered is not window:
            save_window(tx, account, answered)
    values: dict[str, Any] = {}
    if outcome.reads_blocked:
        values["reads_blocked_until"] = now + outcome.reads_blocked
    if outcome.honours_key is not None and outcome.honours_key != own["honours_key"]:
        values["honours_key"] = outcome.honours_key
        if (
            own["honours_key"] is False
        ):  # the server was updated: what was sent before went without a key
            values["honoured_since"] = now
    if values:
        change_account(tx, account, **values)


def _choose(row: Row, own: RowMapping) -> Task:
    """Sending again is safe where the server honours the key, and did so when it was sent."""
    if row.state is State.PROCESSING:
        return "poll"
    if row.state is State.UNCERTAIN:
        safe = own["honours_key"] and (row.sent_at or 0.0) >= own["honoured_since"]
        return "send" if safe else "look"
    return "send"


def _spread(tx: Connection, now: float, account: str, pace: Pace) -> Pause | None:
    """The user's own limit: at most `rate` writes in any hour."""
    if pace.rate is None:
        return None
    query = (
        sa.select(requests.c.sent_at)
        .where(
            requests.c.account == account,
            requests.c.sent_at.is_not(None),
            requests.c.sent_at <= now,
        )
        .order_by(requests.c.sent_at.desc())
        .limit(1)
        .offset(pace.rate - 1)
    )
    oldest = tx.execute(query).scalar()
    left = 0.0 if oldest is None else oldest + HOUR - now
    return Pause(left, f"--rate {pace.rate}/hour") if left > 0 else None
