"""Real servers and real ledgers for the tests of the transfer room."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from transcript_bridge.omi.client import OmiClient
from transcript_bridge.omi.sandbox import SandboxSettings, run_sandbox
from transcript_bridge.transfer.events import Delayed, Event, Finished, Summary, Waiting
from transcript_bridge.transfer.ledger import Ledger, name_account
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.settle import Patience
from transcript_bridge.transfer.states import State, Upload
from transcript_bridge.transfer.uploader import Uploader

BENCHMARKS = Path(__file__).parent.parent.parent / "benchmarks"
KEY = "omi_dev_Tr4nsfer"
QUICK = Patience(grace=0.4, stale=1.0, backoff=0.01, tries=6)


@pytest.fixture(scope="session")
def stage() -> ModuleType:
    """benchmarks/stage.py: makes requests, starts servers in processes of their own."""
    spec = importlib.util.spec_from_file_location("stage", BENCHMARKS / "stage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["stage"] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Desk:
    """A sandbox, a ledger, and uploads from the one to the other."""

    url: str
    path: Path
    http: httpx.Client
    events: list[Event] = field(default_factory=list)

    @property
    def account(self) -> str:
        return name_account(self.url, KEY)

    def upload(
        self, *uploads: Upload, ledger: Path | None = None, key: str = KEY, **changes: Any
    ) -> Summary:
        """One run, with a ledger opened anew: what a process would do."""
        chosen: dict[str, Any] = {
            "pace": Pace(gap=0),
            "patience": QUICK,
            "observe": self.events.append,
            **changes,
        }
        with (
            OmiClient(key, self.url, read_timeout=2) as client,
            Ledger(ledger or self.path) as opened,
        ):
            return Uploader(client, opened, name_account(self.url, key), **chosen).run(uploads)

    def states(self) -> dict[str, State]:
        with Ledger(self.path) as ledger:
            return {e.row.session_id.removeprefix("torture-"): e.row.state for e in ledger.select()}

    def order(self, kind: str, **fields: Any) -> None:
        self.http.post("/_sandbox/faults", json={"kind": kind, **fields}).raise_for_status()

    def clear(self) -> None:
        self.http.delete("/_sandbox/faults")

    def state(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.http.get("/_sandbox/state").content)
        return answer

    def stored(self) -> Counter[str]:
        """How often each text is there, by the first word of its first segment."""
        kept = [c for c in self.state()["conversations"] if c["status"] != "deleted"]
        return Counter(c["segments"][0]["text"].split()[0] for c in kept)

    def answers(self) -> Counter[str]:
        return Counter(self.state()["requests"])

    def told(self, kind: type) -> list[Any]:
        return [e for e in self.events if isinstance(e, kind)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes a Desk whose sandbox has the settings given."""
    with contextlib.ExitStack() as stack:

        def make(**settings: Any) -> Desk:
            url = stack.enter_context(run_sandbox(SandboxSettings(**settings)))
            http = stack.enter_context(httpx.Client(base_url=url, trust_env=False))
            return Desk(url, tmp_path / "ledger.db", http)

        yield make


__all__ = ["Delayed", "Finished", "Waiting"]
