"""The flags that several commands share; most of them are derived from the table of options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast, get_args

import click

from .. import options as table
from ..config import ARCHIVE_SETTINGS, RunOptions
from ..errors import BridgeError, SettingsError, StandardOutputError
from ..options import OPTIONS, Option, kinds
from .one_of import Command, FlagChoice, contradiction, one_of
from .output import confirm, error_as_data, mute_messages, print_json, render_now
from .path_types import INPUT_PATH, LEDGER_PATH, OPTION_PATH
from .value_types import ChoiceType

_OWN_FLAGS: Mapping[table.Group, str] = {
    "Reading": "settings",
    "Sending": "changed newest_first_is_given oldest_first_is_given limit until",
    "Account and ledger": (
        "profile api_base allow_http ledger same_account_is_given other_account_is_given"
    ),
    "Output": "to output force files explain as_json quiet verbose metrics log_format",
    "Other": "dry_run yes no_browser port help",
}
"""The names of flags that are not in the table of options."""
_GROUPS: Mapping[str, table.Group] = {
    name: group for group, names in _OWN_FLAGS.items() for name in names.split()
}
_REPEATED = (kinds.PATTERNS, kinds.PERSONS)


def option_flags(kind: table.Command) -> Callable[[Command], Command]:
    """A decorator that adds every flag that the table has for such commands."""
    return table_flags(*[option.name for option in OPTIONS if kind in option.commands])


def table_flags(*names: str) -> Callable[[Command], Command]:
    """A decorator that adds flags of the table which only some commands have."""

    def decorate(command: Command) -> Command:
        for name in reversed(names):
            command = _click_option(table.BY_NAME[name])(command)
        return command

    return decorate


engine_flags = table_flags("engine", "run")
pace_flags = table_flags("rate", "gap")


def _click_option(option: Option) -> Callable[[Command], Command]:
    kind = option.kind
    if kind is kinds.SWITCH:
        return click.option(option.flag, option.name, is_flag=True, default=None, help=option.help)
    return click.option(
        option.flag,
        option.name,
        type=_click_type(kind),
        multiple=kind in _REPEATED,
        metavar=option.metavar,
        help=option.help,
    )


def _click_type(kind: kinds.Kind) -> Any:
    """The click type of a kind. For click, a parsed value is a text: its own messages say
    "float"."""
    if kind.choices:
        return ChoiceType(*kind.choices)
    if kind is kinds.PATH:
        return OPTION_PATH
    return click.STRING


def read_run_flags(flags: Mapping[str, Any], *names: str) -> RunOptions:
    """Some options of a run, for a command that takes them from its flags alone.

    Raises SettingsError for an impossible value.
    """
    values = {}
    for name in names:
        if flags[name] is not None:
            option = table.BY_NAME[name]
            values[option.target] = table.parse_option(name, flags[name], option.flag)
    return RunOptions()._replace(**values)


def file_flags(command: Command) -> Command:
    """`INPUT...`, and how single files are read and converted."""
    command = option_flags("file")(command)
    command = settings_flag(command)
    argument = click.argument(
        "inputs", nargs=-1, required=True, type=INPUT_PATH, metavar="INPUT..."
    )
    return argument(command)


def inputs_argument(command: Command) -> Command:
    """`[INPUT]...`, for commands that take everything without it."""
    return click.argument("inputs", nargs=-1, type=INPUT_PATH, metavar="[INPUT]...")(command)


def settings_flag(command: Command) -> Command:
    """`--settings`."""
    return click.option(
        "--settings",
        type=OPTION_PATH,
        metavar="FILE",
        help=f"Use this settings file instead of the nearest {ARCHIVE_SETTINGS} "
        "in or above the folder of the input.",
    )(command)


def archive_option_flags(command: Command) -> Command:
    """How the recordings of archives are read and converted."""
    return option_flags("archive")(command)


def server_flags(command: Command) -> Command:
    """`--profile`, `--api-base` and `--allow-http`; `load_server` takes these flags together."""
    command = click.option(
        "--allow-http",
        is_flag=True,
        envvar="TRANSCRIPT_BRIDGE_ALLOW_HTTP",
        help="Allow plain http to a server in your own network; the key is sent unencrypted.",
    )(command)
    command = click.option("--api-base", metavar="URL", help="The address of another Omi server.")(
        command
    )
    return click.option(
        "--profile",
        metavar="NAME",
        help="Use the key of this profile, of 'auth login --profile' or of the Omi CLI.",
    )(command)


same_account_flags = one_of(
    "same_account",
    FlagChoice(
        "--same-account",
        True,
        "This is the same account as that of an earlier key: do not send its conversations again "
        "(default: ask).",
    ),
    FlagChoice(
        "--other-account",
        False,
        "This is another account: send conversations of earlier keys to it, too.",
    ),
)


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


def yes_flag(command: Command) -> Command:
    """`-y`."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask.")(command)


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


def show_connections(verbose: int) -> None:
    """Print every connection for `-vv`."""
    if verbose > 1:
        from .connection_log import print_connections  # logging is not needed by most commands

        print_connections()


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


def find_group(flag: str) -> table.Group | None:
    """The section of a flag, by its parameter; None for an unknown one."""
    if flag in _GROUPS:
        return _GROUPS[flag]
    if flag in table.BY_NAME:
        return table.BY_NAME[flag].group
    return None


class LongCommand(click.Command):
    """A command whose help has its options in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[table.Group, list[tuple[str, str]]] = {
            group: [] for group in get_args(table.Group)
        }
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if isinstance(parameter, click.Option) and record is not None:
                sections[find_group(parameter.name or "") or "Other"].append(record)
        for group, records in sections.items():
            if records:
                with formatter.section(group):
                    formatter.write_dl(records)
