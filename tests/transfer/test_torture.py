"""The long proofs of benchmarks/torture.py, short: some killed runs of each generation, workers on
PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.torture_attacks import ATTACKS
from tests.support.command import PATIENCE_SECONDS
from tests.support.postgres import find_postgres

pytestmark = pytest.mark.slow

TORTURE = Path(__file__).parent.parent.parent / "benchmarks" / "torture.py"


def torture(*words: str) -> list[str]:
    """Its table. It exits with 1 if anything was lost, doubled or left uncertain without need."""
    ran = subprocess.run(
        [sys.executable, TORTURE, *words],
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.splitlines()


def read_cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_killed_runs_lose_and_double_nothing() -> None:
    rows = torture("--only", "kills", "--runs", "4")[2:]
    cells = [read_cells(row) for row in rows]
    assert [generation for generation, *_ in cells] == ["new", "middle", "old"]
    # Kills come at random moments; without any there was no test.
    assert all(int(kills) >= 1 for _generation, _runs, kills, *_ in cells)


@pytest.mark.postgres
def test_workers_share_a_ledger_on_postgresql() -> None:
    if find_postgres() is None:
        pytest.skip("there is no PostgreSQL")
    (line,) = torture("--only", "postgres", "--requests", "200")
    assert "200 exactly once, 0 lost, 0 doubled" in line


def test_attacks_lose_and_double_nothing() -> None:
    """Signals, clocks, a full disk, a restored ledger, other commands and processes at once."""
    generations = ["--generation", "new", "--generation", "old"]
    rows = torture("--only", "attacks", "--runs", "1", *generations)[2:]
    assert {read_cells(row)[0] for row in rows} == {*ATTACKS}
