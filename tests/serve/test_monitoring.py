"""Monitoring of a running program: /metrics and /healthz."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("prometheus_client")  # the extra serve

from tests.support.command import Run, Start
from tests.support.local_http import LOCAL_HTTP
from tests.support.made_requests import make_request, make_upload
from tests.support.sandboxes import Gate
from tests.support.waiting import wait_until
from transcript_bridge.errors import LedgerError, SettingsError
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.serve import metrics as metrics_module
from transcript_bridge.serve.health import Health
from transcript_bridge.serve.metrics import GAUGES, Metrics, read_ledger_gauges
from transcript_bridge.serve.monitoring import Address, parse_address, serve_monitoring
from transcript_bridge.transfer.account_label import name_account
from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.states import State
from transcript_bridge.transfer.uploader import Uploader

KEY = "omi_dev_Monitored"
DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
DEPLOYING = Path(__file__).parent.parent.parent / "docs" / "deploying.md"


def read_values(text: str) -> dict[str, float]:
    """Each series with its labels, without the prefix of this program, and its value."""
    values = {}
    for line in text.splitlines():
        if line.startswith("transcript_bridge_"):
            name, _, value = line.removeprefix("transcript_bridge_").rpartition(" ")
            values[name] = float(value)
    return values


@contextmanager
def listening(metrics: Metrics, health: Health) -> Iterator[str]:
    with serve_monitoring(Address("127.0.0.1", 0), metrics, health) as address:
        yield f"http://127.0.0.1:{address.port}"


def test_the_metrics_count_what_an_upload_does(
    tmp_path: Path, lease_sandbox: Callable[..., str]
) -> None:
    url = lease_sandbox(writes_per_window=2)
    source = make_upload("/r", [make_request(f"{n}", n) for n in range(3)])
    with OmiClient(KEY, url) as client, Ledger(tmp_path / "ledger.db") as ledger:
        metrics = Metrics([read_ledger_gauges(ledger)])
        uploader = Uploader(
            client,
            ledger,
            name_account(url, KEY),
            Pace(gap=0),
            clock=Clock(sleep=lambda _seconds, stop: stop.set()),  # ends at the refusal
            observe=metrics.observe,
        )
        summary = uploader.run([source])
        with listening(metrics, Health({"ledger": ledger.now})) as base:
            answer = LOCAL_HTTP.get(f"{base}/metrics")
    assert summary.finished == {State.DONE: 2}
    assert answer.headers["content-type"].startswith("text/plain; version=")
    values = read_values(answer.text)
    assert values['requests_total{state="done"}'] == 2
    assert values['requests_total{state="rejected"}'] == 0
    assert values["rate_limited_total"] == 1
    assert values["requests_sent_total"] == 3
    assert values["claim_seconds_count"] >= 3
    assert 0 < values["claim_seconds_sum"] < 300
    assert values["accounts"] == values["accounts_limit_known"] == 1
    assert values["window_limit"] == 2
    assert values["ledger_up"] == 1
    assert "process_cpu_seconds_total" in answer.text or not Path("/proc/self/stat").exists()


def test_no_series_has_a_label_for_a_key_or_a_profile() -> None:
    _kind, body = Metrics().render()
    labels = set(re.findall(r'[{,](\w+)="', body.decode()))
    assert labels == {"state", "le"}


def test_windows_that_have_ended_are_not_counted_as_used(tmp_path: Path) -> None:
    pace = Pace(gap=0)
    now = 1_000_000.0
    with Ledger(tmp_path / "ledger.db", replace(Clock(), now=lambda: now)) as ledger:
        for name in ("a", "b", "unknown"):
            ledger.open_account(name)
            assert ledger.take_write(name, pace) is None
        ledger.refuse_write("a", pace, 60.0, 25)
        ledger.refuse_write("b", pace, 60.0, 10)
        assert ledger.sum_windows() == (3, 2, 35, 35)
        now += 100
        assert ledger.take_write("a", pace) is None
        assert ledger.take_write("a", pace) is None
        assert ledger.sum_windows() == (3, 2, 35, 2)
        now += 7200
        assert ledger.sum_windows() == (3, 2, 35, 0)


def test_gauges_that_cannot_be_read_do_not_hide_the_others() -> None:
    never = threading.Event()

    def fail() -> dict[str, float]:
        raise LedgerError("no database")

    def hang() -> dict[str, float]:
        never.wait()
        return {"slots": 1}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics_module, "_PATIENCE_SECONDS", 0.01)
        metrics = Metrics([fail, hang, lambda: {"slots_busy": 7}])
        values = read_values(metrics.render()[1].decode())
    never.set()
    assert values["slots_busy"] == 7
    assert "slots" not in values


def test_healthz_says_in_one_line_what_does_not_work() -> None:
    state = {"problem": ""}
    hangs = threading.Event()
    hangs.set()

    def check_database() -> None:
        if state["problem"]:
            raise LedgerError(state["problem"])

    health = Health({"database": check_database, "dispatcher": hangs.wait}, seconds=0.01)
    health._questions["database"]._seconds = 60  # a busy machine is not ill
    with listening(Metrics(), health) as base:
        well = LOCAL_HTTP.get(f"{base}/healthz")
        state["problem"] = "the database\ndoes not answer"
        ill = LOCAL_HTTP.get(f"{base}/healthz")
        state["problem"] = ""
        hangs.clear()
        hanging = LOCAL_HTTP.get(f"{base}/healthz")
        hangs.set()
        other = LOCAL_HTTP.get(f"{base}/")
    assert (well.status_code, well.text) == (200, "ok\n")
    assert (ill.status_code, ill.text) == (503, "database: the database does not answer\n")
    assert (hanging.status_code, hanging.text) == (503, "dispatcher: no answer within 0.01 s\n")
    assert other.status_code == 404


def test_healthz_does_not_quote_an_unexpected_error() -> None:
    def crash() -> None:
        raise ValueError("SECRET of a transcript")

    assert Health({"dispatcher": crash}).find_problem() == "dispatcher: ValueError"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("9090", ("127.0.0.1", 9090)),
        ("0.0.0.0:9090", ("0.0.0.0", 9090)),
        ("[::]:0", ("::", 0)),
        ("monitor.example:65535", ("monitor.example", 65535)),
    ],
    ids=["port", "all", "ipv6", "name"],
)
def test_an_address_is_a_port_of_this_machine_or_says_who_may_ask(
    text: str, address: tuple[str, int]
) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", ":9090", "9090:", "65536", "-1", "host:x", "²"], ids=ascii)
def test_other_addresses_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="neither a port nor HOST:PORT"):
        parse_address(text)


def test_a_port_that_is_taken_is_one_line(run: Run, sandbox: str) -> None:
    account = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    port = sandbox.rpartition(":")[2]
    ran = run("migrate", DEMO, "--yes", "--gap", "0", "--metrics", port, **account)
    assert ran.code == 2
    assert f"--metrics cannot listen on 127.0.0.1 port {port}" in ran.err
    assert "Traceback" not in ran.err


def test_a_migration_can_be_watched_and_stops_on_sigterm(
    start: Start, lease_sandbox: Callable[..., str]
) -> None:
    gate = Gate()
    url = lease_sandbox(processing_seconds=30, gate=gate)
    account = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    process = start("migrate", DEMO, "--yes", "--gap", "0", "--metrics", "0", **account)
    assert process.stderr is not None
    base = None
    while base is None:
        line = process.stderr.readline()
        assert line, "it ended without an address"
        base = re.search(r"(http://\S+)/metrics", line)
    wait_until(lambda: gate.waiting, "the request under way")
    page = f"{base[1]}/metrics"  # counts the request a moment after it is sent
    wait_until(
        lambda: read_values(LOCAL_HTTP.get(page).text)["requests_sent_total"] >= 1,
        "the request in the metrics",
    )
    values = read_values(LOCAL_HTTP.get(page).text)
    health = LOCAL_HTTP.get(f"{base[1]}/healthz")
    process.terminate()
    wait_until(lambda: "stopping" in process.stderr.readline(), "the word that it stops")  # type: ignore[union-attr]
    gate.open()
    _out, said = process.communicate()
    assert values['requests_total{state="done"}'] == 0
    assert health.status_code == 200
    assert process.returncode == 4
    assert "run the same command again to continue" in said


def test_the_docs_list_every_series() -> None:
    text = DEPLOYING.read_text(encoding="utf-8")
    _kind, body = Metrics().render()
    names = set(
        re.findall(r"^# TYPE (transcript_bridge_\w+) (?:counter|histogram)", body.decode(), re.M)
    )
    assert len(names) == 6
    names |= {f"transcript_bridge_{name}" for name in GAUGES}
    missing = [name for name in sorted(names) if f"`{name}" not in text]
    assert missing == []
