"""The plain data of a speaker map."""

from __future__ import annotations

from typing import NamedTuple

UNLABELED = "*"
"""As a name or an alias: whoever speaks in a recording that has no labels at all."""


class Person(NamedTuple):
    """A person from the speaker map: a name, and the labels that files may have for them."""

    name: str
    is_user: bool = False
    person_id: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that means this person."""
        return (self.name, *self.aliases)


class FileRule(NamedTuple):
    """What is true in some files only: who `SPEAKER_00` is there, and who is the owner.

    pattern, path, folder: as in path_patterns.Rule; either a pattern or a path.
    """

    pattern: str = ""
    me: str | None = None
    people: tuple[Person, ...] = ()
    path: str = ""
    folder: str = ""
    not_owners: tuple[str, ...] = ()
    """Names of people who are not the owner there, whatever is true elsewhere."""
    without_owner: bool = False
    """The owner does not speak there."""

    @property
    def names_owner(self) -> bool:
        """Whether the rule says who the owner is."""
        return self.me is not None or any(person.is_user for person in self.people)
