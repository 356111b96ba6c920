"""Two commands on one ledger at the same time: what one wrote, the other never overwrites."""

from __future__ import annotations

import os
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from tests.support.clock import JumpingClock
from tests.support.command import PATIENCE_SECONDS
from tests.support.desk import KEY, Desk, MakeDesk
from tests.support.made_requests import make_request, make_upload
from tests.support.processes import fork, join
from tests.support.servers import run_server
from transcript_bridge.errors import RowChangedError, TooEarlyError
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.account_label import name_account
from transcript_bridge.transfer.answers import Outcome
from transcript_bridge.transfer.ledger import (
    ChangePolicy,
    Claimant,
    Claimed,
    Dropped,
    Ledger,
    LedgerEntry,
    PlanConflict,
    SourcePlan,
    claiming,
    plan_again,
    planning,
)
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.states import Row, State
from transcript_bridge.transfer.undo import UNDOABLE, Undoer
from transcript_bridge.transfer.uploader import Uploader
from transcript_bridge.workspace.resolving import settle_by_hand

SOURCE = make_upload("/x", [make_request("x", 0)])
NO_GAP = Pace(gap=0)
ROUNDS = 12


def select(d: Desk, states: Sequence[State] = tuple(UNDOABLE)) -> list[LedgerEntry]:
    with Ledger(d.path) as ledger:
        return ledger.select(d.account, states)


def undo(d: Desk, entries: Sequence[LedgerEntry]) -> list[object]:
    """The errors, None if there was none."""
    clock = d.clock.as_clock()
    with OmiClient(KEY, d.url) as client, Ledger(d.path, clock) as ledger:
        undoer = Undoer(client, ledger, d.account, pace=NO_GAP, clock=clock)
        return [done.error for done in undoer.undo(entries)]


@pytest.mark.parametrize("generation", ["new", "old"])
def test_a_second_undo_leaves_what_was_uploaded_meanwhile(desk: MakeDesk, generation: str) -> None:
    d = desk(generation=generation)
    d.upload(SOURCE)
    both_asked = select(d)  # two undos have shown their question, and the first is answered
    assert undo(d, both_asked) == [None]
    d.upload(SOURCE)
    (error,) = undo(d, both_asked)
    assert isinstance(error, RowChangedError)
    assert d.states() == {"x": State.DONE}
    d.upload(SOURCE)
    assert d.stored() == {"x": 1}


class SlowClient(OmiClient):
    """Another undo and an upload happen after its DELETE, and before it is written down."""

    desk: Desk

    def delete_conversation(self, conversation_id: str) -> None:
        entries = select(self.desk)
        super().delete_conversation(conversation_id)
        assert undo(self.desk, entries) == [None]
        self.desk.upload(SOURCE)


@pytest.mark.parametrize("generation", ["new", "old"])
def test_an_undo_that_is_late_to_write_does_not_double(desk: MakeDesk, generation: str) -> None:
    d = desk(generation=generation)
    d.upload(SOURCE)
    clock = d.clock.as_clock()
    with SlowClient(KEY, d.url) as client, Ledger(d.path, clock) as ledger:
        client.desk = d
        undoer = Undoer(client, ledger, d.account, pace=NO_GAP, clock=clock)
        (done,) = undoer.undo(select(d))
    assert isinstance(done.error, RowChangedError)
    assert d.states() == {"x": State.DONE}
    d.upload(SOURCE)
    assert d.stored() == {"x": 1}


def test_retry_and_resolve_do_not_change_what_was_sent_meanwhile(desk: MakeDesk) -> None:
    d = desk()
    d.order("status", status=422, method="POST")
    d.upload(SOURCE)
    (seen,) = select(d, [State.REJECTED])
    with Ledger(d.path) as ledger:
        ledger.change(seen, **plan_again(seen.row, fresh=False))
    d.upload(SOURCE)
    with Ledger(d.path) as ledger:
        with pytest.raises(RowChangedError, match="/x: another process"):
            ledger.change(seen, **plan_again(seen.row, fresh=False))
        with pytest.raises(RowChangedError):
            ledger.change(seen, state=State.DONE, conversation_id="other")
    assert d.states() == {"x": State.DONE}
    d.upload(SOURCE)
    assert d.stored() == {"x": 1}


