"""Names of speakers that stand beside each clock of a page, without a colon or a class."""

from __future__ import annotations

from collections.abc import Sequence

from .pieces import Gathered, Part, clean_label, is_name

_FEW = 2


def name_parts(gathered: Gathered) -> None:
    """Take the names that all marks have in one place: bold before the text, alone in the first
    paragraph after the clock, as in a table, or alone in the paragraph before it."""
    rows = [piece.after for piece in gathered.pieces if piece.after]
    if len(rows) < _FEW:
        return
    if not _take_bold(rows) and not _take_first(rows):
        _take_last(rows, gathered)


def _take_first(rows: Sequence[list[Part]]) -> bool:
    names = _texts_at(rows, 0)
    has_names = min(map(len, rows)) >= _FEW and _are_names(names)
    if has_names:
        _name([parts[1:] for parts in rows], names)
        for parts in rows:
            del parts[0]
    return has_names


def _take_last(rows: Sequence[list[Part]], gathered: Gathered) -> None:
    if not gathered.before or min(map(len, rows[:-1])) < _FEW:
        return
    names = [gathered.before[-1].text, *_texts_at(rows[:-1], -1)]
    if _are_names(names):
        del gathered.before[-1]
        for parts in rows[:-1]:
            del parts[-1]
        _name(rows, names)


def _texts_at(rows: Sequence[Sequence[Part]], place: int) -> list[str]:
    return [parts[place].text for parts in rows]


def _are_names(texts: Sequence[str]) -> bool:
    """Whether texts may all be names: some of them return, where there are more than two."""
    returns = len(set(texts)) < len(texts) or len(texts) <= _FEW
    return returns and all(map(is_name, texts))


def _take_bold(rows: Sequence[list[Part]]) -> bool:
    names = [parts[0].bold for parts in rows]
    has_names = _are_names(names)
    if has_names:
        _name(rows, names)
        for parts in rows:
            parts[0].text = parts[0].text.removeprefix(parts[0].bold)
    return has_names


def _name(rows: Sequence[Sequence[Part]], names: Sequence[str]) -> None:
    for parts, name in zip(rows, names, strict=True):
        for part in parts:
            part.speaker = clean_label(name)
