"""Reading an archive with an engine: the same as with one process, and what goes wrong on the way.

Real clusters are in test_engine_clusters.py.
"""

from __future__ import annotations

import pickle
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.dangerous import Dangerous, Impatient
from tests.support.executors import Function, ThreadCluster
from transcript_bridge.archive import workers
from transcript_bridge.archive.engines import manifest, window
from transcript_bridge.archive.engines.converting_process import ShardCounts
from transcript_bridge.archive.engines.engine import ClusterEngine, identify_run
from transcript_bridge.archive.engines.manifest import (
    decode_recording,
    encode_recording,
    split_into_shards,
)
from transcript_bridge.archive.engines.run_folder import RunFolder
from transcript_bridge.archive.engines.shard import ShardTask, close_processes, convert_shard
from transcript_bridge.archive.engines.versions import Versions, read_versions, require_equal
from transcript_bridge.archive.engines.window import TASKS_PER_SLOT, convert_shards
from transcript_bridge.archive.files import ArchiveFile
from transcript_bridge.archive.grouping import Recording
from transcript_bridge.archive.parallel import convert_all
from transcript_bridge.archive.scan import scan
from transcript_bridge.archive.summary import RecordingSummary, SpeakerSummary
from transcript_bridge.archive.voices.naming import name_voices
from transcript_bridge.errors import EngineError, SettingsError
from transcript_bridge.options import Options

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nAlice: hello %d\n"
OPTIONS = Options(timezone="UTC")


def recordings_of(*names: str) -> list[Recording]:
    return [Recording((ArchiveFile(name, f"/{name}", 10, 0),)) for name in names]


