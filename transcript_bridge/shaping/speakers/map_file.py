"""Reads a speaker map from a TOML file: `[speakers."Name"]`, `[[files]]` and `distinct`.

Every error is a SettingsError of one line, with the path of the file and the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any, NamedTuple

from ...errors import SettingsError
from ...path_patterns import PLACE_KEYS, check_place_keys
from ...settings_places import (
    SettingsPlace,
    decode_text,
    find_files_tables,
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
_RULE_TABLES = "files must be tables, each like [[files]]"


class _MapText(NamedTuple):
    """The text of a map file, in which line numbers are searched for."""

    path: str
    lines: list[str]

    def error(self, word: str, message: str, first_line: int = 1) -> SettingsError:
        """An error at the first line that contains `word`, from `first_line` (1-based) on; "" is in
        every line."""
        numbered = enumerate(self.lines[first_line - 1 :], first_line)
        line = next((number for number, content in numbered if word in content), first_line)
        return SettingsError(f"{self.path}:{line}: {message}")

    def require(self, is_right: bool, word: str, message: str, first_line: int = 1) -> None:
        """Raise the error with `word` unless `is_right`."""
        if not is_right:
            raise self.error(word, message, first_line)

    def check_keys(
        self, table: Iterable[str], known: Sequence[str], advice: str, first_line: int = 1
    ) -> None:
        """Raise an error at the first unknown key of a table."""
        for key in table:
            self.require(key in known, key, f"unknown key {key!r}{advice}", first_line)


class MapContent(NamedTuple):
    """The content of a map file. distinct: groups of names and labels that are different people."""

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
    """Parse the text of a map file. path: for messages, and the base of rules with a path.

    Raises SettingsError.
    """
    source = _MapText(str(path), text.splitlines())
    data = parse_toml(text, path, _SPEAKER_MAP)
    source.check_keys(data, _KEYS, '; people are in tables like [speakers."Alice Doe"]')
    people = _read_people(data.get("speakers", {}), source, first_line=1)
    rules = _read_rules(data.get("files", []), source)
    return MapContent(people, rules, _read_distinct(data.get("distinct", []), source))


def _read_rules(tables: Any, source: _MapText) -> list[FileRule]:
    source.require(isinstance(tables, list), "files", _RULE_TABLES)
    # A table that is written in another way has no such line.
    lines = chain(find_files_tables(source.lines), repeat(1))
    return [_read_rule(table, source, line) for table, line in zip(tables, lines, strict=False)]


def _read_rule(table: Any, source: _MapText, line: int) -> FileRule:
    source.require(isinstance(table, dict), "files", _RULE_TABLES, line)
    check_place_keys(table, f"{source.path}:{line}")
    keys = ", ".join(_RULE_KEYS)
    source.check_keys(table, _RULE_KEYS, f" in [[files]]; the keys are: {keys}", line)
    me = table.get("me")
    is_right = me is False or _is_text_or_absent(table, "me")
    source.require(is_right, "", "me must be non-empty text, or false", line)
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
    is_right = isinstance(groups, list) and all(map(_is_list_of_texts, groups))
    message = 'distinct must be a list of lists of names such as [["Bob", "Bob M."]]'
    source.require(is_right, "distinct", message)
    return tuple(map(tuple, groups))


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _read_people(tables: Any, source: _MapText, first_line: int) -> list[Person]:
    message = 'speakers must be a table, like [speakers."Alice Doe"]'
    source.require(isinstance(tables, dict), "speakers", message, first_line)
    return [_read_person(name, table, source, first_line) for name, table in tables.items()]


def _read_person(name: str, table: Any, source: _MapText, first_line: int) -> Person:
    message = f'{name!r} must be a table, like [speakers."{name}"]'
    source.require(isinstance(table, dict), name, message, first_line)
    keys = ", ".join(_PERSON_KEYS)
    source.check_keys(table, _PERSON_KEYS, f" for {name!r}; the keys are: {keys}", first_line)
    source.require("\0" not in name, "speakers", "a name cannot contain NUL", first_line)

    is_user = table.get("is_user", False)
    aliases = table.get("aliases", [])
    has_text = _is_text_or_absent(table, "person_id")
    checks = (
        ("is_user", isinstance(is_user, bool), "true or false"),
        ("person_id", has_text, "non-empty text"),
        ("aliases", _is_list_of_texts(aliases), "a list of strings"),
    )
    for key, is_right, wanted in checks:
        source.require(is_right, key, f"{key} of {name!r} must be {wanted}", first_line)
    return Person(name, is_user, table.get("person_id"), tuple(aliases))


def _is_text_or_absent(table: dict[str, Any], key: str) -> bool:
    value = table.get(key, "absent")
    return isinstance(value, str) and value != ""
