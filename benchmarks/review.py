"""The review page in a real browser: a long transcript, a large archive, a name that is changed.

    python benchmarks/review.py                                  takes some minutes
    python benchmarks/review.py --lines 10000 --recordings 1000

Each figure is compared with that of a bare page in the same browser: one paragraph for each line,
no script and no style. It needs Chromium, and the extra `web` with the group `test`. "First view"
and "whole" begin with the click; "frame" is the time between two pictures while the wheel turns 60
times (95 % are faster); "task" is the longest in which the page does not react (0: none above 50
ms); "server" is the processors' time of the program until the whole page is there, which holds on a
busy machine, too; "rename" is from Enter to the new name in the first heading, the server's answer
included. First, somebody corrects a call of three voices by keyboard, with pauses as people make
them.
"""

from __future__ import annotations

import argparse
import http.server
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))  # `tests` is no installed package

from tests.support.browser import run_browser
from tests.support.review import Review, serve_review

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_LINE_MS = 3000
_VOICES = ("SPEAKER_00", "Bob Miller", "SPEAKER_02")
_PATIENCE_MS = 300_000
_WHEELS = 60
_WHEEL_PIXELS = 400
_KEY_SECONDS = 0.5
"""For one key: 24 words a minute."""
_LOOK_SECONDS = 1.0
"""To read an answer of the page."""
_ASKED_SECONDS = 30
"""For a call with three voices (Omi's issue 4099)."""
_WATCH = """
window.tasks = [0];
new PerformanceObserver((list) => list.getEntries().forEach((e) => window.tasks.push(e.duration)))
  .observe({ type: "longtask", buffered: true });
"""
_FIRST_VIEW = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
_WHOLE = "performance.getEntriesByType('navigation')[0].loadEventEnd"
_FRAMES = """() => {
  window.frames95 = [];
  let last = performance.now();
  const tick = (now) => {
    window.frames95.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""
_RENAME = """() => new Promise((resolve) => {
  const field = document.getElementById("name0");
  const heading = document.querySelector(".lines b.v0");
  const begin = performance.now();
  const read = () => performance.getEntriesByName(new URL("recording-name", location).href);
  new MutationObserver(() => requestAnimationFrame(() => {
    resolve([performance.now() - begin, read().at(-1).duration]);
  }))
    .observe(heading, { childList: true, characterData: true, subtree: true });
  field.value = "Alice Doe";
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
})"""


class Figures(NamedTuple):
    """Of one page; times in ms, size in bytes.

    server: processors' time. rename: from Enter to the new name, how much of that the answer of the
    server took, and its processors' time; None where there is nothing to rename.
    """

    size: int
    first_view: float
    whole: float
    frame: float
    task: float
    server: float
    rename: tuple[float, float, float] | None = None


def write_transcript(path: Path, lines: int) -> list[str]:
    """Write an SRT file of three voices; returns the texts."""
    texts = []
    cues = []
    for number in range(lines):
        start = number * _LINE_MS
        text = f"This is what was said in line {number}, about the boats and the price of rope."
        texts.append(text)
        times = f"{_clock(start)} --> {_clock(start + _LINE_MS - 100)}"
        cues.append(f"{number + 1}\n{times}\n{_VOICES[number % 3]}: {text}\n")
    path.write_text("\n".join(cues), encoding="utf-8")
    return texts


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{rest:03d}"


def write_bare_page(folder: Path, texts: list[str]) -> None:
    """The same words without anything else."""
    lines = "\n".join(f"<p>{text}</p>" for text in texts)
    page = f"<!DOCTYPE html><html lang='en'><title>Bare</title><body>{lines}</body></html>"
    (folder / "bare.html").write_text(page, encoding="utf-8")


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_words: object) -> None:
        """Nothing."""


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """The files of a folder on a free port of this machine; yields the address."""
    handler = partial(_QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def measure(page: Page, address: str, *, rename: bool) -> Figures:
    """Open an address and look at it."""
    page.add_init_script(_WATCH)
    begin = time.process_time()
    answer = page.goto(address, wait_until="load", timeout=_PATIENCE_MS)
    server = _work_since(begin)
    assert answer is not None
    size = len(answer.body())
    first_view = page.evaluate(_FIRST_VIEW)
    whole = page.evaluate(_WHOLE)
    page.evaluate(_FRAMES)
    page.mouse.move(400, 400)
    for _ in range(_WHEELS):
        page.mouse.wheel(0, _WHEEL_PIXELS)
    frames = sorted(page.evaluate("window.frames95"))
    frame = frames[int(len(frames) * 0.95)]
    task = max(page.evaluate("window.tasks"))
    renamed = None
    if rename:
        begin = time.process_time()
        painted, answered = page.evaluate(_RENAME)
        renamed = (painted, answered, _work_since(begin))
    return Figures(size, first_view, whole, frame, task, server, renamed)


def _work_since(begin: float) -> float:
    """Processors' time of this process, in ms: of the server, and a little of the driver."""
    return (time.process_time() - begin) * 1000


