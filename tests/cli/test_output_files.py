"""`-o` in every command: which files it may replace, and how it writes."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import Ran, Run, make_environ
from tests.support.old_ledger import write_old_ledger
from tests.support.prepared_process import PreparedPython
from transcript_bridge import pipes
from transcript_bridge.errors import OutputError
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.workspace import output_file
from transcript_bridge.workspace.output_file import OutputFile, OutputRules
from transcript_bridge.workspace.written_files import WrittenFiles

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
KITCHEN = DEMO / "kitchen.srt"
COMMANDS = {
    "convert": ("convert", KITCHEN, "--to", "vtt"),
    "report": ("report",),
    "report as data": ("report", "--json"),
    "speakers": ("speakers", DEMO),
    "ledger export": ("ledger", "export"),
}
every_command = pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS.keys())


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target.vtt"


@pytest.fixture(autouse=True)
def ledger_with_uploads(home: Path) -> None:
    """The ledger that commands use by default; an empty one would print nothing."""
    ledger = home / ".local" / "share" / "transcript-bridge" / "ledger.db"
    ledger.parent.mkdir(parents=True)
    write_old_ledger(ledger)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@every_command
def test_a_file_of_the_user_is_not_replaced(run: Run, target: Path, words: tuple[str, ...]) -> None:
    target.write_text("my work")
    ran = run(*words, "-o", target)
    assert ran.code == 1
    assert "this file exists" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert target.read_text() == "my work"
    assert run(*words, "-o", target, "--force").code == 0
    assert target.read_text() != "my work"


@every_command
def test_an_output_is_replaced_until_it_is_edited(
    run: Run, target: Path, words: tuple[str, ...]
) -> None:
    assert run(*words, "-o", target).code == 0
    assert run(*words, "-o", target).code == 0
    with target.open("a") as stream:
        stream.write("\nmine\n")
    assert run(*words, "-o", target).code == 1
    assert target.read_text().endswith("\nmine\n")


def test_a_report_does_not_replace_a_converted_transcript(run: Run, target: Path) -> None:
    assert run(*COMMANDS["convert"], "-o", target).code == 0
    before = target.read_text()
    assert run("report", "-o", target).code == 1
    assert target.read_text() == before


def test_a_converted_file_is_an_input_now(run: Run, target: Path) -> None:
    assert run(*COMMANDS["convert"], "-o", target).code == 0
    ran = run("convert", target, "--to", "vtt", "--me", "Mara", "-o", target)
    assert ran.code == 1
    assert "this is an input" in ran.err


@pytest.mark.parametrize("output", ["meeting.vtt", "./", "."])
def test_a_source_is_not_replaced_by_what_is_made_of_it(run: Run, work: Path, output: str) -> None:
    source = work / "meeting.vtt"
    source.write_bytes((DEMO / "planning.vtt").read_bytes())
    before = source.read_bytes()
    ran = run("convert", "meeting.vtt", "--to", "vtt", "-o", output)
    assert ran.code == 1
    assert "this is an input, which the output would replace" in ran.err
    assert source.read_bytes() == before
    assert names_in(work) == ["meeting.vtt"]


def test_inputs_of_one_name_get_distinct_outputs(run: Run, work: Path) -> None:
    for folder, example in (("x", "kitchen.srt"), ("y", "kitchen.srt"), ("z", "kitchen.srt")):
        (work / folder).mkdir()
        (work / folder / "a.srt").write_bytes((DEMO / example).read_bytes())
    (work / "A-2.srt").write_bytes(KITCHEN.read_bytes())
    ran = run("convert", "x/a.srt", "y/a.srt", "z/a.srt", "A-2.srt", "--to", "vtt", "-o", "out/")
    assert ran.code == 0
    assert names_in(work / "out") == ["A-2-2.vtt", "a-2.vtt", "a-3.vtt", "a.vtt"]
    assert "y/a.srt: 4 utterances -> vtt in out/a-2.vtt" in ran.err


def test_an_srt_becomes_a_vtt_of_the_same_stem(run: Run, work: Path) -> None:
    assert run("convert", KITCHEN, "--to", "vtt", "-o", "out/").code == 0
    assert names_in(work / "out") == ["kitchen.vtt"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@every_command
def test_a_link_is_refused(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    victim = tmp_path / "victim"
    link = tmp_path / "link"
    for content in ("precious", None):
        if content is None:
            victim.unlink()
        else:
            victim.write_text(content)
        link.unlink(missing_ok=True)
        link.symlink_to(victim)
        ran = run(*words, "-o", link, "--force")
        assert ran.code == 1
        assert f"this is a link to {victim}" in ran.err
    assert not victim.exists()
    assert link.is_symlink()


def test_a_planted_draft_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is random; even if it were guessed, the link would not be opened."""
    guessed = b"guessed!"
    monkeypatch.setattr(output_file.os, "urandom", lambda _: guessed)
    victim = tmp_path / "victim"
    (tmp_path / f".transcript-bridge-{guessed.hex()}.part").symlink_to(victim)
    rules = OutputRules("report", WrittenFiles(tmp_path / "record"))
    file = OutputFile(str(tmp_path / "report.html"), rules)
    with pytest.raises(OutputError, match="File exists"):
        file.write("secret")
    assert not victim.exists()
    assert not (tmp_path / "report.html").exists()


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    rules = OutputRules("report", WrittenFiles(tmp_path / "record"))
    file = OutputFile(str(target), rules)
    file.check()
    file.write("page")
    target.write_text("from another program")
    with pytest.raises(OutputError, match="this file exists"):
        file.__exit__(None, None, None)
    assert target.read_text() == "from another program"
    assert names_in(tmp_path) == ["home", "report.html"]


