"""Send, Progress and Report: the same engine, ledger and account as the command line."""

from __future__ import annotations

import contextlib
import http.client
import socket
import tomllib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.command import PATIENCE_SECONDS, Run, Start
from tests.support.review import Review, open_to_send
from tests.support.sandboxes import Gate
from tests.support.waiting import wait_until
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.states import State

KEY = "omi_dev_page"
SRT = "1\n00:00:00,000 --> 00:00:20,000\n{name}: Good morning, shall we look at the plan for {n}?\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    exports = tmp_path / "exports"
    exports.mkdir()
    for day in (1, 2, 3):
        path = exports / f"2024-05-0{day} 10.00.00.srt"
        path.write_text(SRT.format(name="Alice", n=f"day {day}"))
    return exports


@pytest.fixture
def page(folder: Path, tmp_path: Path, sandbox: str) -> Iterator[Review]:
    variables = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    with open_to_send(folder, tmp_path, variables) as review:
        yield review


def send(page: Review, **fields: str) -> None:
    chosen = {"changed": "ask", "limit": "", "until": "", "same": "", **fields}
    answer = page.post("send-start", **chosen)
    assert answer.status == 200, answer.text
    assert answer.data["go"] == "progress"
    page.session.sender.wait()


def test_what_to_look_at_first_is_what_the_list_shows(
    folder: Path, tmp_path: Path, sandbox: str
) -> None:
    """A repaired file has lost nothing, checked recordings stay checked, a container is a file."""
    (folder / "2024-05-04 10.00.00.srt").write_text(
        SRT.format(name="Bob", n="x").replace("--", "-")
    )
    (folder / "fine.srt").write_text(SRT.format(name="Carl", n="y"))
    (folder / "scans.rar").write_bytes(b"Rar!")
    (folder / "empty.srt").touch()
    (folder / "speakers.toml").write_text('[speakers."Alice"]\nis_user = true\n')
    settled = '[[files]]\npath = "fine.srt"\nsettled = true\n'
    (folder / "transcript-bridge.toml").write_text(f'speakers = "speakers.toml"\n{settled}')
    variables = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    with open_to_send(folder, tmp_path, variables) as page:
        text = page.get("send").text
        assert "Look at these first" in text
        assert "1 recording in which no voice is marked as you" in text
        assert "lost while reading" not in text
        assert "date is a guess" not in text
        assert "2 files cannot be read, and will not be sent" in text
        assert "needs you" in page.get("archive").text
        send(page)
        after = page.get("progress").text
        assert "All that can be sent is in Omi: 5 conversations. 2 files cannot be read." in after
        assert "2 files cannot be read, and will not be sent" in after
        page.wait_until_read()  # a busy machine shows "being read" instead
        sent = page.get("send").text
        assert "2 files cannot be read" in sent
        assert "Look at these first" not in sent  # nothing is left to send
        rows = page.get("archive").text
        assert "All that can be sent is in Omi." in rows
        assert "needs you" not in rows
        assert "in Omi</span></p>" in page.get("recording?number=0").text


def list_stored(sandbox: str) -> list[str]:
    with OmiClient(KEY, sandbox) as client:
        return sorted(f"{one.started_at:%d}" for one in client.list_conversations())


def test_the_button_sends_what_the_page_says(page: Review, sandbox: str) -> None:
    before = page.get("send").text
    assert "3 recordings as 3 conversations" in before
    assert "Send 3 conversations" in before
    missing = "ledger.db</bdi>: there is no ledger yet, so nothing counts as sent."
    assert missing in before
    send(page)
    assert list_stored(sandbox) == ["01", "02", "03"]
    after = page.get("progress").text
    assert "3 of 3 conversations in Omi" in after
    assert "All is in Omi: 3 conversations." in after
    assert f"transcript-bridge verify {page.session.paths[0]}</bdi>" in after
    sent = page.get("send").text
    assert "Nothing is left to send." in sent
    assert missing not in sent


def test_the_command_line_finds_nothing_to_do_after_the_page(
    page: Review, folder: Path, tmp_path: Path, sandbox: str, run: Run
) -> None:
    send(page)
    words = ["migrate", str(folder), "--ledger", str(tmp_path / "ledger.db"), "--yes"]
    ran = run(*words, OMI_API_KEY=KEY, OMI_API_BASE=sandbox, TZ="UTC")
    assert ran.code == 0
    assert "3 conversations, all of them in Omi already; nothing to go" in ran.out
    assert len(list_stored(sandbox)) == 3


def test_a_limit_and_the_newest_first_are_kept(page: Review, sandbox: str) -> None:
    page.post("send-setting", name="order", value="newest")
    send(page, limit="1")
    assert list_stored(sandbox) == ["03"]
    text = page.get("progress").text
    assert "1 of 3 conversations in Omi" in text
    assert "2 conversations to go" in text


