"""Rules that leave something out of an archive: `ignore`, and `leave_out` in [[files]] tables.

`ignore` is about files: files that match it, and everything in folders that match it, are not read.
`leave_out` is about recordings: if it matches one of its files, the whole recording is left out.
Its `false` overrides an earlier table or `ignore`, but not a flag.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from ..config import IgnorePattern
from ..options import FileTable
from ..path_patterns import folders_above, matches
from .files import ArchiveFile, Notice
from .grouping import Recording
from .table_choices import TableChoices


class LeftOutByRule(NamedTuple):
    """A recording, or a file that was not grouped, that a rule leaves out.

    path: as in a plan. absolute: as in the ledger. rule: the words of the rule, for people. paths:
    the absolute paths of all of its files.
    """

    path: str
    absolute: str
    rule: str
    paths: tuple[str, ...] = ()


class LeaveOutRules:
    """The rules of an archive that leave something out."""

    def __init__(self, ignore: Sequence[IgnorePattern], tables: Sequence[FileTable]) -> None:
        self._ignore = tuple(ignore)
        self._unused = set(self._ignore)
        self._choices = TableChoices("leave_out", tables)

    def find_for_file(self, path: str, absolute: str, root: str) -> str | None:
        """The words of the rule by which a file is ignored; None if it is not.

        path: as the user would write it. root: the path that the user named; folders above it are
        not compared.
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
        choice = self._choices.find(absolute)
        if choice is not None and choice.value is False:
            return None
        return f'ignore = "{found.pattern}"'

    def find_for_recording(self, recording: Recording) -> str | None:
        """The words of the table that leaves a recording out; None if none does."""
        choices = self._choices.find_for_forms(recording)
        is_included = any(choice.value is False for choice in choices)
        if is_included or not choices:
            return None
        return choices[0].describe()

    def explain_brackets(self) -> Iterator[Notice]:
        """Notices about patterns with brackets that match nothing.

        Call it after all files were checked. In a shell, and in earlier versions, `[0-9]` is a
        digit.
        """
        for pattern in self._ignore:
            if pattern in self._unused and "[" in pattern.pattern:
                words = (
                    "this pattern matches nothing: brackets have no special meaning in it; "
                    "use ? or *"
                )
                yield Notice(f"ignore: {pattern.pattern}", words)


def leave_out_recording(recording: Recording, rule: str) -> LeftOutByRule:
    """The record of a recording that a rule leaves out."""
    first = recording.forms[0]
    return LeftOutByRule(
        first.path, first.absolute, rule, tuple(form.absolute for form in recording.forms)
    )


def leave_out_file(file: ArchiveFile, rule: str) -> LeftOutByRule:
    """The record of a file that a rule leaves out."""
    return LeftOutByRule(file.path, file.absolute, rule, (file.absolute,))


def _is_ignored(pattern: IgnorePattern, path: str, absolute: str, root: str) -> bool:
    """Whether the pattern matches a file, or a folder or container that it is in, below the
    root."""
    is_anchored = pattern.pattern.startswith("/")
    subject = path
    if is_anchored:
        subject = absolute
    levels = max(1, path.count("/", len(root)) + path.count("!", len(root)))
    places = islice(chain((subject,), folders_above(subject)), levels)
    return any(matches(pattern.pattern, place, pattern.folder) for place in places)
