"""A third party's format: all commands use it once it is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.installing import NewEnvironment

PROJECT = Path(__file__).parents[2]
PLUGIN = PROJECT / "tests" / "plugin"
KETTLE = PLUGIN / "fixtures" / "kettle.tapelog"
DEMO = PROJECT / "transcript_bridge" / "demo"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages in which the plug-in is installed, as pip would leave it."""
    folder = tmp_path / "site"
    info = folder / "transcript_bridge_tapelog-1.0.dist-info"
    info.mkdir(parents=True)
    shutil.copy(PLUGIN / "transcript_bridge_tapelog.py", folder)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: transcript-bridge-tapelog\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(
        "[transcript_bridge.formats]\ntapelog = transcript_bridge_tapelog:FORMAT\n",
        encoding="utf-8",
    )
    return folder


def call(site: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    home = str(site.parent)
    environ = {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{PROJECT}", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "transcript_bridge", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=home,
        env={**environ, "HOME": home, "APPDATA": home, "XDG_CONFIG_HOME": home},
    )


def test_its_file_is_read(site: Path) -> None:
    done = call(site, "convert", KETTLE, "--to", "segments")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["start"], row["text"]) for row in rows] == [
        (1.5, "Water is on"),
        (62.25, "Water is off"),
    ]


def test_convert_writes_it(site: Path) -> None:
    done = call(
        site, "convert", DEMO / "kitchen.srt", "--to", "tapelog", "-o", f"{site.parent}/out/"
    )
    assert done.returncode == 0, done.stderr
    written = (site.parent / "out" / "kitchen.tapelog").read_text(encoding="utf-8")
    assert written.startswith("@1.00 ")
    assert "tapelog" in call(site, "convert", "--help").stdout


def test_without_it_convert_names_the_formats_that_it_writes(site: Path) -> None:
    shutil.rmtree(site)
    done = call(site, "convert", DEMO / "kitchen.srt", "--to", "tapelog")
    assert done.returncode == 2
    assert "--to must be requests, segments, srt, vtt, rttm, text" in done.stderr


def test_a_broken_file_of_it_in_an_archive_is_a_failure(site: Path) -> None:
    archive = site.parent / "archive"
    archive.mkdir()
    (archive / "broken.tapelog").write_text("no time in here\n", encoding="utf-8")
    (archive / "notes.txt").write_text("no time in here, too\n", encoding="utf-8")
    (archive / "talk.txt").write_text("[00:01.000 --> 00:02.000] Form of talk\n", encoding="utf-8")
    shutil.copy(KETTLE, archive / "talk.tapelog")
    done = call(site, "plan", archive, "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    states = {Path(row["path"]).name: row["state"] for row in rows if row["kind"] == "file"}
    assert states == {"broken.tapelog": "failed", "talk.tapelog": "ready"}, done.stderr


@pytest.mark.installs
def test_it_is_installed_like_any_package(tmp_path: Path) -> None:
    environment = NewEnvironment(tmp_path / "fresh")
    environment.install(PROJECT, PLUGIN)
    words = ["convert", KETTLE, "--to", "tapelog", "-o", "written.tapelog"]
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [environment.scripts / "transcript-bridge", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environ,
    )
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "written.tapelog").read_text(encoding="utf-8")
    assert "@1.50 Water is on\n" in written
