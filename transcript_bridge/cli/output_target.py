"""`-o` and `--force`, which mean the same in every command that writes a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Self

import click

from .environment import read_environment
from .one_of import Command
from .output import print_data
from .path_types import OPTION_PATH

if TYPE_CHECKING:
    from ..workspace.output_file import OutputFile, OutputRules


_STANDARD_OUTPUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


def output_flags(help: str, *, metavar: str = "FILE") -> Callable[[Command], Command]:
    """`-o`, with a help text of the command's own, and `--force`."""

    def decorate(command: Command) -> Command:
        command = click.option(
            "--force", is_flag=True, help="Replace any file that -o names, even an input."
        )(command)
        return click.option("-o", "--output", type=OPTION_PATH, metavar=metavar, help=help)(command)

    return decorate


def make_output_rules(kind: str, inputs: Iterable[str | None], *, force: bool) -> OutputRules:
    """Make the rules for replacing a file. kind: what is written. inputs: the files that are read,
    if any."""
    from ..workspace.locations import written_files_record
    from ..workspace.output_file import OutputRules
    from ..workspace.written_files import WrittenFiles

    written = WrittenFiles(written_files_record(read_environment()))
    named = tuple(name for name in inputs if name)
    return OutputRules(kind, written, named, force)


def is_standard_output(name: str | None) -> bool:
    """Whether a value of `-o` means standard output."""
    return name is None or name in _STANDARD_OUTPUT


def open_output(
    name: str | None, kind: str, inputs: Iterable[str | None], *, force: bool
) -> StandardOutput | OutputFile:
    """The target of `-o`, to use in a `with`. It is checked at once.

    kind, inputs: as in make_output_rules. Raises OutputError for a file that must not be replaced.
    """
    if name is None or is_standard_output(name):
        return StandardOutput()
    return open_file(name, make_output_rules(kind, inputs, force=force))


def open_file(name: str, rules: OutputRules) -> OutputFile:
    """A file, to use in a `with`. It is checked at once.

    Raises OutputError for a file that must not be replaced.
    """
    from ..workspace.output_file import OutputFile

    file = OutputFile(name, rules)
    file.check()
    return file


class StandardOutput:
    """Standard output, with the interface of a file."""

    def write(self, text: str) -> None:
        """Raises StandardOutputError."""
        print_data(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Standard output stays open."""
