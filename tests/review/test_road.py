"""One person's way through the whole page: names, a date, one left out, sent, all in Omi.

Then the server, the settings files and the command line are asked whether it is so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import Visit, visit, wait_until_usable
from tests.support.command import Run
from tests.support.review import serve_review
from tests.support.sandboxes import Gate
from transcript_bridge.omi.client import OmiClient

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from transcript_bridge.wire import Conversation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEY = "omi_dev_road"
MARKER = "what only this transcript says"
RECORDINGS = 60
FRIENDS = ("Bob", "Emma", "Kurt")
NEW_DAY = "2024-09-07"
UNNAMED = 2 * RECORDINGS
SENT = RECORDINGS - 1
FIRST_DAY = date(2024, 5, 1)
CUE = "{n}\n00:00:{s:02d},000 --> 00:00:{e:02d},000\n{voice}: {text}\n\n"


def write_calls(folder: Path) -> None:
    """Alice is in all of them, with a friend and two voices without a name; the last one has no
    date."""
    folder.mkdir()
    for number in range(RECORDINGS):
        friend = FRIENDS[number % len(FRIENDS)]
        text = ""
        for n, voice in enumerate(("Alice Doe", friend, "SPEAKER_02", "SPEAKER_03", "Alice Doe")):
            words = f"This is {MARKER}, line {n} of recording {number}."
            text += CUE.format(n=n + 1, s=n * 9, e=n * 9 + 8, voice=voice, text=words)
        name = f"{FIRST_DAY + timedelta(days=number)} 10.00.00.srt"
        if number == RECORDINGS - 1:
            name = "memo.srt"
        (folder / name).write_text(text)


def follow(page: Page, link: str) -> None:
    """To another page."""
    page.get_by_role("link", name=link).first.click()
    page.wait_for_load_state()


def name_people(page: Page) -> None:
    """The owner as proposed; the first two voices without a name by digits, with no mouse."""
    page.keyboard.press("g")
    page.keyboard.press("p")
    owner = page.get_by_role("button", name="Alice Doe is me")
    owner.wait_for()
    wait_until_usable(page)
    owner.focus()
    page.keyboard.press("Enter")
    page.get_by_text("You: Alice Doe").wait_for()
    wait_until_usable(page)
    page.get_by_role("link", name="Name them one by one").focus()
    page.keyboard.press("Enter")
    for count in (UNNAMED, UNNAMED - 1):
        page.get_by_role("heading", name=f"1 of {count}").wait_for()
        wait_until_usable(page)
        digit = page.locator("button[data-digit]:enabled").first.get_attribute("data-digit")
        page.keyboard.press(str(digit))
    page.get_by_role("heading", name=f"1 of {UNNAMED - 2}").wait_for()


def merge_two_labels(page: Page) -> None:
    """In the second recording both voices without a name are one person."""
    follow(page, "Archive")
    follow(page, "2024-05-02")
    for label in ("SPEAKER_02", "SPEAKER_03"):
        page.get_by_role("checkbox", name=label).check()
    page.get_by_role("button", name="Merge the ticked voices").click()
    page.get_by_role("button", name="One person: SPEAKER_02").click()
    page.locator("#status", has_text="one person").wait_for()


def set_date_and_leave_out(page: Page) -> None:
    """The third recording was on another day; the fourth is left out."""
    follow(page, "next")
    page.get_by_label("Began").fill(NEW_DAY)
    page.get_by_role("button", name="Save").click()
    page.locator("#status", has_text=f"It began on {NEW_DAY}").wait_for()
    follow(page, "next")
    page.get_by_role("button", name="Leave this one out").click()
    page.locator("#status", has_text="left out").wait_for()


def send_and_close(window: Visit, gate: Gate) -> None:
    """The page is closed while the first is being sent; opened again, it says that all arrived."""
    page = window.page
    follow(page, "Send")
    page.get_by_text("1 recording whose date is a guess").wait_for()
    page.get_by_role("button", name=f"Send {SENT} conversations").click()
    page.get_by_text("Now:").wait_for()
    again = page.context.new_page()
    page.close()
    gate.open()
    window.review.session.sender.wait()
    window.page = again
    window.go("progress")
    again.locator(".ended", has_text=f"All is in Omi: {SENT} conversations.").wait_for()


def read_stored(url: str) -> dict[str, Conversation]:
    """All conversations of the server by the days on which they began."""
    stored: list[Conversation] = []
    with OmiClient(KEY, url) as client:
        while page := client.list_conversations(offset=len(stored), include_transcript=True):
            stored += page
    by_day = {f"{one.started_at:%Y-%m-%d}": one for one in stored}
    assert len(by_day) == len(stored)
    return by_day


def speakers_of(one: Conversation) -> list[int | None]:
    assert one.transcript_segments is not None
    return [segment.speaker_id for segment in one.transcript_segments]


def find_words(folder: Path, *words: str) -> list[Path]:
    """Files that hold one of the words."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words):
            found.append(path)
    return found


def test_what_is_chosen_on_the_page_arrives_in_omi_once(
    browser: Browser,
    tmp_path: Path,
    lease_sandbox: Callable[..., str],
    run: Run,
    capfd: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "exports"
    write_calls(folder)
    location = str(tmp_path / "state" / "ledger.db")
    gate = Gate()
    url = lease_sandbox(gate=gate, processing_seconds=Gate.LONG)
    account = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    with serve_review(folder, tmp_path / "state", account, ledger=location) as review:
        review.session.wait_until_read()
        review.session.sender.gap = 0.0
        with visit(browser, review) as window:
            name_people(window.page)
            merge_two_labels(window.page)
            set_date_and_leave_out(window.page)
            send_and_close(window, gate)
            assert window.complaints == []
            assert window.foreign == []
    check_stored(read_stored(url))
    for command in ("plan", "migrate"):
        flags = ("--yes",) if command == "migrate" else ()
        ran = run(command, folder, "--ledger", location, *flags, TZ="UTC", **account)
        assert "nothing to go" in ran.out, command
    assert len(read_stored(url)) == SENT
    printed = capfd.readouterr()
    assert MARKER not in printed.out + printed.err
    assert KEY not in printed.out + printed.err
    assert find_words(tmp_path / "state", MARKER, KEY) == []


def check_stored(stored: Mapping[str, Conversation]) -> None:
    """Check the speakers, the dates, and what was left out."""
    assert len(stored) == SENT
    first, second, third, fourth = (f"{FIRST_DAY + timedelta(days=n)}" for n in range(4))
    assert NEW_DAY in stored
    assert third not in stored
    assert fourth not in stored
    for one in stored.values():
        assert one.transcript_segments is not None
        names = [segment.speaker_name for segment in one.transcript_segments]
        assert names.count("User") == 2
    assert len(set(speakers_of(stored[first]))) == 4
    merged = speakers_of(stored[second])
    assert merged[2] == merged[3]
    assert len(set(merged)) == 3
