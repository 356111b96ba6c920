"""The pages in a browser: light and dark, on a desktop and on a phone. Needs a Chromium."""

from __future__ import annotations

import http.server
import json
import re
import struct
import subprocess
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import CHROMIUM
from tests.support.command import PATIENCE_SECONDS, make_environ, run_in_process
from tests.support.sandboxes import SandboxPool

DEMO = Path(__file__).parent.parent / "transcript_bridge" / "demo"
pytestmark = [
    pytest.mark.untraced,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
]

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = 1280
PHONE = 375
TABLET = 768
HEIGHT = 700
PAPER = {"light": (0xF7, 0xF6, 0xF3), "dark": (0x14, 0x17, 0x1A)}
"""What page.css calls paper."""
GREEN = {"light": (0x23, 0x78, 0x5A), "dark": (0x62, 0xC2, 0x9A)}

# A window is never narrower than 500 pixels, and a browser takes most of a second to start: one
# window shows the page in frames of several widths, side by side; what does not fit is below them,
# and in no picture. Scripts live in the page around them, not in ours.
FRAMES = """<!DOCTYPE html><meta name="color-scheme" content="light dark">
<body style="margin:0"><div style="display:flex;flex-wrap:wrap">{frames}</div><pre></pre>
<script>
const measured = [];
for (const frame of document.querySelectorAll("iframe")) frame.addEventListener("load", () => {{
  const page = frame.contentDocument, width = frame.clientWidth;
  const wide = [...page.querySelectorAll("body *")]
    .filter((e) => !e.closest(".unseen") && e.getBoundingClientRect().right > width + 0.5)
    .map((e) => e.tagName + "." + e.className);
  measured.push({{
    asked: width, width: page.documentElement.scrollWidth, wide: wide.slice(0, 5),
    lanes: page.querySelectorAll(".lanes path").length, title: page.title,
    harmed: [window.harmed, page.defaultView.harmed].some((harm) => harm !== undefined),
  }});
  document.querySelector("pre").textContent = JSON.stringify(measured);
}});
</script>
"""
FRAME = '<iframe src="report.html" style="border:0;flex:none;width:{width}px;height:{height}px">'


def show_in_frames(pages: Path, *widths: int) -> None:
    frames = "</iframe>".join(FRAME.format(width=width, height=HEIGHT) for width in widths)
    page = FRAMES.format(frames=f"{frames}</iframe>")
    (pages / "frames.html").write_text(page)


Browse = Callable[..., str]


