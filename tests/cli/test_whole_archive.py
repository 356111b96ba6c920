"""From end to end: sixty files, two zips, broken ones and duplicates; a limit, two kills; verified,
reported, undone.

docs/archives.md tells the same story in commands.
"""

from __future__ import annotations

import csv
import html
import io
import json
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import Run, Start
from tests.support.waiting import wait_until
from transcript_bridge.omi.client import OmiClient

Lease = Callable[..., str]
KEY = "omi_dev_whole"


def srt(n: int) -> str:
    first = f"1\n00:00:01,000 --> 00:00:02,500\nAlice: number {n}\n"
    return f"{first}\n2\n00:00:03,000 --> 00:00:04,000\nBob: so it is, {n}\n"


def vtt(n: int) -> str:
    first = f"00:01.000 --> 00:02.500\n<v Alice Doe>number {n}</v>"
    return f"WEBVTT\n\n{first}\n\n00:03.000 --> 00:04.000\n<v Bob>yes, {n}</v>\n"


def whisperx(n: int) -> str:
    return json.dumps(
        {
            "segments": [
                {"start": 1.0, "end": 2.5, "text": f" number {n}", "speaker": "SPEAKER_00"}
            ],
            "language": "en",
        }
    )


def text(n: int) -> str:
    first = f"[00:00:01.000 --> 00:00:02.500] Alice: number {n}\n"
    return f"{first}[00:00:03.000 --> 00:00:04.000] Bob: yes, {n}\n"


def plain(n: int) -> str:
    return f"1\n00:00:01,000 --> 00:00:02,500\nsaid without a name {n}\n"


MAKERS = ((srt, ".srt"), (vtt, ".vtt"), (whisperx, ".json"), (text, ".txt"), (plain, ".srt"))


