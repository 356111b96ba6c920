"""What commands open: settings, client and ledger; and stopping on Ctrl-C."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from threading import Event
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import click

from ..config import ServerSettings
from ..errors import BridgeError, OutputLostError, SettingsError, StandardOutputError
from ..workspace import settings
from .environment import read_environment
from .output import (
    STOPPED,
    confirm,
    error_as_data,
    mute_messages,
    print_json,
    render_now,
    say,
)
from .path_types import LEDGER_PATH
from .times import render_wait

if TYPE_CHECKING:
    from ..omi.client import OmiClient
    from ..transfer.events import Waiting
    from ..transfer.ledger import AccountLabel, Ledger
    from ..transfer.pace import Pace
    from ..workspace.connection import Account

Command = TypeVar("Command", bound=Callable[..., Any])

_RATE_UNITS = ("", "h", "hour")


def ledger_flag(command: Command) -> Command:
    """`--ledger`."""
    return click.option(
        "--ledger",
        envvar="TRANSCRIPT_BRIDGE_LEDGER",
        type=LEDGER_PATH,
        metavar="PATH|URL",
        help="The record of what was sent: a file, or postgresql://… (default: 'ledger path').",
    )(command)


def server_flags(command: Command) -> Command:
    """`--profile`, `--api-base` and `--allow-http`; `load_server` takes them together."""
    command = click.option(
        "--allow-http",
        is_flag=True,
        envvar="TRANSCRIPT_BRIDGE_ALLOW_HTTP",
        help="Send the key unencrypted to a server in your own network.",
    )(command)
    command = click.option("--api-base", metavar="URL", help="Another Omi server.")(command)
    return click.option(
        "--profile",
        metavar="NAME",
        help="Use the key of this profile: of 'auth login --profile', or of the Omi CLI.",
    )(command)


def pace_flags(command: Command) -> Command:
    """`--rate` and `--gap`."""
    command = click.option(
        "--gap",
        type=click.FloatRange(0),
        default=0.5,
        show_default=True,
        metavar="SECONDS",
        help="Pause between two writes; Omi's own importer leaves 4.",
    )(command)
    return click.option(
        "--rate",
        metavar="N/hour",
        help="At most this many writes in any hour (default: the server's limit; "
        "Omi's own importer takes 12).",
    )(command)


def concurrency_flag(command: Command) -> Command:
    """`--concurrency`."""
    return click.option(
        "--concurrency",
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        metavar="N",
        help="Requests sent at the same time.",
    )(command)


def yes_flag(command: Command) -> Command:
    """`-y`."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask.")(command)


def dry_run_flag(command: Command) -> Command:
    """`--dry-run`."""
    return click.option(
        "--dry-run",
        is_flag=True,
        help="Show what would be done, and change nothing.",
    )(command)


def verbose_flag(command: Command) -> Command:
    """`-v`; the parameter is called `verbose`, the number of times it was given."""
    return click.option(
        "-v",
        "--verbose",
        count=True,
        help="Print every retry; -vv also prints every connection.",
    )(command)


def quiet_flag(command: Command) -> Command:
    """`-q`; it acts by itself, so the command has no parameter for it."""

    @wraps(command)
    def run(*args: Any, quiet: bool, **flags: Any) -> Any:
        with mute_messages(quiet):
            return command(*args, **flags)

    option = click.option(
        "-q", "--quiet", is_flag=True, help="Print only results, warnings and errors."
    )
    return cast(Command, option(run))


def show_connections(verbose: int) -> None:
    """Print every connection for `-vv`."""
    if verbose > 1:
        logging.basicConfig(level=logging.DEBUG, format="%(name)s: %(message)s")


