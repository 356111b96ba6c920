"""The window of the rate limit: simulated, on a real server, and remembered."""

from __future__ import annotations

import math
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import JumpingClock
from tests.support.command import Run
from tests.support.desk import KEY, Desk, MakeDesk
from tests.support.made_requests import make_request, make_upload
from transcript_bridge.errors import RateLimitedError, ServerFaultError
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.account_label import name_account
from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.events import Started, Summary, Waiting
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace, Window, find_asked_wait
from transcript_bridge.transfer.states import State
from transcript_bridge.transfer.upload import Upload
from transcript_bridge.transfer.uploader import Uploader


@dataclass
class FixedWindow:
    """The server, with a separate clock."""

    limit: int
    seconds: float
    opened: float = -math.inf
    used: int = 0
    refused: list[float] = field(default_factory=list)
    passed: list[float] = field(default_factory=list)

    def take(self, now: float) -> int | None:
        if now - self.opened >= self.seconds:
            self.opened, self.used = now, 0
        if self.used >= self.limit:
            self.refused.append(now)
            return max(1, math.ceil(self.opened + self.seconds - now))
        self.used += 1
        self.passed.append(now)
        return None


def play(server: FixedWindow, windows: int, latency: float, pace: Pace, foreign: int = 0) -> None:
    """One client that sends as fast as it may, `foreign` writes of the window being used by
    another."""
    window, now = Window(), 1000.0
    for _ in range(foreign):
        server.take(now - server.seconds / 2)
    end = now + windows * server.seconds
    while now < end:
        pause = window.wait(now, pace)
        if pause is not None:
            assert pause.seconds > 0
            now += pause.seconds
            continue
        window = window.take(now, pace)
        wait = server.take(now + latency / 2)
        now += latency
        window = (
            window.answer(now) if wait is None else window.refuse(now, pace, wait, server.limit)
        )


@given(
    limit=st.integers(1, 40),
    seconds=st.sampled_from([60.0, 600.0, 3600.0]),
    latency=st.floats(0.001, 1.0),
)
def test_nearly_all_is_used_and_refusals_are_rare(
    limit: int, seconds: float, latency: float
) -> None:
    server = FixedWindow(limit, seconds)
    play(server, 10, latency, Pace(gap=0))
    # Ten windows allow ten times the limit, as far as that many fit between their waits.
    assert len(server.passed) >= min(0.97 * 10 * limit, 10 * limit - limit)
    assert (
        len(server.passed) >= 0.97 * 10 * limit
        or limit * latency * 10 > 0.5 * seconds
        or seconds == 60.0
    )
    assert len(server.refused) <= 3


@given(foreign=st.integers(1, 20))
def test_a_window_that_another_program_opened_is_learnt_within_two(foreign: int) -> None:
    server = FixedWindow(20, 600.0)
    play(server, 10, 0.1, Pace(gap=0), foreign)
    assert len(server.refused) <= 3
    assert len(server.passed) >= 0.97 * 200


def test_with_the_limit_known_a_day_has_one_refusal() -> None:
    server = FixedWindow(25, 3600.0)
    play(server, 24, 2.0, Pace(gap=0.5))
    assert len(server.refused) == 1
    assert len(server.passed) >= 0.99 * 24 * 25


def test_a_clock_that_was_set_back_does_not_stop_everything() -> None:
    pace = Pace(gap=0.5)
    window = Window().take(100_000.0, pace).refuse(100_001.0, pace, 3600, 25)
    assert window.wait(100_002.0, pace) is not None
    assert window.wait(100_001.0 - 86_400, pace) is None
    used_up = Window(limit=1, learnt_at=0.0).take(1000.0, pace)
    assert used_up.wait(1001.0, pace) is not None
    assert used_up.wait(1000.0 - 500, pace) is None


def test_a_limit_is_forgotten_after_a_day() -> None:
    pace = Pace(gap=0)
    window = Window(limit=1, learnt_at=0.0).take(86_000.0, pace)
    assert window.wait(86_100.0, pace) is not None
    assert window.wait(86_500.0, pace) is None


def test_the_whole_wait_is_waited_and_reported(desk: MakeDesk) -> None:
    clock = JumpingClock()
    d = desk(writes_per_window=2, window_seconds=600, clock=clock.monotonic)
    source = make_upload("/r", [make_request(f"{n}", n) for n in range(3)])
    began = clock.now()
    assert d.upload(source, clock=clock.as_clock()).finished == {State.DONE: 3}
    assert d.answers() == {"POST 200": 3, "POST 429": 1}
    (waiting,) = d.events_of(Waiting)
    assert 0 < waiting.seconds <= 600
    assert clock.offset > waiting.seconds - 1
    assert began + waiting.seconds <= waiting.until <= clock.now()


def test_a_limit_is_used_to_the_full(desk: MakeDesk) -> None:
    """Four windows. The wait of the one refusal is rounded up by the server to a whole second."""
    clock = JumpingClock()
    d = desk(writes_per_window=10, window_seconds=600, clock=clock.monotonic)
    stop = threading.Event()
    timer = clock.make_timer(4 * 600 - 60, stop.set)
    timer.start()
    source = make_upload("/r", [make_request(f"{n}", n, segments=2) for n in range(60)])
    d.upload(source, pace=Pace(gap=0, window_seconds=600), stop=stop, clock=clock.as_clock())
    assert d.answers()["POST 200"] == 4 * 10
    assert d.answers()["POST 429"] <= 2


