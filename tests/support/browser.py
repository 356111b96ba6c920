"""A real browser for the review page: Debian's Chromium, driven by Playwright.

Debian's `chromium-headless-shell` is the same engine without windows, menus and profiles. It takes
two thirds of Chromium's CPU time, and is used if both are installed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support.command import PATIENCE_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.review import Review

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
_FLAGS = ("--no-sandbox", "--disable-quic", "--autoplay-policy=no-user-gesture-required")


@contextmanager
def run_browser() -> Iterator[Browser]:
    """Start a browser for all tests of a worker; skip the test if there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


class Visit:
    """One page in a new window without cookies.

    complaints: the lines on its console. foreign: addresses of other servers that it requested.
    """

    def __init__(self, page: Page, review: Review) -> None:
        self.page = page
        self.review = review
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        self.requests.append(url)
        if not url.startswith((f"http://{self.review.host}/", "data:")):
            self.foreign.append(url)

    def go(self, address: str) -> None:
        """Open a place, such as `archive`."""
        self.page.goto(f"http://{self.review.host}{self.review.root}{address}")


def find_violations(page: Page) -> str:
    """Describe what axe-core finds wrong with a page as it is shown now; empty if nothing. Its half
    megabyte of script is read once by each page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.Axe().axe_script)
    found = axe.AxeResults(page.evaluate("axe.run({resultTypes: ['violations']})"))
    if found.violations_count == 0:
        return ""
    return str(found.generate_report())


def wait_until_usable(page: Page) -> None:
    """Wait for the scripts of a page: before that, its content accepts neither clicks nor the
    focus."""
    page.locator("#content:not([inert])").wait_for()


@contextmanager
def visit(browser: Browser, review: Review, **context: object) -> Iterator[Visit]:
    """Open the one-time address of a page in a new window."""
    window = browser.new_context(**context)  # type: ignore[arg-type]
    window.set_default_timeout(PATIENCE_SECONDS * 1000)
    one = Visit(window.new_page(), review)
    one.page.goto(review.address)
    yield one
    window.close()
