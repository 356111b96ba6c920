"""Who is who: labels of a file -> SPEAKER_NN, the same number, is_user, person_id.

Omi shows the owner's name for `is_user`, a person's for a `person_id` it knows, and "Speaker N"
otherwise; a label is never shown. Some servers read the number out of the label and some take
`speaker_id`, so both are always sent and always agree (docs/speakers.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from ..models import Voice

_NUMBERED = re.compile(r"SPEAKER_(\d{1,3})", re.ASCII)
_RULE_KEYS = ("pattern", "me", "speakers")
_KEYS = ("is_user", "person_id", "aliases")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the user told of: a name, and the labels that files may have for them."""

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
    """What holds in some files only: who `SPEAKER_00` is there, and who of them is the owner.

    pattern: as in a shell, `**` over folders; it fits a path, or its end from a folder's edge on
        (`team-a/**` fits `/data/team-a/x.vtt` and `export.zip!team-a/x.vtt`).
    """

    pattern: str
    me: str | None = None
    people: tuple[Person, ...] = ()

    def fits(self, path: str) -> bool:
        """Whether it holds for the file of this path."""
        return (
            _compile(self.pattern).fullmatch(path.replace("\\", "/").replace("!", "/")) is not None
        )


@dataclass(frozen=True, slots=True, init=False, repr=False)
class SpeakerMap:
    """The people of a user's recordings, from a TOML file, from flags, or from Python.

    A value: equal maps compare equal, have the same hash and the same repr, and stay equal through
    pickling.

    Raises SettingsError if it would merge two people without the user's consent: one alias for
    two people, two people marked as the owner, one person_id for two people.
    """

    people: tuple[Person, ...]
    me: str | None
    """The label of the owner. It must occur in every file that the map is used on, because the
    user typed it for that file; the people in `people` need not."""
    rules: tuple[FileRule, ...]
    _by_label: Mapping[str, Person] = field(init=False, compare=False)
    """Derived from `people`: each label as written and, if free, in its folded spelling."""

    def __init__(
        self,
        people: Iterable[Person] = (),
        *,
        me: str | None = None,
        rules: Iterable[FileRule] = (),
    ) -> None:
        known = tuple(people)
        if me is not None and not any(me in person.labels for person in known):
            known += (Person(me),)
        object.__setattr__(self, "people", known)
        object.__setattr__(self, "me", me)
        object.__setattr__(self, "rules", tuple(rules))
        object.__setattr__(self, "_by_label", self._index())
        self._refuse_merged_people()

    def __repr__(self) -> str:
        """All that two maps are compared by, without what is empty: `SpeakerMap(me='Alice')`."""
        fields = {"people": self.people, "me": self.me, "rules": self.rules}
        shown = [f"{name}={value!r}" for name, value in fields.items() if value not in ((), None)]
        return f"SpeakerMap({', '.join(shown)})"

    @classmethod
    def from_toml(cls, path: str | Path, *, me: str | None = None) -> SpeakerMap:
        """Read `[speakers."Name"]` and `[[files]]` tables.

        Raises SettingsError with file and line for anything else in them.
        """
        people, rules = _read_toml(Path(path))
        return cls(people, me=me, rules=rules)

    def for_file(self, path: str) -> SpeakerMap:
        """The map for one file: the rules whose pattern fits its path come before what holds for
        all files.

        Of several rules that fit the later wins. Where a rule gives a label to somebody, nobody
        else keeps it. Raises SettingsError where a rule would make two people one.
        """
        fitting = [rule for rule in self.rules if rule.fits(path)]
        people = self.people
        for rule in fitting:
            people = _overlay(people, rule)
        return SpeakerMap(people, me=self.me) if fitting else self

    def with_owner(self, label: str) -> SpeakerMap:
        """A map in which `label` is the owner; unlike `me` it need not occur in every file."""
        known = next((p for p in self.people if label in p.labels), None) or Person(label)
        owner = replace(known, is_user=True)
        others = (p for p in self.people if p is not known)
        return SpeakerMap((*others, owner), me=self.me, rules=self.rules)

    def with_person(self, label: str, person_id: str) -> SpeakerMap:
        """A map in which `label` has this person id, whether it knew the label or not."""
        known = next((p for p in self.people if label in p.labels), None)
        if known is None:
            return SpeakerMap(
                (*self.people, Person(label, person_id=person_id)), me=self.me, rules=self.rules
            )
        changed = Person(known.name, known.is_user, person_id, known.aliases)
        return SpeakerMap(
            (changed if p is known else p for p in self.people), me=self.me, rules=self.rules
        )

    def person(self, label: str | None) -> Person | None:
        """Who a label means: spelled exactly so, or else the same but for case and blanks."""
        if label is None:
            return None
        return self._by_label.get(label) or self._by_label.get(_fold(label))

    def assign(self, labels: Iterable[str | None]) -> dict[str | None, Voice]:
        """A Voice for each label of one file, in order of appearance; None is speech that nobody is
        named for.

        SPEAKER_NN keeps its number; others get the free ones in order. Labels of one person share a
        number. Raises SettingsError when `me` is none of the labels.
        """
        order = tuple(dict.fromkeys(labels))
        owner = self._owner(order)
        numbers: dict[Person | str | None, int] = {}
        taken: set[int] = set()
        for label in sorted(
            order, key=_is_not_canonical
        ):  # SPEAKER_01 goes before SPEAKER_1, which then yields
            number = _own_number(label)
            who = self.person(label) or label
            if number is not None and number not in taken and who not in numbers:
                numbers[who] = number
                taken.add(number)
        free = (n for n in range(len(order) + len(taken) + 1) if n not in taken)
        voices: dict[str | None, Voice] = {}
        for label in order:
            person = self.person(label)
            who = person or label
            if who not in numbers:
                numbers[who] = next(free)
            is_user = person is not None and (person is owner or person.is_user)
            name = person.name if person else label
            name = None if _own_number(name) is not None else name
            voices[label] = Voice(numbers[who], is_user, person.person_id if person else None, name)
        return voices

    def _owner(self, labels: tuple[str | None, ...]) -> Person | None:
        if self.me is None:
            return None
        owner = self.person(self.me)
        if any(self.person(label) is owner for label in labels):
            return owner
        named = [label for label in labels if label is not None]
        found = ", ".join(named[:12]) + (" …" if len(named) > 12 else "")
        raise SettingsError(
            f"--me {self.me!r} is nobody here; "
            + (f"the labels are: {found}" if named else "no speaker is named")
        )

    def _index(self) -> Mapping[str, Person]:
        index: dict[str, Person] = {}
        for person in self.people:
            for label in person.labels:
                other = index.setdefault(label, person)
                if other is not person:
                    raise SettingsError(
                        f"{label!r} means both {other.name!r} and {person.name!r}; leave it to one of them"
                    )
        for person in self.people:
            for label in person.labels:
                index.setdefault(_fold(label), person)
        return index

    def _refuse_merged_people(self) -> None:
        owners = {p.name for p in self.people if p.is_user}
        if self.me is not None and (me := self.person(self.me)) is not None:
            owners.add(me.name)
        if len(owners) > 1:
            names = " and ".join(repr(n) for n in sorted(owners))
            raise SettingsError(
                f"{names} cannot both be you; if they are one person, make one an alias of the other"
            )
        seen: dict[str, str] = {}
        for person in self.people:
            if (
                person.person_id
                and (other := seen.setdefault(person.person_id, person.name)) != person.name
            ):
                raise SettingsError(
                    f"{other!r} and {person.name!r} have one person_id; "
                    "if they are one person, make one an alias of the other"
                )


