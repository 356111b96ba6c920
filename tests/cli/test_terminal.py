"""No text from outside reaches a terminal unchecked: labels, texts, file names, a server's words.

Every command runs with escape sequences in every field, with standard output as a terminal.
"""

from __future__ import annotations

import io
import json
import re
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import make_environ, run_in_process
from transcript_bridge.cli.printable import escape_json, make_printable, make_printable_lines

EVIL = "\x1b[5mX\x1b]0;owned\x07\x9b31mY\u202eZ\x7f"
"""Blink, a title of the window, a control sequence of one character, reversed text, delete."""
OWN_STYLES = re.compile("\x1b\\[(?:0|1|3[1-6]|9[14])m")
"""Bold and the colors that the command itself prints to a terminal."""
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
ROWS = [
    {"start": 0.0, "end": 4.0, "speaker": f"Anna {EVIL}", "text": f"Hello {EVIL} there"},
    {"start": 4.0, "end": 9.0, "speaker": f"{EVIL} Ben", "text": "How are you today?"},
]


class EvilServer(BaseHTTPRequestHandler):
    """Answers everything, with escape sequences in every text. `mode` is set by the tests."""

    mode = "fine"
    stored: list[dict[str, Any]] = []  # noqa: RUF012  # shared by the requests of one test

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.mode == "refuses":
            self._answer(422, {"detail": [{"loc": [EVIL], "msg": EVIL, "type": EVIL}]})
            return
        if self.mode == "fails":
            self._answer(500, {"detail": EVIL})
            return
        if self.mode == "unclear":
            self._answer(504, {"detail": EVIL})
            return
        one = {"id": f"id-{EVIL}-{len(self.stored)}", "status": "completed", "discarded": False}
        segments = body["transcript_segments"]
        self.stored.append(
            {
                **one,
                "structured": {"title": EVIL, "overview": EVIL, "category": EVIL},
                "started_at": body["started_at"],
                "finished_at": body["finished_at"],
                "created_at": datetime.now(UTC).isoformat(),
                "language": EVIL,
                "source": EVIL,
                "transcript_segments": [{**s, "text": s["text"] + EVIL} for s in segments],
            }
        )
        self._answer(200, one)

    def do_GET(self) -> None:
        if "keys" in self.path:
            self._answer(200, {"name": EVIL, "scopes": [EVIL, "conversations:read"]})
            return
        if "/conversations/" in self.path:
            self._answer(404, {"detail": EVIL})
            return
        self._answer(200, self.stored)

    def do_DELETE(self) -> None:
        self._answer(418, {"detail": EVIL})

    def _answer(self, status: int, content: Any) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Request-Id", "x")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Silent."""


