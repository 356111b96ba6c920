"""Values of flags that click checks, with messages from the table of options; click's own speak of
integer ranges."""

from __future__ import annotations

from typing import Any, NoReturn

import click

from ..errors import SettingsError
from ..options.kinds import Kind, choice_kind


class ValueType(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on only
    """A value of any kind."""

    name = "value"

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return parse_value(self._kind, value, param)


class ChoiceType(click.Choice):  # type: ignore[type-arg]  # generic from click 8.2 on only
    """One of a few words: the help lists them, and the shell completes them."""

    def __init__(self, *words: str) -> None:
        super().__init__(words)
        self._kind = choice_kind(*words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return parse_value(self._kind, value, param)


def parse_value(kind: Kind, value: Any, param: click.Parameter | None) -> Any:
    """Parse the value of a flag or an argument. Raises SettingsError."""
    try:
        return kind.parse(value)
    except (ValueError, TypeError):
        refuse_value(param, kind.wanted, value)


def refuse_value(param: click.Parameter | None, wanted: str, value: Any) -> NoReturn:
    """Raises SettingsError. wanted: completes the sentence "NAME must be …"."""
    raise SettingsError(f"{name_parameter(param)} must be {wanted}, not {value!r}") from None


def name_parameter(param: click.Parameter | None) -> str:
    """`--port`, or `NUMBER` for an argument that is shown as `[NUMBER]...`."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.human_readable_name.strip("[].") if param else "the value"
