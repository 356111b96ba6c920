"""Titles of files in Omi: each once, at the pace of all writes, and never where it is doubtful."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import pytest

from tests.support.desk import KEY, Desk, MakeDesk
from tests.support.made_requests import MadeUpload, make_request, make_upload
from tests.support.old_ledger import MADE_ACCOUNT, write_old_ledger
from tests.support.processes import fork, join
from transcript_bridge.errors import InputError, NoEndpointError, RejectedError
from transcript_bridge.limits import MAX_TITLE
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.events import Titled, Waiting
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.states import SourcePart, State
from transcript_bridge.transfer.titling import number_title
from transcript_bridge.transfer.undo import UNDOABLE, Undoer
from transcript_bridge.transfer.upload import Upload
from transcript_bridge.transfer.uploader import Uploader

TITLE = "Kitchen talk"


def make_source(name: str = "a", count: int = 1, title: str = TITLE) -> Upload:
    requests = [make_request(f"{name}{number}", number) for number in range(count)]
    return make_upload(f"/in/{name}", requests, title)


def read_titles(d: Desk) -> list[str]:
    """The titles of our conversations in Omi."""
    kept = [c["title"] for c in d.state()["conversations"] if c["status"] != "deleted"]
    return sorted(title for title in kept if title.startswith(TITLE))


def count_patches(d: Desk) -> int:
    return sum(count for name, count in d.answers().items() if name.startswith("PATCH"))


def read_title_states(d: Desk) -> list[tuple[str, str]]:
    with Ledger(d.path) as ledger:
        return [(entry.row.title_state, entry.row.title_error) for entry in ledger.select()]


def test_a_title_is_one_line_numbered_and_as_long_as_the_server_takes_it() -> None:
    whole = SourcePart("/in/a", 1, 1)
    assert number_title("  Plans\n for\t\0 May \ud800", whole) == "Plans for May"
    assert number_title("Plans", SourcePart("/in/a", 2, 3)) == "Plans (2/3)"
    assert number_title(" \n", SourcePart("/in/a", 2, 3)) == ""
    long = number_title("x" * 600, SourcePart("/in/a", 10, 12))
    assert len(long) == MAX_TITLE
    assert long.endswith("x… (10/12)")


@pytest.mark.parametrize("generation", ["old", "middle", "new"])
def test_each_part_gets_its_title_once(desk: MakeDesk, generation: str) -> None:
    d = desk(generation=generation)
    assert d.upload(make_source(count=3)).finished == {State.DONE: 3}
    assert read_titles(d) == []
    assert count_patches(d) == 0  # nobody asked for titles
    d.upload(make_source(count=3), titles=True)
    expected = [f"{TITLE} (1/3)", f"{TITLE} (2/3)", f"{TITLE} (3/3)"]
    assert read_titles(d) == expected
    d.upload(make_source(count=3, title="Another title"), titles=True)
    assert read_titles(d) == expected
    assert count_patches(d) == 3
    assert d.stored() == {"a0": 1, "a1": 1, "a2": 1}


def test_a_source_without_a_title_costs_no_write(desk: MakeDesk) -> None:
    d = desk()
    d.upload(make_source(title=""), titles=True)
    assert count_patches(d) == 0
    assert read_title_states(d) == [("", "")]


def test_what_was_only_found_by_its_words_keeps_its_title(desk: MakeDesk) -> None:
    d = desk(generation="old")
    d.order("reset_after_store", method="POST")
    d.upload(make_source(count=2), titles=True)
    assert read_titles(d) == [f"{TITLE} (2/2)"]
    with Ledger(d.path) as ledger:
        assert [entry.row.adopted for entry in ledger.select()] == [True, False]


def test_what_the_server_hides_gets_no_title(desk: MakeDesk) -> None:
    d = desk(discard_below_words=5)
    request = make_request("short", 0, segments=1, words=2)
    d.upload(make_upload("/in/short", [request], TITLE), titles=True)
    assert list(d.states().values()) == [State.DISCARDED]
    assert count_patches(d) == 0


@pytest.mark.parametrize("kind", ["plain_500", "503", "reset_before", "reset_after_store"])
def test_a_title_that_fails_is_sent_again(desk: MakeDesk, kind: str) -> None:
    d = desk()
    d.order(kind, method="PATCH")
    summary = d.upload(make_source(), titles=True)
    assert not summary.stopped
    assert read_titles(d) == [TITLE]


def test_a_title_that_goes_on_failing_is_left_to_the_next_run(desk: MakeDesk) -> None:
    d = desk()
    d.order("plain_500", method="PATCH", count=4)
    d.upload(make_source(count=2), titles=True)
    first, second = d.events_of(Titled)
    assert (first.will_retry, second.error) == (True, None)
    assert d.states() == {"a0": State.DONE, "a1": State.DONE}
    d.upload(make_source(count=2), titles=True)
    assert read_titles(d) == [f"{TITLE} (1/2)", f"{TITLE} (2/2)"]


def test_a_server_that_fails_on_every_title_ends_the_run(desk: MakeDesk) -> None:
    d = desk()
    d.order("plain_500", method="PATCH", count=None)
    summary = d.upload(make_source(count=9), titles=True)
    assert summary.stopped
    assert summary.error is not None
    assert count_patches(d) == 12
    d.clear()
    d.upload(make_source(count=9), titles=True)
    assert len(read_titles(d)) == 9


def test_a_refused_title_leaves_the_conversation_in_omi(desk: MakeDesk) -> None:
    d = desk()
    d.order("status", method="PATCH", status=422)
    assert d.upload(make_source(count=2), titles=True).finished == {State.DONE: 2}
    assert [type(event.error) for event in d.events_of(Titled)] == [RejectedError, type(None)]
    (refused, reason), sent = read_title_states(d)
    assert (refused, sent) == ("refused", ("sent", ""))
    assert reason
    d.upload(make_source(count=2), titles=True)
    assert read_titles(d) == [f"{TITLE} (2/2)"]  # not asked again by itself


def test_a_conversation_that_was_deleted_in_omi_is_named(desk: MakeDesk) -> None:
    d = desk()
    d.upload(make_source())
    (stored,) = d.state()["conversations"]
    with OmiClient(KEY, d.url) as client:
        client.delete_conversation(stored["id"])
    d.upload(make_source(), titles=True)
    assert read_title_states(d) == [("refused", "it is no longer in Omi")]


def test_a_server_without_titles_has_its_own_error(desk: MakeDesk) -> None:
    class OldClient(OmiClient):
        def title_conversation(self, conversation_id: str, title: str) -> None:
            raise NoEndpointError("nothing there", status=404, detail="Not Found")

    d = desk(generation="old")
    with OldClient(KEY, d.url) as client, Ledger(d.path) as ledger:
        uploader = Uploader(client, ledger, d.account, pace=Pace(gap=0), titles=True)
        summary = uploader.run([make_source(count=3)])
    assert summary.finished == {State.DONE: 3}
    assert "this server accepts no titles" in str(summary.error)
    assert read_title_states(d) == [("", "")] * 3


def test_a_source_that_is_gone_since_is_named(desk: MakeDesk) -> None:
    class Gone(MadeUpload):
        def read_title(self) -> str:
            raise InputError("it is gone", path="/in/a")

    d = desk()
    d.upload(make_source())
    d.upload(Gone("/in/a", make_source().load()), titles=True)
    (event,) = d.events_of(Titled)
    assert str(event.error) == "/in/a: it is gone"
    assert event.will_retry


def test_titles_count_among_the_writes_of_an_hour(desk: MakeDesk) -> None:
    d = desk(writes_per_window=3)
    began = d.clock.now()
    d.upload(make_source(count=4), titles=True)
    assert len(read_titles(d)) == 4
    assert 2 * 3500 < d.clock.now() - began < 3 * 3700  # 8 writes, 3 an hour
    assert {event.reason for event in d.events_of(Waiting)} <= {
        "the server's rate limit is used up",
        "all 3 writes of the window are used",
    }


def test_titles_keep_to_the_rate_that_the_user_sets(desk: MakeDesk) -> None:
    d = desk(writes_per_window=1000)
    began = d.clock.now()
    d.upload(make_source(count=3), titles=True, pace=Pace(rate=4, gap=0))
    assert len(read_titles(d)) == 3
    assert 3500 < d.clock.now() - began < 3700
    assert [event.reason for event in d.events_of(Waiting)] == ["--rate 4/hour"]


def test_titles_come_back_with_what_was_undone(desk: MakeDesk) -> None:
    d = desk()
    d.upload(make_source(), titles=True)
    with OmiClient(KEY, d.url) as client, Ledger(d.path) as ledger:
        undoer = Undoer(client, ledger, d.account, pace=Pace(gap=0))
        assert [done.error for done in undoer.undo(ledger.select(states=UNDOABLE))] == [None]
    assert read_titles(d) == []
    d.upload(make_source(), titles=True)
    assert read_titles(d) == [TITLE]


def test_a_stop_leaves_the_other_titles_to_the_next_run(desk: MakeDesk) -> None:
    d = desk()
    stop = threading.Event()

    def observe(event: Any) -> None:
        if isinstance(event, Titled):
            stop.set()

    summary = d.upload(make_source(count=3), titles=True, stop=stop, observe=observe)
    assert summary.stopped
    assert read_titles(d) == [f"{TITLE} (1/3)"]
    d.upload(make_source(count=3), titles=True)
    assert len(read_titles(d)) == 3
    assert count_patches(d) == 3


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_run_that_is_killed_goes_on_with_the_titles(desk: MakeDesk, moment: str) -> None:
    """Killed before the second title is sent, or after it, before that was written down."""

    class KilledClient(OmiClient):
        count = 0

        def title_conversation(self, conversation_id: str, title: str) -> None:
            self.count += 1
            if self.count == 2 and moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            super().title_conversation(conversation_id, title)
            if self.count == 2:
                os.kill(os.getpid(), signal.SIGKILL)

    def upload() -> None:
        with KilledClient(KEY, d.url) as client, Ledger(d.path) as ledger:
            uploader = Uploader(client, ledger, d.account, pace=Pace(gap=0), titles=True)
            uploader.run([make_source(count=3)])

    d = desk()
    assert join(fork(upload)) == -signal.SIGKILL
    assert [state for state, _ in read_title_states(d)] == ["sent", "", ""]
    d.upload(make_source(count=3), titles=True)
    assert read_titles(d) == [f"{TITLE} (1/3)", f"{TITLE} (2/3)", f"{TITLE} (3/3)"]
    sent_twice = int(moment == "after")
    assert count_patches(d) == 3 + sent_twice
    assert d.stored() == {"a0": 1, "a1": 1, "a2": 1}


def test_two_runs_at_once_send_no_title_twice(desk: MakeDesk) -> None:
    d = desk()
    d.upload(make_source(count=4))
    threads = []
    for _ in range(2):
        thread = threading.Thread(
            target=d.upload, args=(make_source(count=4),), kwargs={"titles": True}
        )
        threads.append(thread)
        thread.start()
    for thread in threads:
        thread.join()
    d.upload(make_source(count=4), titles=True)  # what one left to the other
    assert len(read_titles(d)) == 4
    assert count_patches(d) == 4


def test_titles_reach_what_a_ledger_of_version_1_has_sent(desk: MakeDesk) -> None:
    d = desk()
    write_old_ledger(d.path)
    sources = [
        make_upload("/old/a.srt", [make_request("a", 0), make_request("b", 1)], TITLE),
        make_upload("/old/c.srt", [make_request("c", 3), make_request("d", 4)], TITLE),
    ]
    with OmiClient(KEY, d.url) as client, Ledger(d.path) as ledger:
        uploader = Uploader(client, ledger, MADE_ACCOUNT, pace=Pace(gap=0), titles=True)
        uploader.run(sources)
        states = [entry.row.title_state for entry in ledger.select(MADE_ACCOUNT)]
    assert read_titles(d) == [f"{TITLE} (1/2)", f"{TITLE} (2/2)"]
    # What version 1 sent is in no sandbox, and one of the two is hidden.
    assert sorted(states) == ["", "", "refused", "sent", "sent"]
