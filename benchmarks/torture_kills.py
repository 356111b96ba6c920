"""Uploads that are killed at random moments while the server and the network fail."""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.torture_runs import (
    SOME_LEFT,
    Tally,
    count_run,
    exit_code,
    make_run,
    read_rows,
    upload,
)
from tests.support.processes import fork, join, kill_after
from tests.support.servers import Server, run_proxy
from transcript_bridge.transfer.account_label import name_account

PROCESSING_SECONDS = 0.005
_CUT_CHANCE = 0.12
_FAULT_CHANCE = 0.04
_MOST_KILLS = 3
_LONGEST_LIFE = 0.5
"""Seconds after which a run is killed at the latest."""
_CLEAN_SECONDS = 600.0
"""A run without faults that takes longer hangs."""
FAULTS = (
    "reset_before",
    "reset_after_store",
    "timeout_after_store",
    "delay",
    "status",
    "plain_500",
    "json_500",
    "503",
    "garbage",
    "cut_answer",
)


def torture(number: int, server: Server, folder: Path) -> Tally:
    """Some uploads that are killed while everything goes wrong, then a clean one; then count."""
    tally = Tally()
    dice = random.Random(number)
    key = f"omi_dev_torture{number}"
    ledger = folder / "ledger.db"
    uploads = make_run(number)
    _order_faults(number, server, dice)
    with run_proxy(server.url, _CUT_CHANCE, number) as proxy:
        for _ in range(dice.randint(1, _MOST_KILLS)):
            pid = fork(
                lambda: exit_code(upload(ledger, uploads, proxy, key, account_url=server.url))
            )
            tally.kills += kill_after(pid, dice.uniform(0.01, _LONGEST_LIFE))
    server.clear()
    pid = fork(lambda: exit_code(upload(ledger, uploads, server.url, key)))
    code = join(pid, _CLEAN_SECONDS)
    if code not in (0, SOME_LEFT):
        tally.notes.append(f"run {number}: the clean run ended with {code}")
    rows = read_rows(ledger, name_account(server.url, key))
    count_run(number, uploads, server.count(key), rows, tally)
    return tally


def _order_faults(number: int, server: Server, dice: random.Random) -> None:
    """Each kind of fault has its own chance at each request."""
    faults = []
    for n, kind in enumerate(FAULTS):
        seconds = 0.6
        if kind == "delay":
            seconds = 0.1
        fault = {
            "kind": kind,
            "count": None,
            "probability": _FAULT_CHANCE,
            "seed": number * 100 + n,
            "method": "POST",
            "seconds": seconds,
            "stored": bool(dice.getrandbits(1)),
        }
        faults.append(fault)
    server.order(*faults)
