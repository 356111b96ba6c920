"""`--json`: failures are data, too, and everything printed is in docs/json.md."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest

from tests.support.command import Ran, Run
from transcript_bridge import errors
from transcript_bridge.cli import cli
from transcript_bridge.cli.commands.queue import _as_data
from transcript_bridge.serve.key_queue import QueuedKey

# No command waits: the clock jumps.
pytestmark = pytest.mark.usefixtures("jumping_clock")

ROOT = Path(__file__).parent.parent.parent
DEMO = ROOT / "transcript_bridge" / "demo"
DOCS = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
KEY = "omi_dev_json"


def rows_of(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def check_error(row: dict[str, Any], code: str, exit_code: int) -> None:
    assert set(row["error"]) == {"code", "message", "exit_code"}
    assert (row["error"]["code"], row["error"]["exit_code"]) == (code, exit_code)
    assert row["error"]["message"]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.srt"
    path.write_text("1\n00:00:01,000 --> soon\nno times here\n")
    return path


@pytest.mark.parametrize("words", [("inspect",), ("upload", "--dry-run")])
def test_each_input_is_an_object_failed_or_not(
    run: Run, broken: Path, words: tuple[str, ...]
) -> None:
    ran = run(*words, DEMO / "kitchen.srt", broken, "nowhere.srt", "--json")
    good, malformed, missing = rows_of(ran)
    assert good["input"] == str(DEMO / "kitchen.srt")
    assert "error" not in good
    assert malformed["input"] == str(broken)
    check_error(malformed, "malformed", 1)
    assert missing["input"] == "nowhere.srt"
    check_error(missing, "input", 1)
    assert ran.code == 1


def test_an_upload_gives_each_failure_as_data(run: Run, sandbox: str, broken: Path) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    ran = run("upload", broken, DEMO / "kitchen.srt", "--gap", "0", "--json", **environ)
    by_input = {row["input"]: row for row in rows_of(ran)}
    check_error(by_input[str(broken)], "malformed", 1)
    assert by_input[str(DEMO / "kitchen.srt")]["status"] == "completed"
    for row in by_input.values():
        assert datetime.fromisoformat(row["time"]).utcoffset() is not None


def test_a_changed_file_is_a_failure_with_a_code(run: Run, sandbox: str, tmp_path: Path) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    path = tmp_path / "a.srt"
    command = ("upload", path, "--started-at", "2024-01-24T15:00:00Z", "--json", "--gap", "0")
    path.write_bytes((DEMO / "kitchen.srt").read_bytes())
    assert run(*command, **environ).code == 0
    path.write_bytes((DEMO / "kitchen.srt").read_bytes().replace(b"Tuesday", b"Wednesday"))
    ran = run(*command, **environ)
    (row,) = rows_of(ran)
    assert row["input"] == str(path)
    check_error(row, "changed", 1)


@pytest.mark.parametrize(
    "words",
    [
        ("upload", DEMO / "kitchen.srt"),
        ("migrate", DEMO, "--yes"),
        ("verify",),
        ("auth", "status"),
    ],
)
def test_what_ends_the_command_is_data_too(run: Run, words: tuple[str | Path, ...]) -> None:
    ran = run(*words, "--json")
    (row,) = rows_of(ran)
    check_error(row, "missing-key", 2)
    assert ran.code == 2


@pytest.mark.parametrize("words", [("plan",), ("speakers",), ("report",)])
def test_wrong_settings_are_data_too(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, DEMO, "--settings", "nowhere.toml", "--json")
    check_error(rows_of(ran)[-1], "settings", 2)


def test_files_that_a_plan_cannot_use_have_an_error(run: Run, broken: Path) -> None:
    (broken.parent / "turns").mkdir()
    (broken.parent / "turns" / "walk.rttm").write_bytes((DEMO / "walk.rttm").read_bytes())
    rows = rows_of(run("plan", broken.parent, "--json"))
    by_state = {row.get("state"): row for row in rows}
    check_error(by_state["failed"], "input", 1)
    check_error(by_state["turns-alone"], "no-words", 1)


def test_every_event_of_a_migration_has_its_time(run: Run, sandbox: str, broken: Path) -> None:
    (broken.parent / "kitchen.srt").write_bytes((DEMO / "kitchen.srt").read_bytes())
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    ran = run("migrate", broken.parent, "--yes", "--json", "--gap", "0", **environ)
    rows = rows_of(ran)
    times = [datetime.fromisoformat(row["time"]) for row in rows]
    assert times == sorted(times)
    assert {row["event"] for row in rows} == {"set aside", "finished", "ended"}
    (aside,) = [row for row in rows if row["event"] == "set aside"]
    assert aside["path"] == str(broken)
    check_error(aside, "input", 1)


def test_a_migration_with_nothing_to_send_says_that_it_ended(
    run: Run, sandbox: str, broken: Path
) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    ran = run("migrate", broken.parent, "--yes", "--json", **environ)
    aside, ended = rows_of(ran)
    assert (aside["event"], aside["path"]) == ("set aside", str(broken))
    assert (ended["event"], ended["sent"], ended["set_aside"]) == ("ended", 0, 1)
    assert (ended["exit_code"], ran.code) == (1, 1)


def test_problems_account_for_the_cues(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(
        "1\n00:00:01,000 --> 00:00:02,000\nHello there\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\n\n\n"
        "3\n00:00:03,000 --> 00:00:04,000\nGoodbye\n"
    )
    (row,) = rows_of(run("inspect", path, "--json"))
    assert row["cues"] == row["segments"] + sum(one["cues"] for one in row["problems"])
    assert {one["level"] for one in row["problems"]} <= {"note", "repaired", "lost"}
    assert [one["cues"] for one in row["problems"] if one["code"] == "empty-cue"] == [1]


# ---- docs/json.md


def section(title: str) -> str:
    return re.split(r"^## ", DOCS, flags=re.MULTILINE)[_sections().index(title)]


def _sections() -> list[str]:
    parts = re.split(r"^## ", DOCS, flags=re.MULTILINE)
    return [part.partition("\n")[0] for part in parts]


_COUNTS = ("states", "by_state", "files_by_state", "date_sources", "other_files", "flags")
"""Keys of objects whose own keys are data."""


def keys_of(row: Any) -> Iterator[str]:
    if isinstance(row, dict):
        for key, value in row.items():
            yield key
            if key not in ("error", "problems", "join", *_COUNTS):
                yield from keys_of(value)
    if isinstance(row, list):
        for value in row:
            yield from keys_of(value)


def describe(command: str) -> str:
    """Find a command in docs/json.md: its section, or its entry in the list of the others."""
    title = f"`{command}`"
    if title in _sections():
        return section(title)
    for entry in section("Other commands").split("\n- "):
        if entry.startswith(f"{title}:"):
            return entry
    raise AssertionError(f"docs/json.md does not describe {title}")


def missing_keys(command: str, rows: list[dict[str, Any]]) -> set[str]:
    assert rows, command
    text = describe(command)
    keys = {key for row in rows for key in keys_of(row)}
    named = set(re.findall(r'`"?(\w+)', text))  # `seconds`, `"kind": "file"`
    return keys - named - {"error"}


def commands_with_json(group: click.Group, path: str = "") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands_with_json(command, f"{path}{name} ")
        elif command is not None and any("--json" in one.opts for one in command.params):
            yield f"{path}{name}"


Words = tuple[str | Path, ...]
PRINTS: list[tuple[str, Words]] = [
    ("inspect", ("inspect", DEMO / "walk.json", "--diarization", DEMO / "walk.rttm", "--explain")),
    ("plan", ("plan", ".")),
    ("speakers", ("speakers", ".")),
    ("formats", ("formats",)),
    ("auth list", ("auth", "list")),
    ("auth status", ("auth", "status")),
    ("upload", ("upload", "first/a.srt", "--dry-run")),
    ("upload", ("upload", "first/a.srt", "--titles", "--max-segments", "2")),
    ("upload", ("upload", "first/a.srt", "--max-segments", "2", "--changed", "replace")),
    ("migrate", ("migrate", ".", "--yes", "--titles")),
    ("plan", ("plan", ".", "--speaker", "Mara=7a3f")),
    ("verify", ("verify", ".")),
    ("status", ("status", ".")),
    ("report", ("report", ".")),
    ("ledger export", ("ledger", "export")),
    ("ledger path", ("ledger", "path")),
    ("resolve", ("resolve",)),
    ("resolve", ("resolve", "1", "--send-again")),
    ("undo", ("undo", "first", "--yes")),
    ("retry", ("retry",)),
]
"""Each command with `--json`, in an order in which each prints something."""
NEEDS_STATE: dict[Words, tuple[str]] = {("resolve",): ("uncertain",), ("retry",): ("rejected",)}
"""Of a request, before the command."""


@pytest.mark.untraced
def test_every_key_of_every_command_is_documented(
    run: Run, lease_sandbox: Callable[..., str], work: Path
) -> None:
    url = lease_sandbox(writes_per_window=1000, reads_per_window=1000)
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    ledger = work / "ledger.db"
    texts = {
        "first/a.srt": (DEMO / "kitchen.srt").read_text(),
        "first/copy.srt": (DEMO / "kitchen.srt").read_text(),
        "walk.json": (DEMO / "walk.json").read_text(),
        "walk.rttm": (DEMO / "walk.rttm").read_text(),
        "alone.rttm": (DEMO / "walk.rttm").read_text().replace("walk", "alone"),
        "interview.json": (DEMO / "interview.json").read_text(),
        "silent.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n\n",
        "broken.srt": "1\n00:00:01,000 --> soon\nno times here\n",
        "left/out.srt": (DEMO / "kitchen.srt").read_text().replace("Mara", "Eve"),
        "notes.doc": "x",
        "transcript-bridge.toml": "[[files]]\npath = 'left/out.srt'\nleave_out = true\n",
    }
    for name, text in texts.items():
        path = work / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = set()
    for command, words in PRINTS:
        if words in NEEDS_STATE:
            with sqlite3.connect(ledger) as changed:
                changed.execute("UPDATE tb_requests SET state = ? WHERE id = 1", NEEDS_STATE[words])
            changed.close()
        flags: list[str | Path] = [] if command == "ledger export" else ["--json"]
        ran = run(*words, *flags, TRANSCRIPT_BRIDGE_LEDGER=str(ledger), **environ)
        missing = missing_keys(command, rows_of(ran))
        assert missing == set(), f"docs/json.md lacks these keys of {command}: {ran.out}"
        found.add(command)
    assert found >= set(commands_with_json(cli)) - {"queue list"}


def test_every_key_of_the_queue_is_documented() -> None:
    moment = datetime(2024, 1, 24, tzinfo=UTC)
    key = QueuedKey("a", [], {}, "waiting", False, None, "", 0, "", 0, 0, None, "", moment)
    assert missing_keys("queue list", [_as_data(key)]) == set()


def _all_codes(kind: type[errors.BridgeError] = errors.BridgeError) -> Iterator[str]:
    for subclass in kind.__subclasses__():
        if subclass.__module__.startswith("transcript_bridge"):
            yield subclass.code
            yield from _all_codes(subclass)


def test_every_kind_of_failure_is_documented() -> None:
    inner = {"omi", "standard-output", "output-lost"}  # bases, and what has no output to go to
    missing = {code for code in _all_codes() if f"`{code}`" not in DOCS}
    assert missing <= inner
