"""The speaker map: who each label of a file is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count, filterfalse
from operator import attrgetter
from pathlib import Path

from ...arguments import PATH, SWITCH, TEXT, Expected, takes
from ...errors import SettingsError
from ...models import Voice
from ...path_patterns import find_fitting
from ...quantities import list_some
from ...settings_places import place_of
from .file_rules import apply_rule
from .map_file import read_map_file
from .people import UNLABELED, FileRule, Person, find_person, find_unlabeled, put

_NUMBERED = re.compile(r"SPEAKER_(\d{1,3})", re.ASCII)
_MAX_LISTED = 12
"""How many labels a message lists."""


_PERSON = Expected('a Person, such as Person("Alice Doe")', (Person,))
_RULE = Expected("a FileRule", (FileRule,))


@dataclass(frozen=True, slots=True, init=False, repr=False)
class SpeakerMap:
    """The people of a user's recordings, from a TOML file, from flags, or from Python.

    A value: equal maps compare equal, have the same hash and the same repr, and stay equal through
    pickling.

    Raises SettingsError if two people would become one without the user's consent: one alias for
    two people, two people marked as the owner, one person_id for two people.
    """

    people: tuple[Person, ...]
    me: str | None
    """The label of the owner. It must occur in every file that the map is used on, because the user
    typed it for that file; labels in `people` need not."""
    rules: tuple[FileRule, ...]
    distinct: tuple[tuple[str, ...], ...]
    """Groups of names and labels that are different people, even if they are similar."""
    has_owner: bool
    """False if the owner speaks in none of the files that this map is for."""
    shown: tuple[tuple[str, str], ...]
    """(label, name) of labels that are not written into texts as they are; an empty name for
    none."""
    _by_label: Mapping[str, Person] = field(init=False, compare=False)
    """Derived from `people`: each label as written and, if it is free, in its folded spelling."""

    def __init__(
        self,
        people: Iterable[Person] = (),
        *,
        me: str | None = None,
        rules: Iterable[FileRule] = (),
        distinct: Iterable[tuple[str, ...]] = (),
        has_owner: bool = True,
        shown: Iterable[tuple[str, str]] = (),
    ) -> None:
        known = _PERSON.check_each("people", people)
        for person in known:
            _check_person(person)
        TEXT.or_none().check("me", me)
        SWITCH.check("has_owner", has_owner)
        if me is not None:
            known = _add_label(known, me)
        object.__setattr__(self, "people", known)
        object.__setattr__(self, "me", me)
        object.__setattr__(self, "rules", _RULE.check_each("rules", rules))
        object.__setattr__(self, "distinct", tuple(distinct))
        object.__setattr__(self, "has_owner", has_owner)
        object.__setattr__(self, "shown", tuple(shown))
        object.__setattr__(self, "_by_label", _index_labels(known))
        _refuse_two_owners(self)
        _refuse_shared_ids(known)

    def __repr__(self) -> str:
        """Everything that maps are compared by, without empty values: `SpeakerMap(me='Alice')`."""
        fields = {
            "people": self.people,
            "me": self.me,
            "rules": self.rules,
            "distinct": self.distinct,
            "has_owner": self.has_owner,
            "shown": self.shown,
        }
        empty = ((), None, True)
        shown = [f"{name}={value!r}" for name, value in fields.items() if value not in empty]
        return f"SpeakerMap({', '.join(shown)})"

    @classmethod
    @takes(path=PATH, me=TEXT.or_none())
    def from_toml(cls, path: str | Path, *, me: str | None = None) -> SpeakerMap:
        """Read `[speakers."Name"]` and `[[files]]` tables.

        Raises SettingsError with file and line for anything else in the file.
        """
        content = read_map_file(place_of(str(path)))
        return cls(content.people, me=me, rules=content.rules, distinct=content.distinct)

    def for_file(self, path: str) -> SpeakerMap:
        """The map for one file: the rules that match its path are applied, and none remain.

        Later rules override earlier ones, and rules override what is true for all files. A label
        that a rule assigns is removed from all others. Raises SettingsError if a rule would make
        two people one.
        """
        fitting = find_fitting(self.rules, path)
        if not fitting:
            return self
        people = self.people
        has_owner = self.has_owner
        for rule in fitting:
            people = apply_rule(people, rule)
            has_owner = (has_owner or rule.names_owner) and not rule.without_owner
        return SpeakerMap(people, me=self.me, has_owner=has_owner)

    def of_labels(self, labels: Iterable[str | None]) -> SpeakerMap:
        """The part of the map that concerns a file with these labels; it gives them the same
        voices.

        Maps that differ only in other people, or in spellings that the file does not have, then
        become equal. None is speech without a label.
        """
        spoken: dict[Person, set[str]] = {}
        for label, person in self.people_of(labels).items():
            if person is not None:
                own = UNLABELED if label is None else label
                spoken.setdefault(person, set()).add(own)
        people = []
        for person, found in spoken.items():
            aliases = tuple(sorted(found - {person.name}))
            people.append(person._replace(aliases=aliases))
        people.sort(key=attrgetter("name"))
        return SpeakerMap(people, me=self.me, has_owner=self.has_owner, shown=self.shown)

    def with_me(self, me: str) -> SpeakerMap:
        """A map in which `me` must occur in every file that it is used on."""
        return replace(self, me=me)

    def with_owner(self, label: str) -> SpeakerMap:
        """A map in which `label` is the owner. Unlike `me` it need not occur in every file."""
        people = _add_label(self.people, label)
        known = find_person(people, label) or Person(label)
        return replace(self, people=put(people, known._replace(is_user=True)))

    def with_person(self, label: str, person_id: str) -> SpeakerMap:
        """A map in which `label` has this person id; adds the person if the label is new."""
        known = find_person(self.people, label) or Person(label)
        return replace(self, people=put(self.people, known._replace(person_id=person_id)))

    @property
    def names_anybody(self) -> bool:
        """Whether it names anybody, in any file."""
        return bool(self.people or self.me is not None or self.rules)

    def person(self, label: str | None) -> Person | None:
        """The person with a label: matched exactly, or else ignoring case and blanks."""
        if label is None or label == UNLABELED:
            return None
        return self._find(label)

    def _find(self, label: str) -> Person | None:
        return self._by_label.get(label) or self._by_label.get(_fold(label))

    def people_of(self, labels: Iterable[str | None]) -> dict[str | None, Person | None]:
        """The person with each label of one file. None is speech without a label."""
        found = {label: self.person(label) for label in labels}
        if list(found) == [None]:
            found[None] = self._by_label.get(UNLABELED)
        return found

    def assign(self, labels: Iterable[str | None]) -> dict[str | None, Voice]:
        """A Voice for each label of one file, in order of appearance. None is speech without a
        label.

        A label SPEAKER_NN keeps its number; others get the free numbers in order. Labels of one
        person share a number. Raises SettingsError if the labels do not include `me`.
        """
        people = self.people_of(labels)
        owner = self._find_owner(people)
        numbers = _assign_numbers(people)
        shown = dict(self.shown)
        voices: dict[str | None, Voice] = {}
        for label, known in people.items():
            person = known or Person(label or UNLABELED)
            is_user = person.is_user or person is owner
            name = _shown_name(shown.get(person.name, person.name))
            voices[label] = Voice(numbers[label], is_user, person.person_id, name)
        return voices

    def _find_owner(self, people: Mapping[str | None, Person | None]) -> Person | None:
        if self.me is None:
            return None
        owner = self._find(self.me)
        if owner in people.values():
            return owner
        if self.me == UNLABELED:
            wanted = f"{self.me!r} is for recordings without labels"
        else:
            wanted = f"no speaker is called {self.me!r}"
        raise SettingsError(f"--me: {wanted}; {_list_labels(list(people))}")


def _assign_numbers(people: Mapping[str | None, Person | None]) -> dict[str | None, int]:
    """A number for each label; those of one person share it."""
    speakers = {label: person or label for label, person in people.items()}
    by_speaker: dict[Person | str | None, int] = {}
    taken: set[int] = set()
    for label, number in _own_numbers(people).items():
        if number not in taken and speakers[label] not in by_speaker:
            by_speaker[speakers[label]] = number
            taken.add(number)

    free = filterfalse(taken.__contains__, count())
    for speaker in speakers.values():
        if speaker not in by_speaker:
            by_speaker[speaker] = next(free)
    return {label: by_speaker[speaker] for label, speaker in speakers.items()}


def _add_label(people: tuple[Person, ...], label: str) -> tuple[Person, ...]:
    """The people with one added who has this label.

    UNLABELED becomes an alias of the owner if there is one, because it means no other person.
    """
    if find_person(people, label) is not None:
        return people
    return put(people, find_unlabeled(people, label) or Person(label))


def _list_labels(labels: Sequence[str | None]) -> str:
    named = [label for label in labels if label]
    if not named:
        return "the file has no labels"
    return f"the labels are: {list_some(named, _MAX_LISTED)}"


# ---- two people never become one by mistake


def _index_labels(people: Iterable[Person]) -> Mapping[str, Person]:
    """Each person by their labels, and by folded spellings that are not another person's label."""
    index: dict[str, Person] = {}
    folded: dict[str, Person] = {}
    for person in people:
        for label in person.labels:
            other = index.setdefault(label, person)
            if other is not person:
                names = f"{other.name!r} and {person.name!r}"
                raise SettingsError(f"{label!r} means both {names}; keep it for one of them")
            folded.setdefault(_fold(label), person)
    return folded | index


