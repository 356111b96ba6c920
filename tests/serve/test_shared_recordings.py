"""Two keys whose archives have the same recording, which both plan before one of them sends it."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from threading import Event as Flag

import pytest

pytest.importorskip("procrastinate")  # the extra `serve`

from tests.serve.conftest import KEY, Archives
from tests.support.serving import make_worker_process
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.serve.key_queue import QueuedKey, ask_queue
from transcript_bridge.serve.key_turn import take_turn
from transcript_bridge.serve.turns import KeyTurn
from transcript_bridge.transfer.events import Event, Started
from transcript_bridge.transfer.ledger import Ledger

pytestmark = pytest.mark.postgres

PROFILES = ("team-a", "team-b")


@pytest.mark.parametrize(
    ("is_same", "first", "second", "stored"),
    [
        (False, "done", "done", {"team-a": 2, "team-b": 2}),
        (True, "waiting", "done", {"team-a": 2, "team-b": 1}),
        (None, "failed", "failed", {"team-a": 2, "team-b": 1}),
    ],
)
def test_the_answer_about_other_keys_also_holds_for_what_they_send_later(
    tmp_path: Path,
    sandbox: str,
    archives: Archives,
    queue_ledger: str,
    is_same: bool | None,
    first: str,
    second: str,
    stored: dict[str, int],
) -> None:
    for profile in PROFILES:
        folder = archives.add(profile, 1)
        shared = archives.root / "2024-02-01 10.00.00.vtt"
        shared.write_text("WEBVTT\n\n00:00.000 --> 00:05.000\n<v Alice>We are all here.\n")
        shutil.copy(shared, folder)
    with Ledger(queue_ledger) as ledger:
        process = make_worker_process(ledger, tmp_path, archives.keys, sandbox, "worker-1")
        keys = {profile: add_key(queue_ledger, archives, profile, is_same) for profile in PROFILES}
        turns: Counter[str] = Counter()

        def take(profile: str) -> KeyTurn:
            return take_turn(keys[profile], process, Flag(), meet)

        def meet(event: Event) -> None:
            """The other key sends all of its conversations while this one sends its first."""
            if isinstance(event, Started) and not turns["team-a"]:
                turns["team-a"] += 1
                assert take("team-a").state == "done"

        ended = take("team-b")
        assert (ended.state, ended.is_failure) == (first, first == "waiting"), ended
        keys["team-b"] = replace(keys["team-b"], failures=1, wanted=ended.wanted)
        ended = take("team-b")
    assert ended.state == second, ended
    assert {profile: count(sandbox, profile) for profile in PROFILES} == stored


def add_key(ledger: str, archives: Archives, profile: str, is_same: bool | None) -> QueuedKey:
    flags = {"gap": 0.0, "same_account": is_same}
    folder = str(archives.root / profile)
    ask_queue(ledger, lambda queue: queue.add(profile, [folder], flags))
    (key,) = [
        key for key in ask_queue(ledger, lambda queue: queue.list_keys()) if key.profile == profile
    ]
    return key


def count(url: str, profile: str) -> int:
    with OmiClient(KEY.format(profile=profile), url) as client:
        return len(client.list_conversations())
