"""Pages that are served for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.review import Review, open_review

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """A page that is only looked at, opened."""
    folder = tmp_path_factory.mktemp("exports")
    for name in ("kitchen.srt", "interview.vtt"):
        source = DEMO / name
        if source.exists():
            (folder / name).write_bytes(source.read_bytes())
    with open_review(folder, tmp_path_factory.mktemp("home")) as review:
        yield review
