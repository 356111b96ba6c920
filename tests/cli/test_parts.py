"""[[files.during]]: a part of a recording is given to another speaker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run
from transcript_bridge.errors import SettingsError
from transcript_bridge.shaping.relabeling import LabelChange
from transcript_bridge.workspace.settings_files import SettingsFiles
from transcript_bridge.workspace.settings_writer import SettingsWriter

SPEAKERS = ("A", "B", "A", "B", "A", "B")
NAME = "2024-05-02 call.srt"
COMMENTED = """# my settings
[[files]]
path = "2024-05-02 call.srt"

# she took over the phone
[[files.during]]
from = "0:03"
to = "0:04"
label = "B"
speaker = "Eva"
"""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    write(folder, SPEAKERS)
    return folder


def write(folder: Path, labels: tuple[str, ...]) -> None:
    """Cue n begins at second n; an empty label is none."""
    cues = []
    for number, label in enumerate(labels, 1):
        mark = f"{label}: " if label else ""
        cues.append(
            f"{number}\n00:00:0{number},000 --> 00:00:0{number},900\n{mark}Line {number}.\n"
        )
    (folder / NAME).write_text("\n".join(cues))


def settle(folder: Path, tables: str) -> None:
    text = f'[[files]]\npath = "{NAME}"\n{tables}'
    (folder / "transcript-bridge.toml").write_text(text)


def speakers_of(run: Run, folder: Path, *flags: str) -> list[str]:
    """The label of each line, by --keep-names."""
    ran = run("convert", folder / NAME, "--to", "requests", "--keep-names", *flags)
    assert ran.code == 0, ran.err
    rows = json.loads(ran.out)["transcript_segments"]
    return [row["text"].rpartition(": ")[0] for row in rows]


def part(start: str, end: str, label: str, speaker: str) -> str:
    times = f'from = "{start}"\nto = "{end}"\n'
    return f'[[files.during]]\n{times}label = "{label}"\nspeaker = "{speaker}"\n'


def test_one_line_is_given_to_another_speaker(run: Run, folder: Path) -> None:
    settle(folder, part("0:03", "0:03.900", "A", "B"))
    assert speakers_of(run, folder) == ["A", "B", "B", "B", "A", "B"]


def test_a_part_of_a_label_becomes_a_new_voice_with_another_number(run: Run, folder: Path) -> None:
    settle(folder, '[[files.during]]\nfrom = 4.5\nlabel = "A"\nspeaker = "Eva"\n')
    assert speakers_of(run, folder) == ["A", "B", "A", "B", "Eva", "B"]
    ran = run("plan", folder, "--json")
    row = next(json.loads(line) for line in ran.out.splitlines() if NAME in line)
    assert [one["label"] for one in row["speakers"]] == ["A", "B", "Eva"]


def test_two_speakers_that_a_program_exchanged_are_exchanged_back(run: Run, folder: Path) -> None:
    settle(folder, part("0:03", "0:07", "A", "B") + part("00:00:03.000", "0:07", "B", "A"))
    assert speakers_of(run, folder) == ["A", "B", "B", "A", "B", "A"]


def test_of_two_changes_of_one_line_the_later_one_wins(run: Run, folder: Path) -> None:
    settle(folder, part("0:01", "0:07", "A", "B") + part("0:05", "0:06", "A", "Eva"))
    assert speakers_of(run, folder) == ["B", "B", "B", "B", "Eva", "B"]


def test_speech_without_a_label_can_get_a_speaker(run: Run, folder: Path) -> None:
    write(folder, ("", "", "", ""))
    settle(folder, part("0:02", "0:03", "*", "Eva"))
    assert speakers_of(run, folder) == ["", "Eva", "", ""]


def test_joined_lines_are_joined_by_the_speakers_of_now(run: Run, folder: Path) -> None:
    settle(folder, part("0:02", "0:03", "B", "A"))
    assert speakers_of(run, folder, "--merge-gap", "5") == ["A", "B", "A", "B"]


def test_a_part_that_fits_nothing_is_reported(run: Run, folder: Path) -> None:
    settle(folder, part("0:03", "0:04", "C", "B"))
    assert speakers_of(run, folder) == list(SPEAKERS)
    ran = run("inspect", folder / NAME)
    assert "[[files.during]]: nothing of C begins from 0:03 to 0:04" in ran.out


def test_turns_without_words_can_get_a_speaker(run: Run, folder: Path) -> None:
    turns = folder / "turns.rttm"
    turns.write_text("SPEAKER t 1 1.0 1.0 <NA> <NA> A <NA> <NA>\n" * 1)
    table = part("0:01", "0:02", "A", "Eva")
    text = f'[[files]]\npath = "turns.rttm"\nuntranscribed_text = "[speech]"\n{table}'
    (folder / "transcript-bridge.toml").write_text(text)
    ran = run("convert", turns, "--to", "requests", "--keep-names")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["transcript_segments"][0]["text"] == "Eva: [speech]"


@pytest.mark.parametrize(
    "table",
    [
        'label = "A"',
        'label = "A"\nspeaker = ""',
        'label = "A"\nspeaker = "B"\nfrom = "soon"',
        'label = "A"\nspeaker = "B"\nfrom = "0:05"\nto = "0:04"',
        'label = "A"\nspeaker = "B"\nuntil = "0:04"',
        'label = "A"\nspeaker = "B"\nfrom = true',
    ],
    ids=["speaker", "empty", "text", "backwards", "key", "switch"],
)
def test_a_table_that_does_not_fit_says_what_it_must_have(
    run: Run, folder: Path, table: str
) -> None:
    settle(folder, f"[[files.during]]\n{table}\n")
    ran = run("convert", folder / NAME, "--to", "requests")
    assert ran.code == 2
    assert "transcript-bridge.toml:1: during must be tables with from, to, label" in ran.err


@pytest.fixture(name="writer")
def _writer(folder: Path) -> SettingsWriter:
    (folder / "transcript-bridge.toml").write_text(COMMENTED)
    files = SettingsFiles(folder / "transcript-bridge.toml", folder / "speakers.toml", False)
    return SettingsWriter(files)


EVA = LabelChange(3000, 4000, "B", "Eva")
TOM = LabelChange(5000, None, "A", "Tom")


def read(folder: Path) -> str:
    return (folder / "transcript-bridge.toml").read_text()


def test_a_change_is_added_and_taken_back_and_comments_stay(
    folder: Path, writer: SettingsWriter, run: Run
) -> None:
    file = str(folder / NAME)
    written = writer.set_label_changes(file, [EVA, TOM])
    assert read(folder).startswith(COMMENTED)
    assert 'from = "00:00:05.000"\nlabel = "A"\nspeaker = "Tom"' in read(folder)
    assert speakers_of(run, folder) == ["A", "B", "A", "B", "Tom", "B"]
    writer.set_label_changes(file, [TOM])
    assert "Eva" not in read(folder)
    assert writer.set_label_changes(file, [TOM]).token is None
    removed = writer.set_label_changes(file, [])
    assert read(folder) == "# my settings\n"
    assert removed.token is not None
    writer.undo(removed.token)
    assert "Tom" in read(folder)
    assert written.token is not None


def test_changes_inside_of_braces_stay_there(folder: Path, writer: SettingsWriter) -> None:
    line = '  {from = 3, to = 4, label = "B", speaker = "Eva"},  # hers'
    settle(folder, f"during = [\n{line}\n]\n")
    writer.reload()
    writer.set_label_changes(str(folder / NAME), [EVA, TOM])
    assert line in read(folder)
    assert '{from = "00:00:05.000", label = "A", speaker = "Tom"}' in read(folder)


def test_a_later_table_of_the_user_does_not_win_in_silence(
    folder: Path, writer: SettingsWriter, run: Run
) -> None:
    later = f'\n[[files]]\npattern = "*.srt"\n{part("0:01", "0:02", "A", "B")}'
    (folder / "transcript-bridge.toml").write_text(COMMENTED + later)
    writer.reload()
    writer.set_label_changes(str(folder / NAME), [TOM])
    assert speakers_of(run, folder) == ["A", "B", "A", "B", "Tom", "B"]
    with pytest.raises(SettingsError, match="cannot be set on the page"):
        writer.set_label_changes(str(folder / NAME), [])


def test_only_the_recording_of_a_change_has_changed_since_it_was_sent(
    folder: Path, writer: SettingsWriter, run: Run, sandbox: str
) -> None:
    settings: dict[str, Any] = {"OMI_API_KEY": "omi_dev_parts", "OMI_API_BASE": sandbox}
    text = (folder / NAME).read_text()
    (folder / "2024-05-03 talk.srt").write_text(text.replace("Line", "Word"))
    assert run("migrate", folder, "-y", "--gap", "0", **settings).code == 0
    writer.set_label_changes(str(folder / NAME), [EVA, TOM])
    ran = run("plan", folder, "--json", **settings)
    rows = [json.loads(line) for line in ran.out.splitlines()]
    by_name = {Path(row["path"]).name: row for row in rows if "path" in row}
    changed = {name: row["changed"] for name, row in by_name.items()}
    assert changed == {NAME: 1, "2024-05-03 talk.srt": 0}
