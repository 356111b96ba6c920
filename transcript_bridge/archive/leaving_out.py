"""What the user leaves out of an archive: `ignore`, and `leave_out` in [[files]] tables.

`ignore` is about files: what matches it is not looked at, nor is anything in a folder that matches.
`leave_out` is about recordings: with one of its files, all of a recording is left out. Its `false`
takes back what an earlier table or `ignore` says, but not a flag.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from ..config import IgnorePattern
from ..options import FileTable
from ..path_patterns import find_fitting, folders_above, matches
from .files import ArchiveFile
from .grouping import Recording


class LeftOutByRule(NamedTuple):
    """A recording, or a file that was not grouped, that a rule leaves out.

    path: as in a plan. absolute: as the ledger has it. rule: the words of the rule, for people.
    paths: the absolute paths of all of its files.
    """

    path: str
    absolute: str
    rule: str
    paths: tuple[str, ...] = ()


class LeavingOut:
    """The rules of an archive that leave something out."""

    def __init__(self, ignore: Sequence[IgnorePattern], tables: Sequence[FileTable]) -> None:
        self._ignore = tuple(ignore)
        self._unused = set(self._ignore)
        self._tables = tables_with("leave_out", tables)

    def find_for_file(self, path: str, absolute: str, root: str) -> str | None:
        """The words of the rule by which a file is ignored; None if it is not.

        path: as the user would write it. root: the path that the user named, above which folders do
        not count.
        """
        found: IgnorePattern | None = None
        for pattern in self._ignore:
            if _is_ignored(pattern, path, absolute, root):
                found = pattern
                self._unused.discard(pattern)
        if found is None:
            return None
        if found.is_typed:
            return f'--ignore "{found.pattern}"'
        if self._is_taken_in(absolute):
            return None
        return f'ignore = "{found.pattern}"'

    def find_for_recording(self, recording: Recording) -> str | None:
        """The words of the table that leaves a recording out; None if none does."""
        if not self._tables:
            return None
        found: list[FileTable] = []
        for form in recording.forms:
            found += self._last_fitting("/".join(form.parts))
        if not found or any(map(_takes_in, found)):
            return None
        return describe_table(found[0])

    def explain_brackets(self) -> Iterator[tuple[str, str]]:
        """(pattern, message) of patterns with brackets that leave nothing out.

        Ask when all files were looked at. In a shell, and in earlier versions, `[0-9]` is a digit.
        """
        for pattern in self._ignore:
            if pattern in self._unused and "[" in pattern.pattern:
                words = "nothing is left out by this pattern: brackets mean themselves; use ? or *"
                yield f"ignore: {pattern.pattern}", words

    def _is_taken_in(self, path: str) -> bool:
        return any(map(_takes_in, self._last_fitting(path)))

    def _last_fitting(self, path: str) -> list[FileTable]:
        """The table that decides about a path; empty where none does."""
        return find_fitting(self._tables, path)[-1:]


def _takes_in(table: FileTable) -> bool:
    return dict(table.values)["leave_out"] is False


def leave_out_recording(recording: Recording, rule: str) -> LeftOutByRule:
    """A recording that a rule leaves out."""
    first = recording.forms[0]
    return LeftOutByRule(
        first.path, first.absolute, rule, tuple(form.absolute for form in recording.forms)
    )


def leave_out_file(file: ArchiveFile, rule: str) -> LeftOutByRule:
    """A file that a rule leaves out."""
    return LeftOutByRule(file.path, file.absolute, rule, (file.absolute,))


def tables_with(name: str, tables: Sequence[FileTable]) -> tuple[FileTable, ...]:
    """The tables that set an option."""
    return tuple(table for table in tables if name in dict(table.values))


def describe_table(table: FileTable) -> str:
    """`[[files]] path = "memo.json"`, to find the table by."""
    if table.path:
        return f'[[files]] path = "{table.path}"'
    return f'[[files]] pattern = "{table.pattern}"'


def _is_ignored(pattern: IgnorePattern, path: str, absolute: str, root: str) -> bool:
    """Whether a file matches, or a folder or container that it is in, below the root."""
    is_anchored = pattern.pattern.startswith("/")
    subject = path
    if is_anchored:
        subject = absolute
    levels = max(1, path.count("/", len(root)) + path.count("!", len(root)))
    places = islice(chain((subject,), folders_above(subject)), levels)
    return any(matches(pattern.pattern, place, pattern.folder) for place in places)
