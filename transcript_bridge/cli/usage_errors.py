"""Wrong usage in the words of all other errors; click's own differ from version to version."""

from __future__ import annotations

import click

from .value_types import name_parameter


def describe_usage_error(error: click.UsageError) -> str:
    """What is wrong, without the command."""
    match error:
        case click.NoSuchOption(option_name=name, possibilities=similar):
            hint = f"; did you mean {' or '.join(sorted(similar))}?" if similar else ""
            return f"there is no option {name}{hint}"
        case click.BadOptionUsage(option_name=name, message=message):
            wants_value = "requires" in message
            return f"{name} needs a value" if wants_value else f"{name} takes no value"
        case click.MissingParameter(param=click.Parameter() as param):
            return f"{name_parameter(param)} is missing"
    return error.format_message().rstrip(".")