def _refuse_two_owners(speakers: SpeakerMap) -> None:
    owners = {person.name for person in speakers.people if person.is_user}
    me = speakers.person(speakers.me)
    if me is not None:
        owners.add(me.name)
    if len(owners) > 1:
        names = " and ".join([repr(owner) for owner in sorted(owners)])
        advice = "if they are one person, make one name an alias of the other"
        raise SettingsError(f"{names} cannot both be you; {advice}")


def _refuse_shared_ids(people: Iterable[Person]) -> None:
    seen: dict[str, str] = {}
    for person in people:
        if not person.person_id:
            continue
        other = seen.setdefault(person.person_id, person.name)
        if other != person.name:
            advice = "if they are one person, make one name an alias of the other"
            raise SettingsError(f"{other!r} and {person.name!r} have one person_id; {advice}")


# ---- labels


# The recordings of an archive share their labels: with the cache, a list of 10,000 takes 7 % less.
@lru_cache(4096)
def _fold(label: str) -> str:
    """A label in lower case, with blanks collapsed."""
    return " ".join(label.casefold().split())


def _own_numbers(labels: Iterable[str | None]) -> dict[str, int]:
    """The number of labels such as `SPEAKER_03`. SPEAKER_01 takes precedence over SPEAKER_1, which
    then gets another number."""
    numbers: dict[str, int] = {}
    for label in labels:
        match = _NUMBERED.fullmatch(label or "")
        if match:
            numbers[match[0]] = int(match[1])
    return dict(sorted(numbers.items(), key=_is_not_canonical))


def _is_not_canonical(label_and_number: tuple[str, int]) -> bool:
    label, number = label_and_number
    return label != f"SPEAKER_{number:02d}"


def _shown_name(name: str) -> str | None:
    """A name to write into the text; None for labels such as `SPEAKER_03` and `*`."""
    if name in ("", UNLABELED) or _NUMBERED.fullmatch(name):
        return None
    return name


def _check_person(person: Person) -> None:
    """Raises SettingsError."""
    TEXT.check("the name of a Person", person.name)
    SWITCH.check("is_user of a Person", person.is_user)
    TEXT.or_none().check("person_id of a Person", person.person_id)
    TEXT.check_each("aliases of a Person", person.aliases)
