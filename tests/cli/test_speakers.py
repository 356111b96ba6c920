from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.support.command import Run
from transcript_bridge.shaping.speakers import SpeakerMap


def vtt(*said: tuple[str, str]) -> str:
    cues = (
        f"00:{n:02d}.000 --> 00:{n:02d}.900\n<v {who}>{text}</v>\n"
        for n, (who, text) in enumerate(said)
    )
    return "WEBVTT\n\n" + "\n".join(cues)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "one.vtt").write_text(
        vtt(
            ("Alice Doe", "Let us begin with the roof."),
            ("Bob", "It leaks."),
            ("Alice Doe", "Still?"),
        )
    )
    (folder / "two.vtt").write_text(
        vtt(("alice doe", 'She said "no", twice.'), ("Carmen \\ Ruiz", "Who did?"))
    )
    (folder / "copy.vtt").write_text((folder / "two.vtt").read_text())
    (folder / "three.json").write_text(
        '{"segments": [{"start": 0, "end": 2, "text": "Hi.", "speaker": "SPEAKER_01"}]}'
    )
    return folder


def test_labels_over_the_archive(run: Run, archive: Path) -> None:
    ran = run("speakers", archive)
    assert ran.code == 0, ran.err
    assert "'Alice Doe' = 'alice doe'" in ran.out
    assert "“It leaks.”" in ran.out
    (archive / "damaged.zip").write_bytes(b"PK\x03\x04")
    shown = run("speakers", archive, "--json")
    *labels, failed = map(json.loads, shown.out.splitlines())
    assert (shown.code, failed["state"], failed["error"]["code"]) == (1, "failed", "input")
    assert failed["path"] == str(archive / "damaged.zip")
    rows = {row["label"]: row for row in labels}
    assert rows["Alice Doe"] == {
        "label": "Alice Doe",
        "name": None,
        "is_user": False,
        "files": 1,
        "segments": 2,
        "seconds": 1.8,
        "samples": ["Let us begin with the roof.", "Still?"],
        "voices": [],
        "perhaps": ["alice doe"],
    }
    assert rows["alice doe"]["files"] == 1  # the copy says nothing new


def test_a_map_that_the_archive_names_already_can_be_written(run: Run, archive: Path) -> None:
    (archive / "transcript-bridge.toml").write_text('speakers = "who.toml"\n')
    ran = run("plan", archive)
    assert (ran.code, "who.toml: the speaker map cannot be opened" in ran.err) == (2, True)
    ran = run("speakers", archive, "-o", archive / "who.toml")
    assert ran.code == 0, ran.err
    assert 'speakers."Bob"' in (archive / "who.toml").read_text()
    assert run("plan", archive).code == 0


def test_a_map_to_edit_is_a_map(run: Run, archive: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.toml"
    known.write_text(
        '[speakers."Robert"]\nis_user = true\nperson_id = "r1"\naliases = ["Bob"]\n\n'
        '[speakers."Nobody"]\n'
        '[[files]]\npattern = "x/*"\nme = "Robert"\n'
        '[files.speakers."Eva"]\naliases = ["SPEAKER_09"]\n'
    )
    target = tmp_path / "speakers.toml"
    ran = run("speakers", archive, "--speakers", known, "-o", target)
    assert ran.code == 0, ran.err
    text = target.read_text(encoding="utf-8")
    people = {person.name: person for person in SpeakerMap.from_toml(target).people}
    assert SpeakerMap.from_toml(target).rules == SpeakerMap.from_toml(known).rules
    assert set(people) == {"Alice Doe", "Robert", "Carmen \\ Ruiz", "Nobody"}
    assert (people["Robert"].is_user, people["Robert"].person_id, people["Robert"].aliases) == (
        True,
        "r1",
        ("Bob",),
    )
    assert '# aliases = ["alice doe"]' in text
    assert 'She said "no", twice.' in text
    # All that is proposed becomes true by taking the marks away.
    lines = [
        line.removeprefix("# ")
        if line.startswith(("# aliases", "# [", "# pattern", "# me"))
        else line
        for line in text.split("\n")
    ]
    edited = tomllib.loads("\n".join(lines))
    assert edited["speakers"]["Alice Doe"]["aliases"] == ["alice doe"]
    assert edited["files"][1]["pattern"] == "three.json"


def test_a_map_that_is_there_is_never_overwritten(run: Run, archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "speakers.toml"
    target.write_text("# my work\n")
    ran = run("speakers", archive, "-o", target)
    assert ran.code == 1
    assert "this file exists, and 'speakers' did not write it" in ran.err
    assert target.read_text() == "# my work\n"
    assert run("speakers", archive, "-o", tmp_path / "no" / "folder.toml").code == 1


def test_rules_for_some_files(run: Run, archive: Path, tmp_path: Path) -> None:
    speakers = tmp_path / "speakers.toml"
    speakers.write_text(
        '[[files]]\npattern = "archive/three.*"\nme = "Alice Doe"\n'
        '[files.speakers."Alice Doe"]\naliases = ["SPEAKER_01"]\n'
    )
    rows = {
        row["label"]: row
        for row in map(
            json.loads, run("speakers", archive, "--json", "--speakers", speakers).out.splitlines()
        )
    }
    assert (rows["SPEAKER_01"]["name"], rows["SPEAKER_01"]["is_user"]) == ("Alice Doe", True)
    assert rows["Bob"]["name"] is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[files]]\npatern = "a"\n', ":1: [[files]] needs a path"),
        (
            '[speakers.A]\n\n[[files]]\npattern = "a"\nwho = "A"\n',
            ":5: unknown key 'who' in [[files]]",
        ),
        ('[[files]]\npattern = "a"\nme = ""\n', ":1: me must be non-empty text"),
        (
            '[[files]]\npattern = "a"\n[files.speakers.A]\nperson = 1\n',
            ":4: unknown key 'person' for 'A'",
        ),
        ("files = 1\n", ":1: files must be tables"),
    ],
)
def test_rules_that_mean_nothing(
    run: Run, archive: Path, tmp_path: Path, text: str, message: str
) -> None:
    speakers = tmp_path / "speakers.toml"
    speakers.write_text(text)
    ran = run("speakers", archive, "--speakers", speakers)
    assert ran.code == 2
    assert message in ran.err


def test_voices_are_listed_under_the_copy_that_is_sent(run: Run, tmp_path: Path) -> None:
    """A name that is given to another copy would be for a file that is never sent."""
    folder = tmp_path / "copies"
    folder.mkdir()
    for name in ("talk (1).srt", "talk.srt"):
        (folder / name).write_text("1\n00:00:01,000 --> 00:00:03,000\nSPEAKER_00: Good morning\n")
    assert (
        f"copies, of which one is sent:\n  {folder}/talk (1).srt"
        in run("plan", folder, "--files").out
    )
    out = run("speakers", folder).out
    assert f"  {folder}/talk.srt\n" in out
    assert "talk (1).srt" not in out
