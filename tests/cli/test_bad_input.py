"""Bad input leads to one clear line and the right exit code, without a traceback; other inputs
still done."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import Run

GOOD = (
    "1\n00:00:01,000 --> 00:00:02,000\nAlice: Hello there.\n\n"
    "2\n00:00:02,000 --> 00:00:03,000\nBob: Hi.\n"
)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.srt"
    path.write_text(GOOD)
    return path


def is_one_error(err: str) -> bool:
    errors = [line for line in err.splitlines() if line.startswith("error: ")]
    return len(errors) == 1 and "Traceback" not in err


BAD_FILES = {
    "empty.srt": (b"", "this file is empty"),
    "blank.vtt": (b" \n\r\n", "this file is blank"),
    "junk.srt": (bytes(range(256)) * 40, "not text"),
    "picture.vtt": (b"\x89PNG\r\n\x1a\n" + b"\0\1\2\3" * 100, "it looks like a picture"),
    "prose.txt": (
        b"Dear diary, nothing happened today.\nTomorrow more of it.\n",
        "this has no times",
    ),
    "broken.json": (b'{"segments": [{"start": 0.0, "end": 1.0, "text": "a"},\n {"start": ', ":2: "),
    "other.json": (b'{"name": "not a transcript", "version": 3}', "this JSON has no segments"),
    "turns.rttm": (b"SPEAKER a 1 0.0 1.0 <NA> <NA> A <NA> <NA>\n", "--diarization"),
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("command", ["convert", "upload"])
def test_a_bad_file_is_one_line_and_the_others_are_done(
    run: Run, good: Path, tmp_path: Path, name: str, command: str
) -> None:
    data, words = BAD_FILES[name]
    bad = tmp_path / name
    bad.write_bytes(data)
    options = ["--dry-run"] if command == "upload" else []
    ran = run(command, bad, good, *options)
    assert ran.code == 1
    assert is_one_error(ran.err), ran.err
    assert f"error: {bad}" in ran.err
    assert words in ran.err
    assert len(ran.out.splitlines()) == 1


def test_a_missing_file_and_a_folder(run: Run, good: Path, tmp_path: Path) -> None:
    ran = run("convert", tmp_path / "gone.srt", tmp_path, good)
    assert ran.code == 1
    assert "there is no such file" in ran.err
    assert "this is a folder" in ran.err
    assert len(ran.out.splitlines()) == 1


def test_an_srt_cut_in_the_middle_is_read_as_far_as_it_goes_and_reported(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "cut.srt"
    path.write_text(GOOD + "\n3\n00:00:04,000 --> 00:0")
    ran = run("convert", path)
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 1
    assert "warning: " in ran.err
    assert run("convert", path, "--strict").code == 1


def test_a_wrong_encoding(run: Run, tmp_path: Path, good: Path) -> None:
    path = tmp_path / "latin.srt"
    path.write_bytes(GOOD.replace("Hello", "Çà").encode("latin-1"))
    ran = run("convert", path, good, "--encoding", "utf-8")
    assert ran.code == 1
    assert "this is not utf-8" in ran.err
    ran = run("convert", good, "--encoding", "klingon")
    assert ran.code == 2
    assert "no encoding 'klingon'" in ran.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--me", "Alcie"], "--me: no speaker is called 'Alcie'; the labels are: Alice, Bob"),
        (["--speaker", "Alice"], "must be LABEL=PERSON_ID"),
        (["--speaker", "Alice=p", "--speaker", "Bob=p"], "have one person_id"),
        (["--speakers", "nowhere.toml"], "nowhere.toml: the speaker map cannot be opened"),
        (["--format", "docx"], "there is no format 'docx'"),
        (["--to", "docx"], "--to must be requests, segments, srt"),
        (["--to"], "transcript-bridge convert: --to needs a value (see transcript-bridge convert"),
        (["--quiet=yes"], "transcript-bridge convert: --quiet takes no value (see"),
        (["--speakers", ""], "--speakers must be a file name, not ''"),
        (["--split", "x"], "--split must be fill or pause, not 'x'"),
        (["--frobnicate"], "transcript-bridge convert: there is no option --frobnicate"),
        (["--max-segments", "501"], "--max-segments must be a number from 1 to 500, not '501'"),
        (["--merge-gap", "x"], "--merge-gap must be a number of seconds from 0 to"),
        (["--speakers", "."], ".: this is a folder; name the file with the speaker map"),
        (["--settings", "."], ".: this is a folder; name the file with the settings"),
        (["--location", "north"], "must be LAT,LON"),
        (["--location", "91,0"], "location"),
        (["--started-at", "yesterday"], "must be a time such as"),
        (["--timezone", "Mars/Olympus", "--started-at", "2024-01-01T00:00"], "Mars/Olympus"),
        (["--merge-gap", "-1"], "merge"),
        (["--diarization", "nowhere.rttm"], "nowhere.rttm: there is no such file"),
    ],
)
def test_bad_usage(run: Run, good: Path, options: list[str], words: str) -> None:
    ran = run("convert", good, *options)
    assert ran.code == (1 if "nowhere.rttm" in words else 2)
    assert words in ran.err
    assert is_one_error(ran.err), ran.err
    assert ran.out == ""


def test_turns_and_words_in_the_wrong_order_are_reported(
    run: Run, good: Path, tmp_path: Path
) -> None:
    turns = tmp_path / "turns.rttm"
    turns.write_bytes(BAD_FILES["turns.rttm"][0])
    for command in ("inspect", "convert"):
        ran = run(command, turns, "--diarization", good)
        assert ran.code == 1
        assert f"{turns}: this has speaker turns and no words; name the file with" in ran.err
        assert is_one_error(ran.err)
    ran = run("inspect", good, "--diarization", tmp_path)
    assert ran.err == f"error: {tmp_path}: this is a folder; name the file of turns in it\n"


LEDGER_COMMANDS = [
    ("status",),
    ("plan", "{good}"),
    ("upload", "{good}"),
    ("upload", "{good}", "--dry-run"),
    ("undo", "--all", "-y"),
]


@pytest.mark.parametrize("command", LEDGER_COMMANDS, ids=" ".join)
def test_a_folder_or_another_file_is_no_ledger(
    run: Run, good: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    words = [word.format(good=good) for word in command]
    (tmp_path / "folder").mkdir()
    before = good.read_bytes()
    for path, reason in (
        (good, "this is not a ledger; give yours with --ledger"),
        (tmp_path / "folder", "this is a folder; name a file in it as the ledger"),
        (Path("/dev/null"), "this is a pipe or a device; name a file as the ledger"),
    ):
        for location in (path, f"sqlite:///{path}"):
            ran = run(*words, "--ledger", location, OMI_API_KEY="omi_dev_wrong")
            assert (ran.code, ran.err) == (2, f"error: {location}: {reason}\n")
    assert good.read_bytes() == before


def test_a_typo_in_the_map_names_file_and_line(run: Run, good: Path, tmp_path: Path) -> None:
    path = tmp_path / "speakers.toml"
    path.write_text("[speakers.Alice]\nis_usr = true\n")
    ran = run("convert", good, "--speakers", path)
    assert ran.code == 2
    assert f"{path}:2: unknown key 'is_usr'" in ran.err


def test_a_typo_in_the_settings_names_file_and_line(run: Run, good: Path, home: Path) -> None:
    folder = home / ".config" / "transcript-bridge"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('\nlangauge = "de"\n')
    ran = run("convert", good)
    assert ran.code == 2
    assert "config.toml:2: unknown setting 'langauge'; did you mean 'language'?" in ran.err


def test_no_inputs_at_all(run: Run) -> None:
    ran = run("convert")
    assert ran.code == 2
    assert ran.err.startswith("error: transcript-bridge convert: INPUT is missing: name a file")


def test_no_key(run: Run, good: Path) -> None:
    ran = run("upload", good)
    assert ran.code == 2
    assert "no API key" in ran.err
    assert is_one_error(ran.err)


def test_a_refused_key_stops_everything(run: Run, good: Path, sandbox: str) -> None:
    ran = run("upload", good, good, OMI_API_KEY="not_an_omi_key", OMI_API_BASE=sandbox)
    assert ran.code == 3
    assert "Settings > Developer > Create Key" in ran.err
    assert "stopped before the end; when that is done, run the same command again" in ran.err
    assert is_one_error(ran.err)
    assert "not_an_omi_key" not in ran.err + ran.out


def test_a_key_without_the_scope(run: Run, good: Path, sandbox: str) -> None:
    ran = run("upload", good, OMI_API_KEY="omi_dev_readonly_1", OMI_API_BASE=sandbox)
    assert ran.code == 3
    assert "conversations:write" in ran.err


def test_a_server_that_is_not_there(run: Run, good: Path, jumping_clock: JumpingClock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ran = run(
        "upload", good, good, OMI_API_KEY="omi_dev_1", OMI_API_BASE=f"http://127.0.0.1:{port}"
    )
    assert ran.code == 4
    assert is_one_error(ran.err), ran.err


def test_plain_http_to_another_machine_is_refused(run: Run, good: Path) -> None:
    ran = run("upload", good, OMI_API_KEY="omi_dev_1", OMI_API_BASE="http://api.omi.example")
    assert ran.code == 2
    assert "https" in ran.err
    assert "omi_dev_1" not in ran.err


def test_output_that_cannot_be_written(run: Run, good: Path, tmp_path: Path) -> None:
    ran = run("convert", good, "-o", tmp_path / "no" / "such" / "folder.jsonl")
    assert ran.code == 1
    assert "cannot be written" in ran.err


def test_several_inputs_do_not_fit_into_one_subtitle_file(run: Run, good: Path) -> None:
    ran = run("convert", good, good, "--to", "srt")
    assert ran.code == 2
    assert "-o converted/" in ran.err


def test_a_device_as_input_is_one_line(run: Run, tmp_path: Path) -> None:
    for command in ("inspect", "convert", "upload"):
        options = ["-o", tmp_path / "out"] if command == "convert" else []
        ran = run(command, "/dev/zero", *options, OMI_API_KEY="omi_dev_x")
        assert ran.code == 1, ran.err
        assert "this is a pipe or a device, not a file" in ran.err
        assert "Traceback" not in ran.err


def test_a_pipe_or_a_device_as_speaker_map_or_settings_is_one_line(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nhello\n")
    os.mkfifo(tmp_path / "pipe.toml")
    for flag in ("--speakers", "--settings"):
        for path in ("/dev/zero", tmp_path / "pipe.toml"):
            ran = run("plan", tmp_path / "a.srt", flag, path)
            assert ran.code == 2, ran.err
            assert "a pipe or a device, not a file" in ran.err


def test_a_label_with_nul_is_cleaned(run: Run, tmp_path: Path) -> None:
    said = '{"segments": [{"start": 0, "end": 1, "text": "hello", "speaker": "A\\u0000li"}]}'
    (tmp_path / "a.json").write_text(said)
    ran = run("upload", tmp_path / "a.json", "--keep-names", "--dry-run")
    assert ran.code == 0, ran.err
    assert "would send 1 segment" in ran.out


def test_a_pipe_or_a_device_as_an_archive_is_one_line(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.srt")
    (tmp_path / "2024-01-24.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nhello\n")
    for path in ("/dev/zero", tmp_path / "pipe.srt"):
        ran = run("plan", path, tmp_path / "2024-01-24.srt")
        assert ran.code == 1
        error, what_comes_next = ran.err.splitlines()
        assert error == f"error: {path}: this is a pipe or a device, not a file"
        assert what_comes_next.startswith("next: ")
        assert "1 transcript, 1 to send" in ran.out


def test_a_speaker_map_or_settings_of_countless_brackets_are_one_line(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nhello\n")
    (tmp_path / "deep.toml").write_text("a = " + "[" * 100_000)
    for flag in ("--speakers", "--settings"):
        ran = run("plan", tmp_path / "a.srt", flag, tmp_path / "deep.toml")
        assert ran.code == 2
        assert "nested too deeply" in ran.err
        assert "Traceback" not in ran.err


def test_a_file_of_turns_that_cannot_be_used_is_named(run: Run, good: Path, tmp_path: Path) -> None:
    turns = tmp_path / "who.txt"
    turns.write_text("hello there\n")
    refused = run("inspect", good, "--diarization", turns)
    assert refused.code == 1
    assert f"{turns}: this is not a file of speaker turns" in refused.err
    turns.write_text(
        "SPEAKER one 1 0 2 <NA> <NA> A <NA> <NA>\nSPEAKER two 1 0 2 <NA> <NA> A <NA> <NA>\n"
    )
    refused = run("inspect", good, "--diarization", turns)
    assert f"{turns}: turns of 2 recordings; choose with --recording NAME" in refused.err
