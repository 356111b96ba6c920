"""The value that `[[files]]` tables set for one option of a recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..options import FileTable
from ..path_patterns import find_fitting
from .grouping import Recording


class TableChoice(NamedTuple):
    """The value of the option, and the table that sets it."""

    value: Any
    table: FileTable

    def describe(self) -> str:
        """`[[files]] path = "memo.json"`, which identifies the table."""
        if self.table.path:
            return f'[[files]] path = "{self.table.path}"'
        return f'[[files]] pattern = "{self.table.pattern}"'


class TableChoices:
    """The tables that set one option."""

    def __init__(self, name: str, tables: Sequence[FileTable]) -> None:
        self._name = name
        self._tables = tuple(table for table in tables if name in dict(table.values))

    def find(self, path: str) -> TableChoice | None:
        """The choice of the last table that matches a path; None if none does."""
        fitting = find_fitting(self._tables, path)
        if not fitting:
            return None
        table = fitting[-1]
        return TableChoice(dict(table.values)[self._name], table)

    def find_for_forms(self, recording: Recording) -> list[TableChoice]:
        """The choices for its forms; none for forms without a table."""
        found: list[TableChoice] = []
        if self._tables:  # few archives have any
            for form in recording.forms:
                choice = self.find(form.rule_path)
                if choice is not None:
                    found.append(choice)
        return found
