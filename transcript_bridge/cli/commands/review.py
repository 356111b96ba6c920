"""`review`: shows an archive in the browser, and lets the user correct it."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ...options.kinds import number_kind
from ...quantities import count_of
from ..archive_session import archive_flags
from ..environment import read_environment
from ..flags import LongCommand, ledger_flag, server_flags
from ..output import print_line, say
from ..session import find_ledger
from ..value_types import ValueType

if TYPE_CHECKING:
    from ...review import Session


@click.command(name="review", cls=LongCommand)
@archive_flags
@server_flags
@ledger_flag
@click.option("--no-browser", is_flag=True, help="Print the address; do not open a browser.")
@click.option(
    "--port",
    type=ValueType(number_kind(0, 65535)),
    default=0,
    metavar="N",
    help="The port of the page (default: any free port).",
)
def command(paths: tuple[str, ...], no_browser: bool, port: int, **flags: Any) -> int:
    """Check and correct an archive in the browser before anything is sent.

    PATH is a folder, a ZIP or tar file, or a transcript. Listen to speakers, give names, correct
    dates, leave recordings out. Each choice is written at once to the settings files that all other
    commands read. The page is served on this machine only, for the browser that is opened, until
    Ctrl-C.
    """
    from ...archive.patterns import require_paths
    from ...review import Session, serve

    require_paths(paths)
    find_ledger(flags["ledger"])
    session = Session(paths, flags, read_environment(), _now)

    def announce(address: str) -> None:
        print_line(address)
        if no_browser or not _has_screen():
            say("open this address in a browser; it works once. Ctrl-C ends the page")
            return
        say("the page opens in the browser; the address works once. Ctrl-C ends the page")
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve(session, port=port, announce=announce)
    say(_describe_end(session))
    return 0


def _describe_end(session: Session) -> str:
    """Whether the page ended in the middle of sending, and what to do then."""
    left = 0
    if session.sender.is_working:
        left = session.sender.take_snapshot().left
    if not left:
        return "the page has ended; the same command opens it again"
    return (
        f"the page has ended with {count_of(left, 'conversation')} to go; the same command opens "
        "it again: press Send there, and nothing is sent twice"
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _has_screen() -> bool:
    """Whether there is a screen for a browser; without one, a text browser would use the
    terminal."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
