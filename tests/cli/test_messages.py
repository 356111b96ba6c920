"""Messages are true, and say what the tool does and what the user should do."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import Run
from transcript_bridge import cli
from transcript_bridge.cli.event_printer import describe_set_aside
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.account_label import AccountLabel, name_account
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.workspace.progress import SetAside
from transcript_bridge.workspace.variables import OTHER_NAMES

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
KITCHEN = DEMO / "kitchen.srt"
KEY = "omi_dev_messages"
Lease = Callable[..., str]


@pytest.fixture
def archive(work: Path) -> Path:
    folder = work / "exports"
    folder.mkdir()
    (folder / "a.srt").write_bytes(KITCHEN.read_bytes())
    return folder


class Answers(io.StringIO):
    """A terminal with a user who types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("command", ["migrate", "undo"])
def test_the_answer_no_is_reported_as_such(
    run: Run, archive: Path, sandbox: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    if command == "undo":
        assert run("migrate", archive, "-y", **environ).code == 0
    monkeypatch.setattr(
        "tests.support.command.io.TextIOWrapper", _with_terminal(io.TextIOWrapper, Answers("n\n"))
    )
    ran = run(command, archive, **environ)
    assert ran.code == 4
    assert "you answered no; nothing was" in ran.err
    assert "run the same command again" not in ran.err


def _with_terminal(
    make: Callable[..., io.TextIOWrapper], terminal: Answers
) -> Callable[..., object]:
    """`run_in_process` makes the streams of a run; standard input is the one without newline."""

    def make_stream(stream: io.BytesIO, *, encoding: str, newline: str | None = None) -> object:
        if newline is None:
            return terminal
        return make(stream, encoding=encoding, newline=newline)

    return make_stream


def test_a_change_is_not_called_a_refusal(run: Run, archive: Path, sandbox: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    command = ("migrate", archive, "-y", "--gap", "0")
    assert run(*command, **environ).code == 0
    path = archive / "a.srt"
    modified = path.stat().st_mtime
    path.write_bytes(path.read_bytes().replace(b"Tuesday", b"Wednesday"))
    os.utime(path, (modified, modified + 5))
    ran = run(*command, **environ)
    assert "refused" not in ran.err
    assert "--changed" in ran.err


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        (
            ["changed"],
            "1 set aside, --changed upload, skip or replace decides about what was sent in "
            "another form",
        ),
        (["rejected"], "1 set aside, after 'retry' the next upload sends again what was refused"),
        (["deleted"], "1 set aside, 'retry --deleted' uploads again what was deleted in Omi"),
        (["input", "left"], "2 set aside"),
        (
            ["blocked", "changed"],
            "2 set aside, after 'retry' the next upload sends again what was refused, --changed "
            "upload, skip or replace decides about what was sent in another form",
        ),
    ],
)
def test_each_reason_has_its_own_advice(codes: list[str], text: str) -> None:
    assert describe_set_aside([SetAside("a", "why", code) for code in codes]) == text


def test_an_unclear_end_is_left_to_the_next_run(
    run: Run, lease_sandbox: Lease, jumping_clock: JumpingClock, archive: Path
) -> None:
    """A gateway that never gives a clear answer."""
    url = lease_sandbox()
    with OmiClient(KEY, url) as omi:
        omi._http.post("/_sandbox/faults", json=[{"kind": "status", "status": 504}] * 99)
    for words in (("upload", archive / "a.srt"), ("migrate", archive, "-y")):
        ran = run(*words, "--gap", "0", OMI_API_KEY=KEY, OMI_API_BASE=url)
        assert ran.code == 4, ran.err
        assert "before you send it again" not in ran.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[SPEAKER_00]: hi\n[SPEAKER_01]: hello\n", "this text has no times"),
        (
            "[SPEAKER_00]: 0:01 hi\n[SPEAKER_01]: 0:02 hello\n",
            "this text has times, but in a form",
        ),
        (
            "0:05 | Alice\n0:12 | Bob\n0:20 | Alice\n",
            "text with times in this form",
        ),
    ],
)
def test_text_with_times_is_not_called_text_without(
    run: Run, tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text)
    ran = run("inspect", path)
    assert ran.code == 1
    assert message in ran.err
    assert "export" in ran.err


def test_of_a_pipe_the_date_is_guessed_from_the_present_time(run: Run, work: Path) -> None:
    ran = run("inspect", "-", stdin=KITCHEN.read_bytes())
    assert ran.code == 0
    assert ran.out.startswith("standard input\n")
    assert ", guessed from the present time" in ran.out
    assert "file's time" not in ran.out


def test_a_file_without_speech_has_no_date(run: Run, work: Path) -> None:
    path = work / "empty.vtt"
    path.write_text("WEBVTT\n")
    shown = run("inspect", path).out
    assert "it has no speech: there is nothing to send" in shown
    assert "began" not in shown
    assert "start-guessed" not in shown


def test_an_upload_of_a_folder_says_so_at_once(run: Run, work: Path) -> None:
    ran = run("upload", work, OMI_API_KEY=KEY, OMI_API_BASE="http://127.0.0.1:1")
    assert ran.code == 1
    (line,) = ran.err.splitlines()
    assert "this is a folder; 'review', 'plan' and 'migrate' take folders" in line


