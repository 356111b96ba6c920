"""The list and the page of a recording in a real Chromium: by keyboard, by ear, for everyone."""

from __future__ import annotations

import tomllib
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import Visit, find_violations, visit, wait_until_usable
from tests.support.review import serve_review

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.untraced]

SAMPLE_RATE = 8000
MS_PER_LINE = 400
ARABIC = "مرحبا بالعالم، هذا هو السطر الأول"
HOSTILE = "<img src=x onerror=harmed=1></script>"
WIDTHS = (320, 360, 768, 1280)
READ_FIELD = "document.activeElement.id"
READ_TARGETS = """[...document.querySelectorAll("input[type=checkbox], input[type=radio]")]
  .filter((box) => box.checkVisibility())
  .map((box) => Math.max(...[box, ...box.labels].map((target) => {
    const { width, height } = target.getBoundingClientRect();
    return Math.min(width, height);
  })))"""


def clock(ms: int) -> str:
    minutes, rest = divmod(ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d},{rest % 1000:03d}"


def write_call(path: Path, *, lines: int = 12, words: str = "what was said in line") -> None:
    """A call of three voices; each line is as long as MS_PER_LINE."""
    voices = ("SPEAKER_00", "Bob Miller", "SPEAKER_02")
    cues = []
    for number in range(lines):
        start = number * MS_PER_LINE
        times = f"{clock(start)} --> {clock(start + MS_PER_LINE - 50)}"
        cues.append(f"{number + 1}\n{times}\n{voices[number % 3]}: {words} {number}\n")
    path.write_text("\n".join(cues))


def write_sound(path: Path, seconds: int) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(b"\x80" * SAMPLE_RATE * seconds)


@contextmanager
def open_page(
    browser: Browser, folder: Path, home: Path, width: int = 1280, **context: object
) -> Iterator[Visit]:
    """The page of a folder; at the end, it has written no error and requested no other server."""
    with serve_review(folder, home) as review:
        review.session.wait_until_read()
        size = {"width": width, "height": 800}
        with visit(browser, review, viewport=size, **context) as window:
            wait_until_usable(window.page)
            yield window
            assert window.complaints == []
            assert window.foreign == []


def test_a_call_with_three_voices_is_corrected_by_keyboard_alone(
    browser: Browser, tmp_path: Path
) -> None:
    call = tmp_path / "2024-05-02 call.srt"
    write_call(call)
    with open_page(browser, call, tmp_path / "home") as window:
        page = window.page
        page.keyboard.press("1")
        assert page.locator("#status").inner_text() == "SPEAKER_00 is chosen"
        page.keyboard.press("e")
        page.keyboard.type("Emma n p m 2")  # letters that are keys outside of fields
        page.keyboard.press("Enter")
        page.get_by_text("SPEAKER_00 is Emma n p m 2 here").wait_for()
        assert page.evaluate(READ_FIELD) == "name0"
        assert page.evaluate("document.activeElement.matches(':focus-visible')")
        assert page.locator("[name=me]:checked").count() == 0
        page.keyboard.press("Tab")
        page.keyboard.press("m")
        page.get_by_text("SPEAKER_00 is you here").wait_for()
        assert (
            page.locator("tr.voice").first.locator("td[data-head='In Omi']").inner_text() == "You"
        )
        page.keyboard.press("3")
        page.keyboard.press("e")
        page.keyboard.type("nobody")
        page.keyboard.press("Escape")
        assert page.locator("#name2").input_value() == ""
        page.keyboard.type("bob miller")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Yes, one person").wait_for()
        assert "one person" in page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        page.get_by_text("are one person, Bob Miller, here").wait_for()
        page.locator("#name2:focus").wait_for()
        heads = page.locator(".lines b").all_inner_texts()
        assert set(heads) == {"Emma n p m 2", "Bob Miller"}
        color = "(head) => getComputedStyle(head).color"
        merged = [page.locator(f".lines b.v{n}").first.evaluate(color) for n in (1, 2)]
        assert merged[0] == merged[1]
        wait_until_usable(page)
        page.keyboard.press("Control+z")
        page.get_by_text("Taken back").wait_for()
        page.locator("#name2:focus").wait_for()
        assert "SPEAKER_02" in page.locator(".lines").first.inner_text()
    written = tomllib.loads((tmp_path / "speakers.toml").read_text())
    assert written["speakers"] == {"Emma n p m 2": {"is_user": True}}


