"""Real servers and real ledgers for the tests of `transfer/`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.clock import JumpingClock
from tests.support.command import PATIENCE_SECONDS
from tests.support.desk import Desk, MakeDesk
from tests.support.sandboxes import Gate


@pytest.fixture
def desk(tmp_path: Path, lease_sandbox: Callable[..., str]) -> Iterator[MakeDesk]:
    """Makes a Desk whose sandbox has the settings given."""
    with contextlib.ExitStack() as stack:

        def make(**settings: Any) -> Desk:
            clock, gate = JumpingClock(), Gate()
            url = lease_sandbox(**{"clock": clock.monotonic, "gate": gate, **settings})
            http = stack.enter_context(
                httpx.Client(base_url=url, trust_env=False, verify=False, timeout=PATIENCE_SECONDS)
            )
            return Desk(url, tmp_path / "ledger.db", http, clock, gate)

        yield make


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The location of a ledger, for each kind of database."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    url: str = request.getfixturevalue("postgres_database")
    return url
