"""Tables of settings files in tomlkit: found, added, and removed when they are empty."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..path_patterns import full_path

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

Table = MutableMapping[str, Any]


class RuleTarget(NamedTuple):
    """One file, as a rule of a settings file would name it.

    path: relative to `folder`, or absolute. folder: of the settings file.
    """

    path: str
    folder: str
    pattern: str = ""


def place_in(folder: str, absolute: str) -> RuleTarget:
    """The place of a file by its absolute path as in the ledger: `/data/export.zip!calls/a.vtt`."""
    inside = folder.replace(os.sep, "/").rstrip("/") + "/"
    path = absolute.replace(os.sep, "/")
    return RuleTarget(path.removeprefix(inside), folder)


def find_table(document: TOMLDocument, place: RuleTarget) -> Table | None:
    """The last [[files]] table for exactly this file."""
    return index_tables(document, place.folder).get(full_path(place))


def index_tables(document: TOMLDocument, folder: str) -> dict[str, Table]:
    """The last [[files]] table of each file that has one, by its full path."""
    tables: dict[str, Table] = {}
    for table in document.get("files", []):
        path = table.get("path")
        if path is not None:
            tables[full_path(RuleTarget(path, folder))] = table
    return tables


def add_table(document: TOMLDocument, place: RuleTarget) -> Table:
    """Add a [[files]] table for a file, after all others."""
    import tomlkit

    table = tomlkit.table()
    if "files" in document or document.as_string().strip():
        table.trivia.indent = "\n"
    table["path"] = place.path
    if "files" not in document:
        document["files"] = tomlkit.aot()
    tables: Any = document["files"]
    tables.append(table)
    added: Table = tables[-1]
    return added


def remove_if_empty(document: TOMLDocument, table: Table) -> None:
    """Remove a [[files]] table that only says which file it is for."""
    if set(table) - {"path"}:
        return
    tables: Any = document["files"]
    for index, other in enumerate(tables):
        if other is table:
            del tables[index]
            break
    if not tables:
        del document["files"]


def open_person(table: Table, name: str) -> Table:
    """The table of a person in a document or in a [[files]] table; added if there is none."""
    import tomlkit

    # At the beginning of a file nothing is above, and tomlkit puts a blank line below `path`.
    is_separated = not table or set(table) == {"path"}
    if "speakers" not in table:
        table["speakers"] = tomlkit.table(is_super_table=True)
    people: Table = table["speakers"]
    if name not in people:
        person = tomlkit.table()
        if not is_separated:
            person.trivia.indent = "\n"
        people[name] = person
    opened: Table = people[name]
    return opened


def add_alias(person: Table, name: str, label: str) -> None:
    """Add a label to a person of this name."""
    if label == name or label in person.get("aliases", []):
        return
    if "aliases" not in person:
        person["aliases"] = []
    person["aliases"].append(label)


def drop_alias(table: Table, label: str) -> None:
    """Remove a label from everybody in a table; people without any data left are removed."""
    people = table.get("speakers", {})
    for name in list(people):
        person = people[name]
        aliases = person.get("aliases", [])
        if label not in aliases:
            continue
        aliases.remove(label)
        if not aliases:
            del person["aliases"]
        if not person:
            del people[name]
    drop_empty_people(table)


def drop_empty_people(table: Table) -> None:
    """Remove the table of people if it is empty."""
    if "speakers" in table and not table["speakers"]:
        del table["speakers"]
