"""Filters, searches and sorts the rows of the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...contents import ArchiveContents, Listed, State


class Filter(NamedTuple):
    """A button above the list. name: in the address; empty for all. states: of the rows it
    shows."""

    name: str
    title: str
    states: tuple[State, ...] = ()
    is_without_language: bool = False
    """Whether it shows only recordings without a known language."""

    def shows(self, row: Listed) -> bool:
        """Whether the filter shows a row."""
        if self.states and row.state not in self.states:
            return False
        if not self.is_without_language:
            return True
        return row.entry is not None and row.entry.summary.language is None


FILTERS = (
    Filter("", "All"),
    Filter("needs", "Needs you", ("needs",)),
    Filter("ready", "Ready", ("ready",)),
    Filter("no-language", "Without a language", ("needs", "ready"), is_without_language=True),
    Filter("sent", "In Omi", ("sent",)),
    Filter("left-out", "Left out", ("left-out",)),
    Filter("copies", "Copies", ("copy",)),
    Filter("unreadable", "Cannot be read", ("unreadable",)),
)
_BY_NAME: Mapping[str, Filter] = {row_filter.name: row_filter for row_filter in FILTERS}


class View(NamedTuple):
    """The filter, the search and the order in an address. newest_first: sorted by time; otherwise
    the oldest first."""

    filter: Filter = FILTERS[0]
    words: str = ""
    newest_first: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> View:
        """The view of an address; unknown values are ignored."""
        chosen = _BY_NAME.get(query.get("show", ""), FILTERS[0])
        return cls(chosen, query.get("search", "").strip(), query.get("order") == "newest")


def count_rows(contents: ArchiveContents, row_filter: Filter) -> int:
    """The number of rows that a filter shows."""
    return sum(map(row_filter.shows, contents.rows))


def choose_rows(contents: ArchiveContents, view: View) -> Sequence[Listed]:
    """The rows of a view, in its order."""
    rows = [row for row in contents.rows if view.filter.shows(row)]
    words = view.words.casefold().split()
    if words:
        rows = [row for row in rows if _contains(row, words)]
    if view.newest_first:
        dated = [row for row in rows if row.at is not None]
        undated = [row for row in rows if row.at is None]
        rows = [*reversed(dated), *undated]
    return rows


def _contains(row: Listed, words: Sequence[str]) -> bool:
    """Whether each of the words is in the name, a label, a name of a speaker or a reason."""
    parts = [row.path, *row.reasons]
    if row.entry is not None:
        parts.append(row.entry.summary.title)
    for speaker in row.speakers:
        parts += [speaker.label or "", speaker.name or ""]
    text = " ".join(parts).casefold()
    return all(word in text for word in words)
