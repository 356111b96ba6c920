"""Two accounts of a ledger become one: what was sent stays known, and nothing is planned twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import MakeDesk
from tests.support.made_requests import make_request, make_upload
from transcript_bridge.errors import RowChangedError, SettingsError
from transcript_bridge.transfer.account_label import AccountLabel, name_account
from transcript_bridge.transfer.ledger import (
    Claimed,
    Ledger,
    PlanConflict,
    SourcePlan,
    Wanted,
    claiming,
)
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.states import Row, State

SERVER = "https://omi.example"
OLD = name_account(SERVER, "omi_dev_old")
NEW = name_account(SERVER, "omi_dev_new")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db") as opened:
        for account in (OLD, NEW):
            opened.open_account(account)
        yield opened


def plan(ledger: Ledger, account: str, *names: str, path: str = "/a.srt") -> list[Row]:
    bodies = [make_request(name, number) for number, name in enumerate(names)]
    rows = ledger.plan(SourcePlan(account, path, " ".join(names), "options", bodies))
    assert not isinstance(rows, PlanConflict)
    return rows


def set_state(ledger: Ledger, account: str, state: State, **values: object) -> None:
    for entry in ledger.select(account):
        ledger.change(entry, state=state, **values)


def test_nothing_is_planned_that_was_sent_with_another_account(ledger: Ledger) -> None:
    plan(ledger, OLD, "a", "b")
    set_state(ledger, OLD, State.DONE, conversation_id="1")
    with pytest.raises(SettingsError, match="under another key: 2 of its conversations"):
        plan(ledger, NEW, "a", "b", "c")
    assert ledger.select(NEW) == []
    ledger.declare_distinct(NEW, OLD)
    assert len(plan(ledger, NEW, "a", "b", "c")) == 3


def test_what_another_server_has_is_named_with_it(ledger: Ledger) -> None:
    ledger.open_account(OLD, AccountLabel("", "", "https://old.example"))
    ledger.open_account(NEW, AccountLabel("", "", SERVER))
    plan(ledger, OLD, "a")
    set_state(ledger, OLD, State.DONE, conversation_id="1")
    with pytest.raises(SettingsError, match=r"on another server, https://old\.example: 1 of"):
        plan(ledger, NEW, "a")
    ledger.open_account(OLD, AccountLabel("", "", "http://127.0.0.1:8700"))  # it never counts
    assert len(plan(ledger, NEW, "a")) == 1


def test_two_uploads_with_two_keys_at_once_send_nothing_twice(ledger: Ledger) -> None:
    """Both planned it before the other had sent it. Found by the model."""
    (planned,) = plan(ledger, OLD, "a")
    (sent,) = plan(ledger, NEW, "a")
    with claiming(Pace(gap=0), 60) as claimant:
        ledger.claim([sent], claimant)
        with pytest.raises(SettingsError, match="under another key: 1 of its conversations"):
            ledger.claim([planned], claimant)
        with pytest.raises(SettingsError, match="under another key: 1 of its conversations"):
            plan(ledger, OLD, "a")
        ledger.declare_distinct(NEW, OLD)
        (claim,) = ledger.claim([planned], claimant)
    assert isinstance(claim, Claimed)


def test_what_was_not_sent_or_was_undone_does_not_count(ledger: Ledger) -> None:
    plan(ledger, OLD, "a")
    assert ledger.find_sent_elsewhere(NEW, ["a"]) == []
    set_state(ledger, OLD, State.DELETED, conversation_id="1", undone=True)
    assert ledger.find_sent_elsewhere(NEW, ["a"]) == []
    assert len(plan(ledger, NEW, "a")) == 1


def test_what_another_account_has_sent_is_found_by_content(ledger: Ledger) -> None:
    plan(ledger, OLD, "a", "b")
    set_state(ledger, OLD, State.DONE, conversation_id="1")
    assert ledger.find_sent_elsewhere(NEW, ["a b", "another"]) == [(OLD, {"a b": 2})]
    assert ledger.find_sent_elsewhere(NEW, ["another"]) == []
    assert ledger.find_sent_elsewhere(OLD, ["a b"]) == []
    ledger.declare_distinct(NEW, OLD)
    assert ledger.find_sent_elsewhere(NEW, ["a b"]) == []


def test_a_request_that_only_one_account_sent_is_kept_as_sent(ledger: Ledger) -> None:
    ledger.declare_distinct(NEW, OLD)
    for account in (OLD, NEW):
        plan(ledger, account, "a", "b")
    set_state(ledger, NEW, State.DONE, conversation_id="1")
    assert ledger.join_accounts(NEW, OLD) == OLD
    entries = ledger.select()
    assert {entry.row.state for entry in entries} == {State.DONE}
    assert [[str(part) for part in entry.parts] for entry in entries] == [
        ["/a.srt part 1/2"],
        ["/a.srt part 2/2"],
    ]
    assert {entry.account for entry in entries} == {OLD}


def test_a_name_that_an_undo_used_up_stays_used_up(ledger: Ledger) -> None:
    plan(ledger, OLD, "a")
    plan(ledger, NEW, "a")
    set_state(ledger, NEW, State.DELETED, undone=True, generation=2)
    ledger.join_accounts(NEW, OLD)
    assert [entry.row.generation for entry in ledger.select()] == [2]


def test_conversations_that_both_accounts_have_are_not_joined(ledger: Ledger) -> None:
    ledger.declare_distinct(NEW, OLD)
    for number, account in enumerate((OLD, NEW)):
        plan(ledger, account, "a")
        set_state(ledger, account, State.DONE, conversation_id=str(number))
    with pytest.raises(SettingsError, match="cannot be joined"):
        ledger.join_accounts(NEW, OLD)
    assert len(ledger.select()) == 2


def test_one_conversation_under_two_keys_is_one(ledger: Ledger) -> None:
    """A server that honors session ids gave the same answer twice."""
    ledger.declare_distinct(NEW, OLD)
    for account in (OLD, NEW):
        plan(ledger, account, "a")
        set_state(ledger, account, State.DONE, conversation_id="same")
    ledger.join_accounts(NEW, OLD)
    assert len(ledger.select()) == 1


def test_a_running_upload_is_not_disturbed(ledger: Ledger) -> None:
    (row,) = plan(ledger, NEW, "a")
    with claiming(Pace(gap=0), 60) as claimant:
        ledger.claim([row], claimant)
        with pytest.raises(RowChangedError, match="another process is uploading"):
            ledger.join_accounts(NEW, OLD)


def test_a_chain_of_new_keys_leads_to_one_account(ledger: Ledger) -> None:
    third = name_account(SERVER, "omi_dev_third")
    ledger.open_account(third, AccountLabel("work", "here", SERVER))
    assert ledger.join_accounts(NEW, OLD) == OLD
    assert ledger.join_accounts(third, NEW) == OLD
    assert ledger.join_accounts(third, OLD) == OLD
    assert [ledger.find_account(account) for account in (OLD, NEW, third)] == [OLD] * 3
    (view,) = ledger.survey()
    assert view.label == AccountLabel("work", "here", SERVER)


def test_a_new_key_has_a_fresh_limit(ledger: Ledger) -> None:
    ledger.refuse_write(OLD, Pace(gap=0), 3000.0, 25)
    assert ledger.take_write(OLD, Pace(gap=0)) is not None
    ledger.join_accounts(NEW, OLD)
    assert ledger.take_write(OLD, Pace(gap=0)) is None


def test_what_is_still_to_be_sent_is_to_be_sent_by_the_joined_account(ledger: Ledger) -> None:
    ledger.want(OLD, ["/"], [Wanted("/a.srt", "a", "o", 1), Wanted("/b.srt", "b", "o", 1)])
    ledger.want(NEW, ["/"], [Wanted("/b.srt", "b", "o", 3)])
    ledger.join_accounts(NEW, OLD)
    unsent = ledger.select_unsent()
    assert [(one.account, one.path, one.conversations) for one in unsent] == [
        (OLD, "/a.srt", 1),
        (OLD, "/b.srt", 3),
    ]


def test_an_upload_with_the_name_of_a_joined_account_goes_on_with_the_one_that_counts(
    desk: MakeDesk,
) -> None:
    d = desk(generation="old")
    source = make_upload("/a.srt", [make_request("a", 0)])
    d.upload(source)
    new_key = "omi_dev_new"
    with Ledger(d.path) as ledger:
        new = name_account(d.url, new_key)
        ledger.open_account(new)
        ledger.join_accounts(new, d.account)
    later = make_upload("/b.srt", [make_request("b", 1)])
    d.upload(source, later, key=new_key)
    assert d.stored() == {"a": 1, "b": 1}
    with Ledger(d.path) as ledger:
        assert {entry.account for entry in ledger.select()} == {d.account}
