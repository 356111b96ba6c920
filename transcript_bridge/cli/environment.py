"""The environment of this process, as data for `workspace`."""

from __future__ import annotations

from pathlib import Path

import click

from ..workspace import this_machine
from ..workspace.environment import Environment
from ..workspace.locations import APP
from .output import say


def read_environment() -> Environment:
    """Read at each call: tests change the environment between two commands."""
    # The folder that platformdirs would give. It is asked for by every command, and loading
    # platformdirs takes a tenth of the time of a small `convert`.
    return this_machine.read_environment(Path(click.get_app_dir(APP)), _warn)


def _warn(message: str) -> None:
    say(message, mark="warning")
