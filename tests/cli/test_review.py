"""`review`: its address, its browser, its end."""

from __future__ import annotations

import builtins
import contextlib
import http.client
import signal
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.command import PATIENCE_SECONDS, Run, Start
from transcript_bridge.review.run_state import Snapshot
from transcript_bridge.review.sender import PageSender

ADDRESS = "http://127.0.0.1:1/x/start?token=y"


def serve_shortly(session: object, *, port: int, announce: Any) -> None:
    announce(ADDRESS)


@pytest.fixture(name="opened")
def _opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The address with which a browser was opened; the page ends at once."""
    opened: list[str] = []
    monkeypatch.setattr("transcript_bridge.review.serve", serve_shortly)
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("threading.Thread.start", lambda self: self.run())
    return opened


def test_the_address_is_printed_and_opened(run: Run, work: Path, opened: list[str]) -> None:
    ran = run("review", work, DISPLAY=":0")
    assert (ran.code, ran.out, opened) == (0, f"{ADDRESS}\n", [ADDRESS])
    assert "works once" in ran.err
    assert "Ctrl-C" in ran.err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_no_browser_is_opened_without_a_screen_or_if_not_wanted(
    run: Run, work: Path, opened: list[str]
) -> None:
    for ran in (run("review", work), run("review", work, "--no-browser", DISPLAY=":0")):
        assert (ran.code, ran.out, opened) == (0, f"{ADDRESS}\n", [])
        assert "open this address in a browser" in ran.err


def test_the_message_says_what_to_install(
    run: Run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("transcript_bridge.review")]:
        monkeypatch.delitem(sys.modules, name)
    real_import = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "starlette":
            raise ImportError(name)
        return real_import(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    ran = run("review", work)
    assert ran.code == 2
    assert "pip install 'transcript-bridge[web]'" in ran.err


@pytest.mark.slow
def test_the_page_is_there_until_ctrl_c(start: Start, work: Path) -> None:
    marker = "the marker sentence of this transcript"
    (work / "talk.srt").write_text(f"1\n00:00:01,000 --> 00:00:02,000\nAnn: {marker}\n")
    process = start("review", work, "--no-browser", OMI_API_KEY="omi_dev_m4rker")
    assert process.stdout is not None
    assert process.stderr is not None
    address = process.stdout.readline().strip()
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
    connection.request("GET", f"{parts.path}?{parts.query}")
    with contextlib.closing(connection):
        response = connection.getresponse()
        assert (response.status, response.read()) == (303, b"")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert out == ""
    for secret in (marker, "omi_dev_m4rker", "GET"):
        assert secret not in err


def test_what_is_no_ledger_is_refused_and_a_missing_one_is_reported(
    run: Run, work: Path, opened: list[str]
) -> None:
    refused = run("review", work, "--ledger", work, DISPLAY=":0")
    assert (refused.code, refused.out, opened) == (2, "", [])
    assert refused.err.startswith(
        f"error: {work}: this is a folder; name a file in it as the ledger"
    )
    ran = run("review", work, "--ledger", work / "mistyped.db", DISPLAY=":0")
    assert ran.code == 0
    assert "mistyped.db: there is no ledger yet, so nothing counts as sent" in ran.err


@pytest.mark.parametrize("name", ["missing", "missing/*.zip"], ids=["path", "pattern"])
def test_a_path_that_is_missing_is_one_line_and_no_page(
    run: Run, work: Path, opened: list[str], name: str
) -> None:
    ran = run("review", work / name, DISPLAY=":0")
    assert (ran.code, ran.out, opened) == (1, "", [])
    assert ran.err.startswith(f"error: {work / name}: ")
    assert len(ran.err.splitlines()) == 1


@pytest.mark.usefixtures("opened")
def test_a_page_that_ends_while_it_sends_says_how_to_go_on(
    run: Run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PageSender, "is_working", True)
    monkeypatch.setattr(PageSender, "take_snapshot", lambda _: Snapshot(left=3))
    ran = run("review", work)
    assert ran.err.splitlines()[-1].startswith("the page has ended with 3 conversations to go;")