@lru_cache(maxsize=512)
def _compile(pattern: str) -> re.Pattern[str]:
    whole = pattern.replace("\\", "/").replace("!", "/").lstrip("/")
    parts = re.split(r"(\*\*/?|\*|\?)", whole)
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("(?:.*/)?" + "".join(signs.get(part, re.escape(part)) for part in parts))


def _overlay(people: tuple[Person, ...], rule: FileRule) -> tuple[Person, ...]:
    """The people of one file: those of the rule, joined with what is known of them, then the
    others."""
    claimed = {label for person in rule.people for label in person.labels}
    if rule.me is not None:
        claimed.add(rule.me)
    by_name = {person.name: person for person in people}
    special = []
    for person in rule.people:
        known = by_name.pop(person.name, Person(person.name))
        aliases = (*person.aliases, *(a for a in known.aliases if a not in claimed))
        special.append(
            Person(
                person.name,
                person.is_user or known.is_user,
                person.person_id or known.person_id,
                aliases,
            )
        )
    rest = [
        replace(person, aliases=tuple(a for a in person.aliases if a not in claimed))
        for person in by_name.values()
        if person.name not in claimed or person.name == rule.me
    ]
    everybody = [*special, *rest]
    if rule.me is None:
        return tuple(everybody)
    owner = next((p for p in everybody if rule.me in p.labels), None)
    if owner is None:
        owner = next((p for p in people if rule.me in p.labels), Person(rule.me))
        everybody = [p for p in everybody if p.name != owner.name] + [owner]
    return tuple(replace(p, is_user=p is owner) for p in everybody)


