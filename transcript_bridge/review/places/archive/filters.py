"""Which rows of the list are shown, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...contents import Contents, Listed, State


class Filter(NamedTuple):
    """A button above the list. name: in the address; empty for all. states: what it shows."""

    name: str
    title: str
    states: tuple[State, ...] = ()


FILTERS = (
    Filter("", "All"),
    Filter("needs", "Needs you", ("needs",)),
    Filter("ready", "Ready", ("ready",)),
    Filter("sent", "In Omi", ("sent",)),
    Filter("left-out", "Left out", ("left-out",)),
    Filter("copies", "Copies", ("copy",)),
    Filter("unreadable", "Cannot be read", ("unreadable",)),
)
_BY_NAME: Mapping[str, Filter] = {one.name: one for one in FILTERS}


class View(NamedTuple):
    """What the address asks for. newest_first: by time; otherwise the oldest first."""

    filter: Filter = FILTERS[0]
    words: str = ""
    newest_first: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> View:
        """The view of an address; what it does not know is left out."""
        chosen = _BY_NAME.get(query.get("show", ""), FILTERS[0])
        return cls(chosen, query.get("search", "").strip(), query.get("order") == "newest")


def count_rows(contents: Contents, one: Filter) -> int:
    """How many rows a filter shows."""
    if not one.states:
        return len(contents.rows)
    return sum(contents.counts.get(state, 0) for state in one.states)


def choose_rows(contents: Contents, view: View) -> Sequence[Listed]:
    """The rows of a view, in its order."""
    states = view.filter.states
    rows = [row for row in contents.rows if not states or row.state in states]
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
