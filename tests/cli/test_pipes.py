"""Inputs that can be read once: `<(cat a.srt)`, named pipes; and inputs that are not files."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import PATIENCE_SECONDS, Run, make_environ
from transcript_bridge import pipes

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
KITCHEN = DEMO / "kitchen.srt"
KEY = "omi_dev_pipes"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes have no names there")


@pytest.fixture
def pipe(work: Path) -> Iterator[Path]:
    """A named pipe to which a transcript is written when it is opened."""
    path = work / "pipe.srt"
    os.mkfifo(path)
    writer = threading.Thread(target=_write, args=(path,))
    writer.start()
    yield path
    # Let a writer continue that still waits for a reader.
    os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    writer.join(PATIENCE_SECONDS)
    assert not writer.is_alive()


def _write(path: Path) -> None:
    with contextlib.suppress(BrokenPipeError):
        path.write_bytes(KITCHEN.read_bytes())


def test_an_upload_reads_a_pipe_once(run: Run, sandbox: str, pipe: Path) -> None:
    ran = run("upload", pipe, "--json", OMI_API_KEY=KEY, OMI_API_BASE=sandbox)
    assert ran.code == 0, ran.err
    (row,) = [json.loads(line) for line in ran.out.splitlines()]
    assert (row["input"], row["segments"], row["status"]) == (str(pipe), 4, "completed")


@pytest.mark.parametrize("words", [("inspect",), ("convert",), ("upload", "--dry-run")])
def test_other_commands_read_a_pipe_once(run: Run, pipe: Path, words: tuple[str, ...]) -> None:
    ran = run(*words, pipe)
    assert ran.code == 0, ran.err
    assert "4 " in ran.out + ran.err


@pytest.mark.parametrize("command", ["inspect", "convert", "upload"])
def test_a_pipe_without_a_writer_is_one_failed_input(
    run: Run, sandbox: str, work: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipes, "WRITER_PATIENCE", 0.0)
    os.mkfifo(work / "nobody.srt")
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    ran = run(command, "nobody.srt", KITCHEN, **environ)
    assert ran.code == 1
    assert "nobody.srt: no program writes to this pipe; start the writer first" in ran.err
    assert "kitchen.srt" in ran.out + ran.err


def test_a_pipe_that_never_ends_is_refused(
    run: Run, pipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipes, "MAX_PIPE_BYTES", 10)
    monkeypatch.setattr(pipes, "_CHUNK_BYTES", 8)
    ran = run("inspect", pipe)
    assert ran.code == 1
    assert "save it as a file first" in ran.err


@pytest.mark.parametrize("command", ["inspect", "convert", "upload"])
@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device")
def test_a_device_is_no_file(run: Run, sandbox: str, command: str) -> None:
    ran = run(command, "/dev/zero", OMI_API_KEY=KEY, OMI_API_BASE=sandbox)
    assert ran.code == 1
    assert "/dev/zero: this is a pipe or a device, not a file" in ran.err


@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="the shell is another one")
@pytest.mark.parametrize(("command", "pause"), [("upload", ""), ("inspect", "sleep 0.2; ")])
def test_a_shell_substitutes_a_process(
    home: Path, work: Path, sandbox: str, command: str, pause: str
) -> None:
    """With a writer that is ready, and one that begins later."""
    turns = f"<({pause}cat {DEMO}/walk.rttm)"
    words = f"<({pause}cat {DEMO}/walk.json) --diarization {turns} --json"
    environ = make_environ(home, {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox})
    done = subprocess.run(
        ["/bin/bash", "-c", f"{sys.executable} -m transcript_bridge {command} {words}"],
        cwd=work,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    (row,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert row["segments"] == 4