def _fold(label: str) -> str:
    return " ".join(label.casefold().split())


def _own_number(label: str | None) -> int | None:
    match = _NUMBERED.fullmatch(label) if label else None
    return int(match[1]) if match else None


def _is_not_canonical(label: str | None) -> bool:
    number = _own_number(label)
    return number is None or label != f"SPEAKER_{number:02d}"


def _read_toml(path: Path) -> tuple[list[Person], list[FileRule]]:
    import tomllib

    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise SettingsError(
            f"{path}: the speaker map cannot be opened ({error.strerror})"
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: the speaker map is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: the speaker map is not valid TOML: {error}") from None
    unknown = set(data) - {"speakers", "files"}
    people = read_people(data.get("speakers", {}), str(path), text, unknown=unknown)
    return people, read_rules(data.get("files", []), str(path), text)


def read_rules(tables: Any, path: str, text: str) -> list[FileRule]:
    """The `[[files]]` tables of a parsed TOML file; `text` is the file, to find line numbers in.

    Raises SettingsError, one line with path and line, for a key or a type that means nothing.
    """
    starts = [
        n for n, row in enumerate(text.splitlines(), 1) if row.strip().startswith("[[files]]")
    ]
    if not isinstance(tables, list):
        raise _refuse(path, text, "files", "files must be tables, each like [[files]]")
    rules = []
    for number, table in enumerate(tables):
        line = starts[number] if number < len(starts) else 1
        place = f"{path}:{line}"
        if (
            not isinstance(table, dict)
            or not isinstance(table.get("pattern"), str)
            or not table["pattern"].strip()
        ):
            raise SettingsError(
                f'{place}: [[files]] needs a pattern, such as pattern = "team-a/**"'
            )
        for key in table:
            if key not in _RULE_KEYS:
                keys = ", ".join(_RULE_KEYS)
                raise SettingsError(
                    f"{place}: {key!r} means nothing in [[files]]; the keys are: {keys}"
                )
        if not isinstance(table.get("me", ""), str) or table.get("me") == "":
            raise SettingsError(f"{place}: me must be a text that is not empty")
        people = read_people(table.get("speakers", {}), path, text, first_line=line)
        rules.append(FileRule(table["pattern"], table.get("me"), tuple(people)))
    return rules


def _refuse(path: str, text: str, word: str, why: str, first_line: int = 1) -> SettingsError:
    """Told of the first line, from `first_line` on, that has the word."""
    rows = enumerate(text.splitlines(), 1)
    line = next((n for n, row in rows if n >= first_line and word in row), first_line)
    return SettingsError(f"{path}:{line}: {why}")


def read_people(
    tables: Any, path: str, text: str, unknown: Iterable[str] = (), first_line: int = 1
) -> list[Person]:
    """The `[speakers]` tables of a parsed TOML file as people; `text` is the file, to find line
    numbers in.

    first_line: where to begin to look for them.
    Raises SettingsError, one line with path and line, for a key or a type that means nothing.
    """
    refuse = partial(_refuse, path, text, first_line=first_line)

    for key in unknown:
        raise refuse(
            key, f'{key!r} means nothing here; people stand in tables like [speakers."Alice Doe"]'
        )
    if not isinstance(tables, dict):
        raise refuse("speakers", 'speakers must be a table, like [speakers."Alice Doe"]')
    people = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise refuse(name, f'{name!r} must be a table, like [speakers."{name}"]')
        for key in table:
            if key not in _KEYS:
                raise refuse(
                    key, f"{key!r} means nothing for {name!r}; the keys are: {', '.join(_KEYS)}"
                )
        aliases = table.get("aliases", [])
        if not isinstance(table.get("is_user", False), bool):
            raise refuse("is_user", f"is_user of {name!r} must be true or false")
        if not isinstance(table.get("person_id", ""), str) or table.get("person_id") == "":
            raise refuse("person_id", f"person_id of {name!r} must be a text that is not empty")
        if not isinstance(aliases, list) or not all(isinstance(a, str) for a in aliases):
            raise refuse("aliases", f"aliases of {name!r} must be a list of texts")
        people.append(
            Person(name, table.get("is_user", False), table.get("person_id"), tuple(aliases))
        )
    return people
