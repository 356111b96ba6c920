from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from tests.support.command import Run

CUES = "\n".join(
    f"{n}\n00:{n // 60:02d}:{n % 60:02d},000 --> 00:{n // 60:02d}:{n % 60:02d},900\n"
    f"{('Alice', 'Bob')[n % 2]}: line {n}\n"
    for n in range(1, 1300)
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    (folder / "team").mkdir(parents=True)
    (folder / "2024-01-24 15.04.05 long.srt").write_text(CUES)
    (folder / "team" / "2024-03-01 short.vtt").write_text(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Alice>Good morning\n"
    )
    (folder / "broken.srt").write_text("nothing")
    (folder / "film.mp4").write_bytes(b"")
    return folder


def test_a_plan_in_words(run: Run, archive: Path) -> None:
    ran = run("plan", archive, "--rate", "2/hour", "--timezone", "Europe/Berlin")
    assert ran.code == 1
    assert "3 transcripts, 2 to send as 4 conversations: 1,300 segments" in ran.out
    assert "began (Europe/Berlin)" in ran.out
    assert "\n2024-01-24 15:04 " in ran.out
    assert "1 hour, at most 2 per hour: finished about" in ran.out
    assert "skipped    1 file, not transcripts: .mp4 1" in ran.out
    assert f"error: {archive}/broken.srt: no line has times such as 00:00:01,000 -->" in ran.err


def test_dates_that_are_guesses_of_one_day_are_explained(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "copied"
    folder.mkdir()
    for name, words in (("a", "one"), ("b", "two"), ("c", "three")):
        path = folder / f"{name}.srt"
        path.write_text(f"1\n00:00:01,000 --> 00:00:02,000\nAlice: {words}\n")
        os.utime(path, (1_700_000_000, 1_700_000_000))
    ran = run("plan", folder, "--timezone", "UTC")
    assert "~ marks a guessed date: nothing says when it began" in ran.out
    assert "most guesses are 2023-11-14, probably the day of an export" in ran.out
    rows = [json.loads(line) for line in run("plan", folder, "--json").out.splitlines()]
    assert [row["date_is_guessed"] for row in rows[:3]] == [True, True, True]
    assert rows[-1]["guessed_day"] == "2023-11-14"
    (folder / "a.srt").rename(folder / "2024-01-24 a.srt")
    (folder / "b.srt").rename(folder / "2024-01-25 b.srt")
    assert "most guesses are" not in run("plan", folder).out


def test_what_merging_would_change(run: Run, archive: Path) -> None:
    folder = archive / "team"
    (folder / "monologue.srt").write_text(CUES.replace("Bob", "Alice"))
    ran = run("plan", folder, "--rate", "1/hour")
    assert (
        "with --merge-gap 2 it would be 2 conversations instead of 4: 1 hour instead of 3 hours"
        in ran.out
    )


def test_a_plan_as_data(run: Run, archive: Path) -> None:
    ran = run("plan", archive, "--json", "--jobs", "2")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [row["kind"] for row in rows] == ["file", "file", "file", "plan"]
    assert [row.get("date_source") for row in rows[:2]] == ["name", "name"]
    assert (rows[-1]["conversations"], rows[-1]["failed"], rows[-1]["other_files"]) == (
        4,
        1,
        {".mp4": 1},
    )


def test_the_archives_own_settings_hold_and_flags_win(run: Run, archive: Path) -> None:
    (archive / "people.toml").write_text(
        '[speakers."Alice Doe"]\nis_user = true\naliases = ["Alice"]\n'
    )
    (archive / "transcript-bridge.toml").write_text(
        'speakers = "people.toml"\nrate = 1\nmerge_gap = 3.5\n'
        'ignore = ["team/*", "broken.*"]\ntimezone = "Asia/Tokyo"\n'
    )
    ran = run("plan", archive)
    assert ran.code == 0, ran.err
    assert "1 transcript, 1 to send" in ran.out
    assert "began (Asia/Tokyo)" in ran.out
    assert "no speaker is marked as you" not in ran.out
    assert "at most 1 per hour" in ran.out
    assert "at most 7 per hour" in run("plan", archive, "--rate", "7").out
    assert "began (UTC)" in run("plan", archive, TRANSCRIPT_BRIDGE_TIMEZONE="UTC").out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "rate = 25\ntimezon = 'UTC'\n",
            ":2: unknown setting 'timezon'; did you mean 'timezone'?",
        ),
        (
            "api_key = 'secret'\n",
            ":1: api_key is not allowed here; store it with 'auth login'",
        ),
        ("\n\nrate = 0\n", ":3: rate must be a number of writes per hour, such as 12, not 0"),
        ("order = 'random'\n", ":1: order must be newest, oldest or found"),
        ("ignore = 'x'\n", ":1: ignore must be a list of patterns"),
        ("rate = \n", "cannot be read as TOML"),
        ("merge_gap = 2\nme = 3\n", ":2: me must be text"),
        ("merge_gap = 2\n\n[merge]\n", ":3: unknown setting 'merge'; did you mean 'merge_gap'?"),
    ],
)
def test_settings_that_mean_nothing(run: Run, archive: Path, text: str, message: str) -> None:
    (archive / "transcript-bridge.toml").write_text(text)
    ran = run("plan", archive)
    assert ran.code == 2
    assert message in ran.err
    assert "secret" not in ran.err


