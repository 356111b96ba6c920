"""The commands on the ledger: what they print, how they exit, and what they never say."""

from __future__ import annotations

import json
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.clock import JumpingClock
from tests.support.command import PATIENCE_SECONDS, Ran, Run, Start
from tests.support.local_http import LOCAL_HTTP
from tests.support.sandboxes import Gate
from tests.support.waiting import wait_until

Lease = Callable[..., str]
DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
KEY = "omi_dev_C0mmands"
KITCHEN = DEMO / "kitchen.srt"
WORDS = ("tomatoes", "Tuesday", "rained")


@pytest.fixture
def call(run: Run, sandbox: str, jumping_clock: JumpingClock) -> Run:
    """The command against a sandbox, with a key."""

    def call(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        account = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
        return run(*words, stdin=stdin, **{**account, **environ})

    return call


def order(url: str, *faults: dict[str, Any]) -> None:
    LOCAL_HTTP.post(f"{url}/_sandbox/faults", json=list(faults)).raise_for_status()


def read_stats(url: str) -> dict[str, Any]:
    stats: dict[str, Any] = LOCAL_HTTP.get(f"{url}/_sandbox/stats").json()
    return stats


def test_another_path_to_the_same_file_is_the_same_source(call: Run, tmp_path: Path) -> None:
    around = tmp_path / "work" / ".." / "kitchen.srt"
    around.write_bytes(KITCHEN.read_bytes())
    assert call("upload", around).code == 0
    assert call("verify", tmp_path / "kitchen.srt").err.endswith(
        "1 conversation is in Omi as it was sent; it took 1 call\n"
    )
    assert call("verify", around).err.endswith(
        "1 conversation is in Omi as it was sent; it took 1 call\n"
    )


def test_from_upload_to_undo_and_back(call: Run) -> None:
    assert call("status").out.endswith("nothing has been uploaded yet\n")
    first = call("upload", KITCHEN, "--max-segments", "2", "--json")
    ids = [json.loads(line)["id"] for line in first.out.splitlines()]
    again = call("upload", KITCHEN, "--max-segments", "2", "--json")
    assert [
        (json.loads(line)["id"], json.loads(line)["repeated"]) for line in again.out.splitlines()
    ] == [
        (ids[0], True),
        (ids[1], True),
    ]
    (account,) = json.loads(call("status", "--json").out)["accounts"]
    assert (account["states"]["done"], account["honors_session_ids"], account["sources"]) == (
        2,
        True,
        1,
    )
    assert "2 done" in call("status").out
    verified = call("verify")
    assert verified.code == 0
    assert verified.err.endswith("\n2 conversations are in Omi as they were sent; it took 1 call\n")

    asked = call("undo", DEMO)
    assert asked.code == 2  # nobody can say yes
    undone = call("undo", DEMO, "--yes")
    assert [line.split()[-1] for line in undone.out.splitlines()] == ["deleted", "deleted"]
    assert call("undo", "--all", "--yes").err.endswith("there is nothing to undo\n")
    anew = call("upload", KITCHEN, "--max-segments", "2", "--json")
    fresh = [json.loads(line) for line in anew.out.splitlines()]
    assert not set(ids) & {row["id"] for row in fresh}
    assert all(
        row["client_session_id"].endswith("-g1") and row["status"] == "completed" for row in fresh
    )
    assert call("verify").code == 0


def test_discarding_hides_and_uploading_makes_it_anew(call: Run, sandbox: str) -> None:
    call("upload", KITCHEN)
    assert call("undo", KITCHEN, "--discard", "-y").out.endswith("hidden\n")
    assert call("verify").err.endswith("1 discarded; it took 1 call\n")
    assert call("upload", KITCHEN).code == 0
    assert call("verify").err.endswith("1 conversation is in Omi as it was sent; it took 1 call\n")


def test_verify_finds_what_is_missing_or_different(call: Run, sandbox: str) -> None:
    rows = [
        json.loads(line)
        for line in call("upload", KITCHEN, "--max-segments", "2", "--json").out.splitlines()
    ]
    head = {"Authorization": f"Bearer {KEY}"}
    LOCAL_HTTP.delete(f"{sandbox}/v1/dev/user/conversations/{rows[0]['id']}", headers=head)
    ran = call("verify", "--json")
    assert ran.code == 1
    assert {r["id"]: r["verdict"] for r in map(json.loads, ran.out.splitlines())} == {
        rows[0]["id"]: "missing",
        rows[1]["id"]: "same",
    }


def test_what_was_rejected_is_planned_again_by_retry(call: Run, sandbox: str) -> None:
    order(sandbox, {"kind": "status", "status": 422})
    refused = call("upload", KITCHEN)
    assert (refused.code, refused.err.count("error: ")) == (1, 1)
    assert call("upload", KITCHEN).code == 1
    assert "1 conversation to send again" in call("retry").err
    assert call("upload", KITCHEN).code == 0


def read_rows(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def test_undo_and_retry_say_as_data_what_became_of_each_conversation(
    call: Run, sandbox: str
) -> None:
    about = {"input", "time", "part", "parts", "id", "status"}
    words = ("upload", KITCHEN, "--max-segments", "2", "--json")
    ids = [row["id"] for row in read_rows(call(*words))]

    shown = call("undo", "--all", "--dry-run", "--json")
    assert [row["status"] for row in read_rows(shown)] == ["dry-run", "dry-run"]
    head = {"Authorization": f"Bearer {KEY}"}
    LOCAL_HTTP.delete(f"{sandbox}/v1/dev/user/conversations/{ids[0]}", headers=head)
    undone = call("undo", KITCHEN, "--yes", "--json")
    rows = read_rows(undone)
    assert [(row["id"], row["status"]) for row in rows] == [(ids[0], "gone"), (ids[1], "deleted")]
    assert {(row["input"], row["parts"]) for row in rows} == {(str(KITCHEN), 2)}
    assert [row["part"] for row in rows] == [1, 2]
    assert "2 conversations" in undone.err

    order(sandbox, {"kind": "status", "status": 422})
    assert call(*words).code == 1
    (row,) = read_rows(call("retry", "--json"))
    assert (row["input"], row["part"], row["status"]) == (str(KITCHEN), 1, "planned")
    assert set(row) == set(rows[0]) == about


def test_undo_gives_what_it_cannot_delete_as_data(call: Run, sandbox: str) -> None:
    call("upload", KITCHEN)
    order(sandbox, {"kind": "status", "status": 402, "method": "DELETE"})
    ran = call("undo", KITCHEN, "--yes", "--json")
    (row,) = read_rows(ran)
    assert (row["status"], row["error"]["code"]) == ("failed", "plan-required")
    assert row["error"]["exit_code"] == ran.code != 0


def test_what_was_deleted_in_omi_comes_back_only_if_asked(
    call: Run, sandbox: str, tmp_path: Path
) -> None:
    row = json.loads(call("upload", KITCHEN, "--json").out)
    head = {"Authorization": f"Bearer {KEY}"}
    LOCAL_HTTP.delete(f"{sandbox}/v1/dev/user/conversations/{row['id']}", headers=head)
    other = {"TRANSCRIPT_BRIDGE_LEDGER": str(tmp_path / "other.db")}
    ran = call("upload", KITCHEN, **other)
    assert ran.code == 1
    assert "deleted in Omi; 'retry --deleted'" in ran.err
    call("retry", "--deleted", **other)
    assert call("upload", KITCHEN, **other).code == 0


@pytest.mark.parametrize("command", ["upload", "migrate"])
def test_what_only_the_user_can_find_out_gets_one_advice(
    run: Run, lease_sandbox: Lease, jumping_clock: JumpingClock, tmp_path: Path, command: str
) -> None:
    (tmp_path / "archive").mkdir()
    path = tmp_path / "archive" / "2024-01-24 10.00.00.srt"
    path.write_bytes(KITCHEN.read_bytes())
    url = lease_sandbox(generation="middle")
    order(url, {"kind": "reset_before", "method": "POST"})
    words = {"upload": ("upload", path), "migrate": ("migrate", path.parent, "--yes")}
    ran = run(*words[command], OMI_API_KEY=KEY, OMI_API_BASE=url)
    said = ran.err + ran.out
    assert ran.code == 4
    assert "check in Omi, then use 'transcript-bridge resolve'" in said
    assert "1 request left; running" in said or "1 conversation left; running" in said
    assert "run the same command again" not in said


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["as text", "as JSON"])
def test_the_user_resolves_what_the_program_cannot(
    run: Run, lease_sandbox: Lease, jumping_clock: JumpingClock, flags: tuple[str, ...]
) -> None:
    url = lease_sandbox(generation="old")
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    order(
        url,
        {"kind": "reset_before", "method": "POST"},
        {"kind": "plain_500", "method": "GET", "count": None},
    )

    def press_ctrl_c(_seconds: float) -> None:
        if read_stats(url)["requests"].get("GET 500"):
            signal.raise_signal(signal.SIGINT)

    jumping_clock.before_sleep = press_ctrl_c
    assert run("upload", KITCHEN, **environ).code == 4
    listed = run("resolve", "--json", **environ)
    (row,) = map(json.loads, listed.out.splitlines())
    assert row["segments"] == 4
    assert run("resolve", str(row["number"]), **environ).code == 2
    assert run("resolve", "999", "--send-again", **environ).code == 2
    named = run("resolve", str(row["number"]), "--found", "the one about tomatoes", **environ)
    assert (named.code, "not the id of a conversation" in named.err) == (2, True)
    decision = ("resolve", str(row["number"]), "--send-again", *flags)
    too_early = run(*decision, **environ)
    assert too_early.code == 4
    assert "kitchen.srt: the server may still store it; it can be sent again in " in too_early.err
    assert "it can be sent again in " in run("resolve", **environ).out
    jumping_clock.offset += 600
    assert "it can be sent again in " not in run("resolve", **environ).out
    resolved = run(*decision, **environ)
    if flags:
        assert json.loads(resolved.out) == {**row, "id": None, "status": "planned"}
    else:
        assert "will be sent again" in resolved.out
    LOCAL_HTTP.delete(f"{url}/_sandbox/faults")
    assert run("upload", KITCHEN, **environ).code == 0
    assert read_stats(url)["counts"] == {"completed": 1}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_records_the_request_under_way_and_says_how_to_go_on(
    start: Start, lease_sandbox: Lease, number: int
) -> None:
    gate = Gate()
    url = lease_sandbox(processing_seconds=30, gate=gate)
    words = ["upload", KITCHEN, "--max-segments", "1"]
    process = start(*words, OMI_API_KEY=KEY, OMI_API_BASE=url)
    assert process.stdout is not None
    assert process.stderr is not None
    wait_until(lambda: read_stats(url)["counts"].get("processing"), "the first request")
    process.send_signal(number)
    while "stopping" not in (line := process.stderr.readline()):
        assert line, "it ended without a word"
    gate.open()
    out, err = process.stdout.read(), process.stderr.read()
    assert process.wait(PATIENCE_SECONDS) == 4, err
    assert len(out.splitlines()) == 1
    assert "run the same command again to continue" in err
    assert read_stats(url)["counts"] == {"completed": 1}


def test_the_ledger_can_be_found_and_exported(call: Run, home: Path) -> None:
    call("upload", KITCHEN)
    path = call("ledger", "path").out.strip()
    assert path.startswith(str(home))
    assert Path(path).stat().st_mode & 0o077 == 0
    (row,) = map(json.loads, call("ledger", "export").out.splitlines())
    assert (row["state"], row["segments"], row["sources"][0]["path"]) == ("done", 4, str(KITCHEN))
    hidden = call("ledger", "path", "--ledger", "postgresql://me:s3cret@db/x").out
    assert "s3cret" not in hidden
    assert "db/x" in hidden


def test_a_key_is_kept_checked_and_forgotten(run: Run, sandbox: str, home: Path) -> None:
    place = {"OMI_API_BASE": sandbox, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    assert run("auth", "status", **place).code == 2
    assert run("auth", "login", stdin=b"omi_dev_readonly_x\n", **place).code == 3
    assert run("auth", "login", stdin=b"nonsense\n", **place).code == 3
    kept = run("auth", "login", stdin=KEY.encode() + b"\n", **place)
    assert kept.code == 0, kept.err
    (file,) = (home / ".config" / "transcript-bridge").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    status = run("auth", "status", "--json", **place)
    assert json.loads(status.out)["scopes"] == ["conversations:read", "conversations:write"]
    assert run("upload", KITCHEN, **place).code == 0
    assert run("auth", "logout", **place).code == 0
    assert run("upload", KITCHEN, **place).code == 2
    assert KEY not in kept.out + kept.err + status.out + status.err


@pytest.mark.parametrize("generation", ["old", "new"])
def test_errors_contain_no_secret(
    run: Run, home: Path, lease_sandbox: Lease, jumping_clock: JumpingClock, generation: str
) -> None:
    url = lease_sandbox(generation=generation)
    order(
        url,
        {"kind": "plain_500", "stored": True},
        {"kind": "status", "status": 422, "skip": 1},
        {"kind": "garbage", "skip": 1},
        {"kind": "503"},
    )
    two_files = [KITCHEN, DEMO / "planning.vtt"]
    said = ""
    for words in (
        ["upload", *two_files, "--max-segments", "1", "--gap", "0", "-vv", "--json"],
        ["status", "--json"],
        ["resolve"],
        ["verify"],
        ["ledger", "export"],
    ):
        ran = run(*words, OMI_API_KEY=KEY, OMI_API_BASE=url)
        assert "Traceback" not in ran.err
        said += ran.out + ran.err
    kept = b"".join(p.read_bytes() for p in home.rglob("*") if p.is_file())
    assert KEY not in said
    assert KEY.encode() not in kept
    for word in WORDS:
        assert word not in said
        assert word.encode() not in kept


def write_monologue(path: Path, cues: int, words: int) -> None:
    """Long subtitles of one speaker, in words that do not compress well."""
    dice = random.Random(1)
    lines = []
    for n in range(cues):
        said = " ".join(f"{dice.getrandbits(32):08x}" for _ in range(words))
        begin, end = f"00:{n // 60:02}:{n % 60:02},000", f"00:{n // 60:02}:{n % 60:02},900"
        lines.append(f"{n + 1}\n{begin} --> {end}\n{said}\n")
    path.write_text("\n".join(lines), encoding="utf-8")


def test_a_recording_too_large_for_one_document_is_sent_in_parts(
    call: Run, sandbox: str, tmp_path: Path
) -> None:
    """500 cues fit into a request, but 500 of these are more than the server can store."""
    path = tmp_path / "2024-01-24 15.04.05 monologue.srt"
    write_monologue(path, 400, 300)
    ran = call("upload", path, "--json")
    assert ran.code == 0, ran.err
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert {row["status"] for row in rows} == {"completed"}
    assert len(rows) >= 2
    assert "POST 500" not in read_stats(sandbox)["requests"]
    assert call("verify").code == 0


def test_a_request_on_which_the_server_fails_is_set_aside_with_advice(
    run: Run, lease_sandbox: Lease, jumping_clock: JumpingClock
) -> None:
    url = lease_sandbox(generation="middle")
    account = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    words = ("upload", KITCHEN, "--source", "external_integration")
    assert run(*words, **account).code == 4  # once more another time
    ran = run(*words, **account)
    assert ran.code == 1
    assert "Error processing conversation, please try again later" in ran.err
    assert "try --source phone" in ran.err
    assert run(*words, **account).code == 1
    assert read_stats(url)["requests"] == {"POST 500": 3}
    assert "set aside" in run("status", **account).out + ran.err


def test_verify_tells_a_hidden_conversation_from_a_missing_one(call: Run, sandbox: str) -> None:
    ran = call("upload", KITCHEN, "--max-segments", "2", "--json")
    gone, hidden = [json.loads(line)["id"] for line in ran.out.splitlines()]
    with httpx.Client(
        base_url=f"{sandbox}/v1/dev/user/conversations",
        headers={"Authorization": f"Bearer {KEY}"},
        trust_env=False,
        verify=False,
        timeout=PATIENCE_SECONDS,
    ) as http:
        http.delete(f"/{gone}").raise_for_status()
        http.patch(f"/{hidden}", json={"discarded": True}).raise_for_status()
    ran = call("verify", "--json")
    assert ran.code == 1
    verdicts = {row["id"]: row["verdict"] for row in map(json.loads, ran.out.splitlines())}
    assert verdicts == {gone: "missing", hidden: "discarded"}


def test_a_bad_day_can_be_rehearsed(
    run: Run, lease_sandbox: Lease, jumping_clock: JumpingClock
) -> None:
    url = lease_sandbox(fault_share=0.4)
    account = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    words = ("upload", KITCHEN, DEMO / "planning.vtt", "--max-segments", "1")
    for _ in range(5):
        ran = run(*words, **account)
        run("retry", **account)
    assert ran.code == 0, ran.err
    counts = read_stats(url)["counts"]
    assert counts == {"completed": len(run(*words, "--json", **account).out.splitlines())}


@pytest.mark.parametrize(
    "command",
    [
        *("undo", "retry", "verify", "report", "status"),
        *("upload", "migrate", "plan", "convert", "inspect", "speakers"),
    ],
)
def test_an_empty_input_is_refused_and_changes_nothing(
    call: Run, sandbox: str, command: str
) -> None:
    call("upload", KITCHEN)
    flags = ["-y"] if command == "undo" else []
    refused = call(command, "", *flags)
    assert refused.code == 2
    assert "must be a file name, not ''" in refused.err
    assert read_stats(sandbox)["counts"]["completed"] == 1


def test_undo_without_an_input_is_refused_even_with_yes(call: Run, sandbox: str) -> None:
    call("upload", KITCHEN)
    assert call("undo", "-y").code == 2
    assert call("undo", KITCHEN, "--all", "-y").code == 2
    assert read_stats(sandbox)["counts"]["completed"] == 1