def test_settings_are_written_at_once_and_taken_back(page: Review, folder: Path) -> None:
    for name, value in (("rate", "10"), ("merge_gap", "5"), ("order", "oldest")):
        assert page.post("send-setting", name=name, value=value).status == 200
    file = folder / "transcript-bridge.toml"
    written = tomllib.loads(file.read_text())
    assert written == {"rate": 10, "merge_gap": 5, "order": "oldest"}
    text = page.get("send").text
    assert "up to 5 s apart are joined" in text
    assert 'value="oldest" selected=""' in text
    page.post("undo")
    assert tomllib.loads(file.read_text()) == {"rate": 10, "merge_gap": 5}


@pytest.mark.parametrize(
    ("name", "value"),
    [("rate", "0"), ("rate", "x"), ("order", "best"), ("merge_gap", "x"), ("api_key", "k")],
    ids=["rate-0", "rate-x", "order", "gap", "unknown"],
)
def test_a_setting_that_means_nothing_is_not_written(
    page: Review, folder: Path, name: str, value: str
) -> None:
    assert page.post("send-setting", name=name, value=value).status == 400
    assert not (folder / "transcript-bridge.toml").exists()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"changed": "delete"}, "unknown word"),
        ({"limit": "-1"}, "1 or more"),
        ({"limit": "many"}, "1 or more"),
        ({"until": "25:00"}, "hours and minutes"),
    ],
    ids=["changed", "negative", "many", "clock"],
)
def test_a_choice_that_means_nothing_starts_nothing(
    page: Review, sandbox: str, fields: dict[str, str], problem: str
) -> None:
    chosen = {"changed": "ask", "limit": "", "until": "", "same": "", **fields}
    answer = page.post("send-start", **chosen)
    assert answer.status == 400
    assert problem in answer.data["error"]
    assert not page.session.sender.is_working
    assert list_stored(sandbox) == []


def test_undo_asks_first_and_deletes_only_what_was_agreed_to(page: Review, sandbox: str) -> None:
    send(page)
    question = page.post("progress-undo-ask")
    assert "Delete 3 conversations of this archive in Omi?" in question.data["parts"]["decision"]
    wrong = page.post("progress-undo", count=2)
    assert (wrong.status, wrong.data["error"]) == (400, "it is 3 conversations now; look again")
    assert len(list_stored(sandbox)) == 3
    page.post("progress-keep")
    assert len(list_stored(sandbox)) == 3
    assert page.post("progress-undo", count=3).status == 200
    page.session.sender.wait()
    assert list_stored(sandbox) == []
    progress = page.get("progress").text
    assert "3 conversations deleted in Omi." in progress
    assert "0 of 3 conversations in Omi" in progress
    assert "Send 3 conversations" in page.get("send").text


def test_nothing_can_be_deleted_before_something_was_sent(page: Review) -> None:
    assert "nothing to delete" in page.post("progress-undo-ask").data["said"]


def test_a_second_run_is_refused_while_one_works(
    folder: Path, tmp_path: Path, lease_sandbox: Callable[..., str]
) -> None:
    url = lease_sandbox(writes_per_window=1)
    variables = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    with open_to_send(folder, tmp_path, variables) as page:
        sender = page.session.sender
        fields = {"changed": "ask", "limit": "", "until": "", "same": ""}
        assert page.post("send-start", **fields).status == 200
        wait_until(lambda: sender.take_snapshot().resumes, "the limit of the server")
        again = page.post("send-start", **fields)
        assert "at work already" in again.data["error"]
        text = page.get("progress").text
        assert "1 of 3 conversations in Omi" in text
        assert "Waiting until" in text
        page.post("progress-stop")
        sender.wait()
        ended = page.get("progress").text
        assert "Stopped: 1 conversation of 3 in Omi" in ended


def test_a_browser_that_comes_back_gets_the_state_of_now(page: Review) -> None:
    send(page)
    with socket.create_connection(page.host.split(":")) as connection:
        words = f"GET {page.root}progress-events HTTP/1.1\r\nHost: {page.host}\r\n"
        connection.sendall(f"{words}Cookie: {page.cookie}\r\n\r\n".encode())
        received = b""
        while b"aside" not in received:
            received += connection.recv(65536)
    assert b"text/event-stream" in received
    assert b"3 of 3 conversations in Omi" in received


def test_the_report_is_shown_in_a_frame_and_saved_as_a_file(page: Review) -> None:
    send(page)
    frame = page.get("report")
    assert "frame-src 'self'" in frame.headers["content-security-policy"]
    report = page.get("report-page")
    policy = report.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert "2024-05-01 10.00.00.srt" in report.text
    saved = page.get("report-file")
    assert saved.headers["content-disposition"] == 'attachment; filename="report.html"'
    assert saved.text == report.text


