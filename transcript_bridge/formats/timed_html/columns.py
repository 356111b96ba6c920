"""Finds names of speakers beside each clock of a page, without a colon or a class."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from ..speaker_labels import come_again
from .page import Run
from .pieces import Gathered, ParagraphText, TimedPiece, clean_label, is_name

_FEW = 2


def name_parts(gathered: Gathered) -> None:
    """Take the names that all marks have in one place: bold before the text, alone in the first
    paragraph after the clock, as in a table, or alone in the paragraph before it; or those that
    begin all elements with a time, or are before such elements."""
    _take_leads(gathered.pieces)
    _take_ahead(gathered)
    rows = [piece.after for piece in gathered.pieces if piece.after]
    ahead: list[list[ParagraphText] | list[ParagraphText | Run]] = [gathered.before, *rows[:-1]]
    names = _take_bold(rows) or _take(rows, 0, rows) or _take(ahead, -1, rows[:-1])
    for parts, name in zip(rows, names, strict=False):
        for part in parts:
            part.speaker = clean_label(name)


def _take_leads(pieces: Sequence[TimedPiece]) -> None:
    """Names that begin elements: `<p data-start="1.2"><b>Nora</b> Good morning.`."""
    rests = list(map(_cut_lead, pieces))
    if not all(rests) or not _are_sure_names([piece.lead for piece in pieces]):
        return
    for piece, rest in zip(pieces, rests, strict=True):
        piece.speaker = clean_label(piece.lead)
        piece.text = rest


def _cut_lead(piece: TimedPiece) -> str:
    return piece.text.strip().removeprefix(piece.lead.strip()).strip()


def _take_ahead(gathered: Gathered) -> None:
    """Names ahead of elements, each up to the next: `<b>Nora</b> <span data-start="1.2">…`."""
    named = list(filter(_ahead_of, gathered.pieces))
    ahead = list(map(_ahead_of, named))
    begins_with_name = named[:1] == gathered.pieces[:1]
    if not begins_with_name or any(map(_speaker_of, named)):
        return
    if _are_sure_names([text.text for text in ahead]):
        for texts in (gathered.before, gathered.between):
            texts[:] = [text for text in texts if text not in ahead]
        name = ""
        for piece in gathered.pieces:
            name = clean_label(piece.ahead.text) if piece.ahead else name
            piece.speaker = name


_ahead_of = attrgetter("ahead")
_speaker_of = attrgetter("speaker")


def _are_sure_names(texts: Sequence[str]) -> bool:
    return len(texts) >= _FEW and come_again(texts) and all(map(is_name, texts))


def _take_bold(rows: Sequence[list[ParagraphText]]) -> list[str]:
    names = [parts[0].bold for parts in rows]
    if not _are_names(names):
        return []
    for parts in rows:
        parts[0].text = parts[0].text.removeprefix(parts[0].bold)
    return names


def _take(
    lists: Sequence[list[ParagraphText] | list[ParagraphText | Run]],
    place: int,
    spoken: Sequence[list[ParagraphText]],
) -> list[str]:
    """Take the names from one place of all lists; empty if these texts are not names.

    spoken: lists that must not become empty.
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
