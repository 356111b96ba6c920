"""Exactly once, on every generation of the server, with all kinds of failures."""

from __future__ import annotations

import base64
import random
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import PATIENCE_SECONDS
from tests.support.desk import MakeDesk
from tests.support.made_requests import MadeUpload, make_request, make_upload
from tests.support.waiting import wait_until
from transcript_bridge.errors import (
    InputError,
    KeyRefusedError,
    ScopeMissingError,
    UnreachableError,
)
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.account_label import name_account
from transcript_bridge.transfer.events import (
    Delayed,
    Finished,
    Replaced,
    SourceChanged,
    SourceFailed,
)
from transcript_bridge.transfer.ledger import Ledger, Wanted, plan_again
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.settle import Patience, poll
from transcript_bridge.transfer.states import REFUSED, Row, State
from transcript_bridge.transfer.upload import Upload
from transcript_bridge.transfer.uploader import Uploader
from transcript_bridge.wire import Conversation, ConversationRequest
from transcript_bridge.workspace.retrying import plan_entry_again

GENERATIONS = ["old", "middle", "new"]
FAULTS = [
    {"kind": "reset_before"},
    {"kind": "reset_after_store"},
    {"kind": "status", "status": 502},
    {"kind": "status", "status": 504, "stored": True},
    {"kind": "plain_500"},
    {"kind": "plain_500", "stored": True},
    {"kind": "json_500"},
    {"kind": "503"},
    {"kind": "garbage"},
    {"kind": "cut_answer"},
    {"kind": "timeout_after_store", "seconds": 3600},
]