def test_a_failure_leaves_the_old_output_and_no_draft(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")
    rules = OutputRules("report", WrittenFiles(tmp_path / "record"), force=True)
    file = OutputFile(str(target), rules)
    file.write("new")
    error = KeyboardInterrupt()
    file.__exit__(KeyboardInterrupt, error, None)
    assert target.read_text() == "old"
    assert names_in(tmp_path) == ["home", "report.html"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_replaced_file_keeps_its_permissions(run: Run, target: Path) -> None:
    target.write_text("private")
    target.chmod(0o600)
    assert run("report", "-o", target, "--force").code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_no_record_of_outputs_only_means_that_force_is_needed(
    run: Run, home: Path, target: Path
) -> None:
    (home / ".local" / "share" / "transcript-bridge").rename(home / "moved")
    (home / ".local" / "share").rmdir()
    (home / ".local" / "share").write_text("not a folder")
    ledger = target.with_name("ledger.db")
    Ledger(ledger).close()
    assert run("report", "--ledger", ledger, "-o", target).code == 0
    assert run("report", "--ledger", ledger, "-o", target).code == 1
    assert run("report", "--ledger", ledger, "-o", target, "--force").code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such devices")
@every_command
def test_devices_are_written_to_as_they_are(
    run: Run, run_process: Run, work: Path, words: tuple[str, ...]
) -> None:
    ran = run_process(*words, "-o", "/dev/stdout")
    assert ran.code == 0, ran.err
    assert ran.out
    silent = run(*words, "-o", "/dev/null")
    assert (silent.code, silent.out) == (0, "")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)  # noqa: PTH116  # the device itself
    assert names_in(work) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
@every_command
def test_a_full_disk_is_one_line(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, "-o", "/dev/full")
    assert ran.code == 1
    (line,) = ran.err.splitlines()  # nothing before it says that the file was written
    assert line.startswith("error: /dev/full: this cannot be written (the disk is full)")


@pytest.mark.skipif(sys.platform == "win32", reason="the shell is another one")
def test_the_shell_may_give_an_open_file(home: Path, work: Path) -> None:
    command = f"{sys.executable} -m transcript_bridge convert {KITCHEN} --to vtt"
    script = f"{command} -q -o /dev/fd/3 3>out.vtt; {command} -q -o /dev/stdout >>out.vtt"
    subprocess.run(["sh", "-c", script], cwd=work, env=make_environ(home, {}), check=True)
    assert (work / "out.vtt").read_text().count("WEBVTT") == 2


@pytest.mark.parametrize("option", ["-o", "--settings", "--speakers"])
def test_an_empty_name_is_wrong_usage(run: Run, work: Path, option: str) -> None:
    ran = run("speakers", DEMO, option, "")
    assert ran.code == 2
    assert names_in(work) == []


# ---- standard output

PRINTING: dict[str, tuple[str | Path, ...]] = {
    "convert": ("convert", KITCHEN),
    "inspect": ("inspect", KITCHEN),
    "inspect --json": ("inspect", KITCHEN, "--json"),
    "upload --dry-run": ("upload", KITCHEN, "--dry-run"),
    "plan": ("plan", DEMO),
    "plan --json": ("plan", DEMO, "--json"),
    "speakers": ("speakers", DEMO),
    "status": ("status",),
    "report": ("report", "--csv"),
    "ledger path": ("ledger", "path"),
    "ledger export": ("ledger", "export"),
    "formats": ("formats",),
    "help": ("--help",),
    "help of a command": ("convert", "--help"),
    "version": ("--version",),
}
Shell = Callable[[str, tuple[str | Path, ...]], "subprocess.CompletedProcess[str]"]
RunOnFullDisk = Callable[..., Ran]


@pytest.fixture
def shell(home: Path, work: Path, run: Run) -> Shell:
    """Runs the command with a redirection of its output; a ledger exists and has a request."""

    def run_shell(
        redirection: str, words: tuple[str | Path, ...], **environ: str
    ) -> subprocess.CompletedProcess[str]:
        line = " ".join([sys.executable, "-m", "transcript_bridge", *map(str, words)])
        return subprocess.run(
            ["sh", "-c", f"{line} {redirection}"],
            cwd=work,
            env=make_environ(home, environ),
            capture_output=True,
            text=True,
            check=False,
        )

    return run_shell


@pytest.fixture
def run_on_full_disk(home: Path, work: Path, prepared_python: PreparedPython) -> RunOnFullDisk:
    """Runs the command in a process whose standard output is a full disk."""

    def run(*words: str | Path, **environ: str) -> Ran:
        with (
            open(os.devnull, "rb") as nothing,  # noqa: PTH123
            Path("/dev/full").open("wb") as full,
            tempfile.TemporaryFile() as errors,
        ):
            streams = {0: nothing.fileno(), 1: full.fileno(), 2: errors.fileno()}
            code = prepared_python.run_with(words, make_environ(home, environ), work, streams)
            errors.seek(0)
            return Ran(code, "", errors.read().decode())

    return run


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
@pytest.mark.parametrize("words", PRINTING.values(), ids=PRINTING.keys())
def test_a_full_disk_on_standard_output_is_one_line(
    run_on_full_disk: RunOnFullDisk, words: tuple[str | Path, ...]
) -> None:
    ran = run_on_full_disk(*words)
    errors = [line for line in ran.err.splitlines() if line.startswith("error")]
    assert errors == ["error: standard output cannot be written (the disk is full)"]
    assert ran.code == 1
    assert "Traceback" not in ran.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
def test_a_full_disk_behind_a_shell_is_one_line(shell: Shell) -> None:
    done = shell(">/dev/full", ("convert", KITCHEN))
    assert done.stderr == "error: standard output cannot be written (the disk is full)\n"
    assert done.returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the shell is another one")
def test_a_closed_standard_output_is_one_line(shell: Shell) -> None:
    done = shell(">&-", ("inspect", KITCHEN))
    assert done.stderr == "error: standard output cannot be written (it is closed)\n"
    assert done.returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the shell is another one")
def test_messages_that_cannot_be_printed_fail_nothing(shell: Shell) -> None:
    for redirection in ("2>&-", "2>/dev/full"):
        done = shell(redirection, ("convert", KITCHEN))
        assert done.returncode == 0
        assert done.stdout.startswith("{")


@pytest.mark.skipif(sys.platform == "win32", reason="the shell is another one")
def test_a_closed_pipe_is_one_line(home: Path, work: Path) -> None:
    script = f"{{ {sys.executable} -m transcript_bridge convert {KITCHEN}; echo $? >code; }} | true"
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=work,
        env=make_environ(home, {}),
        capture_output=True,
        text=True,
        check=True,
    )
    # `true` may end before or after the write; a pipe without a reader is a failure.
    code = (work / "code").read_text().strip()
    errors = [line for line in done.stderr.splitlines() if line.startswith("error")]
    if code == "1":
        assert errors == [
            "error: standard output was closed before everything was written "
            "(by the program after '|')"
        ]
    else:
        assert (code, errors) == ("0", [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
def test_an_upload_without_standard_output_can_be_continued(
    run_on_full_disk: RunOnFullDisk, sandbox: str, run: Run
) -> None:
    environ = {"OMI_API_KEY": "omi_dev_output", "OMI_API_BASE": sandbox}
    words = ("upload", "--gap", "0", KITCHEN, DEMO / "planning.vtt")
    stopped = run_on_full_disk(*words, **environ)
    assert stopped.code == 4
    assert "stopped; run the same command again to continue" in stopped.err
    ran = run(*words, **environ)
    assert ran.code == 0
    assert ran.out.count("completed") == 2
    assert "was already there" in ran.out


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no names there")
@every_command
def test_a_pipe_without_a_reader_is_one_line_and_no_hang(
    run: Run, target: Path, words: tuple[str | Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipes, "WRITER_PATIENCE", 0.0)
    os.mkfifo(target)
    ran = run(*words, "-o", target)
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == (
        f"error: {target}: no program reads from this pipe; start the reader first"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_that_takes_the_place_of_a_pipe_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "pipe").symlink_to(victim)
    with pytest.raises(OSError, match="symbolic links"):
        pipes.open_pipe_or_device(str(tmp_path / "pipe"))
    with pytest.raises(OutputError, match="replaced by another pipe"):
        pipes.open_pipe_or_device(str(victim))
    assert victim.read_text() == "precious"
