"""A new key, or another address of the server: nothing is sent again before the user has said
whether it is the same account."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.command import Ran, Run
from tests.support.local_http import LOCAL_HTTP
from transcript_bridge.cli import accounts
from transcript_bridge.errors import SettingsError
from transcript_bridge.transfer.account_label import AccountLabel
from transcript_bridge.transfer.ledger import Ledger

# No command waits: the clock jumps.
pytestmark = pytest.mark.usefixtures("jumping_clock")

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
KITCHEN = DEMO / "kitchen.srt"
PLANNING = DEMO / "planning.vtt"
OLD_KEY = "omi_dev_old"
NEW_KEY = "omi_dev_new"


@pytest.fixture
def url(lease_sandbox: Callable[..., str]) -> str:
    """A server that ignores session ids: a request that is sent twice is stored twice."""
    return lease_sandbox(generation="old")


@pytest.fixture
def call(run: Run, url: str) -> Run:
    def call(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        account = {"OMI_API_KEY": OLD_KEY, "OMI_API_BASE": url}
        keyring = "keyring.backends.fail.Keyring"
        return run(*words, stdin=stdin, **{**account, "PYTHON_KEYRING_BACKEND": keyring, **environ})

    return call


ROTATED = {"OMI_API_KEY": NEW_KEY}
UPLOADS = pytest.mark.parametrize(
    "words", [["upload"], ["migrate", "--yes"]], ids=["upload", "migrate"]
)


def count_sent(url: str) -> int:
    """The number of conversations that were created with any key."""
    stats = LOCAL_HTTP.get(f"{url}/_sandbox/stats").json()
    sent: int = stats["requests"].get("POST 200", 0)
    return sent


def order(url: str, **fault: Any) -> None:
    LOCAL_HTTP.post(f"{url}/_sandbox/faults", json=[fault]).raise_for_status()


def survey(call: Run, **environ: str) -> list[dict[str, Any]]:
    accounts: list[dict[str, Any]] = json.loads(call("status", "--json", **environ).out)["accounts"]
    return accounts


@UPLOADS
def test_after_a_new_key_nothing_is_sent_again_without_an_answer(
    call: Run, url: str, words: list[str]
) -> None:
    call("upload", KITCHEN, PLANNING)
    refused = call(*words, KITCHEN, PLANNING, **ROTATED)
    assert refused.code == 2
    assert f"already in Omi under another key (key from OMI_API_KEY, {url} [" in refused.err
    assert "]): 2 of these conversations; if it is the same account, add --same" in refused.err
    assert count_sent(url) == 2


@UPLOADS
def test_the_same_account_has_them_already_and_goes_on_with_the_new_key(
    call: Run, url: str, tmp_path: Path, words: list[str]
) -> None:
    call("upload", KITCHEN)
    answered = call(*words, KITCHEN, PLANNING, "--same-account", **ROTATED)
    assert answered.code == 0, answered.err
    assert "it is the same account, so they are not sent again" in answered.err
    assert count_sent(url) == 2
    (account,) = survey(call, **ROTATED)
    assert (account["states"]["done"], account["in_use"]) == (2, True)
    again = call(*words, KITCHEN, PLANNING, **ROTATED)
    assert again.code == 0
    assert count_sent(url) == 2
    assert "under another key" not in again.err


@UPLOADS
def test_another_account_gets_them_too_and_the_question_is_not_repeated(
    call: Run, url: str, words: list[str]
) -> None:
    call("upload", KITCHEN, PLANNING)
    other = call(*words, KITCHEN, "--other-account", **ROTATED)
    assert other.code == 0, other.err
    assert "it is another account, so they are sent to this one, too" in other.err
    assert count_sent(url) == 3
    assert call(*words, PLANNING, **ROTATED).code == 0
    assert count_sent(url) == 4
    assert [account["states"]["done"] for account in survey(call)] == [2, 2]


@pytest.mark.parametrize(
    ("used", "mistyped"), [("", "m.db"), ("l.db", "m.db"), ("one/l.db", "two/l.db")]
)
@UPLOADS
def test_a_new_ledger_where_another_knows_the_conversations_sends_none_twice(
    call: Run, url: str, tmp_path: Path, words: list[str], used: str, mistyped: str
) -> None:
    first = ("--ledger", tmp_path / used) if used else ()
    assert call("upload", KITCHEN, *first).code == 0
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as foreign:
        foreign.execute("CREATE TABLE other (id)").close()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    new = tmp_path / mistyped
    ran = call(*words, KITCHEN, "--ledger", new)
    assert ran.code == 0, ran.err
    assert f"created a new ledger: {new}\n" in ran.err
    known = tmp_path / used if used else "transcript-bridge/ledger.db"
    assert f"{known}: 1 of these conversations; --ledger " in ran.err
    assert {path: path.read_bytes() for path in before} == before
    again = call(*words, KITCHEN, "--ledger", new)
    assert "new ledger" not in again.err
    assert count_sent(url) == 1
    elsewhere = call(*words, PLANNING, "--ledger", tmp_path / "of-its-own.db")
    assert elsewhere.code == 0
    assert "1 of these" not in elsewhere.err
    assert count_sent(url) == 2


def test_verify_and_undo_with_another_key_name_the_right_account(call: Run, tmp_path: Path) -> None:
    """Otherwise everything looks as if it had never been sent."""
    for source in (KITCHEN, PLANNING):
        shutil.copy(source, tmp_path)
    call("upload", tmp_path / KITCHEN.name)
    call("upload", tmp_path / PLANNING.name, **ROTATED)
    for command in ("verify", "undo"):
        ran = call(command, tmp_path / KITCHEN.name, **ROTATED)
        assert "already in Omi under another key (key from OMI_API_KEY" in ran.err, command
        assert ": 1 of these conversations; for that account, use its key" in ran.err, command
    own = call("verify", tmp_path / PLANNING.name, **ROTATED)
    assert (own.code, "another key" in own.err) == (0, False)


def test_whoever_does_not_want_a_new_ledger_sends_nothing(
    call: Run, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("upload", KITCHEN).code == 0
    terminal = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(accounts, "sys", terminal)
    questions: list[str] = []
    monkeypatch.setattr(accounts, "confirm", questions.append)  # and None is no
    new = tmp_path / "mistyped.db"
    for was_there in (False, True):
        if was_there:
            new.touch()
        ran = call("upload", KITCHEN, "--ledger", new)
        assert ran.code == 2
        assert "nothing was sent; to use the other ledger, add --ledger " in ran.err
        assert [path.name for path in tmp_path.glob("mistyped.db*")] == [new.name] * was_there
    assert len(questions) == 2
    assert count_sent(url) == 1


def test_another_name_of_the_server_is_asked_about(call: Run, url: str) -> None:
    call("upload", KITCHEN)
    renamed = url.replace("127.0.0.1", "localhost")
    assert call("upload", KITCHEN, OMI_API_BASE=renamed).code == 2
    assert call("upload", KITCHEN, "--same-account", OMI_API_BASE=renamed).code == 0
    assert count_sent(url) == 1


PUBLIC = {"OMI_API_BASE": "https://api.omi.me", "OMI_API_KEY": NEW_KEY}


def test_what_is_in_a_sandbox_does_not_count_for_a_server_elsewhere(
    call: Run, url: str, tmp_path: Path
) -> None:
    call("upload", KITCHEN)
    for words in (["plan"], ["upload", "--dry-run"], ["migrate", "--dry-run"]):
        planned = call(*words, KITCHEN, **PUBLIC)
        assert planned.code == 0, planned.err
        assert "already" not in planned.err
    assert "1 to send as 1 conversation" in call("plan", KITCHEN, **PUBLIC).out
    number = survey(call)[0]["account"]
    joined = call("auth", "alias", number, "--yes", **PUBLIC)
    assert joined.code == 2
    assert f"{url} cannot be one account: only one of them runs on this machine" in joined.err
    with Ledger(tmp_path / "home/.local/share/transcript-bridge/ledger.db") as ledger:
        own = ledger.open_account("public", AccountLabel("", "", "https://api.omi.me"))
        (source,) = ledger.find_sources(number, paths=[str(KITCHEN)])
        digests = {source.content_digest}
        assert ledger.find_sent_elsewhere(own, digests) == []
        here = ledger.open_account("here", AccountLabel("", "", "http://localhost:1"))
        assert [one.account for one in ledger.find_sent_elsewhere(here, digests)] == [number]
        with pytest.raises(SettingsError, match="only one of them"):
            ledger.join_accounts(own, number)
        assert len(ledger.survey()) == 3  # nothing else was stored


@UPLOADS
def test_another_server_that_has_nothing_of_it_is_not_the_same_account(
    call: Run, url: str, words: list[str], lease_sandbox: Callable[..., str]
) -> None:
    call("upload", KITCHEN)
    other = {"OMI_API_BASE": lease_sandbox(generation="old")}
    asked = call(*words, KITCHEN, **other)
    assert asked.code == 2
    assert f"already on another server, {url} (key from OMI_API_KEY [" in asked.err
    assert "if it is the same server at a new address, and the same account, add" in asked.err
    refused = call(*words, KITCHEN, "--same-account", **other)
    assert refused.code == 2
    assert f"has nothing that was sent to {url} (1 conversation looked for), so" in refused.err
    number = next(one["account"] for one in survey(call) if one["server"] == url)
    assert call("auth", "alias", number, "--yes", **other).code == 2
    assert count_sent(other["OMI_API_BASE"]) == 0
    assert call(*words, KITCHEN, "--other-account", **other).code == 0
    assert (count_sent(url), count_sent(other["OMI_API_BASE"])) == (1, 1)


def test_a_renamed_file_is_recognized_under_the_other_key(
    call: Run, url: str, tmp_path: Path
) -> None:
    call("upload", KITCHEN)
    copy = tmp_path / "2024-01-24 kitchen.srt"
    copy.write_bytes(KITCHEN.read_bytes())
    assert call("upload", copy, **ROTATED).code == 2
    assert count_sent(url) == 1


def test_the_same_cues_in_a_file_that_was_saved_anew_are_recognized(
    call: Run, url: str, tmp_path: Path
) -> None:
    """The file's bytes are others, so only its requests show it."""
    call("upload", KITCHEN, "--started-at", "2024-01-24T15:00Z")
    saved = tmp_path / "kitchen.srt"
    saved.write_bytes(KITCHEN.read_bytes().replace(b"\n", b"\r\n"))
    refused = call("upload", saved, "--started-at", "2024-01-24T15:00Z", **ROTATED)
    assert refused.code == 2
    assert "already in Omi under another key: 1 of its conversations; say with" in refused.err
    assert count_sent(url) == 1


