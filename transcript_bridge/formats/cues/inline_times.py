"""Reads words between times inside a text: `Good <00:12.50>morning`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan, nan
from typing import NamedTuple

from ...models import Word
from ...timecode import share_time


class InlinePiece(NamedTuple):
    """A text, and the time before it (ms); NaN if it has none."""

    text: str
    time: float = nan


def join_pieces(pieces: Sequence[InlinePiece]) -> str:
    """The texts without the times."""
    return "".join([piece.text for piece in pieces])


def time_words(
    pieces: Sequence[InlinePiece], start: int, end: int, latest: int
) -> tuple[Word, ...]:
    """Return the words of texts, some of which have times (ms); none if no text has a time.

    start, end: the span of all of it. A time before `start` or after `latest` is ignored.
    """
    if all(isnan(piece.time) for piece in pieces):
        return ()
    words: list[Word] = []
    said = ""
    for text, time in pieces:
        if start <= time <= latest:
            words.extend(_share(said, start, int(time)))
            start = int(time)
            said = ""
        said += text
    words.extend(_share(said, start, max(start, end)))
    return tuple(words)


def _share(text: str, start: int, end: int) -> Iterator[Word]:
    """The words of `text`, which share its time in proportion to their lengths."""
    tokens = text.split()
    spans = share_time(start, end, [len(token) for token in tokens])
    for token, (begin, finish) in zip(tokens, spans, strict=True):
        yield Word(token, begin, finish)