def test_a_key_is_checked_stored_and_never_shown(
    folder: Path, tmp_path: Path, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    variables = {"OMI_API_BASE": sandbox}
    with open_to_send(folder, tmp_path, variables) as page:
        before = page.get("send").text
        assert 'type="password"' in before
        assert "disabled" in before
        fields = {"changed": "ask", "limit": "", "until": "", "same": ""}
        assert "enter one on this page" in page.post("send-start", **fields).data["error"]
        wrong = page.post("send-key", key="omi_dev_wrong_one")
        assert wrong.status == 400
        assert "omi_dev" not in wrong.text
        assert "conversations:write" in page.post("send-key", key="omi_dev_readonly").data["error"]
        right = page.post("send-key", key=KEY)
        assert right.status == 200, right.text
        assert "Omi knows this key" in right.data["said"]
        pages = [right.text, page.get("send").text, page.get("progress").text]
        assert not any(KEY in text for text in pages)
        send(page)
        assert len(list_stored(sandbox)) == 3


def test_what_was_refused_is_tried_again(
    folder: Path, tmp_path: Path, lease_sandbox: Callable[..., str]
) -> None:
    location = tmp_path / "ledger.db"
    url = lease_sandbox()
    variables = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    with open_to_send(folder, tmp_path, variables) as page:
        send(page)
        with Ledger(str(location)) as ledger:
            entry = ledger.select()[0]
            ledger.change(entry, state=State.REJECTED, conversation_id=None, last_error="422")
        text = page.get("send").text
        assert "1 conversation refused by Omi or deleted there." in text
        send(page)
        aside = page.get("progress").text
        assert "Try again what was refused" in aside
        answer = page.post("progress-retry", deleted=False)
        assert answer.data["said"] == "1 conversation to send again; Send sends them"
        assert "Send 1 conversation" in page.get("send").text


def test_what_is_uncertain_is_settled_by_what_the_user_saw(
    folder: Path, tmp_path: Path, sandbox: str
) -> None:
    location = tmp_path / "ledger.db"
    variables = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    with open_to_send(folder, tmp_path, variables) as page:
        send(page)
        with Ledger(str(location)) as ledger:
            entry = ledger.select()[0]
            ledger.change(entry, state=State.UNCERTAIN, conversation_id=None)
        assert "Perhaps in Omi" in page.get("progress").text
        number = entry.row.id
        wrong = page.post("progress-resolve", number=number + 99, id="x")
        assert "not uncertain any more" in wrong.data["error"]
        other = page.post("progress-resolve", number=number, id=str(uuid4()))
        assert "Omi has no conversation with the id" in other.data["error"]
        found = entry.row.conversation_id
        answer = page.post("progress-resolve", number=number, id=found)
        assert answer.data["said"] == "It counts as in Omi"
        assert "Perhaps in Omi" not in page.get("progress").text
        assert "3 of 3 conversations in Omi" in page.get("progress").text


@pytest.mark.slow
def test_a_page_that_is_killed_while_it_sends_loses_and_doubles_nothing(
    folder: Path, tmp_path: Path, lease_sandbox: Callable[..., str], start: Start
) -> None:
    gate = Gate()
    url = lease_sandbox(gate=gate, processing_seconds=Gate.LONG)
    account = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    location = str(tmp_path / "ledger.db")
    process = start("review", folder, "--no-browser", "--ledger", location, **account)
    assert process.stdout is not None
    killed = Review(process.stdout.readline().strip(), session=None)
    killed.open()
    fields = {"changed": "ask", "limit": "", "until": "", "same": ""}
    assert killed.post("send-start", **fields).status == 200
    wait_until(lambda: gate.waiting, "a request under way")
    with open_to_send(folder, tmp_path, account) as page:
        other = page.get("progress").text
        assert "Another program is sending <bdi>2024-05-01 10.00.00.srt</bdi>" in other
        process.kill()
        process.wait()
        assert "Another program" not in page.get("progress").text
        gate.open()
        send(page)
        assert "All is in Omi: 3 conversations." in page.get("progress").text
    assert list_stored(url) == ["01", "02", "03"]


def follow_progress(page: Review) -> Generator[str, None, None]:
    """Yield the lines of the stream of Progress."""
    connection = http.client.HTTPConnection(page.host, timeout=PATIENCE_SECONDS)
    headers = {"Cookie": page.cookie}
    connection.request("GET", f"{page.root}progress-events", headers=headers)
    with contextlib.closing(connection), connection.getresponse() as response:
        while line := response.readline():
            yield line.decode()


@pytest.mark.slow
def test_what_migrate_sends_in_a_terminal_is_shown_while_it_is_sent(
    folder: Path,
    tmp_path: Path,
    lease_sandbox: Callable[..., str],
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("transcript_bridge.review.places.progress.routes._IDLE_SECONDS", 0.05)
    gate = Gate()
    url = lease_sandbox(gate=gate, processing_seconds=Gate.LONG)
    account = {"OMI_API_KEY": KEY, "OMI_API_BASE": url, "TZ": "UTC"}
    with open_to_send(folder, tmp_path, account) as page:
        location = str(tmp_path / "ledger.db")
        process = start("migrate", folder, "--ledger", location, "--yes", **account)
        news = follow_progress(page)
        assert any("Another program is sending" in line for line in news)
        gate.open()
        assert any("3 of 3 conversations in Omi" in line for line in news)
        news.close()
        process.communicate()
        assert "Another program" not in page.get("progress").text
        assert "Nothing is left to send." in page.get("send").text
    assert list_stored(url) == ["01", "02", "03"]