def make_archive(folder: Path) -> int:
    """How many of its sixty files should be sent: not the broken, the duplicates and the turns."""
    files: dict[str, bytes] = {}
    for n in range(50):
        make, suffix = MAKERS[n % len(MAKERS)]
        files[
            f"2024-{n % 12 + 1:02d}/2024-{n % 12 + 1:02d}-{n % 28 + 1:02d} 10.{n:02d}.00{suffix}"
        ] = make(n).encode()
    files["2024-05/2024-05-05 10.04.00.rttm"] = (
        b"SPEAKER x 1 0.0 30.0 <NA> <NA> SPEAKER_07 <NA> <NA>\n"
    )
    files |= {f"copies/copy {n}.vtt": vtt(n * 5 + 1).encode() for n in range(3)}
    files["broken/empty.srt"] = b""
    files["broken/cut.json"] = whisperx(1).encode()[:-5]
    files["broken/picture.srt"] = b"\x89PNG\r\n\x1a\n" + bytes(100)
    files["broken/alone.rttm"] = b"SPEAKER x 1 0.0 30.0 <NA> <NA> SPEAKER_07 <NA> <NA>\n"
    files["broken/words.vtt"] = b"just some words"
    assert len(files) == 59
    names = sorted(files)
    packed = {"one.zip": names[5:15], "two.zip": names[30:45]}
    for name, members in packed.items():
        (folder / "zips").mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(folder / "zips" / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in members:
                archive.writestr(member, files[member])
    for name in set(names) - {member for members in packed.values() for member in members}:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(files[name])
    (folder / "film.mp4").write_bytes(b"")
    return 50


def kill_after(count: int, url: str, process: subprocess.Popen[str]) -> None:
    """End the command without warning when so many conversations are stored."""
    wait_until(lambda: stored(url) >= count, f"{count} conversations")
    process.kill()
    process.wait()


def ids_in(url: str) -> list[str]:
    with OmiClient(KEY, url) as omi:
        return sorted(conversation.id for conversation in omi.list_conversations(limit=100))


def stored(url: str) -> int:
    return len(ids_in(url))


BROKEN = {
    "empty.srt": ("failed", "this file is empty; export it again"),
    "cut.json": ("failed", "this JSON is cut off; export or copy it again"),
    "picture.srt": (
        "failed",
        "this is not text: it looks like a picture; give the transcript file itself",
    ),
    "words.vtt": (
        "failed",
        "this has neither WEBVTT at the beginning nor a line with times such as 00:01.000 --> "
        "00:02.500; export it as WebVTT again",
    ),
    "alone.rttm": (
        "turns-alone",
        "speaker turns without words; put the transcript into the same folder under the same name, "
        "or use --untranscribed-text",
    ),
}


def check_report(run: Run, folder: Path, ids: list[str]) -> None:
    """The page, the object and the table say what is in Omi, what is not, and why."""
    data = json.loads(run("report", folder, "--json").out)
    totals, files = data["totals"], data["files"]
    assert (totals["conversations"], totals["stored"], totals["by_state"]) == (50, 50, {"done": 50})
    assert totals["files_by_state"] == {"done": 50, "duplicate": 3, "failed": 4, "turns-alone": 1}
    assert (totals["files"], len(files), totals["gone"]) == (58, 58, 0)
    assert (
        totals["segments"]
        == sum(one["segments"] for file in files for one in file["conversations"])
        == 80
    )
    assert sorted(one["id"] for file in files for one in file["conversations"]) == ids
    states = {Path(file["path"]).name: (file["state"], file["message"]) for file in files}
    assert {name: states[name] for name in BROKEN} == BROKEN
    months = Counter(file["began"][:7] for file in files if file["state"] == "done")
    assert {m["month"]: m["conversations"] for m in data["months"] if m["conversations"]} == months

    rows = list(csv.DictReader(io.StringIO(run("report", folder, "--csv").out)))
    flat = {
        (
            f["path"],
            c.get("id") or "",
            c.get("state", f["state"]),
            c.get("message") or f["message"] or "",
        )
        for f in files
        for c in f["conversations"] or [{}]
    }
    assert {(row["path"], row["id"], row["state"], row["message"]) for row in rows} == flat
    assert len(rows) == len(files)

    ran = run("report", folder)
    assert "report.html: 58 files, 50 of 50 conversations in Omi" in ran.err
    page = (folder.parent / "work" / "report.html").read_text(encoding="utf-8")
    assert [one for one in ids if page.count(one) != 1] == []
    assert page.count("Another file has it: <a") == 3
    for name, (_, message) in BROKEN.items():
        assert name in page
        assert html.escape(message[1:]) in page  # it begins a sentence there
    assert "number 7" not in page


@pytest.mark.untraced
def test_an_archive_of_many_years_is_planned_and_sent(
    run: Run, start: Start, tmp_path: Path, lease_sandbox: Lease, jumping_clock: JumpingClock
) -> None:
    folder = tmp_path / "exports"
    expected = make_archive(folder)
    (folder / "speakers.toml").write_text(
        '[speakers."Alice Doe"]\nis_user = true\naliases = ["Alice"]\n'
    )
    (folder / "transcript-bridge.toml").write_text(
        'timezone = "Europe/Berlin"\nspeakers = "speakers.toml"\n'
    )
    plan = json.loads(run("plan", folder, "--json").out.splitlines()[-1])
    assert plan["ready"] == expected
    assert (plan["duplicates"], plan["failed"], plan["turns_alone"]) == (3, 4, 1)
    assert plan["other_files"] == {".mp4": 1}

    url = lease_sandbox(writes_per_window=25, window_seconds=600, clock=jumping_clock.monotonic)
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    words = ["migrate", str(folder), "--yes", "--gap", "0", "--oldest-first"]
    kill_after(7, url, start(*words, **environ))
    kill_after(20, url, start(*words, **environ))
    ran = run(*words, **environ)
    assert ran.code == 1, ran.err  # five of the files are broken
    assert f"{expected} conversations done" in ran.err
    assert stored(url) == expected
    assert run("verify", **environ).code == 0
    assert run(*words, **environ).code == 1
    assert stored(url) == expected
    plan = json.loads(run("plan", folder, "--json", **environ).out.splitlines()[-1])
    assert (plan["in_omi"], plan["to_go"]) == (expected, 0)
    check_report(run, folder, ids_in(url))
    assert run("undo", "--all", "--yes", "--gap", "0", **environ).code == 0
    assert stored(url) == 0
