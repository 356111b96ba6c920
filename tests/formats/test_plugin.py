"""A third party's format, in a package of its own, beside the project in a fresh virtual
environment."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PLUGIN = PROJECT / "tests" / "plugin"
SONG = "[ti:The kettle]\n[00:01.50]Water is on\n[00:04.00]\n[01:02.25]Water is off\nno time\n"


def call(*command: str | Path, **more: str) -> str:
    """Run a command away from the checkout, and give its output."""
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=more.pop("cwd", None),
        env={
            **{k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
            "PYTHONUTF8": "1",
            **more,
        },
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.installs
def test_a_format_from_another_package(tmp_path: Path) -> None:
    venv.create(tmp_path / "fresh", with_pip=True)
    scripts = tmp_path / "fresh" / ("Scripts" if sys.platform == "win32" else "bin")
    call(scripts / "python", "-m", "pip", "install", "--quiet", PROJECT, PLUGIN)
    song = tmp_path / "kettle.txt"
    song.write_text(SONG, encoding="utf-8")
    code = (
        "import sys; from transcript_bridge.pipeline import read; t = read(sys.argv[1]);"
        "print(t.format, t.cues, [u[:3] for u in t.utterances], [(p.code, p.line, p.level) for p in t.problems])"
    )
    assert call(scripts / "python", "-c", code, song, cwd=str(tmp_path)).strip() == (
        "lrc 3 [(1500, 4000, 'Water is on'), (62250, 64250, 'Water is off')] "
        "[('lrc-no-time', 5, 'repaired'), ('lrc-pause', None, 'repaired')]"
    )
    listed = call(scripts / "transcript-bridge", "formats", cwd=str(tmp_path))
    assert "lrc" in listed
    assert "whisper_json" in listed
