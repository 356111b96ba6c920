"""Words errors of usage like all other errors; click's own messages differ between versions."""

from __future__ import annotations

import click

from .value_types import name_parameter

_ADVICE = {
    "PATH": ": name a folder, a ZIP file or transcripts, or drag them into the terminal",
    "INPUT": ": name a file, or drag it into the terminal",
}
"""The argument to add, by the name of the missing one."""


def describe_usage_error(error: click.UsageError) -> str:
    """Describe a usage error, without the name of the command."""
    match error:
        case click.NoSuchOption(option_name=name, possibilities=similar):
            hint = f"; did you mean {' or '.join(sorted(similar))}?" if similar else ""
            return f"there is no option {name}{hint}"
        case click.BadOptionUsage(option_name=name, ctx=click.Context() as ctx):
            takes_none = name in _list_switches(ctx.command)
            return f"{name} takes no value" if takes_none else f"{name} needs a value"
        case click.MissingParameter(param=click.Parameter() as param):
            name = name_parameter(param)
            return f"{name} is missing{_ADVICE.get(name, '')}"
        case click.BadParameter(param=click.Option(is_flag=True, envvar=str() as variable)):
            return f"${variable} must be true or false"
    return error.format_message().rstrip(".")


def _list_switches(command: click.Command) -> set[str]:
    """The names of options that are given without a value."""
    names: set[str] = set()
    for option in command.params:
        if isinstance(option, click.Option) and (option.is_flag or option.count):
            names.update(option.opts, option.secondary_opts)
    return names
