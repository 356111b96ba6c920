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
from transcript_bridge.formats.decode import decode
from transcript_bridge.testing import Fixture

if __name__ == "__main__":  # before the fixtures are looked for: the new one is incomplete
    testing.write_expected(Path(sys.argv[1]))
    sys.exit()

FIXTURES = Path(__file__).parent.parent / "fixtures"
LEFT_OUT = {"joins", "omi-api", "ledgers"}
if find_spec("docx") is None:  # an extra that is not installed here
    LEFT_OUT.add("docx")
FOLDERS = sorted(path for path in FIXTURES.iterdir() if path.is_dir() and path.name not in LEFT_OUT)
ALL = [fixture for folder in FOLDERS for fixture in testing.find_fixtures(folder)]
NAMES = [format.name for format in formats.all_formats()]
OF_FORMATS = [fixture for fixture in ALL if fixture.path.parent.name in NAMES]


def name_of(fixture: Fixture) -> str:
    return f"{fixture.path.parent.name}/{fixture.path.stem}"


@pytest.mark.parametrize("fixture", ALL, ids=name_of)
def test_fixture_reads_as_expected(fixture: Fixture) -> None:
    testing.check_expected(fixture)


@pytest.mark.untraced
@pytest.mark.parametrize("fixture", ALL, ids=name_of)
def test_the_sum_checks(fixture: Fixture) -> None:
    testing.check_sum(fixture)


@pytest.mark.untraced
@pytest.mark.parametrize("fixture", OF_FORMATS, ids=name_of)
def test_the_content_tells_the_format(fixture: Fixture) -> None:
    testing.check_detection(formats.get(fixture.path.parent.name), fixture)


def test_no_two_formats_are_sure_of_one_file() -> None:
    """A bid of 90 wins without asking the others, so the suffix would decide."""
    for fixture in OF_FORMATS:
        if fixture.is_refused or "format" in fixture.options:
            continue
        text = decode(fixture.path.read_bytes(), fixture.options.get("encoding")).text
        window = text[: formats.SNIFF_WINDOW]
        sure = [format.name for format in formats.all_formats() if format.sniff(window) >= 90]
        assert set(sure) <= {fixture.path.parent.name}, name_of(fixture)


@pytest.mark.untraced
@pytest.mark.parametrize("fixture", OF_FORMATS, ids=name_of)
def test_a_damaged_copy_is_read_or_refused(fixture: Fixture) -> None:
    testing.check_damaged(formats.get(fixture.path.parent.name), fixture)


@pytest.mark.parametrize("fixture", OF_FORMATS, ids=name_of)
def test_what_is_written_is_read_again(fixture: Fixture) -> None:
    testing.check_render(formats.get(fixture.path.parent.name), fixture)


@pytest.mark.parametrize("name", NAMES)
def test_every_format_has_fixtures(name: str) -> None:
    assert [fixture for fixture in OF_FORMATS if fixture.path.parent.name == name]
