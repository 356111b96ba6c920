"""The `[[files]]` tables of a settings file, with options for some files only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, repeat
from typing import Any, NamedTuple

from ..errors import SettingsError
from ..path_patterns import PLACE_KEYS, check_place_keys, find_fitting
from ..settings_places import SettingsPlace, folder_of, join_folder
from .table import OPTIONS, parse_option

NAMES = tuple(option.name for option in OPTIONS if "files table" in option.places)
"""The options that such a table may set."""


class FileTable(NamedTuple):
    """The values of options for the files of a pattern, or for one file.

    values: pairs of an option's name and its parsed value. pattern, path, folder: as in
    path_patterns.PathRule.
    """

    values: tuple[tuple[str, Any], ...]
    pattern: str = ""
    path: str = ""
    folder: str = ""


def collect_file_values(tables: tuple[FileTable, ...], path: str) -> dict[str, Any]:
    """The values for one file by option name; later tables override earlier ones."""
    values: dict[str, Any] = {}
    for table in find_fitting(tables, path):
        values.update(table.values)
    return values


def without_values(tables: Sequence[FileTable], names: Collection[str]) -> tuple[FileTable, ...]:
    """The tables without the options that a flag or a variable sets for all files."""
    kept = []
    for table in tables:
        values = [(name, value) for name, value in table.values if name not in names]
        kept.append(table._replace(values=tuple(values)))
    return tuple(kept)


def parse_file_tables(
    tables: Sequence[Mapping[str, Any]], path: SettingsPlace, lines: Sequence[int]
) -> tuple[FileTable, ...]:
    """The tables of a settings file.

    path: of the settings file. lines: the line at which each table begins, as far as known.
    Raises SettingsError with path and line.
    """
    folder = folder_of(path)
    parsed = []
    for table, line in zip(tables, chain(lines, repeat(1)), strict=False):
        parsed.append(_parse_table(table, f"{path}:{line}", folder))
    return tuple(parsed)


def _parse_table(table: Mapping[str, Any], place: str, folder: str) -> FileTable:
    check_place_keys(table, place)
    values = []
    for name, value in table.items():
        if name in PLACE_KEYS:
            continue
        if name not in NAMES:
            known = ", ".join((*PLACE_KEYS, *NAMES))
            raise SettingsError(
                f"{place}: unknown key {name!r} in [[files]]; the keys are: {known}"
            )
        parsed = parse_option(name, value, place)
        if name == "turns" and parsed is not None:
            parsed = join_folder(folder, parsed)
        values.append((name, parsed))
    return FileTable(tuple(values), table.get("pattern", ""), table.get("path", ""), folder)
