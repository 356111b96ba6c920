"""Read a speaker map from a TOML file: `[speakers."Name"]`, `[[files]]` and `distinct`.

Every error is a SettingsError of one line, with the file's path and the line.
"""

from __future__ import annotations

from itertools import chain, repeat
from typing import Any, NamedTuple

from ...errors import SettingsError
from ...path_patterns import PLACE_KEYS, check_place_keys
from ...settings_places import (
    SettingsPlace,
    decode_text,
    find_table_lines,
    folder_of,
    parse_toml,
    place_of,
    read_place,
)
from .people import FileRule, Person

_KEYS = ("speakers", "files", "distinct")
_RULE_KEYS = (*PLACE_KEYS, "me", "speakers")
_PERSON_KEYS = ("is_user", "person_id", "aliases")
_SPEAKER_MAP = "the speaker map"


class _MapText(NamedTuple):
    """The text of a map file, to find line numbers in."""

    path: str
    lines: list[str]

    def error(self, word: str, message: str, first_line: int = 1) -> SettingsError:
        """An error at the first line, from `first_line` (1-based) on, that contains `word`."""
        line = first_line
        for number, content in enumerate(self.lines, 1):
            if number >= first_line and word in content:
                line = number
                break
        return SettingsError(f"{self.path}:{line}: {message}")


class MapContent(NamedTuple):
    """What a map file says. distinct: names and labels that are different people."""

    people: list[Person]
    rules: list[FileRule]
    distinct: tuple[tuple[str, ...], ...]


def read_map_file(path: SettingsPlace) -> MapContent:
    """The content of a map file; raises SettingsError."""
    content = read_place(path, _SPEAKER_MAP)
    if content is None:
        raise SettingsError(f"{path}: {_SPEAKER_MAP} cannot be opened: there is no such file")
    return parse_map(decode_text(content, path, _SPEAKER_MAP), path)


def parse_map(text: str, path: SettingsPlace) -> MapContent:
    """The content of a map file from its text. path: its name, and where rules with a path start.

    Raises SettingsError.
    """
    source = _MapText(str(path), text.splitlines())
    data = parse_toml(text, path, _SPEAKER_MAP)
    for key in data:
        if key not in _KEYS:
            message = f'unknown key {key!r}; people are in tables like [speakers."Alice Doe"]'
            raise source.error(key, message)
    people = _read_people(data.get("speakers", {}), source, first_line=1)
    rules = _read_rules(data.get("files", []), source)
    return MapContent(people, rules, _read_distinct(data.get("distinct", []), source))


def _read_rules(tables: Any, source: _MapText) -> list[FileRule]:
    if not isinstance(tables, list):
        raise source.error("files", "files must be tables, each like [[files]]")
    # A table that is written in another way has no such line.
    lines = chain(find_table_lines(source.lines, "files"), repeat(1))
    return [_read_rule(table, source, line) for table, line in zip(tables, lines, strict=False)]


def _read_rule(table: Any, source: _MapText, line: int) -> FileRule:
    place = f"{source.path}:{line}"
    if not isinstance(table, dict):
        raise SettingsError(f"{place}: files must be tables, each like [[files]]")
    check_place_keys(table, place)
    for key in table:
        if key not in _RULE_KEYS:
            keys = ", ".join(_RULE_KEYS)
            raise SettingsError(f"{place}: unknown key {key!r} in [[files]]; the keys are: {keys}")
    me = table.get("me")
    is_text = isinstance(me, str) and me != ""
    if me is not None and me is not False and not is_text:
        raise SettingsError(f"{place}: me must be a text that is not empty, or false")
    tables = table.get("speakers", {})
    people = _read_people(tables, source, first_line=line)
    return FileRule(
        table.get("pattern", ""),
        me or None,
        tuple(people),
        path=table.get("path", ""),
        folder=folder_of(place_of(source.path)),
        not_owners=tuple(name for name in tables if tables[name].get("is_user") is False),
        without_owner=me is False,
    )


def _read_distinct(groups: Any, source: _MapText) -> tuple[tuple[str, ...], ...]:
    if not isinstance(groups, list) or not all(map(_is_list_of_texts, groups)):
        message = 'distinct must be a list of lists of names, such as [["Bob", "Bob M."]]'
        raise source.error("distinct", message)
    return tuple(tuple(group) for group in groups)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _read_people(tables: Any, source: _MapText, first_line: int) -> list[Person]:
    if not isinstance(tables, dict):
        message = 'speakers must be a table, like [speakers."Alice Doe"]'
        raise source.error("speakers", message, first_line)
    people: list[Person] = []
    for name, table in tables.items():
        people.append(_read_person(name, table, source, first_line))
    return people


def _read_person(name: str, table: Any, source: _MapText, first_line: int) -> Person:
    if not isinstance(table, dict):
        message = f'{name!r} must be a table, like [speakers."{name}"]'
        raise source.error(name, message, first_line)
    for key in table:
        if key not in _PERSON_KEYS:
            keys = ", ".join(_PERSON_KEYS)
            message = f"unknown key {key!r} for {name!r}; the keys are: {keys}"
            raise source.error(key, message, first_line)

    is_user = table.get("is_user", False)
    aliases = table.get("aliases", [])
    if "\0" in name:
        raise source.error("speakers", "a name cannot contain NUL", first_line)
    has_text = _is_text_or_absent(table, "person_id")
    checks = (
        ("is_user", isinstance(is_user, bool), "true or false"),
        ("person_id", has_text, "a text that is not empty"),
        ("aliases", _is_list_of_texts(aliases), "a list of texts"),
    )
    for key, is_right, wanted in checks:
        if not is_right:
            message = f"{key} of {name!r} must be {wanted}"
            raise source.error(key, message, first_line)
    return Person(name, is_user, table.get("person_id"), tuple(aliases))


def _is_text_or_absent(table: dict[str, Any], key: str) -> bool:
    if key not in table:
        return True
    return isinstance(table[key], str) and table[key] != ""
