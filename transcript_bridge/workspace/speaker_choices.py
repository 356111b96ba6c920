"""Edits of a speaker map: who speaks in one file, and who people are in all files.

Each function returns how to change the document, and how to check the new text: the engine parses
it as it will later, and must find the choice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ..errors import SettingsError
from ..path_patterns import full_path
from ..shaping.speakers import UNLABELED, Person, SpeakerMap, parse_map
from .toml_file import Change, Edit
from .toml_tables import (
    Table,
    add_alias,
    add_table,
    drop_alias,
    drop_empty_people,
    find_table,
    open_person,
    place_in,
    remove_if_empty,
)

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_Test = Callable[[SpeakerMap], bool]


class SpeakerChoices:
    """A speaker map that is being edited.

    path: of the map. me: the label of the owner according to the settings or a flag.
    """

    def __init__(self, path: Path, me: str | None) -> None:
        self._path = path
        self._me = me
        self._folder = str(path.absolute().parent)
        self._known: tuple[str, SpeakerMap] | None = None
        """The last text that was parsed: a choice then parses a text of 2,000 rules once, not three
        times (0.2 s each)."""
        self._map = SpeakerMap()

    def at(self, text: str) -> Self:
        """The same map with this text. Raises SettingsError."""
        self._map = self._read(text)
        return self

    @property
    def owner(self) -> str | None:
        """The owner's name; None if the map does not say."""
        for person in self._map.people:
            if person.is_user:
                return person.name
        return None

    # ---- one file

    def name_voices(self, file: str, labels: Sequence[str | None], name: str | None) -> Edit:
        """Set who speaks under some labels of one file."""
        if name is not None and not name.strip():
            raise SettingsError("a name must not be empty")

        def change(table: Table) -> None:
            for label in labels:
                _give(table, label, name)

        def test(own: SpeakerMap) -> bool:
            if name is None:
                return True
            return all(_is_named(own, label, name) for label in labels)

        return self._edit_file(file, change, test)

    def set_me(self, file: str, label: str | None, owner: str | None) -> Edit:
        """Set that a voice of one file is the owner."""
        name = self.owner or owner
        if name is None:
            raise SettingsError("no speaker is marked as you yet: first say which label is yours")
        is_new = self.owner is None

        def change(table: Table) -> None:
            _forget_owner(table, name)
            _give(table, label, name)

        def test(own: SpeakerMap) -> bool:
            return _find_person(own, label).is_user

        def mark(document: TOMLDocument) -> None:
            if is_new:
                open_person(document, name)["is_user"] = True

        return self._edit_file(file, change, test, mark)

    def not_me_here(self, file: str) -> Edit:
        """Set that the owner does not speak in one file."""
        owner = self.owner

        def change(table: Table) -> None:
            _forget_owner(table, owner)
            table["me"] = False

        def test(own: SpeakerMap) -> bool:
            return not own.has_owner and not any(person.is_user for person in own.people)

        return self._edit_file(file, change, test)

    # ---- all files

    def set_owner(self, name: str) -> Edit:
        """Set which person is the owner."""

        def change(document: TOMLDocument) -> None:
            for other in document.get("speakers", {}).values():
                other.pop("is_user", None)
            open_person(document, name)["is_user"] = True

        return self._edit_all(change, lambda new: _is_owner(new, name))

    def forget_owner(self) -> Edit:
        """Set that no person is the owner; spellings and ids stay."""

        def change(document: TOMLDocument) -> None:
            for person in document.get("speakers", {}).values():
                person.pop("is_user", None)

        return self._edit_all(change, lambda new: not any(person.is_user for person in new.people))

    def separate(self, label: str) -> Edit:
        """Set that a label is a separate person, and not a spelling of another one."""

        def change(document: TOMLDocument) -> None:
            drop_alias(document, label)

        def test(new: SpeakerMap) -> bool:
            return _find_person(new, label).name in (label, _NOBODY.name)

        return self._edit_all(change, test)

    def one_person(self, labels: Sequence[str], name: str) -> Edit:
        """Set that labels mean one person."""

        def change(document: TOMLDocument) -> None:
            for label in labels:
                drop_alias(document, label)
                if label != name:
                    _absorb(document, label, name)
            for label in labels:
                add_alias(open_person(document, name), name, label)

        return self._edit_all(
            change, lambda new: all(_is_named(new, label, name) for label in labels)
        )

    def two_people(self, labels: Sequence[str]) -> Edit:
        """Set that labels are different people."""
        group = list(dict.fromkeys(labels))

        def change(document: TOMLDocument) -> None:
            known = any(set(group) <= set(pair) for pair in document.get("distinct", []))
            if known:
                return
            if "distinct" not in document:
                document["distinct"] = []
            document["distinct"].append(group)

        return self._edit_all(change, lambda new: any(set(group) <= set(g) for g in new.distinct))

    def set_person_id(self, name: str, person_id: str | None) -> Edit:
        """Set which person of Omi a person of the map is."""

        def change(document: TOMLDocument) -> None:
            person = open_person(document, name)
            person.pop("person_id", None)
            if person_id is not None:
                person["person_id"] = person_id

        def test(new: SpeakerMap) -> bool:
            person = new.person(name)
            return person is not None and person.person_id == person_id

        return self._edit_all(change, test)

    # ---- inside

    def _read(self, text: str) -> SpeakerMap:
        if self._known is None or self._known[0] != text:
            self._known = (text, self._parse(text))
        return self._known[1]

    def _parse(self, text: str) -> SpeakerMap:
        content = parse_map(text, self._path)
        speakers = SpeakerMap(content.people, rules=content.rules, distinct=content.distinct)
        if self._me is not None:
            speakers = speakers.with_owner(self._me)
        return speakers

    def _edit_file(
        self,
        file: str,
        change_table: Callable[[Table], None],
        test: _Test,
        change_first: Change = lambda document: None,
    ) -> Edit:
        place = place_in(self._folder, file)

        def holds(text: str) -> bool:
            return test(self._read(text).for_file(full_path(place)))

        def change(document: TOMLDocument) -> None:
            change_first(document)
            table = find_table(document, place)
            if table is None:
                table = add_table(document, place)
            change_table(table)
            remove_if_empty(document, table)
            if not holds(
                document.as_string()
            ):  # a later rule wins, so the table must come after it
                change_table(add_table(document, place))

        def check(text: str) -> None:
            if not holds(text):
                raise SettingsError(f"{self._path}: this cannot be set on the page; edit the file")

        return Edit(change, check)

    def _edit_all(self, change: Change, test: _Test) -> Edit:
        def check(text: str) -> None:
            new = self._read(text)
            if not test(new):
                raise SettingsError(f"{self._path}: this cannot be set on the page; edit the file")
            _require_fitting_rules(new)

        return Edit(change, check)


