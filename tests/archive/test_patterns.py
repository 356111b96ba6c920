"""Patterns as PATH: what they mean, and links that lead in circles."""

from __future__ import annotations

import glob
import os
from pathlib import Path

import pytest

from transcript_bridge.archive.scan import scan

CUE = b"1\n00:00:01,000 --> 00:00:02,000\nhello\n"
FILES = (
    "one.srt",
    "a/two.srt",
    "a/b/three.srt",
    "a/b/three.vtt",
    ".hidden/four.srt",
    "a/.five.srt",
    "[x]/six.srt",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CUE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(pattern: str) -> list[str]:
    return sorted(form.path for recording in scan([pattern]).recordings for form in recording.forms)


PATTERNS = (
    "*.srt",
    "**/*.srt",
    "a/**/*.srt",
    "*/*.srt",
    "a/**/b/*.srt",
    "**/b/**/*.vtt",
    "./**/*.srt",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_matches_as_glob_does(folder: Path, pattern: str) -> None:
    for one in (pattern, f"{glob.escape(str(folder))}/{pattern}"):
        assert found(one) == sorted(glob.glob(one, recursive=True))  # noqa: PTH207  # what a user knows
        assert found(one) != []


@pytest.mark.parametrize(("pattern", "same"), [("**", "."), ("a/**", "a"), ("**/b", "a/b")])
def test_a_pattern_of_folders_means_those_folders(folder: Path, pattern: str, same: str) -> None:
    assert [os.path.normpath(path) for path in found(pattern)] == [
        os.path.normpath(path) for path in found(same)
    ]
    assert scan([pattern]).notices == ()


def test_patterns_end_with_links_in_circles(folder: Path) -> None:
    for name in ("x", "y", "z"):  # three of them are 3 ** 40 names for each file
        (folder / "a" / name).symlink_to(folder, target_is_directory=True)
    (folder / "a" / "self").symlink_to(folder / "a" / "self")
    outside = folder.parent / f"{folder.name}-outside"
    outside.mkdir()
    (outside / "seven.srt").write_bytes(CUE)
    (folder / "linked").symlink_to(outside, target_is_directory=True)
    assert found("**/*.srt") == [
        "[x]/six.srt",
        "a/b/three.srt",
        "a/two.srt",
        "one.srt",
    ]
    notices = scan(["**/*.srt"]).notices
    assert [path for path, message in notices if "leads out" in message] == ["linked"]
    followed = scan(["**/*.srt"], follow_links=True)
    assert "linked/seven.srt" in [one.path for one in followed.recordings]


def test_many_depths_list_each_folder_once_for_each(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = folder / "/".join("abcdefghij")
    deep.mkdir(parents=True)
    (deep / "last.srt").write_bytes(CUE)
    listed: list[str] = []
    listdir = os.listdir

    def count(path: str) -> list[str]:
        listed.append(path)
        return listdir(path)

    monkeypatch.setattr(os, "listdir", count)
    assert found("**/**/**/**/**/**/last.srt") == ["/".join("abcdefghij") + "/last.srt"]
    assert len(listed) < 50
    listed.clear()
    assert found("**/*/**/*/**/*/**/*/**/*/**/last.srt") == ["/".join("abcdefghij") + "/last.srt"]
    assert len(listed) < 200
