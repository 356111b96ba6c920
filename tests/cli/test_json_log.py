"""`--log-format json`: one object per line on standard error, and nothing of a transcript in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Ran, Run, Start
from tests.support.sandboxes import Gate
from tests.support.waiting import wait_until
from transcript_bridge.cli.json_log import JsonFormatter, log_as_json
from transcript_bridge.cli.output import say
from transcript_bridge.errors import MalformedError, SettingsError
from transcript_bridge.transfer.event_log import EventLog, describe_error, log_event
from transcript_bridge.transfer.events import SourceFailed

KEY = "omi_dev_MarkedKey"
DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
MARK = "xyzzyword"
BROKEN_FILES = {
    "no-times.srt": f"1\n{MARK} --> {MARK}\n{MARK}\n\n",
    "stray.vtt": f"{MARK} first\n\n00:01.000 --> 00:02.000\n{MARK}\n",
    "broken.json": f'{{"segments": [{{"start": 0, "end": 1, "text": "{MARK}"}}, {MARK}',
    "odd.json": f'{{"segments": [{{"start": "{MARK}", "end": 1, "text": "{MARK}"}}]}}',
    "rows.tsv": f"start\tend\ttext\n{MARK}\t2\t{MARK}\n",
    "subtitles.ass": f"[Events]\nDialogue: {MARK},{MARK}\n",
    "bad.lrc": f"{MARK} before\n[00:99999:xx] {MARK}\n",
}


def read_log(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def migrate(run: Run, url: str, *words: str | Path, key: str = KEY) -> Ran:
    account = {"OMI_API_KEY": key, "OMI_API_BASE": url}
    return run("migrate", *words, "--yes", "--gap", "0", "--log-format", "json", **account)


def test_each_line_is_an_object_with_time_level_and_event(run: Run, sandbox: str) -> None:
    ran = migrate(run, sandbox, DEMO)
    assert ran.code == 0, ran.err
    log = read_log(ran.err)
    for row in log:
        assert {"time", "level", "event"} <= row.keys()
        assert row["time"].endswith("+00:00")
    assert log[0]["event"] == "planned"
    started = [row["request"] for row in log if row["event"] == "started"]
    finished = [row for row in log if row["event"] == "finished"]
    assert len(started) == log[0]["to_go"] > 1
    assert sorted(started) == sorted(row["request"] for row in finished)
    assert {row["state"] for row in finished} == {"done"}
    assert {row["profile"] for row in finished} == {""}
    assert log[-2]["event"] == "ended"
    assert log[-2]["requests"] == {"done": len(finished)}
    assert log[-1] == {**log[-1], "event": "exited", "level": "info", "exit_code": 0}
    assert KEY not in ran.err + ran.out


def test_a_second_run_does_not_log_what_was_there(run: Run, sandbox: str) -> None:
    migrate(run, sandbox, DEMO)
    events = [row["event"] for row in read_log(migrate(run, sandbox, DEMO).err)]
    assert "finished" not in events
    assert "started" not in events


def test_the_log_has_neither_text_nor_key_whatever_a_file_contains(
    run: Run, sandbox: str, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    for name, text in BROKEN_FILES.items():
        (folder / f"2024-01-24 10.00.00 {name}").write_text(text, encoding="utf-8")
    (folder / "2024-01-24 11.00.00.srt").write_text(
        f"1\n00:00:01,000 --> 00:00:02,000\n{MARK} {KEY}\n", encoding="utf-8"
    )
    plain = run("plan", folder)
    assert MARK in plain.out + plain.err  # people see what the file says
    ran = migrate(run, sandbox, folder)
    log = read_log(ran.err)
    assert MARK not in ran.err
    assert KEY not in ran.err
    failed = [Path(row["path"]).name for row in log if row["event"] == "file-failed"]
    assert len(failed) >= 3
    assert ran.code == 1


def test_a_refused_key_is_an_event_and_not_in_the_log(run: Run, sandbox: str) -> None:
    key = "omi_dev_readonly_x"
    ran = migrate(run, sandbox, DEMO, key=key)
    assert ran.code == 3
    log = read_log(ran.err)
    ended = [row for row in log if row["event"] == "ended"]
    assert ended[0]["level"] == "error"
    assert ended[0]["error"]["exit_code"] == 3
    assert log[-1]["exit_code"] == 3
    assert key not in ran.err


def test_what_ends_the_command_early_is_an_event(run: Run) -> None:
    ran = run("migrate", DEMO, "--yes", "--log-format", "json", OMI_API_BASE="http://127.0.0.1:1")
    assert ran.code == 2
    (row,) = [row for row in read_log(ran.err) if row["event"] == "failed"]
    assert row["level"] == "error"
    assert row["error"]["code"] == "missing-key"


def test_sigterm_stops_after_the_request_and_is_an_event(
    start: Start, lease_sandbox: Callable[..., str]
) -> None:
    gate = Gate()
    url = lease_sandbox(processing_seconds=30, gate=gate)
    account = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    words = ["migrate", DEMO, "--yes", "--gap", "0", "--log-format", "json"]
    process = start(*words, **account)
    wait_until(lambda: gate.waiting, "the request under way")
    process.terminate()
    log: list[dict[str, Any]] = []

    def is_stopping() -> bool:
        assert process.stderr is not None
        log.append(json.loads(process.stderr.readline()))
        return log[-1]["event"] == "stopping"

    wait_until(is_stopping, "the event")
    gate.open()
    _out, rest = process.communicate()
    log += read_log(rest)
    assert process.returncode == 4
    assert log[-1]["exit_code"] == 4
    ended = [row for row in log if row["event"] == "ended"]
    assert ended[0]["stopped"] is True
    assert ended[0]["requests"] == {"done": 1}


# ---- what is in a record


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict[str, Any]]]:
    return lambda: read_log(capsys.readouterr().err)


def test_an_exception_shows_its_place_and_not_its_words(
    log: Callable[[], list[dict[str, Any]]],
) -> None:
    def crash() -> None:
        raise ValueError(MARK)

    with log_as_json():
        try:
            crash()
        except ValueError:
            logging.getLogger("library").exception("it failed")
    (row,) = log()
    assert row["error"]["type"] == "ValueError"
    assert row["error"]["at"][-1].endswith(" crash")
    assert row["message"] == "it failed"
    assert MARK not in json.dumps(row)


def test_an_unreadable_file_has_its_line_and_not_the_words_of_the_reader(
    log: Callable[[], list[dict[str, Any]]],
) -> None:
    error = MalformedError(f"not a time: {MARK!r}", path="a.srt", line=7)
    with log_as_json():
        EventLog("team").observe(SourceFailed("/in/a.srt", error, 0))
    (row,) = log()
    assert (row["event"], row["profile"], row["path"]) == ("file-failed", "team", "/in/a.srt")
    assert row["error"] == {"code": "malformed", "exit_code": 1, "line": 7}
    assert describe_error(SettingsError("a flag is wrong"))["message"] == "a flag is wrong"


def test_sentences_are_silent_and_come_back_afterwards(
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    with log_as_json():
        say("to people", mark="error")
        log_event(logging.INFO, "to-programs", path="a\x1b[31m\u202e.srt")
    say("to people again")
    said = capsys.readouterr().err.splitlines()
    assert [json.loads(said[0])["event"], said[1]] == ["to-programs", "to people again"]
    assert "\x1b" not in said[0]
    assert "\u202e" not in said[0]
    assert (root.level, root.handlers) == (level, handlers)


def test_a_value_that_json_cannot_carry_is_written_as_text() -> None:
    record = logging.LogRecord("library", logging.INFO, "", 0, "said %s", (Path("x"),), None)
    row = json.loads(JsonFormatter().format(record))
    assert (row["event"], row["message"], row["logger"]) == ("message", "said x", "library")
