"""Shows every state of the review page in a browser, one after the other.

Each `show_…` brings a page into its states and yields `(name, visit)` for each of them, so that a
test can examine it, or take a picture of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.browser import Visit, visit
from tests.support.review import serve_review
from tests.support.sandboxes import Gate, SandboxPool
from transcript_bridge.omi.sandbox import SandboxSettings
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.states import State

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Shown = Iterator[tuple[str, Visit]]

_KEY = "omi_dev_states"
_ARABIC = "مرحبا بالعالم، هذا هو السطر الأول"
_HOSTILE = "<img src=x onerror=harmed=1></script>"
_CUE = "{n}\n00:0{m}:{s:02d},000 --> 00:0{m}:{e:02d},000\n{voice}: {text} {n}.\n\n"
_NOWHERE = "http://127.0.0.1:9"
"""An address at which no server answers."""


@dataclass(frozen=True)
class Stage:
    """The browser and the server of the states. folder: an empty one for this stage."""

    browser: Browser
    pool: SandboxPool
    folder: Path

    @contextmanager
    def lease(self, gate: Gate | None = None, **settings: Any) -> Iterator[dict[str, str]]:
        """Lease a sandbox; returns the variables with its address and key."""
        with self.pool.lease(SandboxSettings(**settings), gate=gate) as url:
            yield {"OMI_API_KEY": _KEY, "OMI_API_BASE": url}

    @contextmanager
    def open(self, exports: Path, variables: dict[str, str] | None = None) -> Iterator[Visit]:
        """Open the page of an archive that was read, in a window with English as language."""
        home = self.folder / "home"
        ledger = str(self.folder / "ledger.db")
        with serve_review(
            exports, home, variables or {}, now=lambda: datetime.now(UTC), ledger=ledger
        ) as review:
            review.session.wait_until_read()
            review.session.sender.gap = 0.0
            with visit(
                self.browser, review, viewport={"width": 1280, "height": 800}, locale="en-GB"
            ) as window:
                yield window


# ---- archives


def write_talk(path: Path, *voices: str, text: str = "What I have to say is number") -> None:
    """Write a talk of six lines, whose speakers take turns."""
    cues = []
    for n in range(6):
        voice = voices[n % len(voices)]
        cues.append(_CUE.format(n=n + 1, m=n // 6, s=n * 9, e=n * 9 + 8, voice=voice, text=text))
    path.write_text("".join(cues), encoding="utf-8")


def make_mixed_archive(folder: Path) -> Path:
    """Make an archive with all states of a recording, and names that could do harm."""
    folder.mkdir()
    write_talk(folder / "2024-05-01 10.00.00 weekly.srt", "Alice Doe", "Bob Miller")
    write_talk(folder / "2024-05-02 interview.srt", "SPEAKER_00", "SPEAKER_01", "SPEAKER_02")
    write_talk(folder / "memo.srt", "Doe, Alice", text="Nobody knows when I said number")
    write_talk(folder / f"2024-05-03 {'long' * 40}.srt", "Alice Doe", text=_ARABIC)
    write_talk(folder / "2024-05-04 10.00.00 عربي.srt", _HOSTILE, "W" * 90, text="x" * 120)
    write_talk(folder / "2024-05-05 10.00.00 private.srt", "Alice Doe", text="Private line")
    source = (folder / "2024-05-01 10.00.00 weekly.srt").read_text()
    (folder / "copy of weekly.srt").write_text(source)
    (folder / "broken.srt").write_text("nothing of the kind")
    (folder / "transcript-bridge.toml").write_text(
        '[[files]]\npath = "2024-05-05 10.00.00 private.srt"\nleave_out = true\n'
    )
    return folder


def make_small_archive(folder: Path) -> Path:
    """Make an archive of three recordings in which Alice is the owner."""
    folder.mkdir()
    for day in (1, 2, 3):
        name = f"2024-05-0{day} 10.00.00 call.srt"
        write_talk(folder / name, "Alice Doe", "Bob Miller", text=f"On day {day} I say number")
    (folder / "speakers.toml").write_text('[speakers."Alice Doe"]\nis_user = true\n')
    (folder / "transcript-bridge.toml").write_text('speakers = "speakers.toml"\n')
    return folder


# ---- states


def wait_for_end(page: Page, words: str) -> None:
    """Wait until the run of the page has ended with a sentence."""
    page.locator(".ended", has_text=words).wait_for()


def show_choosing(stage: Stage) -> Shown:
    """An archive that needs decisions, and no key."""
    with stage.open(make_mixed_archive(stage.folder / "exports")) as window:
        page = window.page
        window.go("archive")
        yield "archive", window
        page.locator("#rows input[type=checkbox]").first.check()
        yield "archive-selected", window
        window.go("archive?search=nobody-of-this-name")
        yield "archive-no-hit", window
        window.go("archive")
        page.get_by_role("link", name="interview").click()
        page.wait_for_load_state()
        yield "recording", window
        page.get_by_label("Name of SPEAKER_00").fill("SPEAKER_01")
        page.get_by_label("Name of SPEAKER_00").press("Enter")
        yield "recording-question", window
        window.go("people")
        yield "people", window
        window.go("people-queue")
        yield "people-queue", window
        window.go("send")
        yield "send-no-key", window
        window.go("progress")
        yield "progress-nothing-sent", window
        window.go("report")
        page.frame_locator("iframe").get_by_role("heading").first.wait_for()
        yield "report", window


def show_nothing(stage: Stage) -> Shown:
    """A folder without transcripts, and one that does not exist."""
    exports = stage.folder / "exports"
    exports.mkdir()
    for name in ("a.jpg", "b.jpg", "c.pdf"):
        (exports / name).write_bytes(b"x")
    with stage.open(exports) as window:
        for place in ("archive", "send", "progress"):
            window.go(place)
            yield f"empty-{place}", window
    with stage.open(stage.folder / "nowhere") as window:
        for place in ("archive", "send", "progress", "report"):
            window.go(place)
            yield f"missing-{place}", window


def show_reading(stage: Stage) -> Shown:
    """An archive that is being read."""
    exports = make_small_archive(stage.folder / "exports")
    with serve_review(exports, stage.folder / "home") as review:
        session = review.session
        session.wait_until_read()
        session._contents = None  # as before the end of reading
        session._was_read.clear()
        session._advance(3, 8)
        with visit(stage.browser, review, locale="en-GB") as window:
            for place in ("archive", "send", "progress"):
                window.go(place)
                yield f"reading-{place}", window
        session._was_read.set()


def show_key(stage: Stage) -> Shown:
    """A key that the server refuses."""
    exports = make_small_archive(stage.folder / "exports")
    with stage.lease() as account:
        del account["OMI_API_KEY"]
        with stage.open(exports, account) as window:
            window.go("send")
            window.page.get_by_label("The API key").fill("omi_dev_wrong")
            window.page.get_by_role("button", name="Check and store it").click()
            window.page.locator("#status", has_text="key").wait_for()
            window.complaints.clear()  # the browser notes each answer of 400
            yield "send-key-refused", window


def show_run(stage: Stage) -> Shown:
    """From the plan to the end, with a stop, and a second run; then all is deleted again."""
    exports = make_small_archive(stage.folder / "exports")
    gate = Gate()
    with stage.lease(gate, processing_seconds=Gate.LONG) as account, ExitStack() as second:
        window = second.enter_context(stage.open(exports, account))
        page = window.page
        window.go("send")
        yield "send", window
        page.get_by_role("button", name="Send 3 conversations").click()
        page.get_by_text("Now:").wait_for()
        yield "progress-sending", window
        window.go("send")
        yield "send-while-sending", window
        window.go("progress")
        page.get_by_role("button", name="Stop after this one").click()
        page.locator("#state", has_text="It stops after").wait_for()
        yield "progress-stopping", window
        other = second.enter_context(stage.open(exports, account))
        other.go("progress")
        other.page.get_by_text("Another program is sending").wait_for()
        yield "progress-another-program", other
        gate.open()
        wait_for_end(page, "Stopped:")
        yield "progress-stopped", window
        window.go("send")
        page.get_by_role("button", name="Send 2 conversations").click()
        wait_for_end(page, "All is in Omi")
        yield "progress-all-done", window
        window.go("send")
        yield "send-all-done", window
        window.go("report")
        page.frame_locator("iframe").get_by_role("heading").first.wait_for()
        yield "report-all-done", window
        window.go("progress")
        page.get_by_role("button", name="Delete it all in Omi").click()
        page.get_by_role("button", name="Keep them").wait_for()
        yield "progress-undo-question", window
        page.get_by_role("button", name="Delete 3 conversations").click()
        wait_for_end(page, "3 conversations deleted")
        yield "progress-undone", window


def show_trouble(stage: Stage) -> Shown:
    """The limit of the server, refusals, what is uncertain, what has changed."""
    exports = make_small_archive(stage.folder / "exports")
    with stage.lease(writes_per_window=2) as account:
        yield from _show_limit(stage, exports, account)


def _show_limit(stage: Stage, exports: Path, account: dict[str, str]) -> Shown:
    with stage.open(exports, account) as window:
        page = window.page
        window.go("send")
        page.get_by_role("button", name="Send 3 conversations").click()
        page.get_by_text("Waiting until").wait_for()
        yield "progress-waiting", window
        page.get_by_role("button", name="Stop", exact=True).click()
        wait_for_end(page, "Stopped:")
        _spoil(stage)
        window.go("progress")
        page.get_by_role("heading", name="Perhaps in Omi").wait_for()
        yield "progress-uncertain", window
    path = exports / "2024-05-01 10.00.00 call.srt"
    path.write_text(path.read_text().replace("number 3", "number three"))
    with stage.open(exports, account) as window:
        window.go("send")
        yield "send-changed-and-refused", window


def _spoil(stage: Stage) -> None:
    """Make one conversation refused, and one uncertain."""
    with Ledger(str(stage.folder / "ledger.db")) as ledger:
        first, second, *_ = ledger.select()
        ledger.change(
            first, state=State.REJECTED, conversation_id=None, last_error="Omi answered 422"
        )
        ledger.change(second, state=State.UNCERTAIN, conversation_id=None)


def show_refused(stage: Stage) -> Shown:
    """A run in which the server refuses the conversations."""
    exports = make_small_archive(stage.folder / "exports")
    with stage.lease() as account, stage.open(exports, account) as window:
        page = window.page
        window.go("send")
        page.get_by_role("button", name="Send 3 conversations").click()
        wait_for_end(page, "All is in Omi")
        with Ledger(str(stage.folder / "ledger.db")) as ledger:
            for entry in ledger.select():
                ledger.change(
                    entry, state=State.REJECTED, conversation_id=None, last_error="Omi answered 422"
                )
        window.go("progress")
        yield "progress-refused-before", window


def show_away(stage: Stage) -> Shown:
    """A server that does not answer; then a program that has ended."""
    exports = make_small_archive(stage.folder / "exports")
    account = {"OMI_API_KEY": _KEY, "OMI_API_BASE": _NOWHERE}
    with ExitStack() as served:
        window = served.enter_context(stage.open(exports, account))
        page = window.page
        window.go("send")
        page.get_by_role("button", name="Send 3 conversations").click()
        page.locator("#recent li, .ended").first.wait_for()
        yield "progress-server-away", window
        window.review.session.sender.stop()
        page.locator(".ended").wait_for()
        yield "progress-server-away-stopped", window
        window.go("archive")
        page.locator("#rows .block input").first.check()
        page.context.set_offline(True)  # as if the program had ended
        page.get_by_role("button", name="Leave out").click()
        page.locator("body.alone #status", has_text="start it again").wait_for()
        window.complaints.clear()  # the browser's own, about the missing answer
        yield "archive-program-ended", window


STATES: dict[str, Callable[[Stage], Shown]] = {
    "choosing": show_choosing,
    "nothing": show_nothing,
    "reading": show_reading,
    "key": show_key,
    "run": show_run,
    "trouble": show_trouble,
    "refused": show_refused,
    "away": show_away,
}
