"""The road of a person through the whole page: names, a date, one left out, sent, all in Omi.

Then the server, the settings files and the command line are asked whether it is so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import run_browser, visit
from tests.support.command import Run
from tests.support.review import serve_review
from transcript_bridge.omi.client import OmiClient

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from transcript_bridge.wire import Conversation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEY = "omi_dev_road"
VOICES = ("Alice Doe", "Bob", "SPEAKER_02", "SPEAKER_03")
CUE = "{n}\n00:00:{s:02d},000 --> 00:00:{e:02d},000\n{voice}: What I have to say is number {n}.\n\n"


@pytest.fixture(name="browser")
def _browser() -> Iterator[Browser]:
    with run_browser() as browser:
        yield browser


def write_calls(folder: Path) -> None:
    folder.mkdir()
    for day in (1, 2, 3):
        text = ""
        for n, voice in enumerate(VOICES + VOICES[:2]):
            text += CUE.format(n=n + 1, s=n * 9, e=n * 9 + 8, voice=voice)
        text += CUE.format(n=7, s=54, e=59, voice="Alice Doe").replace("number", f"day {day},")
        (folder / f"2024-05-0{day} 10.00.00.srt").write_text(text)


def follow(page: Page, link: str) -> None:
    """To another page, until its scripts are there."""
    page.get_by_role("link", name=link).first.click()
    page.wait_for_load_state()


def name_people(page: Page) -> None:
    """The owner in all recordings; the first two unnamed voices by the keys of the queue."""
    follow(page, "People")
    row = page.get_by_role("row", name="Alice Doe")
    row.get_by_role("button", name="This is me").click()
    page.get_by_text("You: Alice Doe").wait_for()
    follow(page, "Name them one by one")
    for count, name in ((6, "Chiara"), (5, "Dmitri")):
        page.get_by_role("heading", name=f"1 of {count}").wait_for()
        page.wait_for_load_state()  # the keys are there
        page.keyboard.press("n")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    page.get_by_role("heading", name="1 of 4").wait_for()


def set_date_and_leave_out(page: Page) -> None:
    """The second recording was another day; the third is nobody's business."""
    follow(page, "Archive")
    follow(page, "2024-05-02")
    page.get_by_label("Began").fill("2024-06-07")
    page.get_by_role("button", name="Save").click()
    page.locator("#status", has_text="7 Jun").or_(
        page.locator("#status", has_text="2024")
    ).wait_for()
    follow(page, "next")
    page.get_by_role("button", name="Leave this one out").click()
    page.locator("#status", has_text="left out").wait_for()


def send_all(page: Page) -> None:
    follow(page, "Send")
    page.get_by_role("button", name="Send 2 conversations").click()
    page.locator(".ended", has_text="All is in Omi: 2 conversations.").wait_for()


def read_stored(url: str) -> list[Conversation]:
    with OmiClient(KEY, url) as client:
        found = client.list_conversations(include_transcript=True)
    return sorted(found, key=lambda one: str(one.started_at))


def test_what_is_chosen_on_the_page_arrives_in_omi_once(
    browser: Browser, tmp_path: Path, sandbox: str, run: Run
) -> None:
    folder = tmp_path / "exports"
    write_calls(folder)
    location = str(tmp_path / "ledger.db")
    account = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    with serve_review(folder, tmp_path / "home", account, ledger=location) as review:
        review.session.wait_until_read()
        review.session.sender.gap = 0.0
        with visit(browser, review) as window:
            name_people(window.page)
            set_date_and_leave_out(window.page)
            send_all(window.page)
            assert window.complaints == []
            assert window.foreign == []
    stored = read_stored(sandbox)
    assert [f"{one.started_at:%Y-%m-%d}" for one in stored] == ["2024-05-01", "2024-06-07"]
    for one in stored:
        assert one.transcript_segments is not None
        names = [segment.speaker_name for segment in one.transcript_segments]
        assert names.count("User") == 3
    ran = run("migrate", folder, "--ledger", location, "--yes", TZ="UTC", **account)
    assert ran.code == 0
    assert "nothing to go" in ran.out
    assert len(read_stored(sandbox)) == 2
