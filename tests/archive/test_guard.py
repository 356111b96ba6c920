"""Recordings are isolated: whatever one file does is one failed line, and the rest is read."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.dangerous import Dangerous
from transcript_bridge.archive import workers
from transcript_bridge.archive.files import ArchiveFile
from transcript_bridge.archive.grouping import Recording
from transcript_bridge.archive.guard import Effort, guard
from transcript_bridge.archive.parallel import OwnProcesses, convert_all
from transcript_bridge.archive.scan import scan
from transcript_bridge.archive.summary import RecordingSummary
from transcript_bridge.errors import FaultError, InputError
from transcript_bridge.formats import base
from transcript_bridge.formats.registry import registered
from transcript_bridge.options import Options

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nAlice: hello\n"
SECRET = "what was said"
PLENTY = Effort(memory=2**40, seconds=1000.0)
is_limited = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")


def recurse(depth: int) -> int:
    return recurse(depth + 1) + 1


def grow() -> None:
    bytearray(2**27)


def exit_program() -> None:
    sys.exit(SECRET)


def stumble() -> None:
    raise ValueError(SECRET)


def spin() -> None:
    while True:
        pass


# ---- one block


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: recurse(0), "nested too deeply"),
        (stumble, "a fault in Transcript Bridge (ValueError in test_guard.py, line"),
        (exit_program, "a fault in Transcript Bridge (SystemExit"),
    ],
)
def test_whatever_is_raised_is_a_fault_of_this_file_and_quotes_nothing(
    act: Callable[[], None], said: str
) -> None:
    with pytest.raises(FaultError) as caught, guard("a.srt", PLENTY):
        act()
    assert caught.value.path == "a.srt"
    assert said in caught.value.message
    assert SECRET not in str(caught.value)


@is_limited
def test_too_much_memory_is_a_fault_of_this_file() -> None:
    with (
        pytest.raises(FaultError, match="takes more than 64 MB of memory"),
        guard("a.srt", Effort(memory=64 * 2**20, seconds=1000.0)),
    ):
        grow()
    grow()  # the limit is gone


@is_limited
def test_too_much_time_is_a_fault_of_this_file() -> None:
    with (
        pytest.raises(FaultError, match=r"takes more than 0 s, too long for its size"),
        guard("a.srt", Effort(memory=2**40, seconds=0.01)),
    ):
        spin()


def test_known_errors_and_exits_pass_the_guard_unchanged() -> None:
    with pytest.raises(InputError, match=r"^b: known$"), guard("a.srt", PLENTY):
        raise InputError("known", path="b")
    with pytest.raises(KeyboardInterrupt), guard("a.srt", PLENTY):
        raise KeyboardInterrupt


def test_effort_grows_with_the_size() -> None:
    small, large = Effort.for_bytes(10), Effort.for_bytes(100 * 2**20)
    assert small.memory == 512 * 2**20
    assert large.memory == 20 * 100 * 2**20
    assert large.seconds > 10 * small.seconds
    assert Effort.for_bytes(10, skipped=2**30).seconds > small.seconds


# ---- an archive


def format_that(act: Callable[[], object]) -> base.Format:
    def parse(_text: str) -> object:
        return act()

    return base.Format(
        name="odd",
        title="a broken plug-in",
        suffixes=(".odd",),
        sniff=lambda text: 100 if text.startswith("ODD") else 0,
        parse=parse,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("act", [lambda: recurse(0), stumble, exit_program, lambda: 7])
def test_a_fault_in_one_file_is_one_failed_line_and_the_rest_goes_on(
    tmp_path: Path, act: Callable[[], object]
) -> None:
    (tmp_path / "a.odd").write_text("ODD " + SECRET)
    (tmp_path / "b.srt").write_bytes(SRT)
    with registered(format_that(act)):
        first, second = convert_all(scan([str(tmp_path)]).recordings, Options())
    assert (first.state, second.state) == ("failed", "ready")
    assert SECRET not in first.error


class Remembering:
    """A PlanCache in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, RecordingSummary] = {}

    def load(self, keys: Sequence[str]) -> dict[str, RecordingSummary]:
        return {key: self.rows[key] for key in keys if key in self.rows}

    def save(self, rows: Sequence[tuple[str, RecordingSummary]]) -> None:
        self.rows.update(rows)


def test_a_fault_is_tried_again_the_next_time(tmp_path: Path) -> None:
    (tmp_path / "a.odd").write_text("ODD")
    (tmp_path / "b.srt").write_bytes(SRT)
    cache = Remembering()
    recordings = scan([str(tmp_path)]).recordings
    with registered(format_that(stumble)):
        convert_all(recordings, Options(), OwnProcesses(cache=cache))
    assert [row.state for row in cache.rows.values()] == ["ready"]


# ---- worker processes


def recordings_of(*names: str) -> list[Recording]:
    return [Recording((ArchiveFile(name, f"/{name}", 10, 0),)) for name in names]


@pytest.mark.untraced
@pytest.mark.parametrize("chunk", [1, 3, 50])
def test_a_recording_that_ends_its_process_is_the_only_one_that_fails(chunk: int) -> None:
    names = [f"{'die' if number in (3, 4, 11) else 'live'}{number}" for number in range(16)]
    recordings = recordings_of(*names)
    chunks = [list(range(at, min(at + chunk, 16))) for at in range(0, 16, chunk)]
    found = dict(workers.convert_in_processes(recordings, chunks, Dangerous(), 2))
    assert sorted(found) == list(range(16))
    for index, name in enumerate(names):
        assert found[index].state == ("failed" if name.startswith("die") else "ready"), name
    assert "ended its process" in found[3].error


@pytest.mark.untraced
def test_a_recording_that_hangs_is_ended_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def patience(recordings: Sequence[Recording]) -> float:
        names = [recording.forms[0].name for recording in recordings]
        return 300.0 if "two" in names or "hang" not in names else 3.0

    monkeypatch.setattr(workers, "find_patience", patience)
    recordings = recordings_of("one", "hang", "two")
    found = dict(workers.convert_in_processes(recordings, [[0, 1], [2]], Dangerous(), 2))
    assert [found[index].state for index in range(3)] == ["ready", "failed", "ready"]
    assert "did not end" in found[1].error


# ---- single files


@pytest.mark.parametrize("command", ["inspect", "convert", "upload"])
def test_a_fault_in_one_input_is_one_line_and_the_other_inputs_go_on(
    run: Run, sandbox: str, tmp_path: Path, command: str
) -> None:
    (tmp_path / "a.odd").write_text("ODD " + SECRET)
    (tmp_path / "b.srt").write_bytes(SRT)
    words: list[str | Path] = [command, tmp_path / "a.odd", tmp_path / "b.srt"]
    if command == "convert":
        words += ["-o", f"{tmp_path}/out/"]
    with registered(format_that(stumble)):
        ran = run(*words, OMI_API_KEY="omi_dev_guard", OMI_API_BASE=sandbox)
    assert ran.code == 1
    assert f"error: {tmp_path}/a.odd: a fault in Transcript Bridge (ValueError" in ran.err
    assert SECRET not in ran.err
    assert "Traceback" not in ran.err
    assert "b.srt" in ran.out + ran.err


@is_limited
def test_a_regular_expression_that_backtracks_forever_is_stopped() -> None:
    with (
        pytest.raises(FaultError, match="its size; it was skipped"),
        guard("a.srt", Effort(memory=2**40, seconds=0.01)),
    ):
        re.fullmatch("(a+)+", "a" * 60 + "b")
