"""Every command and the Python API find the same beginning, in the same order of trust."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import transcript_bridge as tb
from tests.support.clock import JumpingClock
from tests.support.command import Run
from tests.support.local_http import LOCAL_HTTP
from transcript_bridge.formats.date_keys import BEGAN, BESIDE, MADE

SRT = (
    "1\n00:00:01,000 --> 00:00:02,000\nMara: Is the water on?\n\n"
    "2\n00:00:03,000 --> 00:30:00,000\nTom: For an hour.\n"
)
WRITTEN = datetime(2024, 3, 1, 12, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


def write(path: Path, content: str | bytes = SRT, written: datetime = WRITTEN) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (written.timestamp(), written.timestamp()))
    return path


def wav(stated: str) -> bytes:
    """Broadcast WAV with its date and time: `2024-01-2415:04:05`."""
    bext = b"\0" * 320 + stated.encode() + b"\0" * 256
    size = len(bext).to_bytes(4, "little")
    return b"RIFF\0\0\0\0WAVEbext" + size + bext


def beginnings(run: Run, path: Path, *flags: str) -> dict[str, tuple[str, str]]:
    """(beginning, its source) by everybody who finds one."""
    inspected = json.loads(run("inspect", path, "--json", *flags).out)
    planned = json.loads(
        run("plan", path.parent, "--json", "--no-cache", *flags).out.splitlines()[0]
    )
    found = {
        "inspect": (inspected["started_at"], inspected["date_source"]),
        "plan": (planned["started_at"], planned["date_source"]),
    }
    first = json.loads(run("convert", path, *flags).out.splitlines()[0])
    dry = json.loads(run("upload", path, "--dry-run", "--json", *flags).out.splitlines()[0])
    first_cue = timedelta(seconds=1)
    for name, at in (("convert", first["started_at"]), ("upload", dry["started_at"])):
        began = datetime.fromisoformat(at) - first_cue
        found[name] = (began.isoformat(), inspected["date_source"])
    zone = flags[flags.index("--timezone") + 1] if "--timezone" in flags else "UTC"
    loaded = tb.load(path, tb.Options(timezone=zone))
    assert loaded.began.at is not None
    found["load"] = (loaded.began.at.isoformat(), loaded.began.source)
    return found


@pytest.mark.parametrize(
    ("name", "at", "source"),
    [
        ("GMT20240312-140233_Recording.transcript.vtt", "2024-03-12T14:02:33+00:00", "name"),
        ("2024-01-24 15.04.05 kitchen.srt", "2024-01-24T15:04:05+00:00", "name"),
        ("2024-01-24/15-04-05 kitchen.srt", "2024-01-24T15:04:05+00:00", "name"),
        ("2024-01-24/kitchen.srt", "2024-01-24T12:00:00+00:00", "folder"),
        ("kitchen.srt", "2024-03-01T11:30:00+00:00", "file"),
        ("2031-01-24 kitchen.srt", "2024-03-01T11:30:00+00:00", "file"),
        ("1997-01-24 kitchen.srt", "1997-01-24T12:00:00+00:00", "name"),
        ("1980-01-24 kitchen.srt", "2024-03-01T11:30:00+00:00", "file"),
    ],
)
def test_all_commands_find_the_same_start(
    run: Run, folder: Path, name: str, at: str, source: str
) -> None:
    content = SRT
    if name.endswith(".vtt"):
        content = "WEBVTT\n\n" + SRT.replace(",", ".")
    path = write(folder / name, content)
    assert set(beginnings(run, path).values()) == {(at, source)}


DOCUMENT = '"segments": [{"start": 0, "end": 2, "text": "Is the water on?"}]'


@pytest.mark.parametrize("key", BESIDE)
def test_a_date_in_json_is_found_beside_a_transcript_and_in_it(
    run: Run, folder: Path, key: str
) -> None:
    """The time at which a document was made is a guess, and not part of its identity."""
    write(folder / "beside.srt")
    write(folder / "beside.json", f'{{"{key}": "2024-02-05T10:00:00Z"}}')
    write(folder / "dated.json", f'{{"{key}": "2024-02-05T10:00:00Z", {DOCUMENT}}}')
    write(folder / "plain.json", f"{{{DOCUMENT}}}")
    names = ("beside.srt", "dated.json", "plain.json")
    paths = [folder / name for name in names]
    said = [json.loads(one) for one in run("inspect", *paths, "--json").out.splitlines()]
    beside, dated, plain = [(one["started_at"], one["date_source"]) for one in said]
    day = "2024-02-05T10:00:00+00:00"
    assert beside == (day, "sidecar")
    if key == BESIDE[0]:  # of a video only
        assert dated == plain
        return
    assert dated == (day, "header" if key in BEGAN else "made")
    rows = run("upload", *paths[1:], "--dry-run", "--json").out.splitlines()
    ids = [json.loads(one)["client_session_id"] for one in rows]
    assert (ids[0] == ids[1]) == (key in MADE)


def test_a_local_date_in_the_transcript_is_a_guess_in_the_zone_of_the_user(
    run: Run, folder: Path
) -> None:
    path = write(folder / "a.json", f'{{"id": 7, "started_at": "2024-02-05T10:00", {DOCUMENT}}}')
    found = json.loads(run("inspect", path, "--timezone", "Europe/Berlin", "--json").out)
    assert (found["started_at"], found["date_source"]) == ("2024-02-05T10:00:00+01:00", "made")
    write(folder / "2024-02-01 a.json", path.read_bytes())
    moved = json.loads(run("inspect", folder / "2024-02-01 a.json", "--json").out)
    assert moved["date_source"] == "name"


def test_all_commands_find_the_sidecar_and_the_media_file(run: Run, folder: Path) -> None:
    path = write(folder / "talk.en.srt")
    write(folder / "talk.wav", wav("2024-02-02 10:11:12".replace(" ", "")))
    assert set(beginnings(run, path).values()) == {("2024-02-02T10:11:12+00:00", "media")}
    write(folder / "talk.info.json", '{"timestamp": 1706108645}')
    assert set(beginnings(run, path).values()) == {("2024-01-24T15:04:05+00:00", "sidecar")}


def test_a_guess_is_the_end_of_the_media_file(run: Run, folder: Path) -> None:
    path = write(folder / "talk.srt")
    write(folder / "talk_1920x1080.mp4", b"no mp4 at all", WRITTEN - timedelta(hours=1))
    assert set(beginnings(run, path).values()) == {("2024-03-01T10:30:00+00:00", "file")}


@pytest.mark.usefixtures("jumping_clock")
@pytest.mark.parametrize("before", ["undone", "not reached"])
def test_a_corrected_guess_is_sent_if_nothing_is_in_omi(
    run: Run, folder: Path, sandbox: str, before: str
) -> None:
    """A plan shows the new date, so that is what must be sent."""
    path = write(folder / "talk.srt")
    account = {"OMI_API_KEY": "omi_dev_Guess", "OMI_API_BASE": sandbox}
    if before == "undone":
        assert run("upload", path, **account).code == 0
        assert run("undo", path, "-y", "--gap", "0", **account).code == 0
    else:
        fault = {"kind": "503", "method": "POST", "count": 100}
        LOCAL_HTTP.post(f"{sandbox}/_sandbox/faults", json=fault).raise_for_status()
        assert run("upload", path, **account).code == 4
        LOCAL_HTTP.delete(f"{sandbox}/_sandbox/faults").raise_for_status()
    write(path, written=datetime(2021, 5, 6, 12, tzinfo=UTC))
    shown = "2021-05-06T11:30:01+00:00"
    ran = run("upload", path, "--dry-run", "--json", **account)
    assert json.loads(ran.out)["started_at"] == shown
    assert run("upload", path, **account).code == 0
    with tb.OmiClient(account["OMI_API_KEY"], sandbox) as omi:
        (stored,) = omi.list_conversations()
    assert stored.started_at.isoformat() == shown
    assert run("verify", path, **account).code == 0


def test_a_guess_is_never_in_the_future(run: Run, folder: Path) -> None:
    """The clock of the camera is ahead."""
    path = write(folder / "talk.srt", written=datetime.now(UTC) + timedelta(hours=20))
    before = datetime.now(UTC)
    at = datetime.fromisoformat(json.loads(run("inspect", path, "--json").out)["started_at"])
    assert before - timedelta(seconds=1) <= at <= datetime.now(UTC)


def test_standard_input_ends_now(run: Run) -> None:
    before = datetime.now(UTC) - HALF_AN_HOUR
    ran = run("inspect", "-", "--json", stdin=SRT.encode())
    at = datetime.fromisoformat(json.loads(ran.out)["started_at"])
    assert before - timedelta(seconds=1) <= at <= datetime.now(UTC) - HALF_AN_HOUR


def test_a_refused_date_is_reported(run: Run, folder: Path) -> None:
    path = write(folder / "2031-01-24 kitchen.srt")
    problems = json.loads(run("inspect", path, "--json").out)["problems"]
    assert [problem["code"] for problem in problems] == ["implausible-date", "start-guessed"]
    assert "the date of its name is in the future (2031-01-24); not used" in problems[0]["message"]


def test_the_time_zone_is_shown_if_it_was_used(run: Run, folder: Path) -> None:
    path = write(folder / "2024-07-24 15.04.05.srt")
    found = beginnings(run, path, "--timezone", "Europe/Berlin")
    assert set(found.values()) == {("2024-07-24T15:04:05+02:00", "name")}
    ran = run("inspect", path, TZ="America/New_York")
    assert "began 2024-07-24 15:04 EDT, from the file's name (America/New_York)" in ran.out
    stated = write(folder / "GMT20240724-150405_Recording.srt")
    ran = run("inspect", stated, TZ="America/New_York")
    assert "began 2024-07-24 11:04 EDT, from the file's name\n" in ran.out


def test_every_command_shows_a_guess_in_the_same_zone(run: Run, folder: Path) -> None:
    """`WRITTEN` is noon in UTC, and the recording takes half an hour."""
    path = write(folder / "kitchen.srt", written=WRITTEN)
    shown = "2024-03-01 12:30 CET"
    ran = run("inspect", path, TZ="Europe/Berlin")
    assert f"began {shown}, guessed from the file's time" in ran.out
    assert f"minus the recording's length: {shown} (--started-at" in ran.out
    assert f"from {shown}, guessed" in run("upload", path, "--dry-run", TZ="Europe/Berlin").out
    planned = run("plan", path, TZ="Europe/Berlin").out
    assert "began (Europe/Berlin)" in planned
    assert "2024-03-01 12:30 ~" in planned


def test_two_zones_never_share_a_plan(run: Run, folder: Path) -> None:
    write(folder / "2024-07-24 15.04.05.srt")
    found = []
    for zone in ("Europe/Berlin", "UTC"):
        rows = run("plan", folder, "--json", TZ=zone).out.splitlines()
        found.append(json.loads(rows[0])["started_at"])
    assert found == ["2024-07-24T15:04:05+02:00", "2024-07-24T15:04:05+00:00"]


def test_a_zone_without_a_name_is_refused(run: Run, folder: Path) -> None:
    path = write(folder / "2024-07-24 15.04.05.srt")
    ran = run("inspect", path, TZ="<+05>-5")
    assert (ran.code, "set --timezone" in ran.err) == (2, True)
    assert run("inspect", path, "--timezone", "Asia/Karachi", TZ="<+05>-5").code == 0


def test_started_at_overrules_everything_however_old(run: Run, folder: Path) -> None:
    path = write(folder / "2024-07-24 15.04.05.srt")
    ran = run("inspect", path, "--started-at", "1987-05-05T10:00:00+02:00")
    assert "began 1987-05-05 08:00 UTC, set by you" in ran.out


def test_a_settings_file_states_when_some_files_began(run: Run, folder: Path, home: Path) -> None:
    """The later rule wins; a time without an offset is in the zone of the settings."""
    rules = """timezone = "Europe/Berlin"
