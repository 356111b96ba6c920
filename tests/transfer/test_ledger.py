"""The ledger's failures: full, read-only, deleted, damaged, newer, shared; what it never has."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import PATIENCE_SECONDS
from tests.support.desk import KEY, MakeDesk
from tests.support.made_requests import make_request, make_upload
from tests.support.old_ledger import MADE_ACCOUNT, write_old_ledger
from tests.support.processes import fork, join
from tests.support.servers import run_server
from tests.support.waiting import wait_until
from transcript_bridge.errors import LedgerError, SettingsError
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.account_label import name_account
from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.events import Event, Finished
from transcript_bridge.transfer.ledger import Ledger, RequestKind, owners
from transcript_bridge.transfer.ledger.upgrades import VERSION
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.states import State
from transcript_bridge.transfer.upload import Upload
from transcript_bridge.transfer.uploader import Uploader

NOBODY = 65534


def make_source(count: int = 6, name: str = "x") -> Upload:
    return make_upload(f"/{name}", [make_request(f"{name}{n}", n) for n in range(count)])


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    Ledger(tmp_path / "l.db").close()
    db = sqlite3.connect(tmp_path / "l.db")
    db.execute("UPDATE tb_meta SET version = 99")
    db.commit()
    db.close()
    with pytest.raises(SettingsError, match=r"newer Transcript Bridge .version 99"):
        Ledger(tmp_path / "l.db")


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "l.db").write_bytes(b"these are my notes, not a database\n" * 100)
    with pytest.raises(LedgerError, match="is damaged, or is not a ledger"):
        Ledger(tmp_path / "l.db")
    assert (tmp_path / "l.db").read_bytes().startswith(b"these are my notes")


def test_a_ledger_that_broke(desk: MakeDesk) -> None:
    d = desk()
    d.upload(make_source())
    data = bytearray(d.path.read_bytes())
    data[4096 : len(data)] = os.urandom(len(data) - 4096)
    d.path.write_bytes(data)
    with pytest.raises(LedgerError, match=r"damaged|failed"):
        d.upload(make_source())


@pytest.mark.parametrize("place", ["/proc/ledger.db", "/dev/null/ledger.db"])
def test_a_place_where_no_file_can_be(place: str) -> None:
    with pytest.raises(SettingsError, match=r"cannot be created .*--ledger"):
        Ledger(place)


@pytest.mark.parametrize("url", ["mysql://x@y/z", "postgresql://:::/"])
def test_urls_that_are_no_ledger(url: str) -> None:
    with pytest.raises(SettingsError):
        Ledger(url)


def test_a_password_is_never_shown() -> None:
    with pytest.raises(LedgerError) as caught:
        Ledger("postgresql://me:s3cret@127.0.0.1:9/x")
    assert "s3cret" not in str(caught.value)


def test_the_ledger_is_the_users_alone(tmp_path: Path) -> None:
    Ledger(tmp_path / "deep" / "l.db").close()
    assert (tmp_path / "deep" / "l.db").stat().st_mode & 0o077 == 0


def test_every_source_is_counted(desk: MakeDesk, location: str) -> None:
    d = desk()
    stop = threading.Event()
    a, b, c, other = (make_request(name, n) for n, name in enumerate(("a", "b", "c", "other")))
    # On PostgreSQL the ledger's time is the database's, so this test does not jump.
    words: dict[str, Any] = {"ledger": location, "clock": Clock()}
    d.order("status", status=422, method="POST")
    d.upload(make_upload("/refused", [other]), **words)
    d.upload(
        make_upload("/in", [a, b]),
        stop=stop,
        observe=lambda event: stop.set(),
        pace=Pace(gap=60),  # so that nothing of b is under way when it stops
        **words,
    )
    d.upload(make_upload("/copy", [a]), **words)

    def count() -> dict[str, list[tuple[int, ...]]]:
        found: dict[str, list[tuple[int, ...]]] = {}
        with Ledger(location) as ledger:
            paths = ["/refused", "/in", "/copy"]
            assert ledger.find_sources("another", (), paths) == []
            for one in ledger.find_sources(d.account, (), paths):
                found.setdefault(one.path, []).append((one.requests, one.stored, one.due, one.sent))
        return found

    assert count() == {"/refused": [(1, 0, 0, 0)], "/in": [(2, 1, 1, 1)], "/copy": [(1, 1, 0, 1)]}
    with Ledger(location) as ledger:
        (entry,) = ledger.select(d.account, [State.DONE])
        ledger.change(entry, state=State.DISCARDED, undone=True)
    assert count()["/copy"] == [(1, 0, 1, 0)]  # hidden by undo: it is to be sent again
    d.upload(make_upload("/in", [a, c]), **words)
    assert sorted(count()["/in"]) == [(1, 1, 0, 1), (2, 2, 0, 2)]
    d.upload(make_upload("/in", [a, b]), **words, changed="upload")
    assert (2, 2, 0, 2) in count()["/in"]
    assert d.stored()["b"] == 1


def run_child(work: Callable[[], int]) -> int | None:
    return join(fork(work), PATIENCE_SECONDS)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_read_only_ledger_sends_nothing(tmp_path: Path) -> None:
    with run_server(tmp_path) as server:
        folder = tmp_path / "ro"
        folder.mkdir()
        with OmiClient(KEY, server.url) as client, Ledger(folder / "l.db") as ledger:
            Uploader(client, ledger, name_account(server.url, KEY)).run([make_source(1)])
        for path in (*folder.iterdir(), folder):
            path.chmod(0o555 if path == folder else 0o444)
        for above in tmp_path.parents:
            if above.stat().st_uid == os.getuid() and above != Path("/"):
                above.chmod(above.stat().st_mode | 0o011)
        tmp_path.chmod(0o755)

        def work() -> int:
            # The client reads certificates, which may be in a folder for root alone.
            with OmiClient(KEY, server.url) as client:
                if os.geteuid() == 0:  # nothing is read-only for root
                    os.setresuid(NOBODY, NOBODY, NOBODY)
                try:
                    with Ledger(folder / "l.db") as ledger:
                        Uploader(client, ledger, name_account(server.url, KEY)).run(
                            [make_source(2, "y")]
                        )
                except (LedgerError, SettingsError) as error:
                    return 42 if "cannot be" in str(error) else 43
            return 0

        assert run_child(work) == 42
        folder.chmod(0o755)
        assert server.answers() == {"POST 200": 1}


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
def test_a_full_disk_stops_and_the_next_run_goes_on(tmp_path: Path) -> None:
    """A limit on the size of files is a full disk to SQLite.

    It fills while requests are being sent.
    """
    path = tmp_path / "l.db"
    sources = [make_source(20, f"s{n}") for n in range(6)]
    with run_server(tmp_path, generation="old") as server:
        account = name_account(server.url, KEY)

        def work() -> int:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            with OmiClient(KEY, server.url) as client, Ledger(path) as ledger:
                resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
                try:
                    Uploader(client, ledger, account, pace=Pace(gap=0)).run(sources)
                except LedgerError as error:
                    return 42 if "the disk" in str(error) else 43
            return 0

        assert run_child(work) == 42
        sent = server.answers().get("POST 200", 0)
        assert 0 < sent < 120
        clock = JumpingClock().as_clock()
        with OmiClient(KEY, server.url) as client, Ledger(path, clock) as ledger:
            uploader = Uploader(client, ledger, account, pace=Pace(gap=0), clock=clock)
            summary = uploader.run(sources)
        assert summary.finished == {State.DONE: 120}
        assert set(server.count(KEY).values()) == {1}
        assert len(server.count(KEY)) == 120


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be deleted")
@pytest.mark.parametrize("generation", ["old", "new"])
@pytest.mark.parametrize("with_wal", [True, False])
def test_a_ledger_deleted_in_the_middle_is_put_back(
    desk: MakeDesk, generation: str, with_wal: bool
) -> None:
    d = desk(generation=generation)

    def delete(event: object) -> None:
        if isinstance(event, Finished) and d.path.exists() and not d.events:
            d.events.append(event)
            for name in ("", "-wal", "-shm") if with_wal else ("",):
                d.path.with_name(d.path.name + name).unlink()

    with pytest.raises(
        LedgerError, match=r"was deleted while in use; stopped, and its contents were saved to"
    ):
        d.upload(make_source(), observe=delete)
    assert 0 < sum(d.stored().values()) < 6
    assert d.upload(make_source()).finished == {State.DONE: 6}
    assert set(d.stored().values()) == {1}


def test_what_stood_in_a_ledger_that_was_replaced_is_saved_next_to_it(
    desk: MakeDesk, tmp_path: Path
) -> None:
    d = desk()
    other = tmp_path / "other.db"
    Ledger(other).close()

    def replace(event: object) -> None:
        if other.exists():
            other.replace(d.path)

    with pytest.raises(LedgerError, match=r"was replaced while in use.*rescued"):
        d.upload(make_source(), observe=replace)
    with Ledger(d.path.with_name("ledger.db.rescued")) as ledger:
        assert len(ledger.select()) == 6


@pytest.mark.parametrize("jump", [-86_400.0, -2.0, 2.0, 86_400.0])
@pytest.mark.parametrize("generation", ["old", "new"])
def test_a_clock_that_jumps(desk: MakeDesk, generation: str, jump: float) -> None:
    """Back and forth between any two looks at it, by seconds or a day."""
    d = desk(generation=generation, processing_seconds=30, gateway_seconds=0)
    d.clock.before_sleep = lambda seconds: d.finish_processing()
    looks = [0]

    def now() -> float:
        looks[0] += 1
        return d.clock.now() + (jump if looks[0] % 3 else 0.0)

    clock = replace(d.clock.as_clock(), now=now)
    d.order("reset_after_store", skip=1, method="POST")
    for _ in range(2):
        d.upload(make_source(3), clock=clock)
    assert set(d.stored().values()) == {1}
    assert set(d.states().values()) == {State.DONE}


@pytest.mark.parametrize("generation", ["old", "new"])
def test_two_processes_on_one_ledger(tmp_path: Path, generation: str) -> None:
    sources = [make_source(5, f"s{n}") for n in range(8)]
    both_are_ready = get_context("fork").Barrier(2)
    with run_server(tmp_path, generation=generation, processing_seconds=0.02) as server:
        account = name_account(server.url, KEY)

        def work() -> int:
            with OmiClient(KEY, server.url) as client, Ledger(tmp_path / "l.db") as ledger:
                events: list[Event] = []
                uploader = Uploader(
                    client, ledger, account, pace=Pace(gap=0), observe=events.append
                )
                both_are_ready.wait(PATIENCE_SECONDS)
                summary = uploader.run(sources)
                mine = [one for one in events if isinstance(one, Finished) and not one.repeated]
                return 1 + len(mine) if summary.left == 0 else 0

        pids = [fork(work) for _ in range(2)]
        shares = [join(pid, PATIENCE_SECONDS) for pid in pids]
        assert all(share is not None and 1 < share <= 1 + 40 for share in shares)
        assert set(server.count(KEY).values()) == {1}
        assert len(server.count(KEY)) == 40


def test_a_new_file_that_another_process_prepares_is_waited_for(tmp_path: Path) -> None:
    """SQLite refuses a change of the journal's mode at once while another one writes."""
    path = tmp_path / "l.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE not_ours (a)")
        other.execute("BEGIN IMMEDIATE")
        waits: list[float] = []

        def sleep(seconds: float, _stop: threading.Event) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                other.execute("ROLLBACK")

        clock = Clock(now=lambda: 0.0, monotonic=lambda: 0.0, sleep=sleep, boot=lambda: "boot")
        with Ledger(path, clock) as ledger:
            assert ledger.select() == []
    assert len(waits) == 3