def is_confirmed(yes: bool, question: str, *, preview: str) -> bool:
    """Whether the user agrees; nobody is asked with `--yes`.

    preview: the command that shows what would happen. Raises SettingsError without a terminal.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise SettingsError(
            "standard input is not a terminal, so nobody can confirm; check with "
            f"'transcript-bridge {preview}', then pass --yes"
        )
    return confirm(question)


def json_flag(help: str) -> Callable[[Command], Command]:
    """`--json`, which every command words for itself; the parameter is called `as_json`.

    A failure that ends the command is printed as data, too.
    """

    def decorate(command: Command) -> Command:
        run = print_failure_as_json(command)
        return click.option("--json", "as_json", is_flag=True, help=help)(run)

    return decorate


def print_failure_as_json(command: Command) -> Command:
    """A decorator of commands with `--json`: their last failure is printed as data, too."""

    @wraps(command)
    def run(*args: Any, **flags: Any) -> Any:
        try:
            return command(*args, **flags)
        except StandardOutputError:
            raise
        except BridgeError as error:
            if flags.get("as_json") or flags.get("shape") == "json":
                print_json({"time": render_now(), "error": error_as_data(error)})
            raise

    return cast(Command, run)


def parse_rate(text: str | None) -> int | None:
    """Writes per hour from `12`, `12/h` or `12/hour`. Raises SettingsError."""
    if text is None:
        return None
    number, _, unit = text.partition("/")
    if number.isdecimal() and int(number) > 0 and unit in _RATE_UNITS:
        return int(number)
    raise SettingsError(f"--rate {text!r} must be a number of writes per hour, such as 12/hour")


def read_pace(rate: str | None, gap: float) -> Pace:
    """The pace of the flags `--rate` and `--gap` (seconds). Raises SettingsError."""
    from ..transfer.pace import Pace

    return Pace(parse_rate(rate), gap)


def load_server(flags: Mapping[str, Any], *, may_be_new: bool = False) -> ServerSettings:
    """The key and the server of the flags of `server_flags`.

    may_be_new: the profile need not exist yet. Raises SettingsError.
    """
    return settings.load_server(read_environment(), flags, may_be_new=may_be_new)


class Session(NamedTuple):
    """What a command works with: a server, a ledger, and the account that it uses in both."""

    client: OmiClient
    ledger: Ledger
    account: str


@contextmanager
def open_session(
    server: ServerSettings, location: str | None, *, sends: bool = False
) -> Iterator[Session]:
    """The client and the ledger of a command, which are closed afterwards; prints the account.

    location: of `--ledger`. sends: new conversations may be sent, so the ledger must know the
    account. Raises SettingsError and LedgerError.
    """
    from ..workspace import connection

    client, account, label = connection.open_client(server, read_environment())
    with client, open_ledger(location) as ledger:
        say(f"account: {connection.describe_account(label, account)}")
        say_plain_http(label)
        if sends:
            yield Session(client, ledger, ledger.open_account(account, label))
        else:
            yield Session(client, ledger, ledger.find_account(account))


def say_plain_http(label: AccountLabel) -> None:
    """Print a warning if the key goes unencrypted over a network."""
    from ..workspace import connection

    warning = connection.warn_of_plain_http(label)
    if warning is not None:
        say(warning, mark="warning")


def find_account(server: ServerSettings) -> Account | None:
    """The account that the flags or the settings choose; None without a key.

    Raises SettingsError.
    """
    from ..workspace import connection

    return connection.find_account(server, read_environment())


def choose_account(flags: Mapping[str, Any], ledger: Ledger) -> str | None:
    """The account that a command without a server is limited to: only if the user names one.

    Raises MissingKeyError, and SettingsError.
    """
    from ..workspace import connection

    is_named = flags["profile"] is not None or flags["api_base"] is not None
    if not is_named:
        return None
    client, account, _ = connection.open_client(load_server(flags), read_environment())
    client.close()
    return ledger.find_account(account)


def open_ledger(location: str | None) -> Ledger:
    """The ledger of `--ledger`, or the user's own. Its file is created if need be."""
    from ..workspace import connection

    return connection.open_ledger(location, read_environment())


def absolute_paths(inputs: tuple[str, ...]) -> list[str]:
    """Paths as the ledger has them; `-` is standard input."""
    return [name if name == "-" else os.path.abspath(name) for name in inputs]  # noqa: PTH100  # keeps symbolic links, as scan.py does


@contextmanager
def stop_on_signals() -> Iterator[Event]:
    """The first Ctrl-C (or SIGTERM) sets the event; the second one ends the program at once.

    Ending at once is safe: the next run settles the requests that were under way. Outside of the
    main thread, where Python allows no signal handlers, nothing sets the event.
    Raises OutputLostError if standard output fails meanwhile.
    """
    stop = Event()

    def handle(_number: int, _frame: object) -> None:
        if stop.is_set():
            _write_from_handler("stopped at once; run the same command again to go on")
            os._exit(STOPPED)
        stop.set()
        _write_from_handler(
            "stopping after the current request, which may take minutes; press again to stop now"
        )

    if threading.current_thread() is not threading.main_thread():
        with _output_loss_as_stop():
            yield stop
        return
    earlier = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with _output_loss_as_stop():
            yield stop
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


@contextmanager
def _output_loss_as_stop() -> Iterator[None]:
    """Turn the loss of standard output into the end of a run that can be continued."""
    try:
        yield
    except StandardOutputError as error:
        raise OutputLostError(f"{error}; stopped; run the same command again to go on") from None


def _write_from_handler(line: str) -> None:
    """Print a line on standard error from a signal handler.

    A handler may run in the middle of a write to sys.stderr, which refuses a second write then.
    """
    standard_error = 2
    os.write(standard_error, f"{line}\n".encode())


def say_waiting(event: Waiting) -> None:
    """`waiting 51 min, until 14:32: …`."""
    until = datetime.fromtimestamp(event.until).astimezone()
    is_today = until.date() == datetime.now().astimezone().date()
    moment = f"{until:%H:%M:%S}" if is_today else f"{until:%A} {until:%H:%M:%S}"
    say(
        f"waiting {render_wait(event.seconds)}, until {moment}: {event.reason} "
        "(Ctrl-C stops; the same command goes on later)"
    )