EMPTY = [
    (("status",), "nothing has been uploaded yet"),
    (("verify",), "nothing to verify"),
    (("retry",), "there is nothing to send again"),
    (("resolve",), "no request is uncertain"),
    (("undo", "--all"), "there is nothing to undo"),
    (("report",), "nothing has been uploaded"),
]


@pytest.mark.parametrize("is_known", [False, True])
def test_an_empty_ledger_has_a_message(
    run: Run, archive: Path, sandbox: str, is_known: bool, tmp_path: Path
) -> None:
    """No `0 of 0`; also where an upload has made the account known and has sent nothing."""
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    path = tmp_path / "ledger.db"
    environ["TRANSCRIPT_BRIDGE_LEDGER"] = str(path)
    if is_known:
        with Ledger(path) as ledger:
            ledger.open_account(
                name_account(sandbox, KEY), AccountLabel("", "OMI_API_KEY", sandbox)
            )
    for words, text in EMPTY:
        ran = run(*words, **environ)
        assert ran.code == 0, ran.err
        assert text in ran.out + ran.err
        assert not re.search(r"\b0 (?!segments|seconds)", ran.out + ran.err)
    ran = run("status", "missing", **environ)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "there is no such file or folder" in ran.err


def test_speakers_says_what_it_cannot_read(run: Run, archive: Path) -> None:
    (archive / "b.srt").write_bytes(bytes(range(256)) * 8)
    ran = run("speakers", archive)
    assert "1 file cannot be sent; 'plan' says why" in ran.err
    assert "'transcript-bridge review'" in ran.err
    (archive / "a.srt").unlink()
    ran = run("speakers", archive)
    assert (ran.code, ran.out) == (0, "")
    assert "there is no readable transcript here" in ran.err
    assert "binary data" in run("inspect", archive / "b.srt").err


@pytest.mark.parametrize(
    ("variable", "instead"),
    [
        ("LANGUGAE", "$TRANSCRIPT_BRIDGE_LANGUAGE"),
        ("LEDGR", "$TRANSCRIPT_BRIDGE_LEDGER"),
        ("ME", "--me"),
        ("SETTLED", "a settings file"),
        ("API_KEY", "$OMI_API_KEY"),
    ],
)
def test_a_variable_that_nothing_reads_is_an_error(
    run: Run, archive: Path, variable: str, instead: str
) -> None:
    """But not those that Kubernetes makes for a service, and those of flags."""
    kubernetes = {"PORT": "tcp://10.0.0.1:80", "SERVICE_HOST": "10.0.0.1", "PORT_80_TCP": "x"}
    flags = {name.upper(): "1" for name in OTHER_NAMES} | {"KEY_TEAM_A": "omi_dev_x"}
    names = {**kubernetes, **flags}
    environ = {f"TRANSCRIPT_BRIDGE_{name}": value for name, value in names.items()}
    assert run("inspect", archive / "a.srt", **environ).code == 0
    environ[f"TRANSCRIPT_BRIDGE_{variable}"] = "x"
    ran = run("inspect", archive / "a.srt", **environ)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert f"$TRANSCRIPT_BRIDGE_{variable} is not read; use {instead}\n" in ran.err


def test_every_variable_of_a_flag_is_known() -> None:
    sources = (Path(cli.__file__).parent).rglob("*.py")
    found = re.findall(
        'envvar="TRANSCRIPT_BRIDGE_([A-Z_]+)"', "".join(map(Path.read_text, sources))
    )
    assert {name.lower() for name in found} == set(OTHER_NAMES)


def test_turns_that_change_nothing_are_reported(run: Run, work: Path) -> None:
    turns = work / "kitchen.rttm"
    turns.write_text("SPEAKER kitchen 1 0.1 11 <NA> <NA> Zed <NA> <NA>\n", encoding="utf-8")
    ran = run("inspect", KITCHEN, "--diarization", turns)
    assert "kept the speaker they had\n" in ran.out
    for words in (("convert",), ("upload", "--dry-run")):
        ran = run(*words, KITCHEN, "--diarization", turns)
        assert "are kept; --reassign takes those of the turns" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("upload", KITCHEN, "--profile", "omi_dev_5ecret99"),
        ("upload", "omi_dev_5ecret99", "--json"),
        ("upload", KITCHEN, "--api-base", "http://omi.example/omi_dev_5ecret99"),
        ("auth", "alias", "omi_dev_5ecret99"),
        ("omi_dev_5ecret99",),
        ("migrate", "omi_dev_5ecret99", "--log-format", "json", "--yes"),
    ],
)
def test_a_key_in_the_place_of_something_else_is_not_repeated(
    run: Run, words: tuple[str | Path, ...]
) -> None:
    ran = run(*words, OMI_API_KEY="omi_dev_5ecret88")
    assert ran.code != 0
    assert "5ecret" not in ran.err
    assert '"message": "omi_dev_5ecret' not in ran.out