def test_a_claim_of_a_process_that_died_is_taken_over(desk: MakeDesk) -> None:
    d = desk(generation="old", processing_seconds=30)

    def work() -> int:
        with OmiClient(KEY, d.url) as client, Ledger(d.path) as ledger:
            Uploader(client, ledger, d.account).run([make_source(2)])
        return 0

    def open_for_the_second() -> None:
        wait_until(lambda: d.gate.waiting != 1, "the second request")
        d.gate.open()

    pid = fork(work)
    wait_until(lambda: d.count("processing"), "the first request")
    os.kill(pid, signal.SIGKILL)
    assert join(pid) == -signal.SIGKILL
    with Ledger(d.path) as ledger:
        (entry,) = ledger.select(states=[State.SENDING])
        assert not entry.held
    # The server goes on with a request whose connection is gone: while the upload waits for that
    # one, or when the other one has come.
    d.clock.before_sleep = lambda seconds: d.gate.open()
    opener = threading.Thread(target=open_for_the_second)
    opener.start()
    assert d.upload(make_source(2)).finished == {State.DONE: 2}
    opener.join()
    assert set(d.stored().values()) == {1}


def test_who_lives() -> None:
    me = owners.register()
    assert owners.is_alive(me) is True
    owners.unregister(me)
    assert owners.is_alive(me) is False