def compare_transcript(browser: Browser, lines: int) -> None:
    """A transcript of so many lines, and a bare page with its words."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        exports = folder / "exports"
        exports.mkdir()
        write_bare_page(folder, write_transcript(exports / "2024-05-02 talk.srt", lines))
        with serve_folder(folder) as address:
            bare = measure(browser.new_page(), f"{address}/bare.html", rename=False)
        with serve_review(exports, folder / "home") as review:
            review.session.wait_until_read()
            page = _open(browser, review)
            address = f"http://{review.host}{review.root}recording?number=0"
            own = measure(page, address, rename=True)
    print_figures(f"{lines:,} lines", own, bare)


def compare_archive(browser: Browser, recordings: int) -> None:
    """The list of so many recordings, read from the cache, and a bare page with their names."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        exports = folder / "exports"
        exports.mkdir()
        names = []
        for number in range(recordings):
            day = f"{2015 + number // 3650:04d}-{number // 300 % 12 + 1:02d}-{number % 28 + 1:02d}"
            names.append(f"{day} {number % 24:02d}.00.00 call {number}.srt")
            write_transcript(exports / names[-1], 3)
        write_bare_page(folder, names)
        with serve_folder(folder) as address:
            bare = measure(browser.new_page(), f"{address}/bare.html", rename=False)
        for state in ("first", "from the cache"):
            begin = time.perf_counter()
            begin_work = time.process_time()
            with serve_review(exports, folder / "home") as review:
                review.session.wait_until_read()
                seconds = time.perf_counter() - begin
                work = _work_since(begin_work) / 1000
                print(
                    f"{recordings:,} recordings read ({state}): {seconds:.2f} s, "
                    f"of which this process works {work:.2f} s"
                )
                page = _open(browser, review)
                address = f"http://{review.host}{review.root}archive"
                own = measure(page, address, rename=False)
    print_figures(f"{recordings:,} recordings", own, bare)


def _open(browser: Browser, review: Review) -> Page:
    """A window that has the cookie."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(review.address)
    return page


class Person:
    """Somebody at the keyboard, with declared pauses; the rest of the time the page needs."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.keys = 0
        self.looks = 0
        self.waits: list[float] = []

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            time.sleep(_KEY_SECONDS)
            self._page.keyboard.press(key)
            self.keys += 1

    def wait_for(self, words: str) -> None:
        """Wait until the page says this, and look at it."""
        begin = time.perf_counter()
        self._page.get_by_text(words).first.wait_for()
        self.waits.append(time.perf_counter() - begin)
        self.look()

    def look(self) -> None:
        """Pause to read the page."""
        time.sleep(_LOOK_SECONDS)
        self.looks += 1


def correct_call(browser: Browser) -> None:
    """Correct a call of three voices: mark the owner, two names, and one line of another
    speaker."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        call = folder / "2024-05-02 call.srt"
        write_transcript(call, 300)
        with serve_review(call, folder / "home") as review:
            review.session.wait_until_read()
            page = _open(browser, review)
            page.locator("#content:not([inert])").wait_for()
            begin = time.perf_counter()
            person = Person(page)
            _correct(person)
            seconds = time.perf_counter() - begin
    keys = person.keys * _KEY_SECONDS
    looks = person.looks * _LOOK_SECONDS
    print(
        f"\na call with three voices corrected: {seconds:.1f} s (asked: less than {_ASKED_SECONDS})"
    )
    print(f"  {person.keys} keys of {_KEY_SECONDS:g} s: {keys:.1f} s")
    print(f"  {person.looks} looks of {_LOOK_SECONDS:g} s: {looks:.1f} s")
    answers = sum(person.waits)
    print(f"  answers of the page, {len(person.waits)}: {answers:.1f} s")
    print(f"  the browser takes keys: {seconds - keys - looks - answers:.1f} s")


def _correct(person: Person) -> None:
    person.look()
    person.press("1", "m")
    person.wait_for("SPEAKER_00 is you here")
    person.press("e", *"Alice", "Enter")
    person.wait_for("SPEAKER_00 is Alice here")
    person.press("Tab", "3", "e", *"Chiara", "Enter")
    person.wait_for("SPEAKER_02 is Chiara here")
    person.press("Tab", "2", "n", "w", "3")
    person.wait_for("1 line of Bob Miller given to SPEAKER_02")


def print_figures(title: str, own: Figures, bare: Figures) -> None:
    """One line for each figure, with its ratio to the bare page."""
    print(f"\n{title}")
    print(f"  {'':12}{'page':>10}{'bare':>10}{'ratio':>8}")
    print(
        f"  {'size, kB':12}{own.size / 1000:10,.0f}{bare.size / 1000:10,.0f}"
        f"{own.size / bare.size:8.1f}"
    )
    for name in ("first_view", "whole", "frame", "task", "server"):
        mine = getattr(own, name)
        theirs = getattr(bare, name)
        ratio = f"{mine / theirs:8.1f}" if theirs else f"{'–':>8}"
        print(f"  {name.replace('_', ' ') + ', ms':15}{mine:7,.0f}{theirs:10,.0f}{ratio}")
    if own.rename is not None:
        painted, answered, work = own.rename
        print(
            f"  {'rename, ms':15}{painted:7,.0f} (the answer of the server: {answered:,.0f}, "
            f"its processors' time: {work:,.0f})"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--lines", type=int, nargs="*", default=[10_000, 50_000])
    parser.add_argument("--recordings", type=int, nargs="*", default=[10_000])
    chosen = parser.parse_args()
    with run_browser() as browser:
        correct_call(browser)
        for lines in chosen.lines:
            compare_transcript(browser, lines)
        for recordings in chosen.recordings:
            compare_archive(browser, recordings)


if __name__ == "__main__":
    main()
