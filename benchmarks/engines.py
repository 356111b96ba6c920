"""Measures the cost of a cluster: CPU time against the processes of one machine, and memory of the
scheduler and of the command for ten million files.

    python benchmarks/engines.py pairs --files 5000 --rounds 3
    python benchmarks/engines.py memory --shards 40000
    python benchmarks/engines.py plan --files 100000

`pairs` plans the same archive with two processes, with `--engine dask` and with a scheduler and a
worker that run already, one after the other in each round. Processor time is that of all processes:
the command, the scheduler, the worker and the processes that it starts. The time to start scheduler
and worker is not in it. `memory` converts a made manifest: each shard is one tiny
file, because the memory of a scheduler and of the command depends on tasks, not on files. `plan`
combines the results of a made run folder with empty files: six voices each.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import pickle
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import psutil
from archive import write_archive

from transcript_bridge.archive.convert import convert_recording
from transcript_bridge.archive.engines.converting_process import ShardCounts
from transcript_bridge.archive.engines.dask_cluster import open_dask
from transcript_bridge.archive.engines.engine import ClusterEngine, identify_run
from transcript_bridge.archive.engines.manifest import SHARD_FILES, encode_recording
from transcript_bridge.archive.engines.run_folder import RunFolder
from transcript_bridge.archive.engines.shard import ShardTask
from transcript_bridge.archive.engines.versions import read_versions
from transcript_bridge.archive.engines.window import convert_shards
from transcript_bridge.archive.parallel import Work
from transcript_bridge.archive.scan import scan
from transcript_bridge.archive.summary import RecordingSummary
from transcript_bridge.archive.voices.naming import without_people
from transcript_bridge.options import Options

_PYTHON = sys.executable
_SCHEDULER = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--no-dashboard")
_WORKER = ("-m", "distributed.cli.dask_worker", "--nthreads", "2", "--no-dashboard")
_SLOTS = 2
_QUIET = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "2s",
}
"""As docs/scale.md advises."""
_MEGABYTE = 2**20
_LOOK_EVERY = 200
"""Shards between two looks at the memory."""
_SRT = "1\n00:00:01,000 --> 00:00:02,000\nAlice: hello\n"


class Cost(NamedTuple):
    """Seconds of all processors, and by the clock."""

    work: float
    clock: float


class Cluster:
    """A scheduler and a worker with two threads on this machine."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = self._run(folder, *_SCHEDULER, "--port", str(port))
        self._worker = self._run(folder, *_WORKER, self.address)

    def _run(self, folder: Path, *words: str) -> subprocess.Popen[bytes]:
        environ = {**os.environ, **_QUIET}
        return subprocess.Popen(
            [_PYTHON, *words], cwd=folder, env=environ, stderr=subprocess.DEVNULL
        )

    def measure_work(self) -> float:
        """Seconds of all processors since the start."""
        total = 0.0
        for process in (self.scheduler, self._worker):
            total += _measure_family(process.pid)
        return total

    def close(self) -> None:
        """End all processes."""
        for process in (self._worker, self.scheduler):
            process.terminate()
            process.wait()