def test_an_owner_of_this_machine_is_known_to_be_gone() -> None:
    version, token, boot, space, pid, _began = owners.register().split("|")
    if not (boot and space):
        pytest.skip("this system does not tell boots or spaces of processes apart")
    assert owners.is_alive(f"{version}|{token}|{boot}|{space}|{pid}|1") is False
    assert owners.is_alive(f"{version}|{token}|{boot}|{space}|1|not-then") is False
    assert owners.is_alive(f"{version}|{token}|{boot}|{space}|4194304|1") is False


def test_between_containers_machines_and_versions_the_lease_decides_alone() -> None:
    version, token, boot, space, pid, _began = owners.register().split("|")
    assert owners.is_alive(f"{version}|{token}|{boot}|pid:[7]|{pid}|1") is None
    assert owners.is_alive(f"{version}|{token}|another-boot|{space}|{pid}|1") is None
    assert owners.is_alive(f"{version}|{token}|||{pid}|1") is None
    assert owners.is_alive(f"{version}|{token}|{boot}|{space}|{pid}|") is None
    assert owners.is_alive(f"{socket.gethostname()}|{boot}|{pid}|1|1") is None  # of version 1
    assert owners.is_alive("anything") is None


def test_no_two_owners_have_one_name() -> None:
    names = {owners.register() for _ in range(100)}
    assert len(names) == 100
    for name in names:
        owners.unregister(name)


