"""The ledger's records of an archive: wanted, replaced and unchanged recordings."""

from __future__ import annotations

import pytest

from tests.support.made_requests import make_request
from transcript_bridge.errors import RowChangedError
from transcript_bridge.transfer.ledger import Ledger, SourcePlan, Wanted, plan_again
from transcript_bridge.transfer.states import State, name_speakers, read_speakers


def plan(ledger: Ledger, account: str, path: str, name: str, options: str = "o") -> None:
    bodies = [make_request(name, 0)]
    ledger.plan(SourcePlan(account, path, f"content of {path}", options, bodies))


def test_what_is_wanted_is_unsent_until_it_is_begun(location: str) -> None:
    with Ledger(location) as ledger:
        account = ledger.open_account("someone")
        wanted = [Wanted(f"/in/{name}", f"content of /in/{name}", "o", 2) for name in "abc"]
        ledger.want(account, ["/in"], wanted)
        plan(ledger, account, "/in/a", "a", options="other options")
        assert [one.path for one in ledger.select_unsent(account)] == ["/in/b", "/in/c"]
        assert [one.path for one in ledger.select_unsent(account, ["/in/b"])] == ["/in/b"]
        assert ledger.select_unsent("another") == []
        moved = [Wanted("/moved/b", "content of /in/b", "o", 2)]
        ledger.want(account, ["/moved"], moved)
        assert len(ledger.select_unsent(account)) == 2  # the same content counts once
        ledger.stop_wanting(account, ["/in/b", "/moved/b"])
        assert [one.path for one in ledger.select_unsent(account)] == ["/in/c"]
        ledger.want(account, ["/in"], wanted[:2])
        assert [one.path for one in ledger.select_unsent(account)] == ["/in/b"]


def test_the_newest_request_of_a_path_counts(location: str) -> None:
    with Ledger(location) as ledger:
        account = ledger.open_account("someone")

        def remove(name: str) -> None:
            for entry in ledger.select(account):
                if entry.row.session_id == f"torture-{name}":
                    ledger.change(entry, state=State.DELETED, undone=True)

        def find_replaced() -> set[str]:
            found = [entry.row.session_id for entry in ledger.select(account) if entry.replaced]
            return {name.removeprefix("torture-") for name in found}

        plan(ledger, account, "/x", "first")
        remove("first")
        assert find_replaced() == set()  # nothing has taken its place
        plan(ledger, account, "/x", "second", options="others")
        assert find_replaced() == {"first"}
        remove("second")
        assert find_replaced() == {"first"}
        plan(ledger, account, "/x", "first")  # the first settings again
        assert find_replaced() == {"second"}


def test_a_change_needs_the_row_as_it_was_seen(location: str) -> None:
    with Ledger(location) as ledger:
        account = ledger.open_account("someone")
        plan(ledger, account, "/x", "x")
        (seen,) = ledger.select(account)
        ledger.change(seen, state=State.DONE, conversation_id="one")
        for values in ({"state": State.DELETED}, plan_again(seen.row, fresh=True)):
            with pytest.raises(RowChangedError):
                ledger.change(seen, **values)
        (now,) = ledger.select(account)
        assert (now.row.state, now.row.conversation_id) == (State.DONE, "one")
        assert ledger.is_removable(now)
        assert not ledger.is_removable(seen)
        (found,) = ledger.find_by_content(account, ["content of /x", "another"])
        assert (found.path, found.request) == ("/x", now.row.id)


def test_speakers_are_kept_in_short() -> None:
    request = make_request("x", 0, segments=3, speaker=2)
    segments = list(request.transcript_segments)
    segments[1] = segments[1].model_copy(update={"person_id": "someone"})
    text = name_speakers(segments)
    assert text == "2x1,2px1,2x1"
    assert read_speakers(text) == [(2, False), (2, True), (2, False)]
    assert read_speakers("") == []