def test_plan_says_that_an_upload_will_ask(call: Run) -> None:
    call("upload", KITCHEN)
    planned = call("plan", KITCHEN, **ROTATED)
    assert planned.code == 0
    assert "]): 1 of these conversations; an upload asks whether it is the same" in planned.err


def test_verify_and_undo_say_which_other_accounts_have_something(call: Run, url: str) -> None:
    call("upload", KITCHEN)
    for words in (["verify"], ["undo", "--all", "--yes"]):
        ran = call(*words, **ROTATED)
        assert "other accounts have: key from OMI_API_KEY, " in ran.err
        assert "'auth alias' joins them" in ran.err
    assert call("verify").code == 0


def test_auth_alias_joins_the_accounts_so_that_everything_works_with_the_new_key(
    call: Run, url: str
) -> None:
    call("upload", KITCHEN, PLANNING)
    number = survey(call)[0]["account"][:6]
    assert f"[{number}]" in call("status").out
    asked = call("auth", "alias", number, **ROTATED)
    assert asked.code == 2
    joined = call("auth", "alias", number, "--yes", **ROTATED)
    assert joined.code == 0, joined.err
    assert "are one account now, with 2 requests of the first" in joined.err
    assert call("upload", KITCHEN, **ROTATED).code == 0
    assert count_sent(url) == 2
    (account,) = survey(call)
    assert account["states"]["done"] == 2
    undone = call("undo", "--all", "--yes", "--discard", **ROTATED)
    assert "there is nothing to undo" not in undone.err