def test_a_request_that_is_being_sent_is_not_taken_away(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l.db") as ledger, claiming(NO_GAP, lease=60.0) as claimant:
        account = ledger.open_account("someone")
        ledger.plan(SourcePlan(account, "/x", "content", "options", [make_request("x", 0)]))
        (seen,) = ledger.select(account)
        (claim,) = ledger.claim([seen.row], claimant)
        assert isinstance(claim, Claimed)
        with pytest.raises(RowChangedError, match="/x: another process"):
            ledger.change(seen, state=State.DELETED)
        (sending,) = ledger.select(account)
        assert (sending.row.state, sending.held) == (State.SENDING, True)
        with pytest.raises(RowChangedError):
            ledger.change(sending, state=State.DELETED)


def test_resolve_does_not_change_what_was_sent_again_meanwhile(tmp_path: Path) -> None:
    """Its outcome is unclear once more, and what the user saw in Omi is older than that."""
    clock = JumpingClock()
    with (
        Ledger(tmp_path / "l.db", clock.as_clock()) as ledger,
        claiming(NO_GAP, lease=60.0) as claimant,
    ):
        account = ledger.open_account("someone")
        ledger.plan(SourcePlan(account, "/x", "content", "options", [make_request("x", 0)]))
        work(ledger, claimant, State.UNCERTAIN)
        (seen,) = ledger.select(account)
        clock.offset += 600
        work(ledger, claimant, State.PLANNED)  # a search in vain
        work(ledger, claimant, State.UNCERTAIN)
        with pytest.raises(RowChangedError):
            settle_by_hand(ledger, seen, None)
        (now,) = ledger.select(account)
        assert now.row.state is State.UNCERTAIN
        clock.offset += 595
        with pytest.raises(TooEarlyError, match="may still store it"):
            settle_by_hand(ledger, now, None)
        clock.offset += 5
        settle_by_hand(ledger, now, None)


def work(ledger: Ledger, claimant: Claimant, state: State) -> None:
    """Claim the only request, and end in this state."""
    (seen,) = ledger.select()
    (claim,) = ledger.claim([seen.row], claimant)
    assert isinstance(claim, Claimed)
    assert ledger.record(claim, claimant, Outcome(state)) is not None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("generation", ["new", "old"])
def test_undos_and_uploads_in_several_processes_double_nothing(
    tmp_path: Path, generation: str
) -> None:
    sources = [make_upload(f"/{n}", [make_request(f"n{n}", n)]) for n in range(4)]
    path = tmp_path / "l.db"
    barrier = get_context("fork").Barrier(4)
    with run_server(tmp_path, generation=generation, processing_seconds=0.01) as server:
        account = name_account(server.url, KEY)

        def upload() -> int:
            with OmiClient(KEY, server.url) as client, Ledger(path) as ledger:
                barrier.wait(PATIENCE_SECONDS)
                for _ in range(ROUNDS):
                    Uploader(client, ledger, account, pace=NO_GAP).run(sources)
            return 0

        def undo_all() -> int:
            with OmiClient(KEY, server.url) as client, Ledger(path) as ledger:
                barrier.wait(PATIENCE_SECONDS)
                undoer = Undoer(client, ledger, account, pace=NO_GAP, backoff=0.01)
                for _ in range(ROUNDS):
                    entries = ledger.select(account, UNDOABLE)
                    for _done in undoer.undo([e for e in entries if e.row.conversation_id]):
                        pass
            return 0

        Ledger(path).close()
        pids = [fork(work) for work in (upload, upload, undo_all, undo_all)]
        assert [join(pid, PATIENCE_SECONDS) for pid in pids] == [0, 0, 0, 0]
        with OmiClient(KEY, server.url) as client, Ledger(path) as ledger:
            Uploader(client, ledger, account, pace=NO_GAP).run(sources)
        assert sorted(server.count(KEY).values()) == [1, 1, 1, 1]


def test_a_request_is_not_sent_in_the_place_of_one_that_was_planned_instead(tmp_path: Path) -> None:
    """SQLite gives the number of the deleted row to the new one."""
    with Ledger(tmp_path / "ledger.db") as ledger, claiming(Pace(gap=0), 60) as claimant:
        account = ledger.open_account("someone")

        def plan(name: str) -> Row:
            rows = ledger.plan(SourcePlan(account, "/a", name, "options", [make_request(name, 0)]))
            assert isinstance(rows, list)
            return rows[0]

        before, now = plan("before"), plan("now")
        assert before.id == now.id
        assert ledger.claim([before], claimant) == [Dropped()]
        (claimed,) = ledger.claim([now], claimant)
        assert isinstance(claimed, Claimed)
        assert claimed.row.session_id == now.session_id


@pytest.mark.parametrize("changed", ["ask", "replace"])
def test_what_another_process_sent_since_is_not_taken_for_the_same_words_elsewhere(
    desk: MakeDesk, monkeypatch: pytest.MonkeyPatch, changed: ChangePolicy
) -> None:
    """On PostgreSQL each statement of a transaction sees what others have committed before it: the
    requests were unknown to the first one, and were sent when the next one looked."""
    d = desk()
    d.upload(SOURCE)
    looks = 0
    find_rows = planning._find_rows

    def find_late(tx: Connection, account: str, names: Sequence[str]) -> dict[str, Row]:
        nonlocal looks
        looks += 1
        return {} if looks == 1 else find_rows(tx, account, names)

    monkeypatch.setattr(planning, "_find_rows", find_late)
    digest = SOURCE.read_digest()
    plan = SourcePlan(d.account, SOURCE.path, digest, "other options", SOURCE.load(), changed)
    with Ledger(d.path) as ledger:
        rows = ledger.plan(plan)
        assert not isinstance(rows, PlanConflict)
        assert [row.state for row in rows] == [State.DONE]
        assert ledger.select_replaced(d.account) == []
    d.upload(SOURCE)
    assert d.stored() == {"x": 1}