_UPLOAD_IN_A_CONTAINER = """
import sys
from pathlib import Path
from tests.support.made_requests import make_request, make_upload
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.uploader import Uploader
url, path, account, key = sys.argv[1:]
with OmiClient(key, url) as client, Ledger(Path(path)) as ledger:
    Uploader(client, ledger, account, pace=Pace(gap=0)).run(
        [make_upload("/x", [make_request("x0", 0)])]
    )
"""


def test_a_container_with_the_same_host_name_does_not_take_a_live_claim(desk: MakeDesk) -> None:
    """Both see only their own processes, as containers do, and the same host name."""
    container = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc")
    try:
        subprocess.run([*container, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system makes no containers for users")
    d = desk(generation="old", processing_seconds=30)
    words = [*container, sys.executable, "-c", _UPLOAD_IN_A_CONTAINER]
    words += [d.url, d.path, d.account, KEY]
    with subprocess.Popen([str(word) for word in words]) as first:
        try:
            wait_until(lambda: d.count("processing"), "the first request")
            look = (
                "import sys; from pathlib import Path\n"
                "from transcript_bridge.transfer.ledger import Ledger\n"
                "with Ledger(Path(sys.argv[1])) as ledger:\n"
                "    print(*[(e.row.state.value, e.held) for e in ledger.select()])\n"
            )
            second = [*container, sys.executable, "-c", look, str(d.path)]
            shown = subprocess.run(second, check=True, capture_output=True, text=True).stdout
            with Ledger(d.path) as ledger:
                (seen_from_outside,) = ledger.select(states=[State.SENDING])
        finally:
            d.gate.open()
            assert first.wait(PATIENCE_SECONDS) == 0
    assert shown == "('sending', True)\n"
    assert seen_from_outside.held
    assert d.states().popitem()[1] is State.DONE
    assert set(d.stored().values()) == {1}


def test_the_ledger_contains_neither_key_nor_text(desk: MakeDesk) -> None:
    d = desk(generation="old")
    d.order("status", status=422, skip=1, method="POST")
    d.order("plain_500", skip=2, method="POST")
    d.upload(make_source())
    data = b"".join(
        p.read_bytes() for p in d.path.parent.iterdir() if p.name.startswith("ledger.db")
    )
    assert KEY.encode() not in data
    assert b"quick brown" not in data
    assert b"fox" not in data


def test_reading_while_another_writes(desk: MakeDesk) -> None:
    """`status` during an upload: neither waits for the other."""
    d = desk(processing_seconds=0.05)
    seen: list[int] = []

    def look(event: object) -> None:
        with Ledger(d.path) as other:
            (counts,) = other.count().values()
            seen.append(counts.requests[RequestKind(State.DONE)])

    d.upload(make_source(), observe=look)
    assert seen[-1] >= 5
    assert seen == sorted(seen)
    assert threading.active_count() < 20


# Ledgers of older versions


def read_columns(path: Path) -> dict[str, set[tuple[object, ...]]]:
    """table -> (name, type, not null) of its columns."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        tables = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {
            table: {row[1:4] for row in db.execute(f"PRAGMA table_info({table})")}
            for table in tables
        }


def test_a_ledger_of_version_1_is_upgraded_in_place(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    write_old_ledger(old)
    for _ in range(2):  # upgraded once, then left as it is
        Ledger(old).close()
    Ledger(new).close()
    assert read_columns(old) == read_columns(new)
    with contextlib.closing(sqlite3.connect(old)) as db:
        assert db.execute("SELECT version FROM tb_meta").fetchall() == [(VERSION,)]


def test_an_upload_goes_on_with_a_ledger_of_version_1(desk: MakeDesk, tmp_path: Path) -> None:
    d = desk()
    write_old_ledger(d.path)
    sources = [
        make_upload("/old/a.srt", [make_request("a", 0), make_request("b", 1)]),
        make_upload("/old/b.srt", [make_request("short", 2, segments=1, words=3)]),
        make_upload("/old/c.srt", [make_request("c", 3), make_request("d", 4)]),
    ]
    with OmiClient(KEY, d.url) as client, Ledger(d.path) as ledger:
        events: list[object] = []
        uploader = Uploader(client, ledger, MADE_ACCOUNT, pace=Pace(gap=0), observe=events.append)
        summary = uploader.run(sources)
    assert summary.finished == {State.DONE: 3, State.REJECTED: 1, State.DISCARDED: 1}
    assert d.stored() == {"c": 1, "d": 1}  # what was sent before is not sent again
    repeated = [e.repeated for e in events if isinstance(e, Finished)]
    assert sorted(repeated) == [False, False, True, True, True]
