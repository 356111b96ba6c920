"""`--engine` with real Dask clusters, whose processes are killed in the middle of a run."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.clusters import DaskProcesses
from tests.support.command import Process, Run, Start
from tests.support.s3 import Bucket
from tests.support.waiting import wait_until
from transcript_bridge.archive.engines import dask_cluster

# To import it takes 0.3 s: it is looked for only, in each process that collects this.
pytestmark = [
    pytest.mark.slow,  # processes that take seconds to start
    pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not installed"),
]

FILES = 2500
SRT = "1\n00:00:01,000 --> 00:00:02,000\nAlice: hello {}\n\n"


@pytest.fixture(scope="module")  # it takes a processor's time while other tests run, too
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskProcesses]:
    with DaskProcesses(tmp_path_factory.mktemp("dask")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough shards for a run to be in the middle of."""
    folder = tmp_path_factory.mktemp("archive")
    for number in range(FILES):
        (folder / f"2024-01-24 15.04.05 {number:04d}.srt").write_text(SRT.format(number))
    return folder


@pytest.fixture(scope="session")
def expected(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The output of one process."""
    from tests.support.command import make_environ, run_in_process

    folder = tmp_path_factory.mktemp("expected")
    words = ["plan", archive, "--json", "--jobs", "1"]
    ran = run_in_process(words, b"", make_environ(folder, {}), folder)
    assert ran.code == 0
    return ran.out


def count_results(folder: Path) -> int:
    return len(list((folder / "converted").glob("[!.]*")))


class Running:
    """A `plan` with the cluster that is in the middle of its work; the workers are paused."""

    def __init__(self, start: Start, cluster: DaskProcesses, archive: Path, folder: Path) -> None:
        self.folder = folder
        self.words: list[str | Path] = ["plan", archive, "--json"]
        self.words += ["--engine", cluster.address, "--run", folder]
        cluster.start()
        self.process: Process = start(*self.words)
        wait_until(lambda: count_results(folder), "the first result")
        cluster.pause_workers()

    def finish(self) -> tuple[int, str, str]:
        printed, errors = self.process.communicate()
        return self.process.wait(), printed, errors

    def check_finish(self, expected: str) -> None:
        """It ends as if nothing had happened."""
        code, printed, errors = self.finish()
        assert (code, printed) == (0, expected)
        assert "Traceback" not in errors
        assert "distributed" not in errors


@pytest.mark.untraced
def test_a_plan_continues_after_a_worker_is_killed(
    start: Start, cluster: DaskProcesses, archive: Path, expected: str, tmp_path: Path
) -> None:
    running = Running(start, cluster, archive, tmp_path / "run")
    cluster.kill_worker()
    cluster.resume_workers()
    running.check_finish(expected)


@pytest.mark.untraced
def test_a_plan_continues_after_the_scheduler_is_restarted(
    start: Start, cluster: DaskProcesses, archive: Path, expected: str, tmp_path: Path
) -> None:
    running = Running(start, cluster, archive, tmp_path / "run")
    cluster.kill()
    cluster.start()
    running.check_finish(expected)


@pytest.mark.untraced
def test_the_same_command_continues_a_killed_plan(
    start: Start, run: Run, cluster: DaskProcesses, archive: Path, expected: str, tmp_path: Path
) -> None:
    running = Running(start, cluster, archive, tmp_path / "run")
    running.process.kill()
    running.process.wait()
    done = {path: path.stat().st_mtime_ns for path in (tmp_path / "run/converted").glob("*.jsonl")}
    assert done
    cluster.resume_workers()
    ran = run(*running.words)
    assert (ran.code, ran.out) == (0, expected)
    assert {path: path.stat().st_mtime_ns for path in done} == done


@pytest.mark.untraced
def test_the_local_cluster_finds_the_same_and_has_no_open_port(
    run: Run, archive: Path, expected: str
) -> None:
    ran = run("plan", archive, "--json", "--engine", "dask", "--jobs", "2")
    assert (ran.code, ran.out) == (0, expected)
    assert "Traceback" not in ran.err


def test_objects_are_read_by_a_cluster_into_a_run_folder_in_the_same_store(
    run: Run, bucket: Bucket
) -> None:
    pytest.importorskip("s3fs")
    for number in range(20):
        bucket.put(f"team/2024-01-24 15.04.{number:02d}.srt", SRT.format(number).encode())
    alone = run("plan", f"{bucket.url}/team", "--json", "--jobs", "1", **bucket.environ)
    words = ["plan", f"{bucket.url}/team", "--json", "--engine", "dask", "--jobs", "1"]
    together = run(*words, "--run", f"{bucket.url}/run", **bucket.environ)
    assert (alone.code, together.code) == (0, 0)
    assert together.out == alone.out


# ---- what can be wrong with a cluster


def test_an_address_where_nothing_answers_is_refused_in_one_line(
    run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "_CONNECT_SECONDS", 0.5)
    ran = run("plan", archive, "--engine", "tcp://127.0.0.1:9")
    assert ran.code == 4
    line = ran.err.removesuffix("\n")
    assert line.startswith("error: no Dask scheduler answers at tcp://127.0.0.1:9 (")
    assert line.endswith("); start one with 'dask scheduler', or check the address")
    assert "\n" not in line


def test_the_operating_systems_reason_is_shown() -> None:
    """Dask says it only where its own time was long enough for an attempt."""
    error = OSError("Timed out trying to connect to tcp://127.0.0.1:9 after 10 s")
    assert dask_cluster.find_reason(error) == str(error)
    error.__cause__ = ConnectionRefusedError(111, "Connection refused")
    assert dask_cluster.find_reason(error) == "Connection refused"


def test_a_port_of_another_program_is_refused_in_one_line(
    run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "_MOST_CONNECT_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        ran = run("plan", archive, "--engine", address)
    assert ran.code == 4
    assert f"error: no Dask scheduler answers at {address} (it sends no answer)" in ran.err


def test_a_worker_of_another_version_is_named_in_one_line(
    run: Run, cluster: DaskProcesses, archive: Path, tmp_path: Path
) -> None:
    older = tmp_path / "older.py"
    older.write_text("import transcript_bridge\ntranscript_bridge.__version__ = '0.1'\n")
    cluster.start()
    worker = cluster.start_worker("--preload", str(older), "--name", "older")
    try:
        run_folder = tmp_path / "run"
        words = ["plan", archive, "--engine", cluster.address, "--run", run_folder]
        ran = run(*words)
        while ran.code == 0:  # it has not come yet
            ran = run(*words)
        assert ran.code == 2
        assert "has transcript-bridge 0.1, and this machine has" in ran.err
        assert "Traceback" not in ran.err
    finally:
        worker.kill()
        worker.wait()
