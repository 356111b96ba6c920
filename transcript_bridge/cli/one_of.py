"""Flags that exclude each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, TypeVar, cast

import click

Command = TypeVar("Command", bound=Callable[..., Any])
"""A function that becomes a command, or a command."""


class FlagChoice(NamedTuple):
    """A flag, and the value of the command's parameter if the flag is given."""

    flag: str
    value: Any
    help: str

    @property
    def own_parameter(self) -> str:
        """Click's name for the flag, which the command does not see."""
        return self.flag.strip("-").replace("-", "_") + "_is_given"


def contradiction(*flags: str) -> click.UsageError:
    """The error for flags that were given together."""
    return click.UsageError(f"{' and '.join(flags)} contradict each other; give one of them")


def one_of(parameter: str, *choices: FlagChoice) -> Callable[[Command], Command]:
    """A decorator for flags that contradict each other: giving two of them is a usage error.

    parameter: of the command; None without any of the flags. Click itself would take the last flag
    and ignore the others silently.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def run(*args: Any, **flags: Any) -> Any:
            given = [choice for choice in choices if flags.pop(choice.own_parameter)]
            values = [choice.value for choice in given]
            if len(given) > 1:
                raise contradiction(*[choice.flag for choice in given])
            return command(*args, **{parameter: next(iter(values), None)}, **flags)

        decorated = run
        for choice in reversed(choices):
            option = click.option(choice.flag, choice.own_parameter, is_flag=True, help=choice.help)
            decorated = option(decorated)
        return cast(Command, decorated)

    return decorate
