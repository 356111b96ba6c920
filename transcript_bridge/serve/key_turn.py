"""One turn of a key: plan its archive, and upload until it has to wait."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from threading import BoundedSemaphore
from threading import Event as Flag
from typing import Any

from ..archive.guard import describe_fault
from ..archive.ledger_link import uploads_of
from ..archive.patterns import require_paths
from ..archive.plan import ArchivePlan, PlanEntry
from ..config import ServerSettings
from ..errors import BridgeError, InputError, LedgerError, SettingsError
from ..transfer.clock import Clock
from ..transfer.destination import Destination
from ..transfer.events import Event, Finished, Observe, SourceFailed, Summary, Waiting
from ..transfer.ledger import Ledger, Wanted
from ..transfer.pace import Pace
from ..transfer.settle import Patience
from ..transfer.states import STORED
from ..transfer.uploader import OUTAGE
from ..workspace.connection import open_client
from ..workspace.environment import Environment
from ..workspace.migration import Migration
from ..workspace.opened import OpenArchive, open_archive
from ..workspace.same_account import decide_by, join_same_accounts
from .key_queue import LOCAL_ZONE, QueuedKey
from .profile_keys import KeyPlaces, find_server
from .turns import KeyTurn

_USUAL_CLOCK = Clock()
_SHORT_SECONDS = 5.0
"""Seconds. Shorter waits keep the slot, because the next turn would have to plan the archive
again."""
_PORTION = 500
"""How many recordings a turn keeps in memory; some 3 kB each."""
_BACKOFF_SECONDS = 30.0
_MAX_BACKOFF_SECONDS = 900.0
_MAX_DOUBLINGS = 5
_MISSING_SECONDS = 60.0
"""Seconds until an archive is looked for again that is not on a machine; another one may have
it."""
_MAX_ROUNDS = 4
"""After this many turns the rest is given up: the server fails on it each time."""
_RETRIED_LATER = 4
"""The exit code of errors after which the same may succeed later."""


@dataclass(frozen=True)
class WorkerProcess:
    """The state that all turns of a process use.

    name: of the worker, for people. planning: held while an archive is read, because that uses
    memory and the whole processor.
    """

    name: str
    ledger: Ledger
    environment: Environment
    places: KeyPlaces = field(default_factory=KeyPlaces)
    patience: Patience = field(default_factory=Patience)
    planning: BoundedSemaphore = field(default_factory=BoundedSemaphore)


def take_turn(key: QueuedKey, process: WorkerProcess, stop: Flag, observe: Observe) -> KeyTurn:
    """Upload until the key has to wait, everything is sent, or `stop` is set. Never raises an
    Exception.

    observe: gets the events of the uploader.
    """
    try:
        server = find_server(key.profile, process.places, process.environment)
        return _KeyTurn(key, process, stop, observe).run(server)
    except BridgeError as error:
        return _judge(error, key, process)
    except Exception as error:  # one key must not end the others; the message may quote a file
        return KeyTurn("failed", describe_fault(error), code=1)


def _judge(error: BridgeError, key: QueuedKey, process: WorkerProcess) -> KeyTurn:
    """Decide what an error means for the key."""
    reason = str(error)
    if isinstance(error, InputError):
        reason = f"{process.name}: {reason}"
        return KeyTurn("waiting", reason, _MISSING_SECONDS, is_failure=True)
    if error.exit_code == _RETRIED_LATER or error.retryable or isinstance(error, LedgerError):
        return KeyTurn("waiting", reason, _find_backoff(key.failures), is_failure=True)
    return KeyTurn("failed", f"{reason} (on {process.name})", code=error.exit_code)


def _find_backoff(failures: int) -> float:
    """30 s to 15 min, growing with the failures in a row."""
    return min(_MAX_BACKOFF_SECONDS, _BACKOFF_SECONDS * 2.0 ** min(failures, _MAX_DOUBLINGS))


class _KeyTurn:
    def __init__(
        self, key: QueuedKey, process: WorkerProcess, stop: Flag, observe: Observe
    ) -> None:
        self._key = key
        self._flags: dict[str, Any] = dict(key.flags)
        self._environment = _with_zone(process.environment, self._flags.pop(LOCAL_ZONE, None))
        self._process = process
        self._stop = stop
        self._observe = observe
        self._wait_seconds: float | None = None
        self._wait_reason = ""
        self._server = ""
        self._tried: set[str] = set()
        self._left = 0
        self._stored = 0
        self._total: int | None = None
        self._wanted = ""
        self._unusable = 0
        self._unread: dict[str, str] = {}

    def run(self, server: ServerSettings) -> KeyTurn:
        """Raises InputError for a path that is not on this machine: another one may have it."""
        require_paths(self._key.paths)
        archive = open_archive(self._key.paths, self._flags, self._environment, server=server)
        client, account, label = open_client(server, self._process.environment)
        self._server = client.base_url
        with client:
            account = self._process.ledger.open_account(account, label)
            migration = self._open_migration(archive, account)
            while True:
                migration, portion = self._plan(client, migration)
                summary = self._send(client, migration, archive, portion)
                if summary.stopped or not portion:
                    return self._end(summary)

    # -- planning

    def _open_migration(self, archive: OpenArchive, account: str) -> Migration:
        return Migration(
            partial(_read_archive, archive, self._process),
            archive.options,
            self._process.ledger,
            account,
            pace=Pace(archive.run.rate, archive.run.gap),
            concurrency=archive.run.concurrency,
            changed=self._flags.get("changed", "ask"),
            order=archive.run.order,
            roots=tuple(self._key.paths),
            is_same=self._flags.get("same_account"),
        )

    def _plan(
        self, client: Destination, migration: Migration
    ) -> tuple[Migration, Sequence[PlanEntry]]:
        """The next recordings to send; none when all were tried."""
        with self._process.planning:
            plan, _ = migration.make_plan()
            self._check_ledger(plan, migration.account)
            wanted = migration.list_wanted(plan)
            self._wanted = _digest_wanted(wanted)
            # Also after a failure, because other keys may have sent the same since.
            if self._wanted != self._key.wanted or self._key.failures:
                migration = self._confirm_account(client, migration, plan)
                migration.want(wanted)
            portion: list[PlanEntry] = []
            for entry in plan.in_order(migration.order):
                writes = entry.counts.to_go
                if plan.sends_titles:
                    writes += entry.titles_to_go
                is_new = entry.summary.path not in self._tried
                if writes and is_new and len(portion) < _PORTION:
                    portion.append(entry)
            self._tried.update(entry.summary.path for entry in portion)
        return migration, portion

    def _check_ledger(self, plan: ArchivePlan, account: str) -> None:
        """Raises SettingsError if conversations were sent according to the queue, and the ledger
        has none."""
        if self._key.stored and account not in self._process.ledger.count(account):
            raise SettingsError(
                f"by the queue, {self._key.stored:,} conversations are in Omi, and the ledger has "
                f"none of this key at {self._server}: the ledger, the key or the server is another "
                "one than before; give 'serve' those that were used, or take it out with "
                f"'queue remove {self._key.profile}' and add it again"
            )
        counts = plan.totals.counts
        self._stored = counts.stored
        self._total = plan.totals.conversations
        self._unusable = len(plan.failed) + len(plan.turns_alone) + counts.changed

    def _confirm_account(
        self, client: Destination, migration: Migration, plan: ArchivePlan
    ) -> Migration:
        """Make sure that the conversations to send are not in Omi under another key.

        Raises SettingsError if the user has not said whether two accounts are one.
        """
        advice = (
            f"remove {self._key.profile} from the queue, and add it again with --same-account or "
            "--other-account"
        )
        decide = decide_by(self._flags.get("same_account"), advice)
        account = join_same_accounts(
            migration.ledger, migration.account, plan.digests_to_go, decide, client
        )
        if account == migration.account:
            return migration
        return replace(migration, account=account)

    # -- sending

    def _send(
        self,
        client: Destination,
        migration: Migration,
        archive: OpenArchive,
        portion: Sequence[PlanEntry],
    ) -> Summary:
        uploader = migration.make_uploader(
            client,
            stop=self._stop,
            observe=self._note,
            titles=archive.run.titles,
            patience=self._process.patience,
            clock=Clock(sleep=self._sleep_or_end_turn),
        )
        now = datetime.fromtimestamp(migration.ledger.now(), UTC)
        summary = uploader.run(uploads_of(portion, migration.options, now))
        self._left += summary.left
        return summary

    def _note(self, event: Event) -> None:
        if isinstance(event, Waiting):
            self._wait_reason = event.reason
        if isinstance(event, SourceFailed):
            self._unread[event.path] = str(event.error)
        if isinstance(event, Finished) and not event.repeated and event.row.state in STORED:
            self._stored += 1
        self._observe(event)

    def _sleep_or_end_turn(self, seconds: float, stop: Flag) -> None:
        """Sleep during a short wait; for a longer one end the turn, which frees the slot.

        An uploader sleeps when no answer is awaited and nothing may be sent: all requests that it
        has claimed in this window are done.
        """
        if seconds < _SHORT_SECONDS:
            _USUAL_CLOCK.sleep(seconds, stop)
            return
        if not stop.is_set():
            self._wait_seconds = seconds
            stop.set()

    # -- the end

    def _end(self, summary: Summary) -> KeyTurn:
        turn = self._judge_end(summary)
        return replace(turn, stored=self._stored, total=self._total, wanted=self._wanted)

    def _judge_end(self, summary: Summary) -> KeyTurn:
        if summary.error is not None:
            return _judge(summary.error, self._key, self._process)
        if self._wait_seconds is not None and self._wait_reason == OUTAGE:
            seconds = max(self._wait_seconds, _find_backoff(self._key.failures))
            return KeyTurn("waiting", OUTAGE, seconds, is_failure=True)
        if self._wait_seconds is not None:
            return KeyTurn("waiting", self._wait_reason, self._wait_seconds)
        if summary.stopped:
            return KeyTurn("waiting")
        problems = self._list_open()
        if problems and self._key.failures < _MAX_ROUNDS:
            seconds = _find_backoff(self._key.failures)
            return KeyTurn("waiting", "; ".join(problems), seconds, is_failure=True)
        return self._finish(problems)

    def _list_open(self) -> list[str]:
        """List what another turn may still send."""
        problems = []
        if self._left:
            problems.append(f"requests that are left: {self._left:,} ('status' shows them)")
        if self._unread:
            reason = next(iter(self._unread.values()))
            problems.append(f"recordings that could not be read: {len(self._unread):,} ({reason})")
        return problems

    def _finish(self, problems: list[str]) -> KeyTurn:
        """The end of a turn when nothing more can be done without a decision."""
        if self._unusable:
            problems.append(f"recordings that cannot be sent: {self._unusable:,} ('plan' says why)")
        if problems:
            return KeyTurn("partly", "; ".join(problems), code=1)
        return KeyTurn("done")


def _read_archive(archive: OpenArchive, process: WorkerProcess) -> ArchivePlan:
    now = datetime.fromtimestamp(process.ledger.now(), UTC)
    return archive.plan(now, lambda _done, _all: None)


def _with_zone(environment: Environment, zone: str | None) -> Environment:
    """The environment with another time zone; None: that of this machine."""
    if zone is None:
        return environment
    return replace(environment, variables={**environment.variables, "TZ": zone})


def _digest_wanted(wanted: Sequence[Wanted]) -> str:
    content = "\n".join(sorted(map(repr, wanted)))
    return hashlib.sha256(content.encode("utf-8", "surrogateescape")).hexdigest()[:20]