def make_uploads(count: int = 3, parts: int = 2) -> list[Upload]:
    return [
        make_upload(f"/in/{n}", [make_request(f"{n}-{m}", n * 60 + m) for m in range(parts)])
        for n in range(count)
    ]


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("skip", [0, 2], ids=["first", "later"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: "-".join(map(str, f.values())))
def test_a_fault_neither_loses_nor_doubles(
    desk: MakeDesk, generation: str, skip: int, fault: dict[str, Any]
) -> None:
    d = desk(generation=generation)
    d.order(**fault, skip=skip, method="POST")
    # Only where no answer comes does the test wait: half a second of real time.
    read_timeout = 0.5 if fault["kind"] == "timeout_after_store" else PATIENCE_SECONDS
    summary = d.upload(*make_uploads(2), read_timeout=read_timeout)
    assert (summary.left, summary.error, dict(summary.finished)) == (0, None, {State.DONE: 4})
    assert sorted(d.stored().values()) == [1, 1, 1, 1]
    if generation == "new" and skip:  # it was known to honor the key: nothing had to be searched
        assert not any(name.startswith("GET") for name in d.answers())


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_gateway_that_gives_up_too_early(desk: MakeDesk, generation: str) -> None:
    d = desk(generation=generation, processing_seconds=30, gateway_seconds=0)
    d.clock.before_sleep = lambda seconds: d.finish_processing()
    summary = d.upload(*make_uploads(1))
    assert dict(summary.finished) == {State.DONE: 2}
    assert sorted(d.stored().values()) == [1, 1]


@pytest.mark.parametrize("answer", ["processing", "conflict"])
def test_a_repeat_while_the_first_is_at_work_is_polled(desk: MakeDesk, answer: str) -> None:
    d = desk(processing_seconds=30, gateway_seconds=0, while_processing=answer)
    sleeps: list[float] = []

    def finish_at_every_third_sleep(seconds: float) -> None:
        sleeps.append(seconds)
        if len(sleeps) % 3 == 0:
            d.finish_processing()

    d.clock.before_sleep = finish_at_every_third_sleep
    d.upload(make_upload("/warm", [make_request("warm", 0)]))
    before = d.answers()
    sleeps.clear()
    assert d.upload(*make_uploads(1, 1)).finished == {State.DONE: 1}
    assert d.stored() == Counter({"warm": 1, "0-0": 1})
    repeated = "POST 409" if answer == "conflict" else "POST 200"
    assert (d.answers() - before)[repeated] >= 1


def test_a_conversation_that_vanishes_while_it_is_processed_is_sent_again(desk: MakeDesk) -> None:
    d = desk(processing_seconds=30, gateway_seconds=0)
    d.clock.before_sleep = lambda seconds: d.finish_processing()
    d.order("json_500", method="POST")
    summary = d.upload(*make_uploads(1, 1))
    assert dict(summary.finished) == {State.DONE: 1}
    assert d.stored() == Counter({"0-0": 1})


@pytest.mark.parametrize("generation", GENERATIONS)
def test_what_is_done_is_never_sent_again(desk: MakeDesk, generation: str) -> None:
    d = desk(generation=generation)
    d.upload(*make_uploads())
    before = d.answers()
    d.events.clear()
    summary = d.upload(*make_uploads())
    assert d.answers() == before
    assert [e.repeated for e in d.events_of(Finished)] == [True] * 6
    assert summary.finished == {State.DONE: 6}


def test_the_same_content_under_another_name_is_the_same_conversation(desk: MakeDesk) -> None:
    d = desk(generation="old")
    d.upload(make_upload("/a", [make_request("x", 0)]))
    d.upload(make_upload("/b", [make_request("x", 0)]))
    first, second = d.events_of(Finished)
    assert first.row.conversation_id == second.row.conversation_id
    assert (first.part.path, second.part.path, second.repeated) == ("/a", "/b", True)
    assert d.answers() == {"POST 200": 1}


def test_an_empty_ledger_on_another_machine_makes_no_second_conversation(
    desk: MakeDesk, tmp_path: Path
) -> None:
    d = desk(generation="new")
    d.upload(*make_uploads())
    d.upload(*make_uploads(), ledger=tmp_path / "other.db")
    ids = [(e.part, e.row.conversation_id) for e in d.events_of(Finished)]
    assert set(ids[:6]) == set(ids[6:])
    assert sum(d.stored().values()) == 6


def test_a_conversation_of_another_program_does_not_hide_that_the_server_honors_session_ids(
    desk: MakeDesk,
) -> None:
    """Its id was not made from a session id. Found by the model: a short conversation whose answer
    was lost stayed uncertain for good."""
    d = desk(generation="new")
    short = make_upload("/short", [make_request("s", 0, segments=1, words=3)])
    same = make_request("same", 5)
    foreign = same.model_dump(mode="json", exclude={"client_session_id"})
    answer = d.http.post(
        "/v1/dev/user/conversations/from-segments",
        json=foreign,
        headers={"Authorization": "Bearer omi_dev_Tr4nsfer"},
    )
    answer.raise_for_status()
    d.order("reset_before", method="POST", count=2)
    d.upload(short, make_upload("/same", [same]))
    d.upload(make_upload("/new", [make_request("new", 9)]))
    assert d.upload(short).finished == {State.DONE: 1}


@pytest.mark.parametrize("generation", ["old", "middle"])
def test_what_the_server_cannot_tell_stays_uncertain_until_the_user_says(
    desk: MakeDesk, generation: str
) -> None:
    """Too short: it may be stored and discarded, which listings hide."""
    d = desk(generation=generation)
    short = make_upload("/short", [make_request("s", 0, segments=1, words=3)])
    d.order("reset_before", method="POST")
    summary = d.upload(short)
    assert (summary.left, d.states()) == (1, {"s": State.UNCERTAIN})
    assert "resolve" in d.events_of(Delayed)[-1].message
    assert d.upload(short).left == 1
    assert sum(d.stored().values()) == 0
    with Ledger(d.path) as ledger:
        (entry,) = ledger.select(states=[State.UNCERTAIN])
        ledger.change(entry, state=State.PLANNED)
    assert d.upload(short).finished == {State.DONE: 1}


@pytest.mark.parametrize("skip", [0, 1])
@pytest.mark.parametrize("kind", ["reset_before", "reset_after_store"])
def test_two_requests_that_say_the_same_are_not_taken_for_each_other(
    desk: MakeDesk, kind: str, skip: int
) -> None:
    d = desk(generation="old")
    twins = [make_request(f"twin{n}", 0, speaker=n, content="twins") for n in range(2)]
    d.order(kind, skip=skip, method="POST")
    assert d.upload(make_upload("/t", twins)).finished == {State.DONE: 2}
    kept = d.state()["conversations"]
    assert sorted(c["segments"][0]["speaker_id"] for c in kept) == [0, 1]
    with Ledger(d.path) as ledger:
        names = {e.row.conversation_id: e.row.session_id for e in ledger.select()}
    assert {names[c["id"]]: c["segments"][0]["speaker_id"] for c in kept} == {
        "torture-twin0": 0,
        "torture-twin1": 1,
    }


@pytest.mark.parametrize(
    ("key", "error"),
    [("nonsense", KeyRefusedError), ("omi_dev_readonly", ScopeMissingError)],
    ids=["401", "403"],
)
def test_a_refused_key_stops_at_once_and_the_rest_stays_planned(
    desk: MakeDesk, location: str, key: str, error: type[Exception]
) -> None:
    d = desk()
    summary = d.upload(*make_uploads(), key=key, ledger=location)
    assert type(summary.error) is error
    assert summary.stopped
    assert sum(d.answers().values()) == 1
    refused = name_account(d.url, key)
    with Ledger(location) as ledger:
        assert {entry.row.state for entry in ledger.select(refused)} == {State.PLANNED}
        ledger.want(refused, ["/w"], [Wanted("/w", "content", "o", 1)])
        check_never_accepted(ledger, refused)
        with ledger._database._engine.begin() as tx:
            tx.exec_driver_sql("ALTER TABLE tb_accounts DROP COLUMN key_refused")
            tx.exec_driver_sql("ALTER TABLE tb_meta DROP COLUMN forgotten_until")
            tx.exec_driver_sql("UPDATE tb_meta SET version = 9")
    with Ledger(location) as ledger:  # as an earlier version has left it
        check_never_accepted(ledger, refused)


def check_never_accepted(ledger: Ledger, refused: str) -> None:
    """Nothing of the account counts, unless it is asked for by its name."""
    assert ledger.is_never_accepted(refused)
    assert ledger.survey() == []
    assert ledger.select() == ledger.select(states=[State.PLANNED]) == ledger.select_unsent() == []
    assert ledger.find_by_content(None, ["0"]) == []
    assert ledger.sum_windows().accounts == 0
    assert len(ledger.select_unsent(refused)) == 1


def test_a_key_that_is_refused_once_and_then_accepted_is_an_account_like_any_other(
    desk: MakeDesk,
) -> None:
    d = desk()
    d.order("status", status=401, method="POST")
    d.upload(*make_uploads())
    with Ledger(d.path) as ledger:
        check = [ledger.is_never_accepted(d.account)]
        d.upload(*make_uploads())
        check.append(ledger.is_never_accepted(d.account))
        (view,) = ledger.survey()
        assert not view.key_refused
        d.order("status", status=401, method="POST")
        d.upload(make_upload("/new", [make_request("new", 9)]))
        check.append(ledger.is_never_accepted(d.account))
        (view,) = ledger.survey()
        assert view.key_refused
    assert check == [True, False, False]


def test_a_refused_request_does_not_stop_the_others(desk: MakeDesk) -> None:
    d = desk()
    d.order("status", status=422, skip=1)
    summary = d.upload(*make_uploads())
    assert summary.finished == {State.DONE: 5, State.REJECTED: 1}
    assert d.upload(*make_uploads()).finished == {State.DONE: 5, State.REJECTED: 1}
    assert d.answers()["POST 422"] == 1  # a repeat would cost one of the hour's writes


def test_a_server_that_is_not_there_ends_the_run_soon(desk: MakeDesk, tmp_path: Path) -> None:
    d = desk()
    d.url = "http://127.0.0.1:9"
    summary = d.upload(*make_uploads())
    assert isinstance(summary.error, UnreachableError)
    assert set(d.states().values()) == {State.PLANNED}


def test_an_outage_in_the_middle_is_waited_out(desk: MakeDesk) -> None:
    d = desk()
    d.order("503", skip=1, count=12)
    assert d.upload(*make_uploads()).finished == {State.DONE: 6}


def test_stopping_finishes_the_request_under_way(desk: MakeDesk) -> None:
    d = desk(processing_seconds=30)
    stop = threading.Event()

    def stop_when_it_is_at_work() -> None:
        wait_until(lambda: d.count("processing"), "the first request")
        stop.set()
        d.gate.open()

    watcher = threading.Thread(target=stop_when_it_is_at_work)
    watcher.start()
    summary = d.upload(*make_uploads(), stop=stop)
    watcher.join()
    assert summary.stopped
    assert Counter(d.states().values()) == {State.DONE: 1, State.PLANNED: 1}
    assert sum(d.stored().values()) == 1
    assert d.upload(*make_uploads()).finished == {State.DONE: 6}


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("generation", ["old", "new"])
def test_several_at_once(desk: MakeDesk, generation: str, concurrency: int) -> None:
    d = desk(generation=generation, processing_seconds=0.02)
    d.order("reset_after_store", count=3, skip=2, method="POST")
    assert d.upload(*make_uploads(6, 3), concurrency=concurrency).finished == {State.DONE: 18}
    assert set(d.stored().values()) == {1}


def test_the_same_source_twice_in_one_run(desk: MakeDesk) -> None:
    d = desk(generation="old", processing_seconds=0.05)
    one = make_uploads(1)
    assert d.upload(*one, *one, concurrency=4).finished == {State.DONE: 4}
    assert set(d.stored().values()) == {1}


def test_a_start_that_was_guessed_otherwise_today_does_not_double(desk: MakeDesk) -> None:
    """A copied file has another date: what was sent under the first start is searched and sent
    under it again."""
    d = desk(generation="old")
    request = make_request("g", 0)
    later = request.model_copy(
        update={
            "started_at": request.started_at + timedelta(days=3),
            "finished_at": request.finished_at + timedelta(days=3),
        }
    )
    d.order("reset_after_store", method="POST")
    stopping = threading.Event()
    d.upload(make_upload("/g", [request]), stop=stopping, observe=lambda e: stopping.set())
    assert d.states() == {"g": State.UNCERTAIN}
    assert d.upload(make_upload("/g", [later])).finished == {State.DONE: 1}
    assert d.stored() == {"g": 1}


def test_a_source_that_is_gone_is_reported_and_its_requests_stay(desk: MakeDesk) -> None:
    d = desk()
    d.upload(*make_uploads(1), key="omi_dev_readonly")
    account = name_account(d.url, "omi_dev_readonly")

    class Gone(MadeUpload):
        def load(self) -> list[ConversationRequest]:
            raise InputError("there is no such file; check the name", path="/in/0")

    with OmiClient("omi_dev_readonly", d.url) as client, Ledger(d.path) as ledger:
        summary = Uploader(client, ledger, account, observe=d.events.append).run(
            [Gone("/in/0", [])]
        )
    assert summary.sources_failed == 1
    (failed,) = d.events_of(SourceFailed)
    assert (failed.planned, str(failed.error)) == (
        2,
        "/in/0: there is no such file; check the name",
    )


def test_a_source_that_changed_is_not_uploaded_a_second_time_in_silence(desk: MakeDesk) -> None:
    d = desk()
    first = [make_request("a", 0), make_request("b", 1)]
    second = [make_request("a", 0), make_request("b2", 1)]
    d.upload(make_upload("/in", first))
    summary = d.upload(make_upload("/in", second))
    changed = SourceChanged("/in", 1, 1, ("content",))
    assert (summary.sources_failed, d.events_of(SourceChanged)) == (1, [changed])
    assert sum(d.stored().values()) == 2
    assert d.upload(make_upload("/in", second), changed="skip").sources_failed == 0
    assert sum(d.stored().values()) == 2
    assert d.upload(make_upload("/in", second), changed="upload").finished == {State.DONE: 2}
    assert d.stored() == {"a": 1, "b": 1, "b2": 1}


def test_killed_before_the_earlier_ones_are_deleted_the_next_run_deletes_them(
    desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    d = desk()
    d.upload(make_upload("/in", [make_request("a", 0), make_request("b", 1)]))
    new = make_upload("/in", [make_request("c", 0), make_request("d", 1)])

    def die(*_: object) -> None:
        assert d.stored() == {"a": 1, "b": 1, "c": 1, "d": 1}
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("transcript_bridge.transfer.undo.Undoer.undo", die)
        with pytest.raises(KeyboardInterrupt):
            d.upload(new, changed="replace")
    d.upload(new)
    assert d.stored() == {"c": 1, "d": 1}
    assert [event.error for event in d.events_of(Replaced)] == [None, None]


@pytest.mark.parametrize("fault", ["reset_after_store", "reset_before", "503"])
@pytest.mark.parametrize("names", ["ab", "aba", "abc", "ababa"])
def test_a_form_whose_answer_was_lost_does_not_stay_beside_the_one_that_replaces_it(
    desk: MakeDesk, fault: str, names: str
) -> None:
    d = desk()
    sources = [make_upload("/in", [make_request(name, 0)]) for name in names]
    for source in sources[:-1]:
        d.order(fault, method="POST", count=1)
        stopping = threading.Event()
        d.upload(
            source, stop=stopping, observe=lambda _, stop=stopping: stop.set(), changed="replace"
        )
    d.clear()
    assert d.upload(sources[-1], changed="replace").finished == {State.DONE: 1}
    assert d.stored() == {names[-1]: 1}
    assert State.UNCERTAIN not in d.states().values()


@pytest.mark.parametrize("fault", ["reset_after_store", "reset_before"])
def test_on_servers_that_ignore_session_ids_a_replaced_form_is_searched(
    desk: MakeDesk, fault: str
) -> None:
    """What is found by its words may be another program's, so it is named and stays."""
    d = desk(generation="old")
    d.order(fault, method="POST", count=1)
    stopping = threading.Event()
    d.upload(
        make_upload("/in", [make_request("a", 0)]), stop=stopping, observe=lambda _: stopping.set()
    )
    d.clear()
    d.upload(make_upload("/in", [make_request("b", 0)]), changed="replace")
    is_stored = fault == "reset_after_store"
    assert d.stored() == {"b": 1} | ({"a": 1} if is_stored else {})
    assert [event.is_kept for event in d.events_of(Replaced)] == [True] * is_stored
    assert State.UNCERTAIN not in d.states().values()


def test_nothing_is_deleted_while_a_part_of_the_new_source_is_refused(desk: MakeDesk) -> None:
    d = desk()
    d.upload(make_upload("/in", [make_request("a", 0)]))
    d.order("status", status=422, method="POST", skip=1)
    d.upload(make_upload("/in", [make_request("c", 0), make_request("d", 1)]), changed="replace")
    assert d.stored() == {"a": 1, "c": 1}


def test_a_source_that_changed_before_anything_was_sent_takes_the_place_of_the_former(
    desk: MakeDesk,
) -> None:
    d = desk()
    d.upload(make_upload("/in", [make_request("a", 0)]), stop=_set())
    d.upload(make_upload("/in", [make_request("b", 0)]))
    assert d.stored() == {"b": 1}
    assert d.states() == {"b": State.DONE}


@pytest.mark.parametrize("status", [422, 402])
@pytest.mark.parametrize("is_planned_again", [False, True])
def test_a_source_that_changed_after_it_was_refused_takes_the_place_of_the_former(
    desk: MakeDesk, status: int, is_planned_again: bool
) -> None:
    """`retry` cannot send the former one: its file has new content."""
    d = desk()
    d.order("status", status=status, method="POST")
    d.upload(make_upload("/in", [make_request("a", 0)]))
    assert d.states()["a"] in REFUSED
    if is_planned_again:
        with Ledger(d.path) as ledger:
            (entry,) = ledger.select()
            plan_entry_again(ledger, entry)
    d.upload(make_upload("/in", [make_request("b", 0)]))
    assert d.states() == {"b": State.DONE}
    assert d.stored() == {"b": 1}


def test_a_request_on_which_the_server_failed_stays_when_its_source_has_changed(
    desk: MakeDesk,
) -> None:
    """It may be in Omi after all, and only the ledger knows."""
    d = desk()
    d.order("plain_500", method="POST", count=3)
    for _ in range(2):
        d.upload(make_upload("/in", [make_request("a", 0)]))
    assert d.states() == {"a": State.REJECTED}
    d.upload(make_upload("/in", [make_request("b", 0)]))
    assert d.states() == {"a": State.REJECTED, "b": State.DONE}


def test_a_source_that_is_again_what_it_was_is_not_taken_for_finished(desk: MakeDesk) -> None:
    """Stopped after its first part, sent with another second one, then restored: the part that was
    given up is reported."""
    d = desk()
    stop = threading.Event()
    first = [make_request("a", 0), make_request("b", 1)]
    d.upload(
        make_upload("/in", first),
        stop=stop,
        observe=lambda event: stop.set(),
        pace=Pace(gap=0.5),
    )
    d.upload(make_upload("/in", [first[0], make_request("b2", 1)]))
    assert d.states() == {"a": State.DONE, "b2": State.DONE}
    assert d.upload(make_upload("/in", first)).sources_failed == 1
    assert d.upload(make_upload("/in", first), changed="upload").finished == {State.DONE: 2}
    assert d.stored() == {"a": 1, "b": 1, "b2": 1}


def _set() -> threading.Event:
    stop = threading.Event()
    stop.set()
    return stop


# A request on which the server fails every time


def make_large_request(name: str) -> ConversationRequest:
    """More than a document of the server's database can hold."""
    request = make_request(name, 0)
    dice = random.Random(name)
    segments = []
    for segment in request.transcript_segments:
        noise = base64.b64encode(dice.randbytes(60_000)).decode()
        segments.append(segment.model_copy(update={"text": f"{segment.text} {noise}"}))
    return request.model_copy(update={"transcript_segments": tuple(segments)})


@pytest.mark.parametrize("generation", GENERATIONS)
def test_what_the_server_cannot_store_is_set_aside_in_the_second_run(
    desk: MakeDesk, generation: str
) -> None:
    d = desk(generation=generation)
    source = make_upload("/in", [make_large_request("big"), make_request("ok", 60)])
    first = d.upload(source)
    assert (first.left, first.finished) == (1, {State.DONE: 1})
    assert d.answers()["POST 500"] == 2
    second = d.upload(source)
    assert (second.left, second.finished) == (0, {State.DONE: 1, State.REJECTED: 1})
    (set_aside,) = [e.row for e in d.events_of(Finished) if e.row.state is State.REJECTED]
    assert "500 Internal Server Error; 8 segments, 64" in set_aside.last_error
    assert set_aside.last_error.endswith("too large: try a smaller --max-segments")
    assert d.upload(source).finished == second.finished
    assert d.answers()["POST 500"] == 3
    assert d.stored() == {"ok": 1}


def test_what_was_set_aside_is_sent_again_by_retry(desk: MakeDesk) -> None:
    d = desk()
    source = make_upload("/in", [make_request("a", 0)])
    d.order("plain_500", count=3, method="POST")
    d.upload(source)
    assert d.upload(source).finished == {State.REJECTED: 1}
    with Ledger(d.path) as ledger:
        (entry,) = ledger.select(states=[State.REJECTED])
        assert "run 'retry'" in entry.row.last_error
        ledger.change(entry, **plan_again(entry.row, fresh=False))
    assert d.upload(source).finished == {State.DONE: 1}
    assert d.stored() == {"a": 1}


@pytest.mark.parametrize("generation", ["old", "middle"])
def test_a_source_on_which_the_server_fails_is_set_aside(desk: MakeDesk, generation: str) -> None:
    d = desk(generation=generation)
    request = make_request("a", 0).model_copy(update={"source": "external_integration"})
    source = make_upload("/in", [request])
    assert d.upload(source).left == 1
    assert d.upload(source).finished == {State.REJECTED: 1}
    (row,) = [e.row for e in d.events_of(Finished)]
    assert "Error processing conversation" in row.last_error
    assert row.last_error.endswith("try --source phone")
    assert d.answers() == {"POST 500": 3}


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_conversation_stored_behind_three_crashes_is_found(
    desk: MakeDesk, generation: str
) -> None:
    """Nothing is set aside that is on the server."""
    d = desk(generation=generation)
    d.upload(make_upload("/warm", [make_request("warm", 60)]))
    d.order("plain_500", stored=True, count=3, method="POST")
    source = make_upload("/in", [make_request("a", 0)])
    for _ in range(3):
        summary = d.upload(source)
    assert summary.finished == {State.DONE: 1}
    assert d.stored() == {"a": 1, "warm": 1}


# A discarded conversation, whose title never comes


def test_a_lost_answer_of_a_discarded_conversation_takes_minutes_at_most(desk: MakeDesk) -> None:
    """Only the answer to a POST tells that it was discarded; asking for it tells nothing."""
    d = desk(processing_seconds=30, gateway_seconds=0, discard_below_words=100)
    d.gate.open()
    d.upload(make_upload("/warm", [make_request("warm", 60)]))
    assert d.states() == {"warm": State.DONE}
    d.gate.close()
    began = d.clock.offset
    d.clock.make_timer(50, d.finish_processing).start()
    source = make_upload("/in", [make_request("short", 0, segments=1, words=3)])
    assert d.upload(source).finished == {State.DISCARDED: 1}
    assert 50 < d.clock.offset - began < 3 * 60
    before = d.answers()
    assert before["POST 504"] == 2  # the first of each; each further one is answered
    assert d.upload(source).finished == {State.DISCARDED: 1}
    assert d.answers() == before


@dataclass
class Untitled:
    """A server that has the conversation, and never says more."""

    asked: int = 0

    def get_conversation(
        self, conversation_id: str, include_transcript: bool = False
    ) -> Conversation:
        self.asked += 1
        return Conversation(id=conversation_id)


def make_row(words: int, attempts: int) -> Row:
    began = datetime(2024, 1, 24, 15, tzinfo=UTC)
    return Row(
        id=1,
        session_id="s",
        generation=0,
        state=State.PROCESSING,
        conversation_id="c",
        attempts=attempts,
        server_errors=0,
        last_error="",
        started_at=began,
        finished_at=began + timedelta(minutes=1),
        segments=1,
        words=words,
        content_digest="",
        undone=False,
        sent_at=0.0,
        sent_mark="",
        not_before=0.0,
        updated_at=0.0,
    )


@pytest.mark.parametrize(
    ("words", "attempts", "honors_session_ids", "elapsed", "state"),
    [
        (50, 2, True, 59, State.PROCESSING),
        (50, 2, True, 61, State.UNCERTAIN),  # the same POST again tells whether it was discarded
        (50, 3, True, 61, State.PROCESSING),  # each costs one of the hour's writes: twice the wait
        (50, 3, True, 121, State.UNCERTAIN),
        (50, 2, False, 599, State.PROCESSING),  # the server may still fail, and it vanish
        (50, 2, False, 601, State.DONE),  # nothing else tells on such a server: it counts as stored
        (200, 2, True, 900, State.PROCESSING),  # never discarded: the server still works on it
        (200, 2, True, 961, State.UNCERTAIN),
        (200, 1, False, 961, State.DONE),
    ],
)
def test_how_long_a_title_is_waited_for(
    words: int, attempts: int, honors_session_ids: bool, elapsed: float, state: State
) -> None:
    server: Any = Untitled()
    row = make_row(words, attempts)
    outcome = poll(server, row, elapsed, Patience(), honors_session_ids=honors_session_ids)
    assert (outcome.state, server.asked) == (state, 1)
    if state is State.PROCESSING:
        assert 0 < outcome.wait <= 30