@pytest.mark.parametrize("refused", ["omi_mistyped_0123", "omi_dev_readonly"], ids=["401", "403"])
def test_a_key_that_was_never_accepted_leaves_nothing_behind(call: Run, refused: str) -> None:
    wrong = {"OMI_API_KEY": refused}
    migrate = ("migrate", DEMO, "--yes", "--gap", "0")
    assert call(*migrate, "--concurrency", "2", **wrong).code == 3
    shown = call("status", **wrong)
    assert "(in use): the server refused this key, and nothing was sent with it\n" in shown.out
    assert "with the right key, the same 'upload' or 'migrate' command" in shown.err
    assert survey(call, **wrong) == []
    report = json.loads(call("report", "--json", **wrong).out)
    assert (report["totals"]["conversations"], report["totals"]["files"]) == (0, 0)
    sent = call(*migrate, **ROTATED)
    assert sent.code == 0, sent.err
    assert "auth alias" not in sent.err
    (account,) = survey(call, **ROTATED)
    assert (account["in_omi"], account["left"]) == (account["conversations"], 0)
    report = json.loads(call("report", "--json").out)
    assert report["totals"]["stored"] == account["in_omi"]


@UPLOADS
def test_a_key_that_is_refused_later_names_what_joins_the_new_one(
    call: Run, url: str, words: list[str]
) -> None:
    assert call("upload", KITCHEN).code == 0
    order(url, kind="status", status=401, method="POST")
    revoked = call(*words, KITCHEN, PLANNING)
    assert revoked.code == 3
    (account,) = survey(call, **ROTATED)
    assert (account["left"], account["key_refused"]) == (1, True)
    joins = f"'transcript-bridge auth alias {account['account'][:6]}'"
    assert f"and --same-account says so; {joins} does at any time" in revoked.err
    assert (
        f"if the account in use is the same one, {joins} joins them"
        in call("status", **ROTATED).out
    )
    shown = call("status").out
    assert "refused this key when it was used last\n" in shown
    assert "auth alias" not in shown
    assert call(*words, KITCHEN, PLANNING, "--same-account", **ROTATED).code == 0
    (account,) = survey(call, **ROTATED)
    assert (account["in_omi"], account["left"], account["key_refused"]) == (2, 0, False)


