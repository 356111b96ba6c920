"""The declaration of an option."""

from __future__ import annotations

from typing import Literal, NamedTuple

from .kinds import Kind

Changes = Literal["reading", "shaping", "run", "recording"]
"""The subject of an option: how a file is read, what it becomes, how a run proceeds, or what is
done with one recording of an archive."""
Place = Literal["environment", "user file", "archive file", "files table"]
"""Where an option may be set, apart from its flag. files table: in a [[files]] table of a settings
file, for some files only."""
Command = Literal["file", "archive"]
"""Which commands have the flag: those for single files, those for archives."""
FILE: frozenset[Command] = frozenset({"file"})
ARCHIVE: frozenset[Command] = frozenset({"archive"})
BOTH = FILE | ARCHIVE
NONE: frozenset[Command] = frozenset()
EVERYWHERE: frozenset[Place] = frozenset({"environment", "user file", "archive file"})
IN_ARCHIVE: frozenset[Place] = frozenset({"archive file"})
IN_FILES: frozenset[Place] = frozenset({"user file", "archive file"})
IN_TABLE: frozenset[Place] = frozenset({"files table"})


Group = Literal[
    "Reading",
    "Speakers",
    "Conversations",
    "Dates",
    "Sending",
    "Account and ledger",
    "Large archives",
    "Output",
    "Other",
]
"""The sections of a long help, in order."""


class Option(NamedTuple):
    """One option.

    name: of the flag, and of the key in settings files. commands: which commands have the flag;
    empty if a command declares it itself. places: where else it may be set. field: of Options or
    RunOptions; by default, the name. metavar: how the help calls the value; by default, the kind
    decides. needs: the option without which it has no effect. group: its section in the help of a
    command with many options.
    """

    name: str
    kind: Kind
    changes: Changes
    help: str
    commands: frozenset[Command]
    places: frozenset[Place] = frozenset()
    field: str = ""
    metavar: str | None = None
    needs: str = ""
    group: Group = "Other"

    @property
    def target(self) -> str:
        """The field that it sets."""
        return self.field or self.name

    @property
    def flag(self) -> str:
        """`--merge-gap`."""
        return "--" + self.name.replace("_", "-")
