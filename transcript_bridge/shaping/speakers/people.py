"""The plain data of a speaker map."""

from __future__ import annotations

from dataclasses import dataclass

UNLABELLED = "*"
"""As a name or an alias: whoever speaks in a recording that has no labels at all."""

# The ledgers of users hold digests of the repr of these two classes: it must not change.


@dataclass(frozen=True, slots=True)
class Person:
    """A person from the speaker map: a name, and the labels that files may have for them."""

    name: str
    is_user: bool = False
    person_id: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that means this person."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class FileRule:
    """What is true in some files only: who `SPEAKER_00` is there, and who is the owner."""

    pattern: str
    """As in a shell, `**` across folders. It matches a path, or the end of a path from a folder
    on: `team-a/**` matches `/data/team-a/x.vtt` and `export.zip!team-a/x.vtt`."""
    me: str | None = None
    people: tuple[Person, ...] = ()