@pytest.fixture(scope="module", autouse=True)
def _end_of_processes() -> Iterator[None]:
    """Converting processes are used again from test to test."""
    yield
    close_processes()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Eight files, three of them in a ZIP file, one with turns, one that is broken."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(4):
        (folder / f"2024-01-2{number} 10.00.00.srt").write_bytes(SRT % number)
    (folder / "2024-01-20 10.00.00.rttm").write_text("SPEAKER x 1 0 5 <NA> <NA> bob <NA> <NA>\n")
    (folder / "broken.srt").write_bytes(b"1\n00:00:0")
    with zipfile.ZipFile(folder / "old.zip", "w") as container:
        for number in range(3):
            container.writestr(f"2023-01-2{number} ü.srt", SRT % number)
    return folder


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard for each recording."""
    monkeypatch.setattr(manifest, "_MOST_FILES", 1)


def engine_in(folder: Path, cluster: ThreadCluster, archive: Path) -> ClusterEngine:
    run = RunFolder(str(folder))
    run.claim(identify_run([str(archive)], OPTIONS))
    return ClusterEngine(cluster, run)


# ---- the same, and nothing twice


@pytest.mark.usefixtures("small_shards")
def test_an_engine_finds_the_same_as_one_process_and_reads_only_new_files(
    archive: Path, tmp_path: Path
) -> None:
    found = scan([str(archive)])
    alone = convert_all(found.recordings, OPTIONS, samples=2)
    with ThreadCluster(slots=1) as cluster:
        engine = engine_in(tmp_path / "run", cluster, archive)
        progress: list[tuple[int, int]] = []
        together = convert_all(
            found.recordings,
            OPTIONS,
            engine,
            samples=2,
            progress=lambda done, total: progress.append((done, total)),
        )
        assert together == alone
        assert progress[-1] == (len(alone), len(alone))
        assert len(cluster.submitted) == len(alone)
        cluster.submitted.clear()
        (archive / "2024-01-22 10.00.00.srt").write_bytes(SRT % 99)
        (archive / "2024-01-22 11.00.00.srt").write_bytes(SRT % 100)
        again = scan([str(archive)])
        engine = engine_in(tmp_path / "run", cluster, archive)
        together = convert_all(again.recordings, OPTIONS, engine, samples=2)
        assert together == convert_all(again.recordings, OPTIONS, samples=2)
        assert len(cluster.submitted) == 2


def test_summaries_share_the_texts_that_they_have_in_common(tmp_path: Path) -> None:
    """A million of them would take twice the memory."""
    voices = (SpeakerSummary("Alice Doe", 1, 1, None, is_user=False),)
    written = [RecordingSummary(name, "ready", format="srt", speakers=voices) for name in "ab"]
    run = RunFolder(str(tmp_path))
    run.write_result("k", written)
    one, two = run.read_result("k", 2)
    assert [one, two] == written
    assert one.speakers[0].label is two.speakers[0].label
    (unnamed,) = recordings_of("a")
    assert name_voices(unnamed, one, OPTIONS).summary is one


def test_a_file_that_is_added_changes_its_own_shard_and_no_other() -> None:
    names = [f"{number:05d}.srt" for number in range(5000)]
    before = [tuple(shard) for shard in split_into_shards(recordings_of(*names))]
    names.insert(2500, "02499-new.srt")
    after = [tuple(shard) for shard in split_into_shards(recordings_of(*names))]
    assert sum(len(shard) for shard in before) == 5000
    assert len({*after} - {*before}) <= 3
    assert max(len(shard) for shard in before) <= 375


def test_a_large_recording_fills_a_shard() -> None:
    one, two = recordings_of("one.json", "two.json")
    large = one._replace(forms=(one.forms[0]._replace(size=2**30),))
    assert list(map(len, split_into_shards([large, two, two]))) == [1, 2]


def test_a_recording_survives_encoding_for_a_worker() -> None:
    plain = ArchiveFile("a/b.srt", "/x/a/b.srt", 10, 12345678901234567)
    timed = plain._replace(modified=datetime(2024, 1, 24, 15, 4, 5, 678901, UTC))
    naive = plain._replace(modified=datetime(2024, 1, 24, 15, 4), place="zip", member="ü/b.srt")
    part = plain._replace(format="omi", part_offset=7, before=b'[\xff"')
    undecodable = plain._replace(file="/x/caf\udce9.srt", path="caf\ufffdE9.srt")
    for recording in (
        Recording((plain,)),
        Recording((timed, naive), turns=part),
        Recording((undecodable,), media=plain),
        Recording((part,), sidecar=timed),
    ):
        line = encode_recording(recording)
        assert line.isascii()
        assert decode_recording(line) == recording


# ---- what one recording does to the process that reads it


def convert_dangerous(
    folder: Path, work: Dangerous, *names: str
) -> tuple[ShardCounts, list[tuple[str, str]]]:
    """The counts of one shard of these recordings, and the state and error of each."""
    run = RunFolder(str(folder))
    shard = "".join([encode_recording(recording) + "\n" for recording in recordings_of(*names)])
    run.write_shard("k", shard)
    counts = convert_shard(ShardTask(str(folder), "k", pickle.dumps(work), read_versions(), ""))
    return counts, [(one.state, one.error) for one in run.read_result("k", len(names))]


@pytest.mark.slow
def test_a_recording_that_ends_its_process_three_times_is_one_failed_line(
    tmp_path: Path,
) -> None:
    deaths = tmp_path / "deaths"
    work = Dangerous(str(deaths))
    counts, found = convert_dangerous(tmp_path / "run", work, "live1", "die", "live2")
    assert counts == ShardCounts("k", 3)
    assert found == [("ready", ""), ("failed", workers.DIED), ("ready", "")]
    assert deaths.read_text() == "die\n" * 3


@pytest.mark.slow
def test_a_recording_that_hangs_is_ended_and_the_rest_of_its_shard_goes_on(tmp_path: Path) -> None:
    counts, found = convert_dangerous(tmp_path / "run", Impatient(), "live1", "hang", "live2")
    assert counts == ShardCounts("k", 3)
    assert found == [("ready", ""), ("failed", workers.HUNG), ("ready", "")]
    close_processes()  # their patience is not that of others


def test_a_shard_with_a_fault_is_tried_again_by_the_next_run(tmp_path: Path) -> None:
    run = RunFolder(str(tmp_path / "run"))
    summaries = [RecordingSummary("a", "ready"), RecordingSummary("b", "failed", is_fault=True)]
    run.write_result("k", summaries)
    assert run.read_result("k", 2) == summaries
    assert run.list_done() == set()
    run.write_result("k", summaries[:1])
    assert run.read_result("k", 1) == summaries[:1]
    assert run.list_done() == {"k"}


# ---- workers that differ


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Versions("3.9", read_versions().packages), "has Python 3.9, and this machine has Python"),
        (
            Versions(read_versions().python, (("transcript-bridge", "0.1"),)),
            "has transcript-bridge 0.1, and this machine has ",
        ),
        (
            Versions(read_versions().python, (*read_versions().packages, ("a-plug-in", "2"))),
            "has a-plug-in 2, and this machine has none; install the same versions",
        ),
    ],
    ids=["python", "package", "plug-in"],
)
def test_a_worker_with_other_versions_is_refused_in_one_line(found: Versions, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        require_equal(read_versions(), found, "tcp://10.0.0.2:1234")
    assert said in str(caught.value)
    assert "tcp://10.0.0.2:1234" in str(caught.value)


def test_a_task_of_another_version_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    older = Versions("3.9", ())
    with pytest.raises(SettingsError, match=r"this machine has Python 3\.9"):
        convert_shard(ShardTask(str(tmp_path), "k", b"not read", older, ""))


def test_a_worker_that_does_not_see_the_files_says_so(tmp_path: Path) -> None:
    work = pickle.dumps(Dangerous())
    elsewhere = str(tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match=r"does not find .*elsewhere; the archive and the"):
        convert_shard(ShardTask(str(tmp_path), "k", work, read_versions(), elsewhere))
    with pytest.raises(SettingsError, match=r"does not find .*; the archive and the folder of"):
        convert_shard(ShardTask(elsewhere, "k", work, read_versions(), ""))


# ---- tasks that are lost


class Lossy(ThreadCluster):
    """Loses the first tasks: `errors` is what happens to each."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors = list(errors)
        self.most_running = 0
        self._running: set[Future[ShardCounts]] = set()

    def submit(self, function: Function, task: ShardTask, /) -> Future[ShardCounts]:
        self.submitted.append(task)
        self._running = {future for future in self._running if not future.done()}
        future = self._pool.submit(self._work, task)
        self._running.add(future)
        self.most_running = max(self.most_running, len(self._running))
        return future

    def _work(self, task: ShardTask) -> ShardCounts:
        if self.errors:
            raise self.errors.pop()
        return ShardCounts(task.key, 1)