[[files]]
pattern = "*.srt"
started_at = "2020-02-02 10:00"
[[files]]
pattern = "exports/b.srt"
started_at = 2021-02-02T10:00:00Z
"""
    write(folder / "2024-01-24 a.srt")
    write(folder / "b.srt", SRT.replace("hour", "day"))
    (folder / "transcript-bridge.toml").write_text(rules, encoding="utf-8")
    rows = [json.loads(row) for row in run("plan", folder, "--json").out.splitlines()[:2]]
    assert [(row["started_at"], row["date_source"]) for row in rows] == [
        ("2020-02-02T10:00:00+01:00", "option"),
        ("2021-02-02T10:00:00+00:00", "option"),
    ]
    own = home / ".config" / "transcript-bridge" / "config.toml"
    own.parent.mkdir(parents=True)
    own.write_text(rules, encoding="utf-8")
    found = json.loads(run("inspect", folder / "2024-01-24 a.srt", "--json").out)
    assert found["started_at"] == "2020-02-02T10:00:00+01:00"


def test_every_time_that_is_shown_is_in_the_zone_of_the_settings(
    run: Run, folder: Path, sandbox: str, jumping_clock: JumpingClock
) -> None:
    """In Auckland it is the day after that of UTC."""
    (folder / "transcript-bridge.toml").write_text("timezone = 'Pacific/Auckland'\n")
    for name in ("a", "b", "c"):
        write(folder / f"{name}.srt", SRT.replace("hour", f"hour {name}"), WRITTEN)

    def call(*words: str | Path) -> str:
        ran = run(*words, TZ="UTC", OMI_API_KEY="omi_dev_zone", OMI_API_BASE=sandbox)
        return ran.out + ran.err

    plan = call("plan", folder)
    assert "\n2024-03-02 00:30 ~ " in plan
    assert " spans      2024-03-02 to 2024-03-02 (Pacific/Auckland)\n" in plan
    assert "most guesses are 2024-03-02, " in plan
    assert re.search(r" finished about .*\d\d:\d\d NZ[DS]T\n", plan)
    (total,) = [json.loads(line) for line in call("plan", folder, "--json").splitlines()[3:]]
    assert total["guessed_day"] == "2024-03-02"
    assert "a.srt: in Omi, 2024-03-02 00:30 ~\n" in call("migrate", folder, "-y", "--gap", "0")
    call("verify", folder)
    assert re.search(r"verified 3, last on [-\d]+ [:\d]+ NZ[DS]T\n", call("status", folder))
    call("report", folder, "-o", folder / "r.html")
    assert ". Times are in Pacific/Auckland." in (folder / "r.html").read_text()