def test_single_letters_can_be_switched_off(browser: Browser, tmp_path: Path) -> None:
    write_call(tmp_path / "2024-05-02 call.srt")
    write_call(tmp_path / "2024-05-03 talk.srt", words="another talk")
    with open_page(browser, tmp_path, tmp_path / "home") as window:
        page = window.page
        page.keyboard.press("j")
        assert "call.srt" in page.evaluate("document.activeElement.textContent")
        page.keyboard.press("j")
        page.keyboard.press("x")
        assert page.locator("#selected-count").inner_text() == "1 selected"
        page.get_by_label("Select all that are listed").check()
        assert page.locator("#selected-count").inner_text() == "2 selected"
        page.keyboard.press("/")
        page.keyboard.type("talk j")
        page.keyboard.press("Control+a")
        page.keyboard.type("call")
        page.locator("#rows[aria-rowcount='2']").wait_for()
        page.get_by_role("button", name="Keys").focus()
        page.keyboard.press("?")
        page.get_by_label("Single letters act").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.id") == "show-help"


def test_the_focus_is_seen_and_stays_where_something_was_chosen(
    browser: Browser, tmp_path: Path
) -> None:
    """By keyboard alone, in a low window, where the line at the bottom covers much."""
    for day in range(1, 10):
        write_call(tmp_path / f"2024-05-0{day} call.srt", words=f"on day {day} it is")
    is_covered = """() => {
      const box = document.activeElement.getBoundingClientRect();
      const bottom = document.querySelector("footer.status").getBoundingClientRect();
      return bottom.height > innerHeight / 2 || box.bottom > bottom.top;
    }"""
    with open_page(browser, tmp_path, tmp_path / "home") as window:
        page = window.page
        page.set_viewport_size({"width": 320, "height": 256})
        page.keyboard.press("j")
        page.keyboard.press("x")
        for _ in range(12):
            page.keyboard.press("Tab")
            assert not page.evaluate(is_covered)
        page.keyboard.press("a")
        assert page.evaluate("document.activeElement.textContent") == "Leave out"
        page.locator("#language").select_option("de")
        page.locator("#language").press("Enter")
        page.get_by_text("1 recording: in German (de)").wait_for()
        page.locator("#row0:focus").wait_for()
        window.go("people")
        wait_until_usable(page)
        page.get_by_role("button", name="This is me").focus()
        page.keyboard.press("Enter")
        page.locator("#people-list:focus").wait_for()
        window.go("people-queue")
        wait_until_usable(page)
        page.get_by_role("button", name="Later").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="2 of").wait_for()
        page.locator("#later:focus").wait_for()
        window.go("recording?number=0")
        wait_until_usable(page)
        page.locator("#part-open").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.get_by_role("button", name="Correct who says a line").press("Enter")
        assert "it is 1" in page.locator("#part-what").inner_text()


@pytest.mark.slow
def test_a_voice_is_heard_in_samples_that_stop_where_they_end(
    browser: Browser, tmp_path: Path
) -> None:
    call = tmp_path / "2024-05-02 call.srt"
    write_call(call)
    write_sound(call.with_suffix(".wav"), 8)
    with open_page(browser, call, tmp_path / "home") as window:
        page = window.page
        spans = page.locator("#listen1").get_attribute("data-samples")
        assert spans is not None
        times = [[int(ms) / 1000 for ms in span.split("-")] for span in spans.split(" ")]
        assert len(times) == 3
        places = page.evaluate(
            """() => new Promise((done) => {
              const seeks = [];
              sound.addEventListener("seeking", () => seeks.push(sound.currentTime));
              sound.addEventListener("pause", () => done([seeks, sound.currentTime]));
              listen1.click();
            })"""
        )
        assert places[0] == pytest.approx([start for start, _ in times], abs=0.02)
        assert times[-1][1] <= places[1] < times[-1][1] + 0.35
        # A line plays from its place, and the text follows.
        page.locator(".lines p i").nth(5).click()
        page.locator(".lines p.now >> text=line 5").wait_for()
        assert not page.evaluate("sound.paused")


