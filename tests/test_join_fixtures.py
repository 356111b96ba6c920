"""Every transcript in fixtures/joins/ is joined with its turns and compared with what is expected.

`talk.json`, `talk.turns.rttm`, `talk.expected.json`; the options in the expectation are fields of
`Options`. To write one:

    python tests/test_join_fixtures.py fixtures/joins/talk.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from transcript_bridge import testing
from transcript_bridge.errors import InputError
from transcript_bridge.options import Options
from transcript_bridge.pipeline import load
from transcript_bridge.turns_file import TurnsFile

FOLDER = Path(__file__).parent.parent / "fixtures" / "joins"
TRANSCRIPTS = [
    path
    for path in sorted(FOLDER.iterdir())
    if ".turns." not in path.name and not path.name.endswith(testing.EXPECTED)
]


def expectation_of(path: Path) -> Path:
    return path.with_name(path.stem + testing.EXPECTED)


def describe(path: Path, options: dict[str, Any]) -> dict[str, Any]:
    (turns_path,) = path.parent.glob(f"{path.stem}.turns.*")
    turns = TurnsFile(turns_path.read_bytes(), turns_path.name, is_named=True)
    try:
        loaded = load(path.read_bytes(), Options(**options), path=path.name, turns=turns)
    except InputError as error:
        return testing.describe_error(error)
    return testing.describe_transcript(loaded.transcript)


def write_expected(path: Path, **options: Any) -> None:
    """Write the expectation of `path` from what joining gives now, for a person to check."""
    found = describe(path, options)
    if options:
        found = {"options": options, **found}
    expectation_of(path).write_text(testing.render_expected(found), encoding="utf-8")


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_join_fixture_is_joined_as_expected(path: Path) -> None:
    expected = json.loads(expectation_of(path).read_text(encoding="utf-8"))
    options = expected.pop("options", {})
    assert describe(path, options) == expected


if __name__ == "__main__":
    write_expected(Path(sys.argv[1]))