@contextlib.contextmanager
def open_cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster with its worker."""
    cluster = Cluster(folder)
    try:
        with open_dask(cluster.address, 1, print) as dask:
            while dask.count_slots() < _SLOTS:
                time.sleep(0.2)
        yield cluster
    finally:
        cluster.close()


def _measure_family(pid: int) -> float:
    total = 0.0
    process = psutil.Process(pid)
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


# ---- pairs


def measure_pairs(scratch: Path, files: int, cues: int, rounds: int) -> None:
    """Print what each engine takes in each round, and the ratios."""
    folder = scratch / "archive"
    write_archive(folder, files, cues)
    os.environ |= {"HOME": str(scratch), "TZ": "UTC"}
    ratios: dict[str, list[float]] = {}
    print(f"{files:,} files of {cues} cues; seconds of all processors (by the clock)")
    with open_cluster(scratch) as cluster:
        _plan(scratch, "--engine", cluster.address)  # its workers import what they need
        for _ in range(rounds):
            own = _plan(scratch, "--no-cache")
            local = _plan(scratch, "--engine", "dask")
            before = cluster.measure_work()
            remote = _plan(scratch, "--engine", cluster.address)
            remote = Cost(remote.work + cluster.measure_work() - before, remote.clock)
            print(f"processes {own.work:.2f} ({own.clock:.1f})", end="")
            for name, cost in (("dask", local), ("scheduler", remote)):
                ratios.setdefault(name, []).append(cost.work / own.work)
                print(f"   {name} {cost.work:.2f} ({cost.clock:.1f})", end="")
            print(flush=True)
    for name, values in ratios.items():
        print(f"{name} against processes: {statistics.median(values):.3f}")


def _plan(scratch: Path, *words: str) -> Cost:
    run = scratch / "run"
    shutil.rmtree(run, ignore_errors=True)
    if "--engine" in words:
        words = (*words, "--run", str(run))
    before = os.times()
    began = time.perf_counter()
    subprocess.run(
        [_PYTHON, "-m", "transcript_bridge", "plan", scratch / "archive", "--jobs", "2", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    after = os.times()
    work = after.children_user + after.children_system
    work -= before.children_user + before.children_system
    return Cost(work, time.perf_counter() - began)


# ---- memory


def measure_memory(scratch: Path, shards: int) -> None:
    """Print the memory of scheduler and command while a made manifest is converted."""
    os.environ |= {"HOME": str(scratch), "TZ": "UTC"}
    archive = scratch / "archive"
    archive.mkdir()
    (archive / "2024-01-24 15.04.05.srt").write_text(_SRT)
    options = Options(timezone="UTC")
    (recording,) = scan([str(archive)]).recordings
    run = RunFolder(str(scratch / "run"))
    run.claim(identify_run([str(archive)], options))
    keys = [f"{number:08d}" for number in range(shards)]
    for key in keys:
        run.write_shard(key, encode_recording(recording) + "\n")
    work = pickle.dumps(Work(without_people(options), 0))

    def make_task(key: str) -> ShardTask:
        return ShardTask(run.location, key, work, read_versions(), str(archive))

    with open_cluster(scratch) as cluster, open_dask(cluster.address, 1, print) as dask:
        processes = [psutil.Process(cluster.scheduler.pid), psutil.Process()]
        first = [_measure_memory(process) for process in processes]
        most = list(first)
        began = time.perf_counter()
        work_before = [process.cpu_times().user for process in processes]
        for number, _ in enumerate(convert_shards(dask, keys, make_task)):
            if number % _LOOK_EVERY == 0:
                most = [
                    max(pair) for pair in zip(most, map(_measure_memory, processes), strict=True)
                ]
        seconds = time.perf_counter() - began
        used = [process.cpu_times().user for process in processes]
    assert run.list_done() == {*keys}
    _print_memory(shards, seconds, first, most)
    for name, before, after in zip(("scheduler", "command"), work_before, used, strict=True):
        print(f"{name}: {(after - before) / shards * 1000:.2f} ms of its processor for each task")


def _measure_memory(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / _MEGABYTE


def _print_memory(
    shards: int, seconds: float, first: Sequence[float], most: Sequence[float]
) -> None:
    files = shards * SHARD_FILES
    print(f"{shards:,} shards, as for {files:,} files: {seconds:.0f} s")
    for name, before, highest in zip(("scheduler", "command"), first, most, strict=True):
        print(f"{name}: {before:.0f} MB at the beginning, {highest:.0f} MB at most")


# ---- a plan


class MadeResults:
    """A Cluster that reads nothing: the summary of one file is given for each."""

    name = "nobody"
    connections = 1

    def __init__(self, model: RecordingSummary) -> None:
        self._model = model

    def count_slots(self) -> int:
        """As in window.Cluster."""
        return 1

    def recover(self) -> None:
        """As in window.Cluster."""

    def submit(self, _function: object, task: ShardTask, /) -> Future[ShardCounts]:
        """As in window.Cluster."""
        run = RunFolder(task.location)
        recordings = run.read_shard(task.key) or []
        run.write_result(task.key, [self._summarize(recording.path) for recording in recordings])
        future: Future[ShardCounts] = Future()
        future.set_result(ShardCounts(task.key, len(recordings)))
        return future

    def _summarize(self, path: str) -> RecordingSummary:
        digest = hashlib.sha1(path.encode()).hexdigest()
        words = Path(path).name[:15]
        at = datetime.strptime(words, "%Y%m%d_%H%M%S").replace(tzinfo=UTC).isoformat()
        named, *others = self._model.dates
        dates = (named._replace(at=at, text=words), *others)
        return self._model._replace(path=path, digest=digest, text_digest=digest, dates=dates)


def measure_plan(scratch: Path, files: int) -> None:
    """Print the memory of a plan whose files are all converted already."""
    os.environ |= {"HOME": str(scratch), "TZ": "UTC"}
    options = Options(timezone="UTC")
    write_archive(scratch / "one", 1, 200)
    (only,) = scan([str(scratch / "one")]).recordings
    archive = scratch / "archive"
    began = datetime(2021, 1, 4, 9)
    for number in range(files):
        began += timedelta(minutes=10)
        folder = archive / f"{began:%Y-%m}" / f"week-{began:%V}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{began:%Y%m%d_%H%M%S} call {number}.srt").touch()
    run = RunFolder(str(scratch / "run"))
    run.claim(identify_run([str(archive)], options))
    engine = ClusterEngine(MadeResults(convert_recording(only, options)), run)
    work = Work(without_people(options), 0)
    engine.convert(scan([str(archive)]).recordings, work, lambda _done, _total: None)
    words = [_PYTHON, "-m", "transcript_bridge", "plan", archive, "--engine", "dask"]
    subprocess.run([*words, "--run", run.location], stdout=subprocess.DEVNULL, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{files:,} files: {used.ru_maxrss / 1024:,.0f} MB, {used.ru_utime:.1f} s of a processor")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("pairs", "memory", "plan"))
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--cues", type=int, default=200, help="cues a file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shards", type=int, default=40_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if asked.what == "pairs":
            measure_pairs(Path(scratch), asked.files, asked.cues, asked.rounds)
        elif asked.what == "plan":
            measure_plan(Path(scratch), asked.files)
        else:
            measure_memory(Path(scratch), asked.shards)


if __name__ == "__main__":
    main()