def test_me_must_be_a_label_in_the_archive(run: Run, archive: Path) -> None:
    assert run("plan", archive / "team", "--me", "Alice").code == 0
    ran = run("plan", archive / "team", "--me", "Alcie")
    assert ran.code == 2
    assert (
        "--me: no speaker is called 'Alcie' in any file; "
        "the most frequent labels are: Alice" in ran.err
    )


def test_paths_that_are_not_there(run: Run, tmp_path: Path) -> None:
    ran = run("plan", tmp_path / "nothing")
    assert (ran.code, "there is no such file or folder" in ran.err) == (1, True)
    (tmp_path / "empty").mkdir()
    ran = run("plan", tmp_path / "empty")
    assert (ran.code, "0 transcripts, 0 to send\n" in ran.out) == (0, True)
    (tmp_path / "empty" / "recipe.txt").write_text("Two apples and a pound of flour.\n")
    assert "says why it is not a transcript" in run("plan", tmp_path / "empty").err
    assert run("plan", tmp_path, "--settings", tmp_path / "none.toml").code == 2


@pytest.mark.parametrize("words", [["plan"], ["speakers"], ["plan", "--engine", "dask"]])
def test_one_of_several_paths_that_is_not_there_is_one_line(
    run: Run, archive: Path, words: list[str]
) -> None:
    if "--engine" in words:
        pytest.importorskip("distributed")
    alone = run(*words, archive / "team")
    several = run(*words, archive / "nothing", archive / "team")
    assert (
        f"error: {archive}/nothing: there is no such file or folder; check the name" in several.err
    )
    assert several.code == 1
    kept = [line for line in several.out.splitlines() if "1 path that cannot be read" not in line]
    assert without_end(kept) == without_end(alone.out.splitlines())


def without_end(lines: list[str]) -> list[str]:
    """Without the line that names the minute of the end: a later plan may be of another minute."""
    return [line for line in lines if "finished about" not in line]


def test_the_cache_lies_in_the_users_folder(run: Run, archive: Path, home: Path) -> None:
    first = run("plan", archive, XDG_CACHE_HOME=str(home / "cache"))
    assert (home / "cache" / "transcript-bridge" / "plans.db").exists()
    assert run("plan", archive, XDG_CACHE_HOME=str(home / "cache")).err == first.err
    assert run("plan", archive, "--no-cache", HOME=str(home / "other")).code == 1
    assert not (home / "other").exists()


NOTES = "Ann 0:03\n\nHello.\n\nBob 0:09\n\nHi.\n\nAnn 0:15\n\nSo.\n"


def test_files_that_look_like_transcripts_are_named_with_what_to_export(
    run: Run, archive: Path
) -> None:
    for name in ("one", "two", "three", "four", "five"):
        (archive / f"{name}.rtf").write_text(NOTES)
    (archive / "notes.txt").write_text("milk, bread")
    ran = run("plan", archive)
    assert "not read   5 files may contain transcripts; nothing in them is sent" in ran.out
    assert "export it as .srt or .vtt from the program or service that made it: " in ran.out
    assert f"{archive}/five.rtf, {archive}/four.rtf, {archive}/one.rtf and 2 more" in ran.out
    assert "skipped    2 files, not transcripts: .mp4 1, .txt 1" in ran.out
    assert "notes.txt" not in ran.out
    listed = run("plan", archive, "--files").out
    for name in ("two.rtf: text with times", "notes.txt", "film.mp4"):
        assert f"  {archive}/{name}" in listed
    rows = [json.loads(line) for line in run("plan", archive, "--json").out.splitlines()]
    unread = [row for row in rows if row.get("state") == "unread"]
    assert [Path(row["path"]).name for row in unread][:2] == ["five.rtf", "four.rtf"]
    assert "text with times" in unread[0]["message"]
    assert rows[-1]["unread"] == 5
    assert rows[-1]["other_files"] == {".mp4": 1, ".txt": 1}
    assert [Path(name).name for name in rows[-1]["other_file_names"]] == ["film.mp4", "notes.txt"]


