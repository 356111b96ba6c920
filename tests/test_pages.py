"""The pages in a browser: light and dark, on a desktop and on a phone. Needs a Chromium."""

from __future__ import annotations

import http.server
import json
import re
import shutil
import struct
import subprocess
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.support.command import PATIENCE_SECONDS, Run

DEMO = Path(__file__).parent.parent / "transcript_bridge" / "demo"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = [
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
PHONE = 375
HEIGHT = 700
PAPER = {"light": (0xF7, 0xF6, 0xF3), "dark": (0x14, 0x17, 0x1A)}
"""What page.css calls paper."""
GREEN = {"light": (0x23, 0x78, 0x5A), "dark": (0x62, 0xC2, 0x9A)}

# A window is never narrower than 500 pixels: the phone is a frame in it. Scripts live in this page,
# not in ours.
FRAME = """<!DOCTYPE html><meta name="color-scheme" content="light dark"><body style="margin:0">
<iframe src="report.html" style="border:0;width:{width}px;height:{height}px"></iframe><pre></pre>
<script>
document.querySelector("iframe").addEventListener("load", (event) => {{
  const page = event.target.contentDocument, width = event.target.clientWidth;
  const wide = [...page.querySelectorAll("body *")]
    .filter((e) => !e.closest(".unseen") && e.getBoundingClientRect().right > width + 0.5)
    .map((e) => e.tagName + "." + e.className);
  document.querySelector("pre").textContent = JSON.stringify({{
    asked: width, width: page.documentElement.scrollWidth, wide: wide.slice(0, 5),
    lanes: page.querySelectorAll(".lanes path").length, title: page.title,
    harmed: [window.harmed, page.defaultView.harmed].some((harm) => harm !== undefined),
  }});
}});
</script>
"""

Browse = Callable[..., str]


@pytest.fixture
def pages(run: Run, sandbox: str, tmp_path: Path) -> Path:
    """A folder with the report of a real migration of odd files."""
    folder = tmp_path / "exports"
    folder.mkdir()
    for month in range(1, 15):
        path = (
            folder / f"2024-{month:02d}-03 10.00.00 kitchen.srt"
            if month < 13
            else folder / f"{'long' * 50}{month}.srt"
        )
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
    environ = {"OMI_API_KEY": "omi_dev_p4ges", "OMI_API_BASE": sandbox}
    ran = run("migrate", folder, "--yes", "--gap", "0", "--me", "Mara", **environ)
    assert ran.code == 1, ran.err
    made = tmp_path / "pages"
    made.mkdir()
    assert run("report", folder, "-o", made / "report.html").code == 0
    return made


@pytest.fixture
def browse(pages: Path, tmp_path: Path) -> Iterator[Browse]:
    """Opens one of the pages in a browser that knows nothing yet."""
    handler = partial(QuietHandler, directory=str(pages))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
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
    for x in range(len(line)) if kind else ():
        left = line[x - size] if x >= size else 0
        up, corner = above[x], above[x - size] if x >= size else 0
        if kind == 4:  # Paeth: whichever of the three is nearest to left + up - corner
            guess = min(
                (left, up, corner), key=lambda value, wanted=left + up - corner: abs(wanted - value)
            )
        else:
            guess = (0, left, up, (left + up) // 2)[kind]
        line[x] = (line[x] + guess) & 255
    return line


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, PHONE])
def test_the_report_looks_as_it_should(
    browse: Browse, pages: Path, tmp_path: Path, scheme: str, width: int
) -> None:
    (pages / "frame.html").write_text(FRAME.format(width=width, height=HEIGHT))
    shot = tmp_path / "shot.png"
    prefer = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
    browse(
        "frame.html", prefer, f"--window-size={max(width, 500)},{HEIGHT}", f"--screenshot={shot}"
    )
    _, _, rows = read_png(shot.read_bytes())
    pixels = Counter(pixel for row in rows[: HEIGHT - 20] for pixel in row[:width])
    paper, total = PAPER[scheme], pixels.total()
    assert pixels[paper] > total / 5  # the ground is what it should be …
    assert len(pixels) > 100  # … there are letters on it …
    assert pixels[GREEN[scheme]] > 500  # … and the bar that says that all is well
    edges = {rows[y][x] for x in (0, width - 1) for y in range(0, HEIGHT - 40, 10)}
    assert edges == {paper}  # nothing sticks out
    brightness = sum(sum(pixel) * count for pixel, count in pixels.items()) / (3 * total)
    assert brightness > 200 if scheme == "light" else brightness < 60


@pytest.mark.parametrize("width", [PHONE, 768, 1280])
def test_nothing_is_wider_than_the_page(browse: Browse, pages: Path, width: int) -> None:
    (pages / "frame.html").write_text(FRAME.format(width=width, height=HEIGHT))
    dom = browse(
        "frame.html",
        f"--window-size={max(width, 500)},{HEIGHT}",
        "--virtual-time-budget=5000",
        "--dump-dom",
    )
    found = re.search(r"<pre>(\{.*?\})</pre>", dom)
    assert found, dom[-500:]
    measured = json.loads(found[1])
    assert measured["asked"] == width
    assert measured["width"] <= width, measured["wide"]
    assert measured["wide"] == []
    assert measured["lanes"] >= 15
    assert measured["title"].startswith("Archive report: exports, ")
    assert not measured["harmed"]
