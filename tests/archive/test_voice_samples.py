"""Samples that show who a voice is."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from transcript_bridge.archive.parallel import convert_all
from transcript_bridge.archive.planning import make_plan
from transcript_bridge.archive.playable import find_sound
from transcript_bridge.archive.scan import scan
from transcript_bridge.archive.voices.samples import MAX_MS, Sample, choose_samples
from transcript_bridge.models import Utterance, Utterances
from transcript_bridge.options import Options

NOW = datetime(2100, 1, 1, tzinfo=UTC)
TALK = "1\n00:00:01,000 --> 00:00:02,000\nMara: Is the water on?\n"


def spoken(*rows: tuple[int, int, str]) -> Utterances:
    return Utterances.of(
        [Utterance(start, end, f"{label} at {start}", label) for start, end, label in rows]
    )


def test_samples_are_the_longest_of_each_part_and_stop_where_the_words_end() -> None:
    long = (40_000, 60_000, "A")
    near = [(0, 1_000, "A"), (1_000, 4_000, "A"), (4_000, 5_000, "B")]
    utterances = spoken(*near, long, (80_000, 81_000, "A"))
    chosen = choose_samples(utterances, 90_000)
    assert chosen["A"] == (
        Sample(1_000, 4_000, "A at 1000"),
        Sample(40_000, 40_000 + MAX_MS, "A at 40000"),
        Sample(80_000, 81_000, "A at 80000"),
    )
    assert chosen["B"] == (Sample(4_000, 5_000, "B at 4000"),)


def test_a_shorter_sample_is_chosen_if_others_speak_in_the_longest() -> None:
    utterances = spoken((0, 9_000, "A"), (8_000, 9_500, "B"), (10_000, 11_000, "A"))
    chosen = choose_samples(utterances, 11_000, count=1)
    assert chosen["A"] == (Sample(10_000, 11_000, "A at 10000"),)
    assert chosen["B"] == (Sample(8_000, 9_500, "B at 8000"),)  # there is no other


def test_samples_of_an_archive_say_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(TALK)
    found = scan([str(tmp_path)])
    plan = make_plan(found, convert_all(found.recordings, Options(), samples=3), NOW)
    (label,) = plan.labels()
    assert label.samples == ((f"{tmp_path}/a.srt", 1_000, 2_000, "Is the water on?"),)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a.mp3", ""), ("a.wma", "Browsers cannot play .wma files"), ("", "is inside a container")],
    ids=["plays", "cannot", "zip"],
)
def test_the_sound_of_a_recording(tmp_path: Path, name: str, reason: str) -> None:
    if name:
        (tmp_path / "a.srt").write_text(TALK)
        (tmp_path / name).write_bytes(b"sound")
    else:
        with zipfile.ZipFile(tmp_path / "box.zip", "w") as box:
            box.writestr("a.srt", TALK)
            box.writestr("a.mp3", b"sound")
    found = scan([str(tmp_path)])
    (entry,) = make_plan(found, convert_all(found.recordings, Options()), NOW).ready
    sound = find_sound(entry.recording)
    assert sound.name == (name or "a.mp3")
    assert reason in sound.reason
    assert sound.is_playable == (reason == "")
    assert sound.file == (str(tmp_path / name) if not reason else "")
