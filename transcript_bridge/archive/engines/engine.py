"""Converts recordings on a cluster, using a run folder."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from ...errors import SettingsError
from ...gc_pause import collector_paused
from ...object_stores import is_url, show_url
from ...options import Options
from ..code_fingerprint import fingerprint_code
from ..grouping import Recording
from ..parallel import Progress, Work
from ..summary import RecordingSummary
from ..voices.naming import without_people
from .dask_cluster import Warn, open_dask
from .manifest import encode_recording, split_into_shards
from .run_folder import RunFolder, RunIdentity, make_key
from .shard import ShardTask
from .versions import read_versions
from .window import Cluster, convert_shards

_NAME_LENGTH = 16


class Shard(NamedTuple):
    """recordings: how many it has."""

    key: str
    recordings: int


class ClusterEngine:
    """Converts recordings on a cluster; results in the run folder are used again."""

    def __init__(self, cluster: Cluster, folder: RunFolder) -> None:
        self._cluster = cluster
        self._folder = folder

    def convert(
        self, recordings: Sequence[Recording], work: Work, progress: Progress
    ) -> list[RecordingSummary]:
        """A summary of each recording, in their order.

        Raises SettingsError, EngineError. What is done by then stays in the run folder.
        """
        shards = self._write_shards(recordings, work)
        self._convert_missing(shards, _find_folder(recordings), work, progress)
        return self._read_results(shards)

    @collector_paused()
    def _read_results(self, shards: Sequence[Shard]) -> list[RecordingSummary]:
        summaries: list[RecordingSummary] = []
        for shard in shards:
            summaries += self._folder.read_result(shard.key, shard.recordings)
        return summaries

    @collector_paused()
    def _write_shards(self, recordings: Sequence[Recording], work: Work) -> list[Shard]:
        known = self._folder.list_shards()
        common = repr((work.digest_common(), work.samples, read_versions()))
        shards = []
        for some in split_into_shards(recordings):
            text = "".join([encode_recording(recording) + "\n" for recording in some])
            own = [work.describe_own(recording) for recording in some]
            settings = common
            if any(own):
                settings = repr((common, own))
            key = make_key(text, settings)
            if key not in known:
                self._folder.write_shard(key, text)
            shards.append(Shard(key, len(some)))
        return shards

    def _convert_missing(
        self, shards: Sequence[Shard], archive_folder: str, work: Work, progress: Progress
    ) -> None:
        done = self._folder.list_done()
        missing = [shard.key for shard in shards if shard.key not in done]
        total = sum(shard.recordings for shard in shards)
        count = sum(shard.recordings for shard in shards if shard.key in done)
        progress(count, total)
        pickled = pickle.dumps(work)
        versions = read_versions()

        def make_task(key: str) -> ShardTask:
            return ShardTask(self._folder.location, key, pickled, versions, archive_folder)

        for counts in convert_shards(self._cluster, missing, make_task):
            count += counts.recordings
            progress(count, total)


def _find_folder(recordings: Sequence[Recording]) -> str:
    """A folder of the archive, by which each machine can check that it sees the archive."""
    if not recordings or is_url(recordings[0].forms[0].file):
        return ""
    return os.path.dirname(recordings[0].forms[0].file)  # noqa: PTH120  # surrogates


# ---- opening


def identify_run(paths: Sequence[str], options: Options) -> RunIdentity:
    """Identify the archive and settings of a run folder; names of speakers do not affect
    reading."""
    archive = []
    for path in paths:
        if is_url(path):
            archive.append(show_url(path))  # without a password
        else:
            archive.append(os.path.abspath(path))  # noqa: PTH100  # as in scan.py
    settings = Work(without_people(options), 0).digest_common()
    return RunIdentity(tuple(sorted(archive)), settings)


def name_run(identity: RunIdentity) -> str:
    """The name of a run folder in the user's cache; other code gets another one."""
    content = repr((identity, read_versions(), fingerprint_code()))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:_NAME_LENGTH]


@contextmanager
def open_engine(
    address: str, location: str, identity: RunIdentity, jobs: int, warn: Warn
) -> Iterator[ClusterEngine]:
    """The engine at an address, or `dask`, with the run folder at `location`.

    Raises SettingsError for a folder with other contents, MissingExtraError, EngineError.
    """
    _require_outside(location, identity)
    with open_dask(address, jobs, warn) as cluster:
        folder = RunFolder(location)
        folder.claim(identity)
        yield ClusterEngine(cluster, folder)


def _require_outside(location: str, identity: RunIdentity) -> None:
    """Raises SettingsError for a run folder in the archive: the next run would find results
    there."""
    for path in identity.archive:
        inside = path.rstrip("/") + "/"
        if f"{location}/".startswith(inside):
            raise SettingsError(
                f"the run folder {location} is in the archive {path}; name one outside of it"
            )
