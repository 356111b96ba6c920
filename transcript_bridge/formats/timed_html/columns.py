"""Finds names of speakers beside each clock of a page, without a colon or a class."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ..speaker_labels import are_repeated
from .page import Run
from .pieces import Gathered, ParagraphText, TimedPiece, clean_label, is_name

_FEW = 2
_Texts = list[ParagraphText] | list[ParagraphText | Run]


def name_parts(gathered: Gathered) -> None:
    """Take the names that all times have in one place.

    They begin all elements with a time, or are before such elements. Beside a clock they are
    bold before the text, alone in the first paragraph after it, as in a table, or alone in the
    paragraph before it.
    """
    _take_leads(gathered.pieces)
    _take_ahead(gathered)
    rows = [piece.after for piece in gathered.pieces if piece.after]
    if len(rows) < _FEW:
        return
    above: list[_Texts] = [gathered.before, *rows[:-1]]
    names = _take_bold(rows) or _take(rows, 0, rows) or _take(above, -1, rows[:-1])
    for parts, name in zip(rows, names, strict=False):
        for part in parts:
            part.speaker = clean_label(name)


def _take_leads(pieces: Sequence[TimedPiece]) -> None:
    """Names that begin elements: `<p data-start="1.2"><b>Nora</b> Good morning.`."""
    rests = [piece.text.strip().removeprefix(piece.lead.strip()) for piece in pieces]
    if not all(map(str.strip, rests)) or not _are_sure_names([piece.lead for piece in pieces]):
        return
    for piece, rest in zip(pieces, rests, strict=True):
        piece.speaker = clean_label(piece.lead)
        piece.text = rest.strip()


def _take_ahead(gathered: Gathered) -> None:
    """Names ahead of elements, each up to the next: `<b>Nora</b> <span data-start="1.2">…`."""
    last: ParagraphText | Run | None = None
    speaking: list[ParagraphText | Run] = []
    """For each element, the text ahead of it or of one before it."""
    for piece in gathered.pieces:
        last = piece.ahead or last
        if last is None or (piece.ahead and piece.speaker):
            return
        speaking.append(last)
    ahead = [text for text, _ in groupby(speaking)]
    if not _are_sure_names([text.text for text in ahead]):
        return
    gathered.leave_out(ahead)
    for piece, text in zip(gathered.pieces, speaking, strict=True):
        piece.speaker = clean_label(text.text)


def _are_sure_names(texts: Sequence[str]) -> bool:
    return len(texts) >= _FEW and are_repeated(texts) and all(map(is_name, texts))


def _take_bold(rows: Sequence[list[ParagraphText]]) -> list[str]:
    names = [parts[0].bold for parts in rows]
    if not _are_names(names):
        return []
    for parts in rows:
        parts[0].text = parts[0].text.removeprefix(parts[0].bold)
    return names


def _take(lists: Sequence[_Texts], place: int, spoken: Sequence[list[ParagraphText]]) -> list[str]:
    """Take the names from one place of all lists; empty if these texts are not names.

    spoken: lists that must not become empty.
    """
    if not all(lists) or min(map(len, spoken)) < _FEW:
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
