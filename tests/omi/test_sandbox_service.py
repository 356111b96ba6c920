"""The sandbox as a service: reading back, limits, faults on demand, starting and stopping."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.clock import JumpingClock
from tests.support.command import PATIENCE_SECONDS
from tests.support.local_http import LOCAL_HTTP
from tests.support.sandboxes import Gate
from tests.support.waiting import wait_until
from transcript_bridge.errors import (
    NotFoundError,
    OmiError,
    OutcomeUnknownError,
    PlanRequiredError,
    RateLimitedError,
    RejectedError,
    ServerFaultError,
    SettingsError,
)
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.omi.sandbox import SandboxSettings, run_sandbox
from transcript_bridge.omi.sandbox.limits import Windows

Serve = Callable[..., Any]
Make = Callable[..., dict[str, Any]]
LIST = "/v1/dev/user/conversations"


# Reading, changing, deleting


def test_listings(served: Any, make_body: Make) -> None:
    for hour in range(3):
        served.post(make_body(f"hour {hour}", started_at=f"2026-01-15T0{hour}:00:00+00:00"))
    titles = [c.title for c in served.client.list_conversations()]
    assert titles == ["hour 2", "hour 1", "hour 0"]
    assert [c.title for c in served.client.list_conversations(limit=1, offset=1)] == ["hour 1"]
    assert served.client.list_conversations(offset=3) == []
    first = served.client.list_conversations()[-1].created_at
    assert [c.title for c in served.client.list_conversations(first, first)] == ["hour 0"]
    assert served.client.list_conversations()[0].transcript_segments is None


def test_pages_are_cut(served: Any, make_body: Make) -> None:
    for _ in range(102):
        served.post(make_body())
    assert len(served.client.list_conversations(limit=500)) == 100
    assert len(served.client.list_conversations(limit=500, include_transcript=True)) == 25
    assert len(served.client.list_conversations(limit=100, offset=100)) == 2
    assert len(served.http.get(served.url + LIST).json()) == 25
    assert served.client.list_conversations(limit=-1) == []


def test_older_servers_do_not_limit_the_size_of_pages(
    serve_sandbox: Serve, make_body: Make
) -> None:
    server = serve_sandbox(generation="middle")
    for _ in range(102):
        server.post(make_body())
    assert len(server.client.list_conversations(limit=500)) == 102
    assert len(server.client.list_conversations(limit=500, include_transcript=True)) == 102
    with pytest.raises(OutcomeUnknownError):
        server.client.list_conversations(limit=-1)


KEYS = {
    "created_at",
    "finished_at",
    "folder_id",
    "folder_name",
    "geolocation",
    "id",
    "language",
    "source",
    "started_at",
    "structured",
    "transcript_segments",
}


def test_the_keys_and_times_of_answers(served: Any, make_body: Make) -> None:
    created = served.post(make_body(finished_at="2026-01-15T11:00:00.250000+01:00")).json()
    assert set(created) == {"id", "status", "discarded"}
    one = f"{served.url}{LIST}/{created['id']}"
    plain = served.http.get(one).json()
    full = served.http.get(one, params={"include_transcript": True}).json()
    [listed] = served.http.get(served.url + LIST).json()
    patched = served.http.patch(one, json={"title": "Standup"}).json()
    for answer in (plain, full, listed, patched):
        assert set(answer) == KEYS
    assert plain["transcript_segments"] is None
    assert set(full["transcript_segments"][0]) == {
        "id",
        "text",
        "speaker_id",
        "speaker_name",
        "start",
        "end",
    }
    assert set(plain["structured"]) == {
        "action_items",
        "category",
        "emoji",
        "events",
        "overview",
        "title",
    }
    assert plain["created_at"] == plain["started_at"] == "2026-01-15T09:00:00Z"
    assert plain["finished_at"] == "2026-01-15T10:00:00.250000Z"


def test_short_conversations_are_discarded_if_asked(serve_sandbox: Serve, make_body: Make) -> None:
    server = serve_sandbox(discard_below_words=3)
    created = server.post(make_body("two words")).json()
    assert created["discarded"] is True
    assert server.client.list_conversations() == []
    found = server.client.get_conversation(created["id"], include_transcript=True)
    assert (found.title, len(found.transcript_segments)) == ("", 1)
    server.client.update_conversation(created["id"], discarded=False)
    assert len(server.client.list_conversations()) == 1
    server.client.hide_conversation(created["id"])
    assert server.client.list_conversations() == []
    assert server.post(make_body("these are three")).json()["discarded"] is False


def test_titles_can_be_changed(served: Any, make_body: Make) -> None:
    created = served.post(make_body()).json()
    served.client.update_conversation(created["id"], title="Standup")
    assert served.client.get_conversation(created["id"]).title == "Standup"
    for bad in ({}, {"title": ""}, {"title": "x" * 501}):
        assert served.http.patch(f"{served.url}{LIST}/{created['id']}", json=bad).status_code == 422
    with pytest.raises(RejectedError):
        served.client.update_conversation(created["id"], title="")


def test_deleted_is_gone(served: Any, make_body: Make) -> None:
    created = served.post(make_body()).json()
    answer = served.http.delete(f"{served.url}{LIST}/{created['id']}")
    assert answer.json() == {"success": True}
    with pytest.raises(NotFoundError):
        served.client.delete_conversation(created["id"])
    with pytest.raises(NotFoundError):
        served.client.get_conversation(created["id"])
    with pytest.raises(NotFoundError):
        served.client.update_conversation(created["id"], title="x")


def test_locked_conversations(served: Any, make_body: Make) -> None:
    created = served.post(make_body()).json()
    served.lock(created["id"])
    assert served.client.list_conversations() == []
    with pytest.raises(NotFoundError):
        served.client.get_conversation(created["id"])
    with pytest.raises(PlanRequiredError):
        served.client.update_conversation(created["id"], title="x")
    with pytest.raises(PlanRequiredError):
        served.client.delete_conversation(created["id"])
    served.lock(created["id"], locked=False)
    assert len(served.client.list_conversations()) == 1
    assert (
        served.http.post(f"{served.url}/_sandbox/conversations/none/lock", json={}).status_code
        == 404
    )


# Limits


def test_the_window_is_fixed_and_the_wait_exact(serve_sandbox: Serve, make_body: Make) -> None:
    clock = JumpingClock()
    server = serve_sandbox(writes_per_window=2, window_seconds=60, clock=clock.monotonic)
    body = json.dumps(make_body())
    server.client.create_conversation(body)
    assert server.post({"transcript_segments": []}).status_code == 422  # counts
    with pytest.raises(RateLimitedError) as caught:
        server.client.create_conversation(body)
    assert (caught.value.retry_after, caught.value.limit) == (60, 2)
    refused = server.post(make_body())
    assert refused.json()["detail"] == "Rate limit exceeded. Try again in 60s."
    assert refused.headers["x-ratelimit-remaining"] == "0"
    clock.offset += 60
    server.client.create_conversation(body)


def test_requests_that_are_not_counted_for_the_limit(serve_sandbox: Serve, make_body: Make) -> None:
    server = serve_sandbox(writes_per_window=1)
    assert server.post(b"{").status_code == 422
    assert server.post(make_body(), key="sk-1").status_code == 401
    assert server.post(make_body(), key="omi_dev_readonly_1").status_code == 403
    assert server.post(make_body()).status_code == 200
    assert server.post(make_body()).status_code == 429
    assert server.post(make_body(), key="omi_dev_other").status_code == 200


@pytest.mark.parametrize(("generation", "status"), [("middle", 200), ("new", 429)])
def test_deleting_counts_as_a_write_on_new_servers(
    serve_sandbox: Serve, make_body: Make, generation: str, status: int
) -> None:
    server = serve_sandbox(generation=generation, writes_per_window=1)
    created = server.post(make_body()).json()
    assert server.http.delete(f"{server.url}{LIST}/{created['id']}").status_code == status


def test_reads_have_limits_of_their_own(serve_sandbox: Serve) -> None:
    server = serve_sandbox(reads_per_window=3, transcript_reads_per_window=1)
    server.client.list_conversations(include_transcript=True)
    with pytest.raises(RateLimitedError) as caught:
        server.client.list_conversations(include_transcript=True)
    assert caught.value.limit == 1
    server.client.list_conversations()
    with pytest.raises(RateLimitedError) as caught:
        server.client.list_conversations()
    assert caught.value.limit == 3
    assert caught.value.retry_after == 3600


def test_a_refused_request_does_not_move_the_window() -> None:
    moment = [0.0]
    windows = Windows(20, lambda: moment[0])
    assert windows.take("a", 1) is None
    moment[0] = 15
    assert windows.take("a", 1) == 5
    moment[0] = 20
    assert windows.take("a", 1) is None


# Faults

UNKNOWN = OutcomeUnknownError


@pytest.mark.parametrize(
    ("order", "error", "stored"),
    [
        ({"kind": "reset_before"}, UNKNOWN, False),
        ({"kind": "reset_after_store"}, UNKNOWN, True),
        ({"kind": "timeout_after_store", "seconds": 0.1}, UNKNOWN, True),
        ({"kind": "cut_answer"}, UNKNOWN, True),
        ({"kind": "garbage"}, UNKNOWN, True),
        ({"kind": "status", "status": 502}, UNKNOWN, False),
        ({"kind": "status", "status": 504, "stored": True}, UNKNOWN, True),
        ({"kind": "plain_500"}, UNKNOWN, False),
        ({"kind": "plain_500", "stored": True}, UNKNOWN, True),
        ({"kind": "json_500"}, ServerFaultError, False),
        ({"kind": "503"}, ServerFaultError, False),
        ({"kind": "429_without_header"}, RateLimitedError, False),
    ],
    ids=str,
)
def test_faults(
    served: Any, make_body: Make, order: dict[str, Any], error: type[Exception], stored: bool
) -> None:
    served.order(**order)
    body = json.dumps(make_body(client_session_id="s"))
    with pytest.raises(error):
        served.client.create_conversation(body)
    assert len(served.texts()) == stored
    served.client.create_conversation(body)
    assert len(served.texts()) == 1


def test_a_reset_is_a_real_one(served: Any, make_body: Make) -> None:
    served.order("reset_after_store")
    with pytest.raises(httpx.ReadError, match="reset by peer"):
        served.post(make_body())
    assert served.state()["requests"] == {"POST reset": 1}


def test_a_client_may_give_up_first(served: Any, make_body: Make) -> None:
    served.order("timeout_after_store", seconds=60)
    body = json.dumps(make_body())
    with (
        OmiClient("omi_dev_x", served.url, read_timeout=0.2) as client,
        pytest.raises(OutcomeUnknownError),
    ):
        client.create_conversation(body)
    wait_until(served.texts, "the conversation")
    assert len(served.texts()) == 1


def test_faults_can_be_aimed(served: Any, make_body: Make) -> None:
    served.order("503", method="delete", count=None)
    served.order("status", status=504, path="from-segments", skip=1, count=2)
    statuses = [served.post(make_body()).status_code for _ in range(4)]
    assert statuses == [200, 504, 504, 200]
    for _ in range(2):
        with pytest.raises(ServerFaultError):
            served.client.delete_conversation("x")
    assert [fault["kind"] for fault in served.state()["faults"]] == ["503"]
    served.http.delete(f"{served.url}/_sandbox/faults")
    with pytest.raises(NotFoundError):
        served.client.delete_conversation("x")
    stats = served.http.get(f"{served.url}/_sandbox/stats").json()
    assert stats["requests"] == {"POST 200": 2, "POST 504": 2, "DELETE 503": 2, "DELETE 404": 1}
    assert stats["counts"] == {"completed": 2}


def test_chances_repeat_with_their_seed(serve_sandbox: Serve, make_body: Make) -> None:
    runs = []
    for _ in range(2):
        server = serve_sandbox()
        server.order("status", status=502, count=None, probability=0.5, seed=7)
        runs.append([server.post(make_body()).status_code for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 502}


def test_several_faults_in_one_order_and_a_delay(serve_sandbox: Serve, make_body: Make) -> None:
    gate = Gate()
    served = serve_sandbox(gate=gate)
    orders = [{"kind": "delay", "seconds": 30}, {"kind": "status", "status": 504}]
    served.http.post(f"{served.url}/_sandbox/faults", json=orders).raise_for_status()
    with ThreadPoolExecutor(1) as pool:
        delayed = pool.submit(served.post, make_body())
        wait_until(lambda: len(served.state()["faults"]) == 1, "the delayed request")
        assert served.state()["conversations"] == []  # nothing is done during the delay
        assert not delayed.done()
        gate.open()
        assert delayed.result().status_code == 200
    assert served.post(make_body()).status_code == 504


def test_a_bad_day_hits_about_the_share_asked_for(serve_sandbox: Serve, make_body: Make) -> None:
    server = serve_sandbox(fault_share=0.5)
    body = json.dumps(make_body())
    failed = 0
    for _ in range(100):
        try:
            server.client.create_conversation(body)
        except OmiError:
            failed += 1
    assert 25 <= failed <= 65
    assert len([name for name in server.state()["requests"] if name != "POST 200"]) >= 4
    assert server.client.list_conversations()  # only uploads go wrong


def test_an_invalid_order_for_a_fault_is_refused(served: Any) -> None:
    answer = served.http.post(f"{served.url}/_sandbox/faults", json={"kind": "503", "times": 3})
    assert answer.status_code == 422


def test_json_500_for_a_read(served: Any) -> None:
    served.order("json_500")
    with pytest.raises(ServerFaultError):
        served.client.list_conversations()


# Serving


def test_a_file_keeps_the_conversations(
    tmp_path: Path, serve_sandbox: Serve, make_body: Make
) -> None:
    data = tmp_path / "omi.db"
    with run_sandbox(SandboxSettings(data=data)) as url:
        LOCAL_HTTP.post(
            f"{url}{LIST}/from-segments",
            json=make_body(),
            headers={"Authorization": "Bearer omi_dev_x"},
        ).raise_for_status()
    assert [c["title"] for c in serve_sandbox(data=data).state()["conversations"]] == [
        "Good morning."
    ]
    with (
        pytest.raises(SettingsError, match="cannot be opened"),
        run_sandbox(SandboxSettings(data=tmp_path)),
    ):
        pass


def test_a_taken_port_is_reported(served: Any) -> None:
    port = int(served.url.rpartition(":")[2])
    with pytest.raises(SettingsError, match="choose another"), run_sandbox(port=port):
        pass


def test_it_stops_while_requests_wait(make_body: Make) -> None:
    """The request would take longer than this test may: it is given up."""
    settings = SandboxSettings(processing_seconds=10 * PATIENCE_SECONDS, control_token="")
    with run_sandbox(settings) as url:

        def post() -> None:
            with pytest.raises(httpx.HTTPError):
                LOCAL_HTTP.post(
                    f"{url}{LIST}/from-segments",
                    json=make_body(),
                    headers={"Authorization": "Bearer omi_dev_x"},
                    timeout=PATIENCE_SECONDS,
                ).raise_for_status()

        waiting = threading.Thread(target=post)
        waiting.start()
        stats = f"{url}/_sandbox/stats"
        wait_until(lambda: LOCAL_HTTP.get(stats).json()["counts"], "the request under way")
    waiting.join(PATIENCE_SECONDS)
    assert not waiting.is_alive()


def test_serve_announces_and_ends_with_an_interrupt() -> None:
    code = (
        "from transcript_bridge.omi.sandbox import SandboxSettings, serve\n"
        "settings = SandboxSettings(control_token='')\n"
        "serve(settings, announce=lambda url: print(url, flush=True))\n"
        "print('over')"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert LOCAL_HTTP.get(f"{url}/_sandbox/stats").json()["counts"] == {}
        process.send_signal(2)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert (out, err, process.returncode) == ("over\n", "", 0)


@pytest.mark.parametrize("missing", ["fastapi", "uvicorn"])
def test_without_the_extra_there_is_one_line_of_advice(missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from transcript_bridge.errors import MissingExtraError\n"
        "try: import transcript_bridge.omi.sandbox\n"
        "except MissingExtraError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "the sandbox needs: pip install 'transcript-bridge[sandbox]'\n"


def test_a_foreign_file_is_not_overwritten(tmp_path: Path) -> None:
    data = tmp_path / "notes.txt"
    data.write_text("these are my notes, and no database at all")
    with (
        pytest.raises(SettingsError, match="cannot be opened"),
        run_sandbox(SandboxSettings(data=data)),
    ):
        pass
    assert data.read_text().startswith("these are my notes")


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "other.db"
    db = sqlite3.connect(data)
    db.execute("CREATE TABLE conversations (a)")
    db.close()
    with (
        pytest.raises(SettingsError, match="cannot be opened"),
        run_sandbox(SandboxSettings(data=data)),
    ):
        pass
