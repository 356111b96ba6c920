"""The ledger, the key and the server of a run: opened alike by every command that needs them."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .. import config
from ..errors import MissingKeyError, SettingsError
from .output import say

if TYPE_CHECKING:
    from ..omi.client import OmiClient
    from ..transfer.events import Waiting
    from ..transfer.ledger.ledger import Ledger

Command = TypeVar("Command", bound=Callable[..., Any])

APP = "transcript-bridge"
_NO_KEY = (
    "no API key; make one in Omi under Settings > Developer > Create Key, with conversations:write, "
    "then 'transcript-bridge auth login', or set OMI_API_KEY"
)


def ledger_flag(command: Command) -> Command:
    """`--ledger`."""
    return click.option(
        "--ledger",
        envvar="TRANSCRIPT_BRIDGE_LEDGER",
        metavar="PATH|URL",
        help="Where it is written down what was sent: a file, or postgresql://… (default: 'ledger path').",
    )(command)


def server_flags(command: Command) -> Command:
    """`--profile` and `--api-base`, for commands without those of `upload`."""
    command = click.option("--api-base", metavar="URL", help="Another Omi server.")(command)
    return click.option("--profile", help="Profile of the Omi CLI to take the key from.")(command)


def pace_flags(command: Command) -> Command:
    """`--rate` and `--gap`."""
    command = click.option(
        "--gap",
        type=click.FloatRange(0),
        default=0.5,
        show_default=True,
        metavar="SECONDS",
        help="Between two writes; Omi's own importer leaves 4.",
    )(command)
    return click.option(
        "--rate",
        metavar="N/hour",
        help="At most so many writes in any hour (default: the server's "
        "limit; Omi's own importer takes 12).",
    )(command)


def read_pace(rate: str | None, gap: float) -> Any:
    """A Pace. Raises SettingsError for a rate that is none."""
    from ..transfer.pace import Pace

    if rate is None:
        return Pace(gap=gap)
    number, _, unit = rate.partition("/")
    if not number.isdecimal() or int(number) < 1 or unit not in ("", "h", "hour"):
        raise SettingsError(f"--rate {rate!r} must be a number of writes an hour, such as 12/hour")
    return Pace(int(number), gap)


def default_ledger() -> Path:
    """The user's data folder, which is another than that for settings on Linux and Windows."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / APP / "ledger.db"


def has_ledger(location: str | None) -> bool:
    """Whether there is one already: a database, or a file."""
    scheme, mark, rest = str(location or default_ledger()).rpartition("://")
    if mark and not scheme.startswith("sqlite"):
        return True
    return Path(rest[1:].partition("?")[0] if mark else rest).expanduser().is_file()


def open_ledger(location: str | None) -> Ledger:
    """The ledger; its file is made if need be. Raises SettingsError and LedgerError."""
    from ..transfer.ledger.ledger import Ledger

    return Ledger(location or default_ledger())


def credentials_file() -> Path:
    """Where `auth login` keeps keys where there is no keyring."""
    return Path(click.get_app_dir(APP)) / "credentials.json"


def load_settings(profile: str | None, api_base: str | None) -> config.Settings:
    """The settings of a command that converts nothing."""
    own_file = Path(click.get_app_dir(APP)) / "config.toml"
    return config.load({"api_base": api_base}, os.environ, own_file, Path.home(), profile)


def find_key(settings: config.Settings) -> tuple[str, str]:
    """The key, and where it was found. Raises MissingKeyError."""
    if settings.api_key:
        return settings.api_key, "the environment or a settings file"
    for place, key in stored_keys(settings.api_base):
        return key, place
    raise MissingKeyError(_NO_KEY)


def stored_keys(api_base: str) -> Iterator[tuple[str, str]]:
    """(place, key) of what `auth login` kept for a server."""
    server = api_base.rstrip("/")
    ring = find_keyring()
    if ring is not None:
        with suppress(Exception):  # a locked or broken keyring is one without the key
            key = ring.get_password(APP, server)
            if key:
                yield "the system's keyring", key
    path = credentials_file()
    with suppress(OSError, ValueError):
        key = json.loads(path.read_text(encoding="utf-8")).get(server)
        if isinstance(key, str):
            yield str(path), key


def find_keyring() -> Any:
    """The `keyring` module, if it is installed and has somewhere to keep a key."""
    try:
        import keyring
        from keyring.backends.fail import Keyring
    except ImportError:
        return None
    return None if isinstance(keyring.get_keyring(), Keyring) else keyring


def open_client(settings: config.Settings) -> tuple[OmiClient, str]:
    """A client, and the name of its account in the ledger."""
    from ..omi.client import OmiClient
    from ..transfer.ledger.ledger import name_account

    key, _ = find_key(settings)
    client = OmiClient(key, settings.api_base)
    return client, name_account(client.base_url, key)


@contextmanager
def stop_on_signals() -> Iterator[Event]:
    """The first Ctrl-C (or SIGTERM) sets the event; the second ends the program at once.

    Ending at once is safe: the next run settles what was under way.
    """
    stop = Event()

    def ask(number: int, _frame: object) -> None:
        if stop.is_set():
            say("stopped at once; run the same command again to go on")
            os._exit(4)
        stop.set()
        say("stopping after the request under way, which may take minutes; once more stops at once")

    former = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def say_waiting(event: Waiting) -> None:
    """`waiting 51 min, until 14:32: …`."""
    moment = datetime.fromtimestamp(event.until).astimezone()
    day = "" if moment.date() == datetime.now().astimezone().date() else f"{moment:%A} "
    say(
        f"waiting {_span(event.seconds)}, until {day}{moment:%H:%M:%S}: {event.reason} (Ctrl-C stops; the same command "
        "goes on later)"
    )


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
