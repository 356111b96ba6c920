"""Choices are written to the two settings files: comments stay, and no change is lost."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run
from transcript_bridge.errors import SettingsConflictError, SettingsError
from transcript_bridge.path_patterns import full_path
from transcript_bridge.workspace.environment import Environment
from transcript_bridge.workspace.settings_files import SettingsFiles, find_settings_files
from transcript_bridge.workspace.settings_writer import SettingsWriter

TALK = (
    "1\n00:00:01,000 --> 00:00:02,000\nSPEAKER_00: Is the water on?\n\n"
    "2\n00:00:03,000 --> 00:00:09,000\nSPEAKER_01: For an hour.\n\n"
    "3\n00:00:10,000 --> 00:00:11,000\nBob M.: So do I.\n"
)
MAP = (
    "# who is who\n"
    '[speakers."Alice"]  # that is me\n'
    "is_user = true\n"
    "\n"
    "[[files]]\n"
    'pattern = "talk*"  # all of them\n'
    '[files.speakers."Eva"]\n'
    'aliases = ["SPEAKER_01"]\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"talk {number}.srt").write_text(TALK.replace("water", f"water {number}"))
    return folder


def files_of(folder: Path, **others: Any) -> SettingsFiles:
    return SettingsFiles(
        folder / "transcript-bridge.toml", folder / "speakers.toml", others.pop("named", False)
    )


def people(run: Run, folder: Path, number: int = 1) -> dict[str, tuple[str | None, bool]]:
    """Return the person of each label in one file, according to the plan."""
    ran = run("plan", folder, "--json")
    assert ran.code in (0, 1), ran.err
    for line in ran.out.splitlines():
        row = json.loads(line)
        if row.get("path") == f"{folder}/talk {number}.srt":
            return {one["label"]: (one["name"], one["is_user"]) for one in row["speakers"]}
    raise AssertionError(ran.out)


def test_naming_a_voice_is_what_the_plan_then_says(run: Run, folder: Path) -> None:
    writer = SettingsWriter(files_of(folder))
    written = writer.name_voice(f"{folder}/talk 1.srt", "SPEAKER_00", "Chiara")
    assert f"SPEAKER_00 is Chiara in {folder}/talk 1.srt: written to" in written.sentence
    assert people(run, folder)["SPEAKER_00"] == ("Chiara", False)
    assert people(run, folder, 2)["SPEAKER_00"] == (None, False)
    text = (folder / "speakers.toml").read_text()
    assert text == text.strip() + "\n"
    assert "\n\n\n" not in text
    # The settings name the map from now on; without a file before, there is nothing to copy.
    assert (folder / "transcript-bridge.toml").read_text() == 'speakers = "speakers.toml"\n'
    assert sorted(path.name for path in folder.glob("*.toml*")) == [
        "speakers.toml",
        "transcript-bridge.toml",
    ]


def test_a_hand_written_map_keeps_its_comments_and_a_later_choice_wins(
    run: Run, folder: Path
) -> None:
    (folder / "speakers.toml").write_text(MAP)
    writer = SettingsWriter(files_of(folder))
    file = f"{folder}/talk 1.srt"
    writer.name_voice(file, "SPEAKER_00", "Chiara")
    writer.name_voice(file, "SPEAKER_01", "Dora")
    writer.name_voice(file, "SPEAKER_01", "Dan")
    assert people(run, folder)["SPEAKER_01"] == ("Dan", False)
    assert people(run, folder, 2)["SPEAKER_01"] == ("Eva", False)
    text = (folder / "speakers.toml").read_text()
    assert text.startswith(MAP)
    assert "Dora" not in text
    assert text.count("[[files]]") == 2
    assert (folder / "speakers.toml.bak").read_text() == MAP


def test_undo_restores_the_very_bytes_of_both_files(folder: Path) -> None:
    original = MAP.replace("\n", "\r\n").encode()
    (folder / "speakers.toml").write_bytes(original)
    writer = SettingsWriter(files_of(folder))
    first = writer.set_me(f"{folder}/talk 1.srt", "SPEAKER_00")
    between = (folder / "speakers.toml").read_bytes()
    second = writer.not_me_here(f"{folder}/talk 2.srt")
    assert first.token is not None
    assert second.token is not None
    with pytest.raises(SettingsConflictError, match="undo the later choices first"):
        writer.undo(first.token)
    writer.undo(second.token)
    assert (folder / "speakers.toml").read_bytes() == between
    assert "as before" in writer.undo(first.token)
    assert (folder / "speakers.toml").read_bytes() == original
    assert not (folder / "transcript-bridge.toml").exists()
    again = writer.set_me(f"{folder}/talk 1.srt", "SPEAKER_00")
    assert str(folder / "transcript-bridge.toml") in again.sentence


def test_who_is_me_in_one_file(run: Run, folder: Path) -> None:
    (folder / "speakers.toml").write_text(MAP)
    writer = SettingsWriter(files_of(folder))
    file = f"{folder}/talk 1.srt"
    assert writer.owner == "Alice"
    writer.set_me(file, "SPEAKER_00")
    assert people(run, folder)["SPEAKER_00"] == ("Alice", True)
    writer.set_me(file, "SPEAKER_01")  # … instead of
    assert people(run, folder)["SPEAKER_01"] == ("Alice", True)
    assert people(run, folder)["SPEAKER_00"] == (None, False)
    writer.not_me_here(file)
    assert [is_user for _, is_user in people(run, folder).values()] == [False] * 3
    writer.set_me(file, "SPEAKER_00")
    assert people(run, folder)["SPEAKER_00"] == ("Alice", True)


def test_the_first_me_needs_a_name(run: Run, folder: Path) -> None:
    writer = SettingsWriter(files_of(folder))
    with pytest.raises(SettingsError, match="first say which label is yours"):
        writer.set_me(f"{folder}/talk 1.srt", "SPEAKER_00")
    writer.set_me(f"{folder}/talk 1.srt", "SPEAKER_00", "Alice")
    assert people(run, folder)["SPEAKER_00"] == ("Alice", True)
    writer.set_me(f"{folder}/talk 2.srt", "SPEAKER_01", "somebody else, which is not used")
    assert people(run, folder, 2)["SPEAKER_01"] == ("Alice", True)


def test_two_labels_become_one_person_and_are_separated_again(run: Run, folder: Path) -> None:
    writer = SettingsWriter(files_of(folder))
    file = f"{folder}/talk 1.srt"
    merged = writer.merge(file, ["SPEAKER_01", "Bob M."], "Bob Miller")
    found = people(run, folder)
    assert (found["SPEAKER_01"], found["Bob M."]) == (("Bob Miller", False), ("Bob Miller", False))
    writer.name_voice(file, "SPEAKER_01", None)
    assert people(run, folder)["SPEAKER_01"] == (None, False)
    assert merged.sentence.startswith("SPEAKER_01 and Bob M. are one person, Bob Miller, in")


def test_people_of_all_files(run: Run, folder: Path) -> None:
    writer = SettingsWriter(files_of(folder))
    writer.one_person(["Bob M.", "Bob"], "Bob Miller")
    writer.set_owner("Bob Miller")
    writer.set_person_id("Bob Miller", "p1")
    writer.two_people(["Eva", "Eve"])
    writer.two_people(["Eve", "Eva"])
    assert people(run, folder, 2)["Bob M."] == ("Bob Miller", True)
    text = (folder / "speakers.toml").read_text()
    assert text.startswith('distinct = [["Eva", "Eve"]]\n')
    assert 'person_id = "p1"' in text
    writer.set_owner("Eva")
    assert people(run, folder, 2)["Bob M."] == ("Bob Miller", False)


def test_settings_of_recordings(run: Run, folder: Path) -> None:
    (folder / "transcript-bridge.toml").write_text("# mine\ntimezone = 'UTC'\n")
    writer = SettingsWriter(files_of(folder))
    file = f"{folder}/talk 1.srt"
    writer.set_date(file, datetime(2024, 5, 2, 12))
    writer.set_option([file, f"{folder}/talk 2.srt"], "language", "de")
    left_out = writer.leave_out([f"{folder}/talk 2.srt"])
    writer.settle([file])
    ran = run("plan", folder, "--json")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    ready = [row for row in rows if row.get("state") == "ready"]
    assert [(row["path"], row["started_at"], row["language"]) for row in ready] == [
        (file, "2024-05-02T12:00:00+00:00", "de")
    ]
    assert (folder / "transcript-bridge.toml").read_text().startswith("# mine\ntimezone = 'UTC'\n")
    assert left_out.sentence.startswith(f"leave_out is true for {folder}/talk 2.srt: written to")
    writer.include_again([f"{folder}/talk 2.srt"])
    writer.set_option([file, f"{folder}/talk 2.srt"], "language", None)
    writer.set_date(file, None)
    writer.settle([file], settled=False)
    assert "[[files]]" in (folder / "transcript-bridge.toml").read_text()
    assert run("plan", folder, "--json").out.count('"state": "ready"') == 2


def test_including_again_is_stronger_than_ignore_and_patterns(run: Run, folder: Path) -> None:
    (folder / "transcript-bridge.toml").write_text(
        'ignore = ["talk 1*"]\n[[files]]\npattern = "talk*"\nleave_out = true\n'
    )
    writer = SettingsWriter(files_of(folder))
    writer.include_again([f"{folder}/talk 1.srt", f"{folder}/talk 2.srt"])
    assert run("plan", folder, "--json").out.count('"state": "ready"') == 2
    ran = run("plan", folder, "--ignore", "talk 2*", "--json")  # … but not than a flag
    assert ran.out.count('"state": "ready"') == 1


def bad_choices() -> dict[str, Callable[[SettingsWriter, str], object]]:
    return {
        "two owners": lambda writer, file: writer.set_person_id("Eva", "p9"),
        "empty name": lambda writer, file: writer.name_voice(file, "SPEAKER_00", " "),
        "wrong kind": lambda writer, file: writer.set_option([file], "language", 3),
        "not for a file": lambda writer, file: writer.set_option([file], "jobs", 3),
        "not in a file": lambda writer, file: writer.set_for_all("strict", True),
    }


@pytest.mark.parametrize("name", list(bad_choices()))
def test_a_choice_that_does_not_fit_writes_nothing(folder: Path, name: str) -> None:
    before = MAP + '[speakers."Zoe"]\nperson_id = "p9"\n'
    (folder / "speakers.toml").write_text(before)
    writer = SettingsWriter(files_of(folder))
    with pytest.raises(SettingsError):
        bad_choices()[name](writer, f"{folder}/talk 1.srt")
    assert (folder / "speakers.toml").read_text() == before
    assert [path.name for path in folder.glob("*.toml*")] == ["speakers.toml"]
    writer.name_voice(f"{folder}/talk 1.srt", "SPEAKER_00", "Dora")  # and the next one works


def test_what_an_editor_saved_meanwhile_is_not_lost(run: Run, folder: Path) -> None:
    (folder / "speakers.toml").write_text(MAP)
    writer = SettingsWriter(files_of(folder))
    file = f"{folder}/talk 1.srt"
    first = writer.name_voice(file, "SPEAKER_00", "Chiara")
    edited = (folder / "speakers.toml").read_text() + "# my own line\n"
    (folder / "speakers.toml").write_text(edited)
    with pytest.raises(SettingsConflictError, match="another program has changed this file"):
        writer.name_voice(file, "SPEAKER_01", "Dora")
    assert first.token is not None
    with pytest.raises(SettingsConflictError):
        writer.undo(first.token)
    assert (folder / "speakers.toml").read_text() == edited
    writer.reload()
    writer.name_voice(file, "SPEAKER_01", "Dora")
    assert "# my own line" in (folder / "speakers.toml").read_text()
    assert people(run, folder)["SPEAKER_01"] == ("Dora", False)


@pytest.mark.parametrize(
    ("fault", "advice"),
    [(errno.EACCES, "to keep choices elsewhere"), (errno.ENOSPC, "the disk is full: free some")],
)
def test_a_folder_that_takes_nothing_is_reported_and_nothing_is_half_done(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fault: int, advice: str
) -> None:
    (folder / "speakers.toml").write_text(MAP)
    (folder / "transcript-bridge.toml").mkdir()
    with pytest.raises(SettingsError, match="this is a folder; name the file with the settings"):
        SettingsWriter(files_of(folder))
    (folder / "transcript-bridge.toml").rmdir()
    writer = SettingsWriter(files_of(folder))

    def refuse(*_args: object, **_kwargs: object) -> int:
        raise OSError(fault, "refused")

    monkeypatch.setattr("transcript_bridge.workspace.toml_file.os.fsync", refuse)
    with pytest.raises(SettingsError, match=f"this cannot be written.*{advice}"):
        writer.name_voice(f"{folder}/talk 1.srt", "SPEAKER_00", "Chiara")
    assert (folder / "speakers.toml").read_text() == MAP
    assert {path.suffix for path in folder.iterdir()} == {".srt", ".toml"}


def test_a_choice_that_is_there_already_writes_nothing(folder: Path) -> None:
    writer = SettingsWriter(files_of(folder))
    file = f"{folder}/talk 1.srt"
    writer.name_voice(file, "SPEAKER_00", "Chiara")
    again = writer.name_voice(file, "SPEAKER_00", "Chiara")
    assert again.token is None
    assert "says so already" in again.sentence


def test_files_in_containers_and_with_wildcards_in_their_names(run: Run, folder: Path) -> None:
    (folder / "take *.srt").write_text(TALK)
    writer = SettingsWriter(files_of(folder))
    writer.name_voice(f"{folder}/take *.srt", "SPEAKER_00", "Chiara")
    writer.name_voice(f"{folder}/box.zip!in/a.srt", "SPEAKER_00", "Dora")
    text = (folder / "speakers.toml").read_text()
    assert 'path = "take *.srt"' in text
    assert 'path = "box.zip!in/a.srt"' in text
    assert people(run, folder)["SPEAKER_00"] == (None, False)


def test_where_choices_are_kept(folder: Path, tmp_path: Path) -> None:
    environment = Environment({}, tmp_path, tmp_path / "own", lambda: tmp_path, lambda: tmp_path)

    def find(*paths: Path, **flags: str) -> SettingsFiles:
        return find_settings_files([str(path) for path in paths], flags, environment)

    here = (folder / "transcript-bridge.toml", folder / "speakers.toml", False)
    assert find(folder)[:3] == here
    assert find(folder / "talk 1.srt")[:3] == here
    assert find(folder / "*.srt")[:3] == here
    assert find(folder / "talk 1.srt", folder / "talk 2.srt")[:3] == here
    assert find(folder, speakers="people.toml").speakers == Path("people.toml")
    (folder / "transcript-bridge.toml").write_text('speakers = "who.toml"\nme = "Mara"\n')
    assert find(folder) == (here[0], folder / "who.toml", True, "Mara")


def test_a_choice_for_many_files_looks_at_each_table_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 100
    writer = SettingsWriter(files_of(folder))
    chosen = [str(folder / f"talk {number}.srt") for number in range(count)]
    writer.settle(chosen)
    looked: list[object] = []

    def look(place: Any) -> str:
        looked.append(place)
        return full_path(place)

    monkeypatch.setattr("transcript_bridge.workspace.toml_tables.full_path", look)
    writer.set_option(chosen, "language", "de")
    assert len(looked) <= count
    text = (folder / "transcript-bridge.toml").read_text()
    assert text.count("[[files]]") == text.count('language = "de"') == count
