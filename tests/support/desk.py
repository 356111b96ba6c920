"""A sandbox, a ledger, and uploads from the one to the other."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import httpx

from tests.support.clock import JumpingClock
from tests.support.command import PATIENCE_SECONDS
from tests.support.sandboxes import Gate
from tests.support.waiting import wait_until
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.account_label import name_account
from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.events import Event, Summary
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.settle import Patience
from transcript_bridge.transfer.states import State
from transcript_bridge.transfer.upload import Upload
from transcript_bridge.transfer.uploader import Uploader

E = TypeVar("E")
KEY = "omi_dev_Tr4nsfer"
PATIENCE = Patience(tries=6)


@dataclass
class Desk:
    """A sandbox, a ledger, and uploads from the one to the other.

    No upload waits: the clock jumps. What takes the sandbox a second or more lasts until
    `finish_processing`.
    """

    url: str
    path: Path
    http: httpx.Client
    clock: JumpingClock
    gate: Gate
    events: list[Event] = field(default_factory=list)

    @property
    def account(self) -> str:
        return name_account(self.url, KEY)

    def upload(
        self,
        *uploads: Upload,
        ledger: str | Path | None = None,
        key: str = KEY,
        clock: Clock | None = None,
        read_timeout: float = PATIENCE_SECONDS,
        **changes: Any,
    ) -> Summary:
        """Run once with a newly opened ledger, as a process would do."""
        clock = clock or self.clock.as_clock()
        chosen: dict[str, Any] = {
            "pace": Pace(gap=0),
            "patience": PATIENCE,
            "observe": self.events.append,
            "clock": clock,
            **changes,
        }
        with (
            OmiClient(key, self.url, read_timeout=read_timeout) as client,
            Ledger(ledger or self.path, clock) as opened,
        ):
            return Uploader(client, opened, name_account(self.url, key), **chosen).run(uploads)

    def finish_processing(self) -> None:
        """Let the sandbox finish the conversations that it is processing, and no later ones."""
        self.gate.open()
        wait_until(lambda: not self.count("processing"), "the conversations")
        self.gate.close()

    def count(self, status: str) -> int:
        """The number of conversations with this status."""
        counts: dict[str, int] = self.http.get("/_sandbox/stats").json()["counts"]
        return counts.get(status, 0)

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
        """Count the stored conversations by the first word of their first segment."""
        kept = [c for c in self.state()["conversations"] if c["status"] != "deleted"]
        return Counter(c["segments"][0]["text"].split()[0] for c in kept)

    def answers(self) -> Counter[str]:
        return Counter(self.state()["requests"])

    def events_of(self, kind: type[E]) -> list[E]:
        return [e for e in self.events if isinstance(e, kind)]


class MakeDesk(Protocol):
    """Makes a Desk whose sandbox has the settings given."""

    def __call__(self, **settings: Any) -> Desk: ...
