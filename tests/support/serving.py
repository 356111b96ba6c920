"""A worker of the queue in this process, with short intervals."""

from __future__ import annotations

from pathlib import Path
from threading import Event as Flag

from transcript_bridge.serve.dispatcher import Dispatcher, Rhythm
from transcript_bridge.serve.key_queue import KeyCounts
from transcript_bridge.serve.key_turn import WorkerProcess
from transcript_bridge.serve.profile_keys import KeyPlaces
from transcript_bridge.serve.queue_database import QueueDatabase
from transcript_bridge.serve.turns import Listen
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.settle import Patience
from transcript_bridge.workspace.environment import Environment

HURRIED = Rhythm(poll=0.2, watch=0.2, heartbeat=0.3, stalled=3.0, rescue=0.5)
IMPATIENT = Patience(grace=5.0, untitled=2.0, stale=10.0)


def make_environment(folder: Path) -> Environment:
    """Make an environment with an empty home, and without variables."""
    return Environment({}, folder, folder / "config", lambda: folder, lambda: folder / "cache")


def make_worker_process(
    ledger: Ledger, folder: Path, keys: Path, url: str, name: str
) -> WorkerProcess:
    """Make the process of a worker that sends to the server at `url`."""
    places = KeyPlaces(keys, url, allow_http=True)
    return WorkerProcess(name, ledger, make_environment(folder), places, IMPATIENT)


def run_worker(
    location: str,
    folder: Path,
    keys: Path,
    url: str,
    *,
    name: str = "worker",
    slots: int = 4,
    stop: Flag | None = None,
    listen: Listen = lambda _profile, _event: None,
    until_done: bool = True,
) -> KeyCounts:
    """Work until nothing is left, or `stop` is set."""
    with Ledger(location) as ledger:
        dispatcher = Dispatcher(
            make_worker_process(ledger, folder, keys, url, name),
            QueueDatabase(location),
            slots,
            rhythm=HURRIED,
            until_done=until_done,
        )
        return dispatcher.run(stop or Flag(), listen)
