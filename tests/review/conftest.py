"""Pages that are served for the tests of `review/`."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import run_browser
from tests.support.review import Review, open_review

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"


_running = ExitStack()


@cache
def _start_browser() -> Browser:
    return _running.enter_context(run_browser())


@pytest.fixture
def browser() -> Browser:
    """One browser for all tests of `review/`: starting Playwright takes a second."""
    return _start_browser()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, None, None]:
    """Close the browser after the last of them: as long as Playwright runs, its event loop
    runs in all later tests."""
    yield
    if nextitem is None or nextitem.path.parent != item.path.parent:
        _running.close()
        _start_browser.cache_clear()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """A page that was opened, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("exports")
    for name in ("kitchen.srt", "interview.vtt"):
        source = DEMO / name
        if source.exists():
            (folder / name).write_bytes(source.read_bytes())
    with open_review(folder, tmp_path_factory.mktemp("home")) as review:
        yield review