def keys_converted(cluster: ThreadCluster, keys: list[str]) -> list[str]:
    def make_task(key: str) -> ShardTask:
        return ShardTask("", key, b"", read_versions(), "")

    return sorted(counts.key for counts in convert_shards(cluster, keys, make_task))


def test_only_a_few_tasks_are_given_out_for_each_worker() -> None:
    keys = [f"{number:03d}" for number in range(100)]
    with Lossy() as cluster:
        assert keys_converted(cluster, keys) == keys
        assert cluster.most_running <= TASKS_PER_SLOT * cluster.slots


def test_tasks_that_an_engine_loses_are_given_out_again() -> None:
    with Lossy(RuntimeError("killed"), CancelledError(), RuntimeError("killed")) as cluster:
        assert keys_converted(cluster, ["a", "b"]) == ["a", "b"]
        assert len(cluster.submitted) == 5
        assert cluster.recovered == 1


class Restarted(Lossy):
    """Forgets the first tasks without a word, as a scheduler that was started again."""

    def submit(self, function: Function, task: ShardTask, /) -> Future[ShardCounts]:
        if self.connections > 1:
            return super().submit(function, task)
        self.submitted.append(task)
        return Future()

    def recover(self) -> None:
        super().recover()
        self.connections = 2


def test_tasks_that_a_new_scheduler_does_not_know_are_given_out_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody ever said that they were finished, and the command waited for ever."""
    monkeypatch.setattr(window, "_LOOK_SECONDS", 0.0)
    with Restarted() as cluster:
        assert keys_converted(cluster, ["a", "b"]) == ["a", "b"]


def test_an_engine_that_loses_a_task_three_times_is_one_line() -> None:
    with (
        Lossy(*[RuntimeError("killed")] * 3) as cluster,
        pytest.raises(EngineError, match=r"lost a task 3 times \(RuntimeError\).*it continues"),
    ):
        keys_converted(cluster, ["a"])


# ---- run folders


def test_a_folder_with_other_contents_is_refused_as_a_run_folder(tmp_path: Path) -> None:
    run = RunFolder(str(tmp_path / "run"))
    run.claim(identify_run(["a"], OPTIONS))
    run.claim(identify_run(["a"], OPTIONS))
    with pytest.raises(SettingsError, match="of another archive; name another one"):
        run.claim(identify_run(["b"], OPTIONS))
    with pytest.raises(SettingsError, match="made with other settings; name another one"):
        run.claim(identify_run(["a"], Options(timezone="Europe/Berlin")))
    (tmp_path / "run" / "run.json").write_text("{")
    with pytest.raises(SettingsError, match=r"whose run\.json is damaged"):
        run.claim(identify_run(["a"], OPTIONS))
    with pytest.raises(SettingsError, match="is not empty and is not a run folder"):
        RunFolder(str(tmp_path)).claim(identify_run(["a"], OPTIONS))


@pytest.mark.parametrize("content", [b"", b"[", b'["a"]\n', b"1\n"])
def test_a_damaged_result_is_named(tmp_path: Path, content: bytes) -> None:
    run = RunFolder(str(tmp_path))
    run.write_result("k", [RecordingSummary("a", "ready")])
    (tmp_path / "converted" / "k.jsonl").write_bytes(content)
    with pytest.raises(EngineError, match=r"converted/k\.jsonl is missing or damaged; delete it"):
        run.read_result("k", 1)


# ---- the command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--engine", "spark"], "must be processes, dask, or the address of a Dask scheduler"),
        (["--engine", "tcp://host"], "must be processes, dask, or the address of a Dask"),
        (["--run", "x"], "--run needs a cluster; name one with --engine"),
        (["--engine", "dask", "--run", "x", "--no-cache"], "--no-cache and --run contradict"),
        (["--engine", "dask", "--run", "archive/x"], "is in the archive"),
    ],
    ids=["another engine", "no port", "run alone", "no cache", "run in archive"],
)
def test_wrong_flags_are_one_line(
    run: Run, archive: Path, work: Path, words: list[str], said: str
) -> None:
    archive.rename(work / "archive")
    ran = run("plan", "archive", *words)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert ran.err.count("error: ") == 1


def test_without_the_extra_the_command_says_which_to_install(
    run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    ran = run("plan", archive, "--engine", "dask")
    assert ran.code == 2
    assert "pip install 'transcript-bridge[cluster]'" in ran.err


def test_a_run_folder_may_be_in_an_object_store() -> None:
    pytest.importorskip("fsspec")
    run = RunFolder("memory://runs/of-test-engines")
    run.claim(identify_run(["a"], OPTIONS))
    run.claim(identify_run(["a"], OPTIONS))
    with pytest.raises(SettingsError, match="of another archive"):
        run.claim(identify_run(["b"], OPTIONS))
    (recording,) = recordings_of("ü.srt")
    run.write_shard("k", encode_recording(recording) + "\n")
    assert (run.list_shards(), run.list_done()) == ({"k"}, set())
    assert run.read_shard("k") == [recording]
    assert run.read_shard("other") is None
    summaries = [RecordingSummary("ü.srt", "ready", title="\u2028 “”")]
    run.write_result("k", summaries)
    assert run.list_done() == {"k"}
    assert run.read_result("k", 1) == summaries


def test_a_run_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"run folder cannot be used: .*check its permissions"):
        RunFolder(str(tmp_path / "file" / "run")).claim(identify_run(["a"], OPTIONS))