def _require_fitting_rules(speakers: SpeakerMap) -> None:
    """Raises SettingsError if a rule for one file contradicts the people of all files."""
    for rule in speakers.rules:
        if rule.path:
            speakers.for_file(full_path(rule))


def _give(table: Table, label: str | None, name: str | None) -> None:
    """Assign a label to a name in the table of a file; None removes the assignment."""
    alias = UNLABELED if label is None else label
    drop_alias(table, alias)
    if table.get("me") == alias:
        del table["me"]
    if name is not None:
        add_alias(open_person(table, name), name, alias)


def _forget_owner(table: Table, owner: str | None) -> None:
    """Remove from the table of a file who the owner is there, and that the owner does not speak."""
    table.pop("me", None)
    people = table.get("speakers", {})
    if owner is None or owner not in people:  # tomlkit has no key None
        return
    person = people[owner]
    person.pop("aliases", None)
    person.pop("is_user", None)
    if not person:
        del people[owner]
    drop_empty_people(table)


def _absorb(document: TOMLDocument, label: str, name: str) -> None:
    """Add what is known about one person to another, who is the same."""
    people = document.get("speakers", {})
    if label not in people:
        return
    former = people.pop(label)
    person = open_person(document, name)
    for alias in former.get("aliases", []):
        add_alias(person, name, str(alias))
    for key in ("is_user", "person_id"):
        if key in former and key not in person:
            person[key] = former[key]


_NOBODY = Person("")


def _find_person(speakers: SpeakerMap, label: str | None) -> Person:
    return speakers.people_of([label])[label] or _NOBODY


def _is_named(speakers: SpeakerMap, label: str | None, name: str) -> bool:
    return _find_person(speakers, label).name == name


def _is_owner(speakers: SpeakerMap, name: str) -> bool:
    owners: Iterable[Person] = speakers.people
    return any(person.is_user and person.name == name for person in owners)