def test_sound_that_cannot_be_played_is_reported(browser: Browser, tmp_path: Path) -> None:
    call = tmp_path / "2024-05-02 call.srt"
    write_call(call)
    call.with_suffix(".wav").write_bytes(b"no sound at all")
    with open_page(browser, call, tmp_path / "home") as window:
        window.page.get_by_text("This browser cannot play 2024-05-02 call.wav").wait_for()
        assert not window.page.locator("#sound").is_visible()


def test_an_editors_change_is_noticed(browser: Browser, tmp_path: Path) -> None:
    call = tmp_path / "2024-05-02 call.srt"
    write_call(call)
    with open_page(browser, call, tmp_path / "home") as window:
        page = window.page
        page.get_by_label("Name of Bob Miller").fill("Robert")
        page.keyboard.press("Enter")
        page.get_by_text("Bob Miller is Robert here").wait_for()
        (tmp_path / "speakers.toml").write_text('[speakers."Zoe"]\naliases = ["SPEAKER_02"]\n')
        page.get_by_label("Name of SPEAKER_00").fill("Alice")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Load again").click()
        page.locator("#name2[value='Zoe']").wait_for()
        assert page.locator("#name0").input_value() == ""  # nothing was written
        window.complaints.clear()  # the browser notes every answer of 409


@pytest.mark.slow
def test_the_page_is_accessible(browser: Browser, tmp_path: Path) -> None:
    """axe-core finds nothing, and nothing is wider than the page."""
    write_call(tmp_path / "2024-05-02 call.srt")
    write_sound(tmp_path / "2024-05-02 call.wav", 6)
    write_call(tmp_path / f"2024-05-03 {'long' * 40}.srt", words=ARABIC)
    (tmp_path / "2024-05-04 odd.vtt").write_text(
        f"WEBVTT\n\n00:01.000 --> 00:04.000\n<v {HOSTILE.replace('<', '&lt;')}>{ARABIC}\n"
        f"\n00:05.000 --> 00:09.000\n<v {'W' * 150}>{'x' * 300}\n\n00:99 --> x\n<v Ann>lost\n"
    )
    (tmp_path / "broken.srt").write_text("nothing of the kind")
    with open_page(browser, tmp_path, tmp_path / "home") as window:
        for address in ("archive", "recording?number=0", "recording?number=2"):
            window.go(address)
            if address.endswith("=0"):
                window.page.get_by_label("Name of SPEAKER_00").fill("Bob Miller")
                window.page.keyboard.press("Enter")
                window.page.get_by_role("button", name="Yes, one person").wait_for()
            if address.endswith("=2"):
                window.page.get_by_role("button", name="Correct who says a line").click()
                window.page.get_by_label("Somebody else").wait_for()
            for scheme, width in (("light", 1280), ("dark", 360)):
                window.page.emulate_media(color_scheme=scheme)
                window.page.set_viewport_size({"width": width, "height": 800})
                assert find_violations(window.page) == ""
            for width in WIDTHS:
                window.page.set_viewport_size({"width": width, "height": 800})
                assert window.page.evaluate("document.documentElement.scrollWidth") <= width
        assert window.page.evaluate("window.harmed") is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "touch", "least"), [(1280, False, 24), (1280, True, 44), (360, True, 44)]
)
def test_boxes_are_large_enough(
    browser: Browser, tmp_path: Path, width: int, touch: bool, least: int
) -> None:
    """WCAG 2.2, 2.5.8 and 2.5.5, for a mouse and for a finger."""
    write_call(tmp_path / "2024-05-02 call.srt")
    write_call(tmp_path / "2024-05-03 call.srt")
    home = tmp_path / "home"
    with open_page(browser, tmp_path, home, width, has_touch=touch, is_mobile=touch) as window:
        for address in ("archive", "recording?number=0"):
            window.go(address)
            wait_until_usable(window.page)
            sizes = window.page.evaluate(READ_TARGETS)
            assert len(sizes) > 1
            assert min(sizes) >= least


