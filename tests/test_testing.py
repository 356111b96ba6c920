"""The checks for authors of plug-ins find the faults of a format."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import pytest
from transcript_bridge_tapelog import FORMAT

from transcript_bridge import formats
from transcript_bridge.models import Transcript, Utterance
from transcript_bridge.testing import (
    check_detection,
    check_format,
    load_fixture,
    write_expected,
)

FIXTURES = Path(__file__).parent / "plugin" / "fixtures"


def forget_a_cue(text: str) -> Transcript:
    return dataclasses.replace(FORMAT.parse(text), cues=99)


def fail(text: str) -> Transcript:
    if text.endswith("\n"):
        return FORMAT.parse(text)
    raise IndexError("no last line")


def read_floats(text: str) -> Transcript:
    transcript = FORMAT.parse(text)
    rows = [Utterance(float(u.start), *u[1:]) for u in transcript.utterances]  # type: ignore[arg-type]
    return transcript.evolve(utterances=rows)


def write_the_end_as_text(transcript: Transcript) -> str:
    """A format that reads only the fixture: `Water is off`."""
    assert FORMAT.render is not None
    return FORMAT.render(transcript).replace("off\n", "off …\n")


def write_late(transcript: Transcript) -> str:
    rows = [u._replace(start=u.start + 10, end=u.end + 10) for u in transcript.utterances]
    assert FORMAT.render is not None
    return FORMAT.render(transcript.evolve(utterances=rows))


def write_first_lines(transcript: Transcript) -> str:
    """The fixtures of this format have no text of two lines."""
    assert FORMAT.render is not None
    rows = [u._replace(text=u.text.split("\n")[0]) for u in transcript.utterances]
    return FORMAT.render(transcript.evolve(utterances=rows))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parse": forget_a_cue}, "cues is 99, expected 3; if the new result is right"),
        ({"parse": fail}, "damaged copy .*IndexError.*; let it raise MalformedError"),
        ({"parse": read_floats}, "a time of .* is not an integer; round"),
        ({"sniff": lambda _: 0}, "format is None, expected 'tapelog'; let sniff bid more"),
        (
            {"sniff": lambda text: 85 if FORMAT.sniff(text) else 101},
            "sniff returns 101; let it",
        ),
        ({"highest_bid": 80}, "sniff returns 85; let it return 0 to 80"),
        (
            {"render": write_first_lines},
            "read again: the texts are .*'Who turned'.*; let",
        ),
        (
            {"render": write_the_end_as_text},
            "other speakers or texts: row [0-9]+ is .*; let",
        ),
        ({"render": lambda _: "@"}, "it is refused: .*; let parse read"),
        ({"render": write_late}, "other times: line [0-9]+ is .*; let render"),
    ],
)
def test_check_format_finds_each_fault(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    shutil.copy(FIXTURES / "kettle.tapelog", tmp_path)
    shutil.copy(FIXTURES / "kettle.expected.json", tmp_path)
    with pytest.raises(AssertionError, match=message):
        check_format(dataclasses.replace(FORMAT, **change), tmp_path)


@pytest.mark.parametrize("suffix", ["tapelog", ".Tapelog", ""])
def test_a_suffix_that_no_file_has_is_refused(suffix: str) -> None:
    with pytest.raises(ValueError, match=r"of tapelog must be lower case and begin with a dot"):
        dataclasses.replace(FORMAT, suffixes=(suffix,))


def test_a_file_without_an_expectation_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="it has no file with an expectation"):
        check_format(FORMAT, tmp_path)
    shutil.copy(FIXTURES / "kettle.tapelog", tmp_path)
    with pytest.raises(AssertionError, match=r"it has no kettle\.expected\.json; write_exp"):
        check_format(FORMAT, tmp_path)


def test_a_format_that_bids_nothing_is_a_failure() -> None:
    fixture = load_fixture(FIXTURES / "kettle.tapelog")
    with pytest.raises(AssertionError, match=r"is taken for .*, and sniff bids 0; let sniff bid"):
        check_detection(dataclasses.replace(FORMAT, sniff=lambda _: 0), fixture)


def test_the_format_is_registered_meanwhile_only() -> None:
    check_format(FORMAT, FIXTURES)
    assert "tapelog" not in [format.name for format in formats.all_formats()]


def test_an_expectation_is_written_as_it_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "kettle.tapelog"
    shutil.copy(FIXTURES / "kettle.tapelog", path)
    with formats.registered(FORMAT):
        write_expected(path)
    written = path.with_name("kettle.expected.json").read_text(encoding="utf-8")
    assert written == (FIXTURES / "kettle.expected.json").read_text(encoding="utf-8")
