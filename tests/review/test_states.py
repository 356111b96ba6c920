"""Every state of the page: usable by everybody, nothing wider than the window, no other server.

`python tests/review/test_states.py FOLDER [KIND…]` writes a picture of each, to look at.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))  # for `python tests/review/test_states.py`

from tests.support.browser import Visit, find_violations, run_browser  # noqa: E402
from tests.support.review_states import STATES, Stage  # noqa: E402
from tests.support.sandboxes import SandboxPool  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = (("dark", 360), ("light", 320), ("light", 360), ("light", 768), ("light", 1280))
"""Colors and widths, in the order in which a state is looked at. The last one is also the first of
the next state: to change both takes as long as to look."""
EXAMINED = {("dark", 360), ("light", 1280)}
SCREENS = {"archive", "recording", "people", "send-no-key", "progress-all-done", "report-all-done"}
"""These are examined in two more looks."""


def show_as(window: Visit, scheme: Any, width: int) -> None:
    window.page.emulate_media(color_scheme=scheme)
    window.page.set_viewport_size({"width": width, "height": 800})


def examine(window: Visit, state: str) -> None:
    looks, examined = LOOKS, EXAMINED
    if state in SCREENS:
        looks = (("dark", 1280), *LOOKS)
        examined = {*EXAMINED, ("dark", 1280), ("light", 360)}
    for look in looks:
        show_as(window, *look)
        needed = window.page.evaluate("document.documentElement.scrollWidth")
        assert needed <= look[1], f"{state} needs {needed} pixels"
        if look in examined:
            assert find_violations(window.page) == "", state
    assert window.page.evaluate("window.harmed") is None
    assert window.complaints == []
    assert window.foreign == []


@pytest.mark.parametrize("kind", list(STATES))
def test_every_state_of_the_page_is_accessible(
    kind: str, browser: Browser, sandbox_pool: SandboxPool, tmp_path: Path
) -> None:
    seen = []
    for state, window in STATES[kind](Stage(browser, sandbox_pool, tmp_path)):
        examine(window, state)
        seen.append(state)
    assert seen


def test_everything_is_visible_with_forced_colors(
    browser: Browser, sandbox_pool: SandboxPool, tmp_path: Path
) -> None:
    """The bar and the focus are drawn with colors that remain."""
    for state, window in STATES["run"](Stage(browser, sandbox_pool, tmp_path)):
        if state != "progress-all-done":
            continue
        window.page.emulate_media(forced_colors="active")
        fill = "getComputedStyle(document.querySelector('.progress-bar rect')).fill"
        track = "getComputedStyle(document.querySelector('.progress-bar')).backgroundColor"
        assert window.page.evaluate(fill) != window.page.evaluate(track)
        window.page.keyboard.press("Tab")
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert window.page.evaluate(outline) != "none"
        break


def make_pictures(folder: Path, kinds: list[str]) -> None:
    folder.mkdir(exist_ok=True)
    with run_browser() as browser, SandboxPool() as pool:
        for kind in kinds:
            with tempfile.TemporaryDirectory() as place:
                for state, window in STATES[kind](Stage(browser, pool, Path(place))):
                    for scheme, width in sorted(EXAMINED):
                        show_as(window, scheme, width)
                        name = f"{state}-{scheme}-{width}.png"
                        window.page.screenshot(path=str(folder / name), full_page=True)
                    show_as(window, "light", 1280)


if __name__ == "__main__":
    make_pictures(Path(sys.argv[1]), sys.argv[2:] or list(STATES))