def test_links_that_lead_out_of_the_archive_are_followed_on_demand_only(
    run: Run, archive: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    said = "1\n00:00:01,000 --> 00:00:02,000\nCarol: elsewhere\n"
    (outside / "2024-05-01 secret.srt").write_text(said)
    (archive / "to folder").symlink_to(outside)
    (archive / "2024-05-01 to file.srt").symlink_to(outside / "2024-05-01 secret.srt")
    (archive / "proc").symlink_to("/proc")
    (archive / "inside").symlink_to(archive / "team")
    ran = run("plan", archive, "--no-cache")
    assert "3 transcripts, 2 to send" in ran.out
    for name in ("to folder", "2024-05-01 to file.srt", "proc"):
        assert f"{archive}/{name}: a link that leads out of what you named; skipped" in ran.err
    assert f"{archive}/inside: a link" not in ran.err
    (archive / "proc").unlink()
    ran = run("plan", archive, "--follow-links")
    assert "5 transcripts, 3 to send" in ran.out  # one of the two is a duplicate
    assert "leads out" not in ran.err
    assert "1 to send" in run("plan", archive / "to folder").out  # named, so it is followed
    both = run("plan", archive, outside)
    assert "leads out" not in both.err


def test_a_refusal_in_an_archive_has_the_reason_that_inspect_gives(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "no times.srt").write_text("just words")
    (folder / "page.vtt").write_text("<!doctype html><title>Log in</title>")
    (folder / "chat.srt").write_text("7 rooms, see you")
    (folder / "list.srt").write_text("Ann 0:01\nBob 0:02\nAnn 0:04\n")
    planned = run("plan", folder).err
    for path in sorted(folder.iterdir()):
        said = run("inspect", path).err.splitlines()[0]
        assert said.replace(".srt:1: ", ".srt: ") in planned


def test_many_transcripts_that_fail_alike_share_a_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.zip"
    with zipfile.ZipFile(path, "w") as container:
        for number in range(21):
            container.writestr(f"{number:02d}.srt", "")
        container.writestr("words.srt", "just words")
    planned = run("plan", path)
    assert planned.code == 1
    first, second = [line for line in planned.err.splitlines() if line.startswith("error")]
    assert first.startswith("error: 21 files: this file is empty; ")
    assert first.endswith(f"{path}!00.srt, {path}!01.srt, {path}!02.srt and 18 more")
    assert second.startswith(f"error: {path}!words.srt: ")
    rows = [json.loads(line) for line in run("plan", path, "--json").out.splitlines()]
    assert sum("this file is empty" in str(row) for row in rows) == 21


def test_a_file_in_no_known_encoding_is_explained_where_its_encoding_can_be_named(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "odd.srt"
    path.write_bytes(bytes(range(0x80, 0x100)) * 8)
    assert "name its encoding with --encoding" in run("inspect", path).err
    assert "name its encoding in a [[files]] table of the settings" in run("plan", path).err


def test_plan_names_each_copy_and_each_form_that_is_not_needed(run: Run, archive: Path) -> None:
    long = archive / "2024-01-24 15.04.05 long.srt"
    (archive / "again.srt").write_bytes(long.read_bytes())
    (archive / "team" / "2024-03-01 short.txt").write_text("[00:01] Alice: Good morning\n")
    ran = run("plan", archive, "--files")
    assert f"  {archive}/again.srt: the same as {long}" in ran.out
    short = archive / "team" / "2024-03-01 short"
    assert f"  {short}.txt: better form {short}.vtt" in ran.out
    assert "  forms      1 more file of these recordings; the better one of each is sent" in ran.out
    assert "1 with the same content as another ('plan --files' says which)" in ran.out


def test_the_numbers_of_what_is_not_sent_add_up(run: Run, archive: Path) -> None:
    (archive / "damaged.zip").write_bytes(b"PK\x03\x04")
    (archive / ".hidden").write_bytes(b"")
    for suffix in "abcdefghi":
        (archive / f"x.{suffix}").write_bytes(b"\0")
    ran = run("plan", archive)
    assert "3 transcripts, 2 to send" in ran.out
    assert "1 cannot be read or dated; 1 path that cannot be read in full" in ran.out
    assert "10 files, not transcripts: " in ran.out
    assert ", others 2\n" in ran.out
    assert "1 hidden file or folder\n" in ran.out


def test_files_with_something_lost_are_named(run: Run, tmp_path: Path) -> None:
    cue = "1\n00:00:01,000 --> 00:00:02,000\nAlice: hello\n"
    (tmp_path / "2024-05-01 talk.srt").write_text(cue)
    damaged = cue + "\n2\n00:00:xx,000 --> 00:00:05,000\nnobody knows when\n"
    (tmp_path / "2024-05-02 damaged.srt").write_text(damaged)
    ran = run("plan", tmp_path)
    assert "1 file with something repaired or lost ('plan --files' says which)" in ran.out
    listed = run("plan", tmp_path, "--files").out
    assert "2024-05-02 damaged.srt: a cue with unreadable times was left out (1)\n" in listed
    assert "2024-05-01 talk.srt:" not in listed


def test_a_narrow_terminal_shows_one_line_per_recording(
    run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcript_bridge.cli.commands.plan.read_width", lambda: 40)
    head, *rows = run("plan", archive, "--timezone", "UTC").out.splitlines()[:3]
    assert head.split() == ["began", "(UTC)", "file"]
    assert [row[:16] for row in rows] == ["2024-01-24 15:04", "2024-03-01 12:00"]
    assert [row.endswith((".srt", ".vtt")) for row in rows] == [True, True]
    assert max(map(len, rows)) <= 40
