"""Every file in fixtures/ is read and compared with what is expected: a new case needs no code.

transcript_bridge/testing.py has the checks, and says what an expectation holds. To write one:

    python tests/test_fixtures.py fixtures/srt/new.srt
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from transcript_bridge import formats, testing
from transcript_bridge.formats.built_in import BUILT_IN
from transcript_bridge.testing import Fixture


def write(path: Path) -> None:
    """Write the expectation of a fixture, and print what the file was taken for."""
    place = testing.write_expected(path)
    expected = testing.load_fixture(path).expected
    result = f"read as {expected.get('format')}"
    if "error" in expected:
        result = f"refused: {expected['message']}"
    sys.stdout.write(f"{place}: {result}; check what is in it by eye\n")
    folder = path.resolve().parent.name
    if folder not in {*OF_NO_FORMAT, *BUILT_IN}:
        sys.stdout.write(f"{folder} is not in BUILT_IN of transcript_bridge/formats/built_in.py\n")


OF_NO_FORMAT = {"docx", "encodings", "labels"}
"""Folders for what several formats have in common; any other is called as its format."""

if __name__ == "__main__":  # before the fixtures are looked for: the new one is incomplete
    write(Path(sys.argv[1]))
    sys.exit()

FIXTURES = Path(__file__).parent.parent / "fixtures"
LEFT_OUT = {"joins", "omi-api", "ledgers"}
if find_spec("docx") is None:  # an extra that is not installed here
    LEFT_OUT.add("docx")
FOLDERS = sorted(path for path in FIXTURES.iterdir() if path.is_dir() and path.name not in LEFT_OUT)
ALL = [fixture for folder in FOLDERS for fixture in testing.find_fixtures(folder)]
NAMES = [format.name for format in formats.all_formats()]


def is_of_format(fixture: Fixture) -> bool:
    return fixture.path.parent.name in NAMES


def name_of(fixture: Fixture) -> str:
    return f"{fixture.path.parent.name}/{fixture.path.stem}"


# Two tests for each fixture, not one for each check: what pytest does for a test takes longer than
# most of these checks.


@pytest.mark.parametrize("fixture", ALL, ids=name_of)
def test_it_reads_as_expected_and_what_is_written_is_read_again(fixture: Fixture) -> None:
    testing.check_expected(fixture)
    if is_of_format(fixture):
        testing.check_render(formats.get(fixture.path.parent.name), fixture)


@pytest.mark.untraced
@pytest.mark.parametrize("fixture", ALL, ids=name_of)
def test_nothing_is_lost_its_content_tells_the_format_and_damage_is_read_or_refused(
    fixture: Fixture,
) -> None:
    testing.check_sum(fixture)
    if is_of_format(fixture):
        format = formats.get(fixture.path.parent.name)
        testing.check_detection(format, fixture)
        testing.check_damaged(format, fixture)


def test_every_format_has_fixtures_and_every_folder_a_format() -> None:
    folders = {folder.name for folder in FOLDERS}
    without_fixtures = set(NAMES) - {fixture.path.parent.name for fixture in ALL}
    assert without_fixtures == set(), "formats without a file in fixtures/NAME/"
    unknown = folders - set(NAMES) - OF_NO_FORMAT
    assert unknown == set(), "no format is called so; is it in BUILT_IN (formats/built_in.py)?"


@pytest.mark.parametrize("name", NAMES)
def test_every_format_writes_what_others_read(name: str) -> None:
    testing.check_made_up(formats.get(name))
