"""The pictures of docs/review.md: made by `python tests/review/test_pictures.py`, and true.

Letters look different on every machine, so that the test compares what the pages say with what they
said when the pictures were made (docs/pictures/review.json).
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import wave
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))  # for `python tests/review/test_pictures.py`

from tests.support.browser import Visit, run_browser, visit  # noqa: E402
from tests.support.review import serve_review  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES = ROOT / "docs" / "pictures"
TEXTS = PICTURES / "review.json"
SIZE = {"width": 1180, "height": 760}
LINE_MS = 4200
OWNER = '[speakers."Alice Doe"]\nis_user = true\n'
INTERVIEW = (
    "So tell me how it began. You had a shop in the harbour then.",
    "Two, for a while. The second one was my sister's idea.",
    "And I paid for it, which nobody ever mentions.",
    "What did people buy in the winter, when no ship came in?",
    "Rope, lamp oil, and every second day a broom. I never found out why.",
    "They used them for the ice. Every house had to keep its own steps free.",
)
WEEKLY = (
    "Let us begin with the roof, it leaks again above the kitchen.",
    "I called them on Monday, they come in two weeks.",
    "Two weeks is too long, the boxes are wet already.",
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def write_talk(path: Path, labels: tuple[str, ...], texts: tuple[str, ...], lines: int) -> None:
    cues = []
    for number in range(lines):
        start = number * LINE_MS
        # Some pauses, so that the lanes look like speech.
        end = start + LINE_MS - (900 if number % 4 else 2400)
        label = labels[(number + number // 7) % len(labels)]
        text = texts[number % len(texts)]
        cues.append(f"{number + 1}\n{clock(start)} --> {clock(end)}\n{label}: {text}\n")
    path.write_text("\n".join(cues), encoding="utf-8")


def clock(ms: int) -> str:
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d},{rest % 1000:03d}"


def make_archive(folder: Path) -> None:
    """Five recordings and what else lies in a folder of exports."""
    folder.mkdir()
    voices = ("SPEAKER_00", "Bob Miller", "SPEAKER_02")
    write_talk(folder / "2024-05-02 interview.srt", voices, INTERVIEW, 640)
    with wave.open(str(folder / "2024-05-02 interview.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * 2690)
    team = ("Alice Doe", "Bob Miller", "Chiara Rossi")
    write_talk(folder / "2024-01-31 20.29.00 weekly.srt", team, WEEKLY, 410)
    write_talk(folder / "2024-02-07 20.31.00 weekly.srt", team, WEEKLY[::-1], 388)
    write_talk(folder / "2024-02-14 18.02.00 call.srt", ("Alice Doe", "SPEAKER_01"), WEEKLY, 96)
    write_talk(folder / "2024-03-01 09.15.00 lecture.srt", ("Dr. Wu",), INTERVIEW, 700)
    (folder / "transcript-bridge.toml").write_text(
        'speakers = "speakers.toml"\n\n[[files]]\npath = "2024-03-01 09.15.00 lecture.srt"\n'
        "leave_out = true\n"
    )
    (folder / "speakers.toml").write_text(OWNER)
    (folder / "broken.srt").write_text("nothing of the kind")


# ---- what is on the pictures


def show_archive(window: Visit) -> None:
    window.go("archive")


def show_recording(window: Visit) -> None:
    window.go("archive")
    page = window.page
    page.get_by_role("link", name="interview").click()
    page.get_by_label("SPEAKER_00 is me").click()
    page.get_by_text("SPEAKER_00 is you here").wait_for()


def show_question(window: Visit) -> None:
    """Goes on from the recording."""
    page = window.page
    page.get_by_label("Name of SPEAKER_02").fill("Bob Miller")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, one person").wait_for()


def show_voice(window: Visit) -> None:
    """The first voice without a name."""
    window.go("people-queue")
    window.page.get_by_role("heading", name="1 of").wait_for()


def show_send(window: Visit) -> None:
    window.go("send")
    window.page.get_by_role("heading", name="Look at these first").wait_for()


SCENES: dict[str, Callable[[Visit], None]] = {
    "review-archive": show_archive,
    "review-recording": show_recording,
    "review-question": show_question,
    "review-voice": show_voice,
    "review-send": show_send,
}


@contextlib.contextmanager
def open_archive(browser: Browser) -> Iterator[Visit]:
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        make_archive(Path("exports"))
        with serve_review(Path("exports"), Path(place, "home"), now=read_noon) as review:
            review.session.wait_until_read()
            with visit(
                browser, review, viewport=SIZE, color_scheme="light", locale="en-GB"
            ) as window:
                yield window


def read_noon() -> datetime:
    """Of today: a page says when it would be done, and a file must not be from tomorrow."""
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


def read_text(window: Visit) -> list[str]:
    """Return the text of a page, up to the beginning of the transcript."""
    text = window.page.locator("main").inner_text().partition("What is said")[0]
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def test_the_pictures_show_what_the_pages_say(browser: Browser) -> None:
    wanted = json.loads(TEXTS.read_text(encoding="utf-8"))
    assert wanted.keys() == SCENES.keys()
    with open_archive(browser) as window:
        for name, show in SCENES.items():
            show(window)
            assert read_text(window) == wanted[name], (
                f"{name}.png is out of date: run python tests/review/test_pictures.py"
            )
            assert (PICTURES / f"{name}.png").is_file()


def make_pictures() -> None:
    texts = {}
    with run_browser() as browser, open_archive(browser) as window:
        for name, show in SCENES.items():
            show(window)
            texts[name] = read_text(window)
            window.page.wait_for_load_state("networkidle")
            window.page.screenshot(path=str(PICTURES / f"{name}.png"))
    TEXTS.write_text(json.dumps(texts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make_pictures()
