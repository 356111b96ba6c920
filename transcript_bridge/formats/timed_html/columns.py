"""Names of speakers that stand beside each clock of a page, without a colon or a class."""

from __future__ import annotations

from collections.abc import Sequence

from .page import Run
from .pieces import Gathered, Part, clean_label, is_name

_FEW = 2


def name_parts(gathered: Gathered) -> None:
    """Take the names that all marks have in one place: bold before the text, alone in the first
    paragraph after the clock, as in a table, or alone in the paragraph before it."""
    rows = [piece.after for piece in gathered.pieces if piece.after]
    ahead: list[list[Part] | list[Part | Run]] = [gathered.before, *rows[:-1]]
    names = _take_bold(rows) or _take(rows, 0, rows) or _take(ahead, -1, rows[:-1])
    for parts, name in zip(rows, names, strict=False):
        for part in parts:
            part.speaker = clean_label(name)


def _take_bold(rows: Sequence[list[Part]]) -> list[str]:
    names = [parts[0].bold for parts in rows]
    if not _are_names(names):
        return []
    for parts in rows:
        parts[0].text = parts[0].text.removeprefix(parts[0].bold)
    return names


def _take(
    lists: Sequence[list[Part] | list[Part | Run]], place: int, spoken: Sequence[list[Part]]
) -> list[str]:
    """The names at one place of all lists, which lose them; none if these texts are no names.

    spoken: those of the lists of which something must stay.
    """
    least = min(map(len, spoken), default=0)
    if least < _FEW or not all(lists):
        return []
    names = [parts[place].text for parts in lists]
    if not _are_names(names):
        return []
    for parts in lists:
        del parts[place]
    return names


def _are_names(texts: Sequence[str]) -> bool:
    """Whether texts may all be names: some of them return, where there are more than two."""
    returns = len(set(texts)) < len(texts) or len(texts) == _FEW
    return returns and all(map(is_name, texts))
