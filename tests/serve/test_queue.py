"""The queue: what people ask of it, and what a key's turn does when something is wrong."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag

import pytest

pytest.importorskip("procrastinate")  # the extra `serve`

from tests.serve.conftest import KEY, Archives
from tests.support.command import PATIENCE_SECONDS, Run, Start
from tests.support.sandboxes import SandboxPool
from tests.support.serving import make_worker_process, run_worker
from tests.support.waiting import wait_until
from transcript_bridge.errors import SettingsError
from transcript_bridge.omi.sandbox import SandboxSettings
from transcript_bridge.serve.key_queue import LOCAL_ZONE, KeyQueue, QueuedKey, ask_queue
from transcript_bridge.serve.key_turn import take_turn
from transcript_bridge.serve.queue_database import QueueDatabase
from transcript_bridge.serve.turns import KeyTurn
from transcript_bridge.transfer.account_label import name_account
from transcript_bridge.transfer.events import Event, Started
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace

pytestmark = pytest.mark.postgres


def find_key(ledger: str, profile: str) -> QueuedKey | None:
    keys = ask_queue(ledger, lambda queue: queue.list_keys())
    return next((key for key in keys if key.profile == profile), None)


def add(ledger: str, profile: str, folder: Path, **flags: object) -> None:
    ask_queue(ledger, lambda queue: queue.add(profile, [str(folder)], flags))


@contextmanager
def working(ledger: str, folder: Path, keys: Path, url: str, slots: int = 4) -> Iterator[None]:
    """A worker in a thread, until the block ends."""
    stop = Flag()

    def work() -> None:
        run_worker(ledger, folder, keys, url, slots=slots, stop=stop, until_done=False)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


# ---- pause, resume, remove


@pytest.mark.slow
def test_a_paused_key_waits_until_it_is_resumed(
    run: Run, sandbox: str, archives: Archives, queue_ledger: str
) -> None:
    folder = archives.add("team-a", 2)
    serve = ["serve", "--until-done", "--keys", archives.keys, "--api-base", sandbox]
    serve += ["--allow-http", "--ledger", queue_ledger]
    profile = ["team-a", "--ledger", queue_ledger]
    add(queue_ledger, "team-a", folder, gap=0)
    assert run("queue", "pause", *profile).code == 0
    ran = run(*serve)
    assert (ran.code, "keys: 1 paused" in ran.err) == (0, True)
    assert run("queue", "list", "--ledger", queue_ledger).out == "team-a  paused\n"
    assert run("queue", "resume", *profile).code == 0
    ran = run("serve", "--keys", f"{archives.keys}x", "--ledger", queue_ledger)
    assert (ran.code, "--keys: there is no folder" in ran.err) == (2, True)  # no key has failed
    ran = run(*serve)
    assert (ran.code, "team-a: done, 2 of 2 in Omi" in ran.err) == (0, True)
    assert run("queue", "list", "--ledger", queue_ledger).out == "team-a  done, 2 of 2 in Omi\n"
    assert run("queue", "remove", *profile).code == 0
    assert run("queue", "list", "--ledger", queue_ledger).out == ""
    ran = run("queue", "remove", *profile)
    assert (ran.code, "the queue has no profile 'team-a'" in ran.err) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize("order", ["pause", "remove"])
def test_a_key_that_is_uploading_stops_after_its_request(
    tmp_path: Path, sandbox: str, archives: Archives, queue_ledger: str, order: str
) -> None:
    add(queue_ledger, "team-a", archives.add("team-a", 30), gap=4)
    with working(queue_ledger, tmp_path, archives.keys, sandbox):
        wait_until(lambda: is_in_state(queue_ledger, "team-a", "running"), "the turn")
        if order == "pause":
            ask_queue(queue_ledger, lambda queue: queue.pause("team-a"))
        else:
            ask_queue(queue_ledger, lambda queue: queue.remove("team-a"))
        wait_until(lambda: not is_in_state(queue_ledger, "team-a", "running"), "its end")
    key = find_key(queue_ledger, "team-a")
    if order == "remove":
        assert key is None
        return
    assert key is not None
    assert key.paused
    assert key.stored < 30


def is_in_state(ledger: str, profile: str, state: str) -> bool:
    key = find_key(ledger, profile)
    return key is not None and key.state == state


# ---- many keys


@pytest.mark.slow
@pytest.mark.untraced
def test_many_keys_that_wait_take_no_threads_and_no_connections(
    tmp_path: Path, sandbox_pool: SandboxPool, archives: Archives, queue_ledger: str
) -> None:
    import psycopg

    profiles = [f"team-{number}" for number in range(20)]  # more than all connections
    folders = {profile: str(archives.add(profile, 2)) for profile in profiles}

    async def add_all(queue: KeyQueue) -> None:
        for profile, folder in folders.items():
            await queue.add(profile, [folder], {"gap": 0})

    ask_queue(queue_ledger, add_all)

    def count_waiting() -> int:
        keys = ask_queue(queue_ledger, lambda queue: queue.list_keys())
        return sum(key.next_at is not None for key in keys)

    limit = SandboxSettings(writes_per_window=1, window_seconds=3600)
    before = threading.active_count()
    with (
        sandbox_pool.lease(limit) as url,
        working(queue_ledger, tmp_path, archives.keys, url, slots=4),
    ):
        wait_until(lambda: count_waiting() == len(profiles), "all keys to wait")
        threads = threading.active_count() - before
        with psycopg.connect(queue_ledger) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid != pg_backend_pid()"
            ).fetchone()
    assert row is not None
    assert 1 <= row[0] <= 11
    assert threads <= 4 + 3 + 4  # slots; the worker's own; those of its connections


# ---- the end


@pytest.mark.slow
def test_sigterm_ends_serve_and_gives_its_keys_back(
    start: Start, sandbox: str, archives: Archives, queue_ledger: str
) -> None:
    add(queue_ledger, "team-a", archives.add("team-a", 30), gap=4)
    words = ["serve", "--keys", archives.keys, "--api-base", sandbox, "--allow-http"]
    process = start(*words, "--ledger", queue_ledger)
    wait_until(lambda: is_in_state(queue_ledger, "team-a", "running"), "the turn")
    process.terminate()
    _, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 4
    assert "keys: 1 waiting" in err
    assert is_in_state(queue_ledger, "team-a", "waiting")


def test_a_worker_that_was_killed_is_shown_for_a_while_and_then_forgotten(
    queue_ledger: str,
) -> None:
    async def rescue_after(minutes: int) -> float:
        async with QueueDatabase(queue_ledger) as database:
            queue = KeyQueue(database)
            await database.fetch(
                "INSERT INTO procrastinate_workers (last_heartbeat) "
                "VALUES (now() - make_interval(mins => %(minutes)s)) RETURNING id",
                minutes=minutes,
            )
            await queue.rescue(30)
            return await queue.read_heartbeat_age()

    assert asyncio.run(rescue_after(minutes=16)) == 0
    assert asyncio.run(rescue_after(minutes=5)) >= 300


# ---- what is wrong


def test_a_profile_is_in_the_queue_once(run: Run, archives: Archives, queue_ledger: str) -> None:
    words = ["queue", "add", archives.add("team-a", 1), "--ledger", queue_ledger, "--profile"]
    assert run(*words, "team-a").code == 0
    again = run(*words, "team-a")
    assert (again.code, "is in the queue already" in again.err) == (2, True)
    alike = run(*words, "team_a")
    assert (alike.code, "would share the environment variable" in alike.err) == (2, True)
    wrong = run(*words, "../team")
    assert (wrong.code, "cannot be used in the queue" in wrong.err) == (2, True)
    mistaken = run(*words, "team-b", "--rate", "many")
    assert (mistaken.code, "must be" in mistaken.err) == (2, True)


@pytest.mark.parametrize("other", ["team-a", "team_a"], ids=["one profile", "one variable"])
def test_of_two_who_add_at_the_same_time_one_is_refused(
    archives: Archives, queue_ledger: str, other: str
) -> None:
    """Two changes at once must not silently overwrite each other."""
    import psycopg

    folders = {folder: archives.add(folder, 0) for folder in ("one", "two")}
    add(queue_ledger, "team-z", folders["one"])
    with (
        psycopg.connect(queue_ledger) as barrier,
        psycopg.connect(queue_ledger, autocommit=True) as observer,
        ThreadPoolExecutor(2) as pool,
    ):

        def count_waiting() -> int:
            row = observer.execute(
                "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
                "WHERE NOT granted AND datname = current_database()"
            ).fetchone()
            return row[0] if row else 0

        barrier.execute("LOCK TABLE tb_queue IN EXCLUSIVE MODE")  # others may look, not write
        added = {
            folder: pool.submit(add, queue_ledger, profile, folders[folder])
            for folder, profile in (("one", "team-a"), ("two", other))
        }
        wait_until(lambda: count_waiting() == 2, "both to have looked")
        barrier.rollback()
        refusals = {folder: future.exception() for folder, future in added.items()}
    (winner,) = [folder for folder, refusal in refusals.items() if refusal is None]
    (refusal,) = [refusal for refusal in refusals.values() if refusal is not None]
    reason = str(folders[winner]) if other == "team-a" else "would share the environment variable"
    assert isinstance(refusal, SettingsError)
    assert reason in str(refusal)
    keys = ask_queue(queue_ledger, lambda queue: queue.list_keys())
    assert [key.paths for key in keys if key.profile != "team-z"] == [[str(folders[winner])]]


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hidden@host.example/a.vtt",
        "https://host.example/a.vtt?X-Amz-Signature=hidden",
        "https://host.example/a.vtt?id=hidden",
    ],
    ids=["password", "signature", "query"],
)
def test_a_url_that_is_not_stored_as_it_is_is_refused(
    run: Run, archives: Archives, queue_ledger: str, url: str
) -> None:
    words = ["queue", "add", "--profile", "team-a", "--ledger", queue_ledger]
    folder = archives.add("team-a", 1)
    for rest in ([url], [folder, "--speakers", url]):
        ran = run(*words, *rest)
        assert ran.code == 2
        assert "a URL with a password or a query (?…) is not stored" in ran.err
        assert "hidden" not in ran.err
    assert run("queue", "list", "--ledger", queue_ledger).out == ""
    assert run(*words, "https://host.example/a%20b.vtt").code == 0


@pytest.fixture
def turn(
    tmp_path: Path, sandbox: str, archives: Archives, queue_ledger: str
) -> Iterator[Callable[..., KeyTurn]]:
    """Takes one turn of a key, which may have other values than usual."""
    with Ledger(queue_ledger) as ledger:
        process = make_worker_process(ledger, tmp_path, archives.keys, sandbox, "worker-1")

        def take(profile: str, folder: Path, **values: object) -> KeyTurn:
            add(queue_ledger, profile, folder, gap=0)
            key = find_key(queue_ledger, profile)
            assert key is not None
            for name, value in values.items():
                object.__setattr__(key, name, value)
            return take_turn(key, process, Flag(), lambda _event: None)

        yield take


@pytest.mark.slow
def test_an_unknown_profile_fails_and_the_others_go_on(
    run: Run, sandbox: str, archives: Archives, queue_ledger: str
) -> None:
    add(queue_ledger, "team-a", archives.add("team-a", 1), gap=0)
    add(queue_ledger, "team-b", archives.add("team-b", 1), gap=0)
    (archives.keys / "team-b").unlink()
    serve = ["serve", "--until-done", "--keys", archives.keys, "--api-base", sandbox]
    ran = run(*serve, "--allow-http", "--ledger", queue_ledger)
    assert ran.code == 1
    assert "keys: 1 done, 1 failed" in ran.err
    assert "no profile 'team-b'" in ran.err
    assert "omi_dev" not in ran.err


def test_a_refused_key_fails_with_the_words_of_its_server(
    turn: Callable[..., KeyTurn], sandbox: str, archives: Archives
) -> None:
    folder = archives.add("team-a", 1)
    (archives.keys / "team-a").write_text("omi_dev_refused_key", encoding="utf-8")
    order_refusal(sandbox)
    ended = turn("team-a", folder)
    assert (ended.state, ended.code) == ("failed", 3)
    assert "worker-1" in ended.reason
    assert "omi_dev_refused_key" not in ended.reason


def test_a_broken_file_leaves_its_key_done_in_part(
    turn: Callable[..., KeyTurn], archives: Archives
) -> None:
    folder = archives.add("team-a", 2)
    (folder / "broken.srt").write_text("1\n00:00:01,000 --> soon\nno times here\n")
    ended = turn("team-a", folder)
    assert (ended.state, ended.code, ended.stored) == ("partly", 1, 2)
    assert "recordings that cannot be sent: 1 ('plan' says why)" in ended.reason


def order_refusal(sandbox: str) -> None:
    from tests.support.local_http import LOCAL_HTTP

    fault = {"kind": "status", "status": 401}
    LOCAL_HTTP.post(f"{sandbox}/_sandbox/faults", json=[fault]).raise_for_status()


def test_a_folder_that_is_not_on_this_machine_is_looked_for_again(
    turn: Callable[..., KeyTurn], archives: Archives, tmp_path: Path
) -> None:
    folder = archives.add("team-a", 1)
    ended = turn("team-a", folder, paths=[str(folder), str(tmp_path / "gone")])
    assert (ended.state, ended.seconds) == ("waiting", 60)
    assert ended.is_failure
    assert "worker-1" in ended.reason
    assert "gone" in ended.reason


def test_a_queue_beside_another_ledger_stops_instead_of_sending_everything_again(
    turn: Callable[..., KeyTurn], archives: Archives, sandbox: str
) -> None:
    ended = turn("team-a", archives.add("team-a", 1), stored=7)
    assert (ended.state, ended.code) == ("failed", 2)
    expected = f"7 conversations are in Omi, and the ledger has none of this key at {sandbox}"
    assert expected in ended.reason


def test_times_without_an_offset_are_in_the_zone_of_whoever_added_the_key(
    turn: Callable[..., KeyTurn], archives: Archives, queue_ledger: str
) -> None:
    folder = archives.add("team-a", 1)
    ended = turn("team-a", folder, flags={"gap": 0, LOCAL_ZONE: "Asia/Tokyo"})
    assert ended.state == "done", ended
    with Ledger(queue_ledger) as ledger:
        (entry,) = ledger.select()
    assert entry.row.started_at == datetime(2023, 12, 31, 23, tzinfo=UTC)


def test_a_file_that_is_written_to_while_others_are_sent_is_sent_in_another_turn(
    tmp_path: Path, sandbox: str, archives: Archives, queue_ledger: str
) -> None:
    folder = archives.add("team-a", 2)
    last = sorted(folder.iterdir())[-1]
    add(queue_ledger, "team-a", folder, gap=0)
    key = find_key(queue_ledger, "team-a")
    assert key is not None

    def write(event: Event) -> None:
        if isinstance(event, Started):
            last.write_text(last.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    with Ledger(queue_ledger) as ledger:
        process = make_worker_process(ledger, tmp_path, archives.keys, sandbox, "worker-1")
        first = take_turn(key, process, Flag(), write)
        second = take_turn(key, process, Flag(), lambda _event: None)
    assert (first.state, first.stored, first.is_failure) == ("waiting", 1, True)
    assert "recordings that could not be read: 1" in first.reason
    assert (second.state, second.stored) == ("done", 2)


@pytest.mark.slow
def test_a_turn_uses_up_its_window_before_it_ends(
    tmp_path: Path, sandbox_pool: SandboxPool, archives: Archives, queue_ledger: str
) -> None:
    limit = 4
    add(queue_ledger, "team-a", archives.add("team-a", limit + 2), gap=0)
    key = find_key(queue_ledger, "team-a")
    assert key is not None
    slow = SandboxSettings(processing_seconds=0.25)
    with sandbox_pool.lease(slow) as url, Ledger(queue_ledger) as ledger:
        account = ledger.open_account(name_account(url, KEY.format(profile="team-a")))
        ledger.refuse_write(account, Pace(), 0.0, limit)  # the server has shown its limit
        process = make_worker_process(ledger, tmp_path, archives.keys, url, "worker-1")
        ended = take_turn(key, process, Flag(), lambda _event: None)
        sent = [one for one in ledger.select(account) if one.row.attempts]
    assert (ended.state, ended.stored) == ("waiting", limit)
    assert len(sent) == limit
    assert 3000 < ended.seconds <= 3600


def test_a_fault_of_the_program_fails_its_key_only(
    turn: Callable[..., KeyTurn], archives: Archives
) -> None:
    ended = turn("team-a", archives.add("team-a", 1), paths=[7])
    assert ended.state == "failed"
    assert "a fault in Transcript Bridge" in ended.reason


def test_the_queue_says_which_extra_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith(("transcript_bridge.serve", "procrastinate")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    ran = run("queue", "list", "--ledger", "postgresql://bridge@127.0.0.1:1/x")
    assert ran.code == 2
    assert "pip install 'transcript-bridge[serve]'" in ran.err