@pytest.fixture(scope="module")
def pages(sandbox_pool: SandboxPool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the report of a real migration of odd files."""
    base = tmp_path_factory.mktemp("pages")
    folder = make_odd_files(base / "exports")
    made = base / "made"
    made.mkdir()
    with sandbox_pool.lease() as url:
        account = {"OMI_API_KEY": "omi_dev_p4ges", "OMI_API_BASE": url}
        environ = make_environ(base, account)
        words = ("migrate", folder, "--yes", "--gap", "0", "--me", "Mara")
        ran = run_in_process(words, b"", environ, base)
        assert ran.code == 1, ran.err
        ran = run_in_process(("report", folder, "-o", made / "report.html"), b"", environ, base)
        assert ran.code == 0, ran.err
    return made


def make_odd_files(folder: Path) -> Path:
    folder.mkdir()
    for month in range(1, 15):
        path = folder / f"{'long' * 50}{month}.srt"
        if month < 13:
            path = folder / f"2024-{month:02d}-03 10.00.00 kitchen.srt"
        path.write_text(
            (DEMO / "kitchen.srt").read_text()
            + f"\n9\n00:00:{month + 20},000 --> 00:01:00,000\nMara: end\n"
        )
    hostile = "<img src=x onerror=parent.harmed=1>"
    (folder / f"2024-02-09 {hostile}.vtt").write_text(
        f"WEBVTT\n\n00:01.000 --> 00:04.000\n<v {'W' * 120}>hello\n\n"
        "00:04.000 --> 00:09.000\n<v &lt;script>harmed=1>hello\n"
    )
    (folder / "broken.srt").write_text("nothing of the kind")
    return folder


@pytest.fixture
def browse(pages: Path, tmp_path: Path) -> Iterator[Browse]:
    """Opens one of the pages in a browser that knows nothing yet."""
    handler = partial(QuietHandler, directory=str(pages))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()

    def browse(page: str, *words: str) -> str:
        assert CHROMIUM is not None
        number = len(list(tmp_path.glob("browser*")))
        data = f"--user-data-dir={tmp_path / f'browser{number}'}"
        url = f"http://127.0.0.1:{server.server_port}/{page}"
        done = subprocess.run(
            [CHROMIUM, *FLAGS, data, *words, url],
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
        return done.stdout.decode()

    yield browse
    server.shutdown()
    thread.join()
    server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def read_png(data: bytes) -> tuple[int, int, list[list[tuple[int, ...]]]]:
    """Width, height and rows of pixels, of the kind that Chromium writes: 8 bits, RGB or RGBA, not
    interlaced."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    assert (depth, interlaced) == (8, 0)
    size = {2: 3, 6: 4}[kind]
    packed, at = b"", 8
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += length + 12
    raw = zlib.decompress(packed)
    rows: list[list[tuple[int, ...]]] = []
    above = bytearray(width * size)
    for start in range(0, len(raw), width * size + 1):
        above = unfilter(
            raw[start], bytearray(raw[start + 1 : start + 1 + width * size]), above, size
        )
        rows.append([tuple(above[x : x + 3]) for x in range(0, width * size, size)])
    return width, height, rows


def unfilter(kind: int, line: bytearray, above: bytearray, size: int) -> bytearray:
    if kind == 0:
        return line
    if kind == 2:
        return bytearray([(value + up) & 255 for value, up in zip(line, above, strict=True)])
    for x, value in enumerate(line):
        left = line[x - size] if x >= size else 0
        up = above[x]
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            guess = guess_by_paeth(left, up, above[x - size] if x >= size else 0)
        line[x] = (value + guess) & 255
    return line


def guess_by_paeth(left: int, up: int, corner: int) -> int:
    """Whichever of the three is nearest to left + up - corner; the first where two are."""
    if left == up == corner:  # most of a page is of one color
        return left
    wanted = left + up - corner
    to_left, to_up, to_corner = abs(wanted - left), abs(wanted - up), abs(wanted - corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_looks_as_it_should_and_nothing_is_wider_than_the_page(
    browse: Browse, pages: Path, tmp_path: Path, scheme: str
) -> None:
    widths = (DESKTOP, PHONE, TABLET)
    show_in_frames(pages, *widths)
    shot = tmp_path / "shot.png"
    dom = browse(
        "frames.html",
        f"--blink-settings=preferredColorScheme={int(scheme == 'light')}",
        f"--window-size={DESKTOP + PHONE},{HEIGHT}",
        f"--screenshot={shot}",
        "--virtual-time-budget=5000",
        "--dump-dom",
    )
    _, _, rows = read_png(shot.read_bytes())
    check_look([row[:DESKTOP] for row in rows], scheme)
    check_look([row[DESKTOP : DESKTOP + PHONE] for row in rows], scheme)
    found = re.search(r"<pre>(\[.*?\])</pre>", dom)
    assert found, dom[-500:]
    check_widths(json.loads(found[1]), widths)


def check_look(rows: list[list[tuple[int, ...]]], scheme: str) -> None:
    """rows: the pixels of one frame."""
    pixels = Counter(pixel for row in rows[: HEIGHT - 20] for pixel in row)
    paper, total = PAPER[scheme], pixels.total()
    assert pixels[paper] > total / 5  # the ground is what it should be …
    assert len(pixels) > 100  # … there are letters on it …
    assert pixels[GREEN[scheme]] > 500  # … and the bar that says that all is well
    edges = {rows[y][x] for x in (0, -1) for y in range(0, HEIGHT - 40, 10)}
    assert edges == {paper}  # nothing sticks out
    brightness = sum(sum(pixel) * count for pixel, count in pixels.items()) / (3 * total)
    assert brightness > 200 if scheme == "light" else brightness < 60


def check_widths(measured: list[dict[str, Any]], widths: Iterable[int]) -> None:
    """measured: what the script found in each frame."""
    assert sorted(frame["asked"] for frame in measured) == sorted(widths)
    for frame in measured:
        assert frame["width"] <= frame["asked"], frame["wide"]
        assert frame["wide"] == []
        assert frame["lanes"] >= 15
        assert frame["title"].startswith("Archive report: exports, ")
        assert not frame["harmed"]