def test_auth_alias_needs_an_account_of_the_ledger(call: Run) -> None:
    call("upload", KITCHEN)
    for name in ("", "0000000000", "nobody"):
        ran = call("auth", "alias", name, "--yes", **ROTATED)
        assert ran.code == 2
        assert "the ledger has no account called" in ran.err


def test_what_was_sent_with_both_keys_is_not_hidden_by_a_join(call: Run, url: str) -> None:
    call("upload", KITCHEN)
    call("upload", KITCHEN, "--other-account", **ROTATED)
    old = next(row for row in survey(call) if row["in_use"])
    refused = call("auth", "alias", old["account"][:8], "--yes", **ROTATED)
    assert refused.code == 2
    assert "sent with both are in Omi twice if they are one account (1)" in refused.err
    assert call("undo", "--all", "--yes", "--discard", **ROTATED).code in (0, 1)
    assert len(survey(call)) == 2


def test_a_join_keeps_what_either_account_has(call: Run, url: str) -> None:
    call("upload", KITCHEN)
    call("upload", PLANNING, **ROTATED)
    number = next(row for row in survey(call) if row["in_use"])["account"]
    assert call("auth", "alias", number, "--yes", **ROTATED).code == 0
    (account,) = survey(call)
    assert (account["states"]["done"], account["sources"]) == (2, 2)
    for environ in ({}, ROTATED):
        assert call("upload", KITCHEN, PLANNING, **environ).code == 0
    assert count_sent(url) == 2


def test_the_ledger_never_has_a_key(call: Run, home: Path) -> None:
    call("upload", KITCHEN)
    call("upload", KITCHEN, "--same-account", **ROTATED)
    path = Path(call("ledger", "path").out.strip())
    shown = json.loads(call("ledger", "path", "--json").out)
    assert shown == {"ledger": str(path), "exists": True}
    for file in path.parent.iterdir():
        content = file.read_bytes()
        for key in (OLD_KEY, NEW_KEY):
            assert key.encode() not in content
            assert hashlib.sha256(key.encode()).hexdigest().encode() not in content
    with closing(sqlite3.connect(path)) as db:
        query = "SELECT count(*) FROM tb_accounts WHERE joined_to NOT NULL"
        assert db.execute(query).fetchone() == (1,)
