"""Edits of `transcript-bridge.toml`: an option for some files, or for all."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..config import ARCHIVE_SETTINGS
from ..errors import SettingsError
from ..options import BY_NAME, FileTable, parse_file_tables, parse_option
from ..options.file_tables import NAMES, collect_file_values
from ..path_patterns import full_path
from .toml_file import Edit
from .toml_tables import RuleTarget, Table, add_table, index_tables, place_in, remove_if_empty

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def edit_option_of_files(folder: str, files: Sequence[str], name: str, value: Any) -> Edit:
    """The edit that sets an option of some files; None removes it.

    folder: of the settings file. files: absolute paths. Raises SettingsError for an option that
    cannot be set there, and for a value of the wrong kind.
    """
    if name not in NAMES:
        raise SettingsError(f"{name!r} cannot be set for some files; those are: {', '.join(NAMES)}")
    places = tuple(place_in(folder, file) for file in files)
    edit = _FileEdit(places, folder, name, value, _parse(places, folder, name, value))
    return Edit(edit.change, edit.check)


class _FileEdit(NamedTuple):
    """An option of some files. parsed: the value in the form that the engine uses."""

    places: tuple[RuleTarget, ...]
    folder: str
    name: str
    value: Any
    parsed: Any

    def change(self, document: TOMLDocument) -> None:
        """Change the table of each file.

        All tables are searched at once: one by one, 2,000 files took more than a minute.
        """
        tables = index_tables(document, self.folder)
        for place in self.places:
            table = tables.get(full_path(place))
            _change_one(document, place, table, self.name, self.value)
        for place in self._find_overruled(document.as_string()):
            add_table(document, place)[self.name] = self.value  # after the table that overrides it

    def check(self, text: str) -> None:
        """Raises SettingsError if the text does not set the value for each file."""
        for place in self._find_overruled(text):
            raise SettingsError(
                f"{place.path}: {self.name} cannot be set on the page; edit the file"
            )

    def _find_overruled(self, text: str) -> list[RuleTarget]:
        """The files for which a later table sets another value."""
        if self.value is None:
            return []
        tables = read_tables(text, self.folder)
        overruled = []
        for place in self.places:
            found = collect_file_values(tables, full_path(place)).get(self.name)
            if found != self.parsed:
                overruled.append(place)
        return overruled


def _change_one(
    document: TOMLDocument, place: RuleTarget, table: Table | None, name: str, value: Any
) -> None:
    if value is None:
        if table is not None and name in table:
            del table[name]
            remove_if_empty(document, table)
        return
    if table is None:
        table = add_table(document, place)
    table[name] = value


def _parse(places: Sequence[RuleTarget], folder: str, name: str, value: Any) -> Any:
    """The value in the form that the engine uses. Raises SettingsError if it is of the wrong
    kind."""
    if value is None or not places:
        return None
    table = {"path": places[0].path, name: value}
    tables = parse_file_tables([table], Path(folder) / ARCHIVE_SETTINGS, [])
    return collect_file_values(tables, full_path(places[0])).get(name)


def read_tables(text: str, folder: str) -> tuple[FileTable, ...]:
    """The `[[files]]` tables of a settings file in this folder."""
    tables = tomllib.loads(text).get("files", [])
    return parse_file_tables(tables, Path(folder) / ARCHIVE_SETTINGS, [])


def edit_option_of_all(name: str, value: Any) -> Edit:
    """The edit that sets an option of the whole archive; None removes it. Raises SettingsError."""
    option = BY_NAME.get(name)
    if option is None or "archive file" not in option.places or name == "files":
        raise SettingsError(f"{name!r} cannot be set for an archive")
    if value is not None:
        parse_option(name, value, ARCHIVE_SETTINGS)

    def change(document: TOMLDocument) -> None:
        if value is None:
            document.pop(name, None)
        else:
            document[name] = value

    def check(text: str) -> None:
        if tomllib.loads(text).get(name) != value:
            raise SettingsError(f"{name} cannot be set on the page; edit the file")

    return Edit(change, check)
