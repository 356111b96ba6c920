"""Opens settings, client and ledger for commands, and stops commands at Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from functools import wraps
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click
from click.core import ParameterSource

from ..calendar_words import name_moment
from ..errors import (
    STANDARD_INPUT,
    BridgeError,
    OutputLostError,
    SettingsError,
    StandardOutputError,
)
from ..object_stores import full_name
from ..options.kinds import CONCURRENCY, RATE, number_kind
from ..quantities import length_of
from ..workspace.locations import default_ledger, has_ledger, refuse_other_file
from .environment import read_environment
from .one_of import FlagChoice, contradiction, one_of
from .output import (
    STOPPED,
    confirm,
    error_as_data,
    mute_messages,
    print_json,
    render_now,
    say,
    write_from_handler,
)
from .path_types import LEDGER_PATH
from .value_types import ChoiceType, ValueType

if TYPE_CHECKING:
    from ..transfer.events import Waiting
    from ..transfer.ledger import Ledger

Command = TypeVar("Command", bound=Callable[..., Any])


def ledger_flag(command: Command) -> Command:
    """`--ledger`."""
    return click.option(
        "--ledger",
        envvar="TRANSCRIPT_BRIDGE_LEDGER",
        type=LEDGER_PATH,
        metavar="PATH|URL",
        help="The ledger, which records what was sent: a file or postgresql://… (default: see "
        "'ledger path').",
    )(command)


def pace_flags(command: Command) -> Command:
    """`--rate` and `--gap`."""
    command = click.option(
        "--gap",
        type=ValueType(number_kind(0, read=float)),
        default=0.5,
        show_default=True,
        metavar="SECONDS",
        help="Pause between two writes; Omi's own importer uses 4.",
    )(command)
    return click.option(
        "--rate",
        type=ValueType(RATE),
        metavar="N/hour",
        help="At most this many writes in any hour (default: the server's limit; "
        "Omi's own importer uses 12).",
    )(command)


order_flags = one_of(
    "order",
    FlagChoice("--newest-first", "newest", "Begin with the latest recordings."),
    FlagChoice("--oldest-first", "oldest", "Begin with the earliest."),
)


def changed_flag(command: Command) -> Command:
    """`--changed`."""
    return click.option(
        "--changed",
        type=ChoiceType("ask", "upload", "skip", "replace"),
        default="ask",
        show_default=True,
        help="What was sent before in another form (it has changed, or another file has the same "
        "words): set it aside, send it, skip it, or send it and delete the earlier conversation.",
    )(command)


def concurrency_flag(command: Command) -> Command:
    """`--concurrency`."""
    return click.option(
        "--concurrency",
        type=ValueType(CONCURRENCY),
        default=1,
        show_default=True,
        metavar="N",
        help="Requests sent at the same time, at most 64.",
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
        if quiet and flags.get("verbose"):
            raise contradiction("--quiet", "--verbose")
        with mute_messages(quiet):
            return command(*args, **flags)

    option = click.option(
        "-q", "--quiet", is_flag=True, help="Print only results, warnings and errors."
    )
    return cast(Command, option(run))


def show_connections(verbose: int) -> None:
    """Print every connection for `-vv`."""
    if verbose > 1:
        from .connection_log import print_connections  # logging is not needed by most commands

        print_connections()


def is_confirmed(yes: bool, question: str, *, preview: str) -> bool:
    """Whether the user agrees; `--yes` agrees without a question.

    preview: the flag or command that shows what would happen. Raises SettingsError without a
    terminal.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise SettingsError(
            f"standard input is not a terminal, so nobody can confirm; check with {preview}, then "
            "add --yes"
        )
    return confirm(question)


def json_flag(help: str) -> Callable[[Command], Command]:
    """`--json`, with a help text of the command's own; the parameter is called `as_json`.

    A failure that ends the command is also printed as data.
    """

    def decorate(command: Command) -> Command:
        run = print_failure_as_json(command)
        return click.option("--json", "as_json", is_flag=True, help=help)(run)

    return decorate


def print_failure_as_json(command: Command) -> Command:
    """A decorator for commands with `--json`: the failure that ends them is also printed as
    data."""

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


def open_ledger(location: str | None) -> Ledger:
    """The ledger of `--ledger`, or the user's own. Creates a missing file; says so if the user
    named it, because the name may be mistyped."""
    from ..workspace import chosen_account

    environment = read_environment()
    is_new = location is not None and not has_ledger(location, environment)
    ledger = chosen_account.open_ledger(location, environment)
    if is_new:
        say(f"created a new ledger: {ledger.where}")
    return ledger


def read_ledger(location: str | None) -> Ledger:
    """The same, for a command that needs what is in the ledger.

    Raises SettingsError if `--ledger` names a file that does not exist. Without the flag, a missing
    ledger counts as one in which nothing was sent yet; so does one that the environment names,
    because an upload would create it.
    """
    source = click.get_current_context().get_parameter_source("ledger")
    is_named = source is ParameterSource.COMMANDLINE
    if location and is_named:
        require_ledger(location)
    return open_ledger(location)


def find_ledger(location: str | None) -> bool:
    """Whether there is a ledger, for a command that can work without one; says so if a named one is
    missing. Raises SettingsError for something that is not a ledger."""
    if location:
        refuse_other_file(location)
    if has_ledger(location, read_environment()):
        return True
    if location:
        place = describe_place(location)
        say(f"{place}: there is no ledger yet, so nothing counts as sent", mark="warning")
    return False


def require_ledger(location: str | None, wanted: str = "ledger") -> None:
    """Raises SettingsError if there is no ledger, also by default. wanted: how messages call it."""
    if location:
        refuse_other_file(location)
    if not has_ledger(location, read_environment()):
        place = describe_place(location)
        raise SettingsError(f"{place}: there is no {wanted}; give yours with --ledger")


def describe_place(location: str | None) -> str:
    """The location of the ledger, even if it does not exist, without a password."""
    from ..transfer.ledger import describe_location

    return describe_location(location or str(default_ledger(read_environment())))


def absolute_paths(inputs: tuple[str, ...]) -> list[str]:
    """Absolute paths, as in the ledger; `-` is standard input."""
    return [name if name == STANDARD_INPUT else full_name(name) for name in inputs]


@contextmanager
def stop_on_signals() -> Iterator[Event]:
    """The first Ctrl-C (or SIGTERM) sets the event; the second one ends the program at once.

    Ending at once is safe: the next run settles the requests that were being sent. Outside of the
    main thread, where Python allows no signal handlers, nothing sets the event. Raises
    OutputLostError if standard output fails meanwhile.
    """
    stop = Event()

    def handle(_number: int, _frame: object) -> None:
        if stop.is_set():
            write_from_handler(
                "stopped-at-once", "stopped at once; run the same command again to continue"
            )
            os._exit(STOPPED)
        stop.set()
        write_from_handler(
            "stopping",
            "stopping after the current request, which may take minutes; press again to stop now",
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
        raise OutputLostError(f"{error}; stopped; run the same command again to continue") from None


def say_waiting(event: Waiting, zone: tzinfo | None = None) -> None:
    """`waiting 51 min, until 14:32:05: …`. zone: of the time; None means the computer's."""
    until = datetime.fromtimestamp(event.until, UTC)
    moment = name_moment(until, datetime.now(UTC), zone, seconds=True)
    say(
        f"waiting {length_of(event.seconds)}, until {moment}: {event.reason} "
        "(Ctrl-C stops; the same command continues later)"
    )
