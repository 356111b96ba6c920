"""What tests of several rooms share: the real command, and a real server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from transcript_bridge.omi.sandbox import SandboxSettings, run_sandbox

# A busy machine is no failure: what is slow is told by benchmarks/, not by a test's deadline.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

DEMO = Path(__file__).parent.parent / "transcript_bridge" / "demo"


@dataclass(frozen=True)
class Ran:
    """What one run of the command gave."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder, so that nobody's own settings take part."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def run(home: Path, tmp_path: Path) -> Run:
    """Runs the real command in a process of its own, in an empty folder, with nothing of the
    caller's environment."""
    work = tmp_path / "work"
    work.mkdir()

    def run(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        kept = {
            k: v
            for k, v in os.environ.items()
            if k in ("PATH", "SYSTEMROOT", "LANG", "COVERAGE_PROCESS_START")
        }
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "transcript_bridge", *map(str, words)],
            input=stdin,
            capture_output=True,
            cwd=work,
            env={**kept, "HOME": str(home), "APPDATA": str(home), "TZ": "UTC", **environ},
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def sandbox() -> Iterator[str]:
    """The base URL of a patient, reliable server of the newest generation."""
    with run_sandbox(SandboxSettings()) as url:
        yield url
