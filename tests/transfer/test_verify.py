"""Reading back: what it finds, and how few calls it takes. And undoing, when the server is in a bad
mood."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator

import pytest

from tests.support.command import Run
from tests.support.desk import KEY, Desk, MakeDesk
from tests.support.hostile import Answering, HostileServer, head_of
from tests.support.made_requests import make_request, make_upload
from transcript_bridge.errors import NoEndpointError, ServerFaultError
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.account_label import name_account
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.paging import MAX_PAGES
from transcript_bridge.transfer.settle import find_matches
from transcript_bridge.transfer.states import State
from transcript_bridge.transfer.undo import UNDOABLE, Undoer
from transcript_bridge.transfer.uploader import Uploader
from transcript_bridge.transfer.verify import Verified, Verifier, record_verdict
from transcript_bridge.wire import Conversation


def verify(d: Desk) -> tuple[list[Verified], int]:
    with OmiClient(KEY, d.url) as client, Ledger(d.path) as ledger:
        verifier = Verifier(client, clock=d.clock.as_clock())
        found = list(verifier.verify(ledger.select(d.account, [State.DONE, State.DISCARDED])))
        return found, verifier.calls


def post_foreign(d: Desk, minutes: range) -> None:
    """Conversations of another program, which the ledger knows nothing of."""
    with OmiClient(KEY, d.url) as client:
        for minute in minutes:
            client.create_conversation(make_request(f"foreign{minute}", minute, segments=1))


def test_sixty_conversations_take_three_calls(desk: MakeDesk) -> None:
    d = desk()
    d.upload(make_upload("/v", [make_request(f"{n}", n, segments=2) for n in range(60)]))
    found, calls = verify(d)
    assert ({v.verdict for v in found}, len(found), calls) == ({"same"}, 60, 3)


def test_a_stretch_of_foreign_conversations_is_jumped_over(desk: MakeDesk) -> None:
    d = desk()
    minutes = [*range(10), *range(500, 510)]
    d.upload(make_upload("/v", [make_request(f"{n}", n, segments=2) for n in minutes]))
    post_foreign(d, range(100, 230))
    found, calls = verify(d)
    assert ({v.verdict for v in found}, len(found)) == ({"same"}, 20)
    assert (
        calls == 2
    )  # the newest ten with fifteen foreign ones, then the oldest ten; 130 foreign take six


@pytest.mark.parametrize("count", [26, 60])
def test_more_of_one_moment_than_fit_on_a_page(desk: MakeDesk, count: int) -> None:
    d = desk()
    d.upload(make_upload("/v", [make_request(f"{n}", 7, segments=2) for n in range(count)]))
    found, calls = verify(d)
    assert ({v.verdict for v in found}, len(found)) == ({"same"}, count)
    assert calls == -(-count // 25)


def test_every_kind_of_loss_is_found(desk: MakeDesk) -> None:
    d = desk(discard_below_words=30)
    names: dict[str, dict[str, int]] = {
        "kept": {},
        "gone": {},
        "short": {"segments": 1, "words": 3},
        "changed": {},
        "hidden": {},
    }
    d.upload(
        make_upload("/v", [make_request(n, m, **how) for m, (n, how) in enumerate(names.items())])
    )
    with OmiClient(KEY, d.url) as client, Ledger(d.path) as ledger:
        entries = {e.row.session_id.removeprefix("torture-"): e for e in ledger.select()}
        client.delete_conversation(entries["gone"].row.conversation_id or "")
        client.hide_conversation(entries["hidden"].row.conversation_id or "")
        ledger.change(entries["changed"], content_digest="0" * 40)
    found, _ = verify(d)
    verdicts = {v.entry.row.session_id.removeprefix("torture-"): v.verdict for v in found}
    assert verdicts == {
        "kept": "same",
        "gone": "missing",
        "short": "discarded",
        "changed": "different",
        "hidden": "discarded",
    }


def test_the_limit_of_reads_is_waited_out(desk: MakeDesk) -> None:
    d = desk(transcript_reads_per_window=1)
    d.upload(make_upload("/v", [make_request(f"{n}", n, segments=2) for n in range(30)]))
    found, calls = verify(d)
    assert ({v.verdict for v in found}, len(found)) == ({"same"}, 30)
    assert calls >= 3  # one of them refused


@pytest.mark.parametrize("kind", ["503", "reset_before", "reset_after_store", "plain_500"])
def test_an_unclear_delete_is_asked_again(desk: MakeDesk, kind: str) -> None:
    d = desk()
    d.upload(make_upload("/u", [make_request(f"{n}", n) for n in range(3)]))
    post_foreign(d, range(50, 52))
    d.order(kind, method="DELETE", skip=1)
    with OmiClient(KEY, d.url) as client, Ledger(d.path) as ledger:
        undoer = Undoer(client, ledger, d.account, pace=Pace(gap=0), backoff=0.01)
        done = list(undoer.undo(ledger.select(d.account, UNDOABLE)))
    assert [u.error for u in done] == [None] * 3
    assert set(d.stored()) == {"foreign50", "foreign51"}
    assert set(d.states().values()) == {State.DELETED}


def test_a_locked_conversation_is_reported_and_left(desk: MakeDesk) -> None:
    d = desk()
    d.upload(make_upload("/u", [make_request(f"{n}", n) for n in range(2)]))
    with Ledger(d.path) as ledger:
        locked = ledger.select()[0].row.conversation_id
    d.http.post(f"/_sandbox/conversations/{locked}/lock", json={"locked": True})
    with OmiClient(KEY, d.url) as client, Ledger(d.path) as ledger:
        undoer = Undoer(client, ledger, d.account, pace=Pace(gap=0), backoff=0.01)
        done = list(undoer.undo(ledger.select(d.account, UNDOABLE)))
    assert [u.error is None for u in done] == [False, True]
    assert sorted(d.states().values()) == [State.DELETED, State.DONE]


def list_the_same(_: bytes) -> Iterator[bytes]:
    """A server that ignores `offset`."""
    yield _page(range(25))


def list_new_ones() -> Answering:
    numbers = itertools.count()

    def answer(_: bytes) -> Iterator[bytes]:
        yield _page([next(numbers)])

    return answer


def _page(numbers: Iterable[int]) -> bytes:
    began = make_request("x", 0).started_at.isoformat()
    page = [{"id": f"c{number}", "created_at": began} for number in numbers]
    return head_of(200) + json.dumps(page).encode()


@pytest.mark.parametrize(
    ("listing", "calls"),
    [(list_the_same, 2), (list_new_ones(), MAX_PAGES + 1)],
    ids=["same", "new"],
)
def test_a_list_that_does_not_end_is_given_up(
    desk: MakeDesk, listing: Answering, calls: int
) -> None:
    d = desk()
    d.upload(make_upload("/v", [make_request("a", 0)]))
    with Ledger(d.path) as ledger:
        entries = ledger.select(d.account)
    with HostileServer(listing) as server, OmiClient(KEY, server.url) as client:
        with pytest.raises(ServerFaultError, match=r"repeats a page of its list|does not end"):
            find_matches(client, entries[0].row)
        assert len(server.requests) == calls
        with pytest.raises(ServerFaultError, match=r"repeats a page of its list|does not end"):
            list(Verifier(client, clock=d.clock.as_clock()).verify(entries))
        assert len(server.requests) == 2 * calls


def test_the_command_tells_of_a_list_that_does_not_end_in_one_line(
    desk: MakeDesk, run: Run
) -> None:
    d = desk()
    with HostileServer(list_the_same) as server:
        with OmiClient(KEY, d.url) as client, Ledger(d.path) as ledger:
            uploader = Uploader(client, ledger, name_account(server.url, KEY), pace=Pace(gap=0))
            uploader.run([make_upload("/v", [make_request("a", 0)])])
        environ = {"OMI_API_KEY": KEY, "TRANSCRIPT_BRIDGE_LEDGER": str(d.path)}
        ran = run("verify", OMI_API_BASE=server.url, **environ)
    assert ran.code == ServerFaultError.exit_code
    _account, message = ran.err.splitlines()
    assert "the server repeats a page of its list" in message


class OldServer(OmiClient):
    """Servers before December 2025 have no call for a single conversation."""

    def get_conversation(
        self, conversation_id: str, *, include_transcript: bool = False
    ) -> Conversation:
        raise NoEndpointError("the server found nothing there", status=404, detail="Not Found")


def test_a_server_that_cannot_show_one_conversation_does_not_make_it_deleted(
    desk: MakeDesk,
) -> None:
    d = desk(discard_below_words=30)
    short = make_upload("/v", [make_request("short", 0, segments=1, words=3)])
    d.upload(short)
    with OldServer(KEY, d.url) as client, Ledger(d.path) as ledger:
        verifier = Verifier(client, clock=d.clock.as_clock())
        (found,) = verifier.verify(ledger.select(d.account))
        record_verdict(ledger, found)
    assert (found.verdict, found.is_certain) == ("missing", False)
    assert d.states() == {"short": State.DISCARDED}
