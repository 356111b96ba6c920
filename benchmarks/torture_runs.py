"""The steps of every run of the torture: its requests, one upload, and the count after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from tests.support.made_requests import make_request, make_upload, mark
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.account_label import name_account
from transcript_bridge.transfer.events import Summary
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.settle import Patience
from transcript_bridge.transfer.states import Row, State
from transcript_bridge.transfer.upload import Upload
from transcript_bridge.transfer.uploader import Uploader

GENERATIONS = ("new", "middle", "old")
SOME_LEFT = 4
"""Exit code of a run that left something for the next one."""
GRACE = 2.0
"""Seconds. Far longer than this sandbox works on a request whose connection is gone, even on a busy
machine."""
PATIENCE = Patience(grace=GRACE, stale=3.0, backoff=0.01, tries=12)
_READ_TIMEOUT = 30.0
_PROXY_READ_TIMEOUT = 0.4
_MAY_STAY_UNCERTAIN = ("-short", "-twin0", "-twin1")
"""Requests that a server of an older generation cannot tell apart: docs/reliability.md."""


@dataclass(frozen=True)
class Run:
    """One run of kills or of an attack. number: its seed."""

    name: str
    generation: str
    number: int


@dataclass
class Tally:
    """The outcome of one run or the sum of some, in requests unless the name says otherwise."""

    runs: int = 0
    kills: int = 0
    requests: int = 0
    once: int = 0
    lost: int = 0
    doubled: int = 0
    uncertain: int = 0
    set_aside: int = 0
    notes: list[str] = field(default_factory=list)
    """One line for each thing that went wrong."""

    def add(self, other: Tally) -> None:
        self.runs += other.runs
        self.kills += other.kills
        self.requests += other.requests
        self.once += other.once
        self.lost += other.lost
        self.doubled += other.doubled
        self.uncertain += other.uncertain
        self.set_aside += other.set_aside
        self.notes += other.notes


def make_run(number: int) -> list[Upload]:
    """Two sources: long conversations, one so short that a server may discard it, two that say the
    same."""
    long = [make_request(f"{number}-{n}", 10 * n) for n in range(4)]
    short = make_request(f"{number}-short", 41, segments=2, words=4)
    twins = [
        make_request(f"{number}-twin{n}", 50, speaker=n, content=f"{number}-twins")
        for n in range(2)
    ]
    return [make_upload(f"/a/{number}", long), make_upload(f"/b/{number}", [short, *twins])]


def upload(
    location: str | Path,
    uploads: Iterable[Upload],
    url: str,
    key: str,
    *,
    account_url: str = "",
    pace: Pace | None = None,
    concurrency: int = 1,
    stop: Event | None = None,
) -> Summary:
    """One run of the uploader.

    account_url: where the account belongs, if `url` is only a proxy before it.
    """
    read_timeout = _READ_TIMEOUT
    if account_url:
        read_timeout = _PROXY_READ_TIMEOUT
    with OmiClient(key, url, read_timeout=read_timeout) as client, Ledger(location) as ledger:
        uploader = Uploader(
            client,
            ledger,
            name_account(account_url or url, key),
            pace=pace or Pace(gap=0),
            patience=PATIENCE,
            concurrency=concurrency,
            stop=stop or Event(),
            lease=60,
        )
        return uploader.run(uploads)


def exit_code(summary: Summary) -> int:
    """The exit code that the command would have."""
    if summary.sources_failed:
        return 1
    if summary.left or summary.stopped:
        return SOME_LEFT
    return 0


def read_rows(ledger: str | Path, account: str) -> dict[str, Row]:
    """Each request of an account, by its session id."""
    with Ledger(ledger) as opened:
        return {entry.row.session_id: entry.row for entry in opened.select(account)}


def count_run(
    number: int,
    uploads: list[Upload],
    stored: Counter[str],
    rows: dict[str, Row],
    tally: Tally,
    *,
    may_doubt: bool = False,
) -> None:
    """Compare what the server has with what the ledger says, after the last run of a number.

    may_doubt: the ledger may be older than what was sent, so it may doubt what it never sent.
    """
    tally.runs += 1
    for upload in uploads:
        for request in upload.load():
            session = request.client_session_id
            row = rows.get(session)
            fault = _count_request(session, stored[mark(request)], row, tally, may_doubt)
            if fault:
                tally.notes.append(f"run {number}: {session} {fault}")


def _count_request(session: str, times: int, row: Row | None, tally: Tally, may_doubt: bool) -> str:
    """Count one request; returns what is wrong with it, empty if nothing is."""
    tally.requests += 1
    state = None
    if row is not None:
        state = row.state
    if times > 1:
        tally.doubled += 1
        return f"is {state}, stored {times} times"
    if state is State.UNCERTAIN:
        tally.uncertain += 1
        may_be_sent = may_doubt or (row is not None and row.attempts > 0)
        if may_be_sent and session.endswith(_MAY_STAY_UNCERTAIN):
            return ""
        tally.lost += 1  # it was never sent, or the server could have told it apart
        return "is uncertain without need"
    if times == 1:
        if state is not State.DONE:
            return f"is {state}, stored once"
        tally.once += 1
        return ""
    if state is State.REJECTED:
        tally.set_aside += 1  # three answers 500: 'retry' sends it again
        return ""
    tally.lost += 1
    return f"is {state}, not stored"