class Terminal(io.TextIOWrapper):
    """A standard output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def server() -> Iterator[str]:
    EvilServer.mode = "fine"
    EvilServer.stored = []
    with ThreadingHTTPServer(("127.0.0.1", 0), EvilServer) as http:
        thread = threading.Thread(target=http.serve_forever, args=[0.02], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


class Shell:
    """Runs commands and checks all that they print."""

    def __init__(self, home: Path, work: Path, server: str) -> None:
        config = home / "omi.toml"
        profile = json.dumps(EVIL).replace("\x7f", "\\u007f")
        config.write_text(
            f'[profiles.{profile}]\napi_key = "omi_dev_evil"\napi_base = "{server}"\n',
            encoding="utf-8",
        )
        self.environ = make_environ(
            home, {"OMI_CONFIG": str(config), "OMI_PROFILE": EVIL, "PYTHONUTF8": "1"}
        )
        self.work = work

    def __call__(self, *words: str | Path) -> str:
        """Return the output, after the check."""
        out = Terminal(io.BytesIO(), encoding="utf-8", newline="\n")
        make_stream = io.TextIOWrapper

        def make(stream: Any, *, encoding: str, newline: str | None = None) -> io.TextIOWrapper:
            if "out" not in made:
                made["out"] = out
                return out
            return make_stream(stream, encoding=encoding, newline=newline)

        made: dict[str, Any] = {}
        with mock.patch("tests.support.command.io.TextIOWrapper", make):
            ran = run_in_process(words, b"", self.environ, self.work)
        printed = OWN_STYLES.sub("", ran.out) + ran.err
        found = HARMFUL.search(printed)
        assert found is None, f"{words}: {found} in {printed!r}"
        assert "Traceback" not in printed
        return printed


@pytest.fixture
def shell(home: Path, work: Path, server: str) -> Shell:
    return Shell(home, work, server)


@pytest.fixture
def archive(work: Path) -> Path:
    folder = work / f"exports {EVIL}"
    folder.mkdir()
    (folder / f"good {EVIL}.json").write_text(json.dumps({"segments": ROWS}), encoding="utf-8")
    (folder / f"bad {EVIL}.srt").write_text(f"1\n{EVIL} --> {EVIL}\n{EVIL}\n", encoding="utf-8")
    (folder / f"other {EVIL}.xyz{EVIL}").write_text(EVIL, encoding="utf-8")
    return folder


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="such names do not exist there")


def good(archive: Path) -> Path:
    return archive / f"good {EVIL}.json"


def bad(archive: Path) -> Path:
    return archive / f"bad {EVIL}.srt"


@pytest.mark.parametrize("to", ["requests", "segments", "srt", "vtt", "rttm", "text"])
def test_convert(shell: Shell, archive: Path, to: str) -> None:
    shell("convert", "--to", to, good(archive))
    shell("convert", "--to", to, bad(archive))
    shell("convert", "--to", to, good(archive), "-o", archive / EVIL)
    shell("convert", "--to", to, good(archive), "-o", archive / EVIL, "--me", EVIL)


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_what_looks_at_files(shell: Shell, archive: Path, as_json: list[str]) -> None:
    printed = shell("inspect", good(archive), bad(archive), *as_json)
    assert "Anna" in printed
    shell("inspect", good(archive), "--me", EVIL, *as_json)
    shell("upload", good(archive), bad(archive), "--dry-run", *as_json)
    shell("plan", archive, *as_json)
    shell("plan", archive / EVIL, *as_json)
    shell("speakers", archive, *as_json)
    shell("speakers", archive, "-o", archive / f"{EVIL}.toml", *as_json)


@pytest.mark.parametrize("mode", ["fine", "refuses", "fails", "unclear"])
def test_what_talks_to_a_server(
    shell: Shell, archive: Path, mode: str, jumping_clock: JumpingClock
) -> None:
    EvilServer.mode = mode
    pace = ("--gap", "0")
    shell("upload", good(archive), bad(archive), *pace)
    shell("upload", good(archive), bad(archive), *pace, "--json")
    shell("migrate", archive, "--yes", *pace)
    shell("migrate", archive, "--yes", *pace, "--json")
    for as_json in ([], ["--json"]):
        shell("status", *as_json)
        shell("verify", *as_json)
        shell("resolve", *as_json)
        shell("report", *as_json, "-o", "-")
    shell("report", "--csv")
    shell("ledger", "export")
    shell("retry")
    shell("undo", "--all", "--yes", *pace)


def test_what_the_user_typed(shell: Shell) -> None:
    shell(EVIL)
    shell("inspect", f"--{EVIL}")
    shell("convert", "--to", EVIL, "x")
    shell("plan", ".", "--settings", EVIL)
    shell("ledger", "path", "--ledger", EVIL)
    shell("status", "--ledger", f"{EVIL}/{EVIL}")
    shell("auth", "status")
    shell("auth", "status", "--json")
    shell("auth", "status", "--profile", f"{EVIL}{EVIL}")


def test_settings_with_escapes(shell: Shell, archive: Path) -> None:
    (archive / "transcript-bridge.toml").write_text('"\\u001b[5m" = 1\n')
    shell("plan", archive)
    (archive / "transcript-bridge.toml").write_text('language = "\\u001b[5m"\ntimezone="\\u009b"\n')
    shell("plan", archive)
    shell("inspect", good(archive))


# ---- the one place


def test_one_line_is_written_out() -> None:
    assert make_printable("a\tb\nc") == "a b\\nc"
    assert make_printable("\x1b[31m\u202e\udce9") == "\\x1b[31m\\u202e\\udce9"
    assert make_printable("Zoë 🙂 日本") == "Zoë 🙂 日本"


def test_several_lines_keep_their_layout() -> None:
    assert make_printable_lines("a\tb\nc\x07\n") == "a\tb\nc\\x07\n"


def test_json_stays_the_same_data() -> None:
    data = {"label": EVIL + "é\udce9"}
    line = escape_json(json.dumps(data, ensure_ascii=False))
    assert json.loads(line) == data
    assert HARMFUL.search(line) is None