@pytest.mark.slow
def test_ten_thousand_lines_are_all_there(browser: Browser, tmp_path: Path) -> None:
    call = tmp_path / "2024-05-02 call.srt"
    write_call(call, lines=10_000)
    with open_page(browser, call, tmp_path / "home") as window:
        page = window.page
        window.requests.clear()
        window.go("recording?number=0")
        assert len([url for url in window.requests if not url.startswith("data:")]) <= 6
        assert page.locator(".lines p").count() == 10_000
        blocks = (
            "[...document.querySelectorAll('.lines')]"
            ".map((block) => block.querySelectorAll('p').length)"
        )
        assert max(page.evaluate(blocks)) <= 50
        assert page.evaluate("window.find('line 9999')")
        page.get_by_label("Name of SPEAKER_02").fill("Chiara")
        page.keyboard.press("Enter")
        page.get_by_text("SPEAKER_02 is Chiara here").wait_for()
        texts = "[...document.querySelectorAll('.lines b')].map((name) => name.textContent)"
        names = page.evaluate(texts)
        assert [names.count(name) for name in ("SPEAKER_00", "Bob Miller", "Chiara")] == [
            3334,
            3333,
            3333,
        ]


def test_a_line_is_given_to_another_voice_by_keyboard_and_by_selecting_text(
    browser: Browser, tmp_path: Path
) -> None:
    call = tmp_path / "2024-05-02 call.srt"
    write_call(call, lines=120)
    with open_page(browser, call, tmp_path / "home") as window:
        page = window.page
        page.keyboard.press("2")
        page.keyboard.press("n")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("w")
        page.get_by_text("this line", exact=True).wait_for()
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.textContent").endswith("line 1")
        page.keyboard.press("w")
        page.get_by_role("button", name="The next line, too").click()
        page.get_by_text("2 lines, to 0:02").wait_for()
        page.keyboard.press("3")
        page.get_by_text("2 lines of Bob Miller given to SPEAKER_02").wait_for()
        page.locator(".lines b.v2 >> nth=0").wait_for()
        page.locator(".lines p:focus >> text=SPEAKER_02").wait_for()
        select = """([first, last]) => {
          const lines = document.querySelectorAll(".lines p");
          getSelection().setBaseAndExtent(lines[first].lastChild, 2, lines[last].lastChild, 5);
        }"""
        page.evaluate(select, [60, 66])
        page.get_by_role("button", name="Correct who says a line").click()
        page.get_by_text("3 lines, to 0:26").wait_for()
        page.get_by_label("Somebody else").fill("Emma")
        page.keyboard.press("Enter")
        page.get_by_text("3 lines of SPEAKER_00 given to Emma").wait_for()
        page.locator("tr.voice >> nth=3").wait_for()
        page.get_by_text("2 parts given to another speaker").click()
        page.get_by_role("button", name="Take back 0:00 to 0:02").click()
        page.get_by_text("Bob Miller says 0:00 to 0:02 again").wait_for()
        wait_until_usable(page)
        page.keyboard.press("Control+z")
        page.get_by_text("Taken back").wait_for()
        wait_until_usable(page)
        for place in (0, 2):
            page.locator(f"#merge{place}").check()
        page.get_by_role("button", name="Exchange the two").click()
        page.locator("#merge0:focus").wait_for()
        assert page.locator(".lines b").first.inner_text() == "Bob Miller"
        page.keyboard.press("Control+z")
        page.get_by_text("Taken back").wait_for()
    changes = tomllib.loads((tmp_path / "transcript-bridge.toml").read_text())["files"][0]["during"]
    assert [change["speaker"] for change in changes] == ["SPEAKER_02", "Emma"]
