"""The people of a speaker map, and the rules for some files, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

UNLABELED = "*"
"""As a name or an alias: the speaker of recordings without any labels."""


class Person(NamedTuple):
    """A person of the speaker map: a name, and the labels that files may have for them."""

    name: str
    is_user: bool = False
    person_id: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that means this person."""
        return (self.name, *self.aliases)


class FileRule(NamedTuple):
    """A rule for some files only: who `SPEAKER_00` is there, and who is the owner.

    Either a pattern or a path; pattern, path, folder: as in path_patterns.Rule.
    """

    pattern: str = ""
    me: str | None = None
    people: tuple[Person, ...] = ()
    path: str = ""
    folder: str = ""
    not_owners: tuple[str, ...] = ()
    """Names of people who are not the owner there, even if they are elsewhere."""
    without_owner: bool = False
    """Whether the owner does not speak there."""

    @property
    def names_owner(self) -> bool:
        """Whether the rule says who the owner is."""
        return self.me is not None or any(person.is_user for person in self.people)


def put(people: Iterable[Person], person: Person) -> tuple[Person, ...]:
    """The people with one added, or replaced if one has the same name."""
    others = [one for one in people if one.name != person.name]
    return (*others, person)


def find_unlabeled(people: Iterable[Person], label: str) -> Person | None:
    """The owner, if there is one, for the label UNLABELED: it means no other person."""
    for person in people:
        if person.is_user and label == UNLABELED:
            return person._replace(aliases=(*person.aliases, label))
    return None


def find_person(people: Iterable[Person], label: str) -> Person | None:
    """The first person with exactly this label."""
    return next((person for person in people if label in person.labels), None)
