"""The flags that several commands share, derived from the table of options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

import click

from .. import options as table
from ..config import ARCHIVE_SETTINGS
from ..options import OPTIONS, Option, kinds
from .path_types import INPUT_PATH, OPTION_PATH
from .value_types import ChoiceType

Command = TypeVar("Command", bound=Callable[..., Any])

_OWN_FLAGS: Mapping[table.Group, str] = {
    "Reading": "settings",
    "Sending": "gap concurrency changed newest_first_is_given oldest_first_is_given limit until",
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
    chosen = [option for option in OPTIONS if kind in option.commands]

    def decorate(command: Command) -> Command:
        for option in reversed(chosen):
            command = _click_option(option)(command)
        return command

    return decorate


def titles_flag(command: Command) -> Command:
    """`--titles`, for the commands that send or plan."""
    return _click_option(table.BY_NAME["titles"])(command)


def engine_flags(command: Command) -> Command:
    """`--engine` and `--run`, for the commands that read whole archives."""
    command = _click_option(table.BY_NAME["run"])(command)
    return _click_option(table.BY_NAME["engine"])(command)


def line_flags(command: Command) -> Command:
    """`--max-line-length` and `--max-lines`, for the command that writes subtitles."""
    command = _click_option(table.BY_NAME["max_lines"])(command)
    return _click_option(table.BY_NAME["max_line_length"])(command)


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
