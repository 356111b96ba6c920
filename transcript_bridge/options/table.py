"""The table of options: flags, settings files, variables and docs/settings.md are derived from
it."""

from __future__ import annotations

from typing import Any

from ..errors import SettingsError
from .file_options import FILE_OPTIONS
from .option import Option
from .run_options import RUN_OPTIONS

OPTIONS: tuple[Option, ...] = (*FILE_OPTIONS, *RUN_OPTIONS)
"""In the order of the help."""
BY_NAME = {option.name: option for option in OPTIONS}


def parse_option(name: str, value: Any, place: str) -> Any:
    """The value of an option from a flag, the environment or a settings file.

    place: where it is set, for the message: `--merge-gap`, `$TRANSCRIPT_BRIDGE_MERGE_GAP`,
    `config.toml:3`. Raises SettingsError.
    """
    option = BY_NAME[name]
    try:
        return option.kind.parse(value)
    except (ValueError, TypeError):
        subject = place
        if place != option.flag:
            subject = f"{place}: {name}"
        given = repr(value)
        if isinstance(value, tuple):  # from a flag that may be repeated
            given = ", ".join(map(repr, value))
        raise SettingsError(f"{subject} must be {option.kind.wanted}, not {given}") from None
