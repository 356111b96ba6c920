"""How much the cache of plans keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from transcript_bridge.archive import plan_cache
from transcript_bridge.archive.plan_cache import FilePlanCache
from transcript_bridge.archive.summary import RecordingSummary


def make_rows(first: int, count: int) -> list[tuple[str, RecordingSummary]]:
    return [(f"key{n}", RecordingSummary(f"{n}.srt", "ready")) for n in range(first, first + count)]


def count_known(path: Path, keys: list[str]) -> int:
    return len(FilePlanCache(path).load(keys))


def test_the_cache_keeps_all_files_of_a_large_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_cache, "_MIN_ROWS", 5)
    path = tmp_path / "plans.db"
    keys = [key for key, _ in make_rows(0, 40)]
    cache = FilePlanCache(path)
    cache.load(keys)
    for first in (0, 10, 20, 30):  # it is written from time to time while an archive is read
        cache.save(make_rows(first, 10))
    assert count_known(path, keys) == 40


def test_rows_of_other_archives_are_deleted_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_cache, "_MIN_ROWS", 5)
    path = tmp_path / "plans.db"
    for first in range(0, 100, 10):
        rows = make_rows(first, 10)
        cache = FilePlanCache(path)
        cache.load([key for key, _ in rows])
        cache.save(rows)
    keys = [key for key, _ in make_rows(0, 100)]
    assert sorted(FilePlanCache(path).load(keys)) == sorted(keys[80:])
