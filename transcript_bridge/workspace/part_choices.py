"""Edits of the `[[files.during]]` tables of one file: parts that belong to another speaker.

Only the tables that change are added, changed or removed, so that comments at others stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import SettingsError
from ..options.file_tables import collect_file_values
from ..options.label_changes import parse_label_changes, render_label_change
from ..path_patterns import full_path
from ..shaping.relabeling import LabelChange
from .file_choices import read_tables
from .toml_file import Edit
from .toml_tables import RuleTarget, Table, add_table, find_table, place_in, remove_if_empty

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_OPTION = "during"


def edit_label_changes(folder: str, file: str, changes: Sequence[LabelChange]) -> Edit:
    """The edit that writes all label changes of a file.

    folder: of the settings file. file: an absolute path. changes: the complete list; an empty one
    removes all. Tables that stay the same are not touched.
    """
    place = place_in(folder, file)
    wanted = tuple(changes)

    def change(document: TOMLDocument) -> None:
        table = find_table(document, place)
        if table is None:
            if not wanted:
                return
            table = add_table(document, place)
        _write(table, wanted)
        remove_if_empty(document, table)
        if _read(document.as_string(), place) != wanted:  # a later table says something else
            _write(add_table(document, place), wanted)

    def check(text: str) -> None:
        if _read(text, place) != wanted:
            raise SettingsError(f"{place.path}: this cannot be set on the page; edit the file")

    return Edit(change, check)


def _read(text: str, place: RuleTarget) -> tuple[LabelChange, ...]:
    parsed = read_tables(text, place.folder)
    found: tuple[LabelChange, ...] = collect_file_values(parsed, full_path(place)).get(_OPTION, ())
    return found


def _write(table: Table, wanted: Sequence[LabelChange]) -> None:
    """Make the tables of a file equal to the wanted ones."""
    if not wanted:
        table.pop(_OPTION, None)
        return
    if _OPTION not in table:
        table[_OPTION] = _make_rows()
    rows = table[_OPTION]
    known = list(parse_label_changes(rows))
    for place, change in enumerate(wanted):
        if change in known[place:]:
            while known[place] != change:
                del known[place], rows[place]
        else:
            known.insert(place, change)
            rows.insert(place, _make_row(change, rows))
    while len(rows) > len(wanted):
        del rows[len(rows) - 1]


def _make_rows() -> Any:
    import tomlkit

    return tomlkit.aot()


def _make_row(change: LabelChange, rows: Any) -> Any:
    """A row as the user writes them in this file: a table, or inside of braces."""
    import tomlkit
    from tomlkit.items import AoT

    row: Any = tomlkit.inline_table()
    if isinstance(rows, AoT):
        row = tomlkit.table()
    row.update(render_label_change(change))
    return row