def run_until_it_waits(d: Desk, source: Upload, key: str = KEY) -> Summary:
    stop = threading.Event()

    def observe(event: object) -> None:
        if isinstance(event, Waiting):
            stop.set()

    return d.upload(source, key=key, stop=stop, observe=observe)


def test_a_wait_is_remembered_by_the_next_run(desk: MakeDesk) -> None:
    d = desk(writes_per_window=2, window_seconds=3600)
    source = make_upload("/r", [make_request(f"{n}", n) for n in range(3)])
    for _ in range(2):
        summary = run_until_it_waits(d, source)
        assert (summary.stopped, summary.left) == (True, 1)
    assert d.answers() == {"POST 200": 2, "POST 429": 1}


def test_two_keys_have_windows_of_their_own(desk: MakeDesk) -> None:
    d = desk(writes_per_window=1, window_seconds=3600)
    for key in ("omi_dev_a", "omi_dev_b"):
        source = make_upload("/r", [make_request(f"{key} {n}", n) for n in range(2)])
        run_until_it_waits(d, source, key)
    assert d.answers() == {"POST 200": 2, "POST 429": 2}


def test_the_users_own_rate_and_gap(desk: MakeDesk) -> None:
    """On a clock that only sleeping moves: no test waits an hour."""
    d = desk()
    moment = [1_000_000.0]
    sent: list[float] = []

    def sleep(seconds: float, _stop: threading.Event) -> None:
        moment[0] += seconds

    clock = Clock(
        now=lambda: moment[0], monotonic=lambda: moment[0], sleep=sleep, boot=lambda: "boot"
    )
    source = make_upload("/r", [make_request(f"{n}", n) for n in range(7)])
    with OmiClient("omi_dev_x", d.url) as client, Ledger(d.path, clock) as ledger:
        Uploader(
            client,
            ledger,
            name_account(d.url, "omi_dev_x"),
            pace=Pace(rate=3, gap=10),
            clock=clock,
            observe=lambda e: sent.append(moment[0]) if isinstance(e, Started) else None,
        ).run([source])
    began = [round(t - 1_000_000) for t in sent]
    assert began == [0, 10, 20, 3600, 3610, 3620, 7200]


def test_a_ledger_poisoned_by_an_impossible_wait_works_again(
    run: Run, lease_sandbox: Callable[..., str], jumping_clock: JumpingClock, tmp_path: Path
) -> None:
    """Earlier versions stored any Retry-After; then every command failed on the date."""
    ledger = tmp_path / "ledger.db"
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": lease_sandbox()}
    environ["TRANSCRIPT_BRIDGE_LEDGER"] = str(ledger)
    file = tmp_path / "a.srt"
    file.write_text("1\n00:00:01,000 --> 00:00:02,000\nFirst of all, good morning.\n")
    assert run("upload", file, **environ).code == 0
    with closing(sqlite3.connect(ledger)) as db, db:
        db.execute(
            "UPDATE tb_accounts SET blocked_until = 1e14, blocked_for = 1e14,"
            " window_seconds = 1e14, opened_at = 1e14, learnt_at = -1e300, next_at = 1e14,"
            " reads_blocked_until = 1e14"
        )
        db.execute("UPDATE tb_requests SET not_before = 1e14")
    for words in (("status",), ("status", "--json"), ("report",), ("ledger", "export")):
        assert run(*words, **environ).code == 0, words
    file.write_text("1\n00:00:01,000 --> 00:00:02,000\nSomething else entirely.\n")
    uploaded = run("upload", file, "--changed", "upload", **environ)
    assert (uploaded.code, uploaded.err.count("Traceback")) == (0, 0), uploaded
    assert run("verify", **environ).code == 0


@pytest.mark.parametrize("seconds", [1e14, -1.0, math.nan, math.inf])
def test_no_wait_of_a_destination_is_believed_beyond_a_day(seconds: float) -> None:
    refused = RateLimitedError("x", status=429, detail="", retry_after=seconds, limit=None)
    failed = ServerFaultError("x", status=503, detail="", retry_after=seconds)
    assert (find_asked_wait(refused), find_asked_wait(failed)) == (900.0, 0.0)


def test_a_server_that_refuses_without_a_wait_is_not_asked_at_once() -> None:
    refused = RateLimitedError("x", status=429, detail="", retry_after=0.0, limit=None)
    assert find_asked_wait(refused) == 1.0


def test_stopping_costs_no_write_that_was_not_sent(desk: MakeDesk) -> None:
    """Without a gap, requests are taken before the one under way is answered."""
    d = desk(writes_per_window=9, window_seconds=600.0)
    stop = threading.Event()

    started: list[Started] = []

    def stop_at_the_second(event: object) -> None:
        if isinstance(event, Started):
            started.append(event)
        if len(started) == 2:
            stop.set()

    first = make_upload("/first", [make_request(f"first{n}", n) for n in range(10)])
    d.upload(first)  # the tenth is refused, which shows the limit
    sent = d.stored().total()
    with Ledger(d.path, d.clock.as_clock()) as ledger:
        used = ledger.read_window(d.account).used
    second = make_upload("/second", [make_request(f"second{n}", n) for n in range(6)])
    assert d.upload(second, stop=stop, observe=stop_at_the_second).stopped
    with Ledger(d.path, d.clock.as_clock()) as ledger:
        window = ledger.read_window(d.account)
        rows = [entry.row for entry in ledger.select(d.account, [State.PLANNED])]
    assert (window.limit, window.used - used) == (9, d.stored().total() - sent)
    assert rows
    assert {(row.attempts, row.sent_at) for row in rows} == {(0, None)}
    assert d.upload(second).left == 0
