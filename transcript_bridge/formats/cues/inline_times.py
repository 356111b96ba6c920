"""Words between the times that a text has inside it: `Good <00:12.50>morning`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...models import Word
from ...timecode import share_time


def time_words(pieces: Sequence[str | int], start: int, end: int, latest: int) -> tuple[Word, ...]:
    """The words of texts with times (ms) among them; none without a time.

    start, end: the span of all of it. A time before `start` or after `latest` is ignored.
    """
    words: list[Word] = []
    said: list[str] = []
    is_timed = False
    for piece in pieces:
        if isinstance(piece, str):
            said.append(piece)
            continue
        is_timed = True
        if start <= piece <= latest:
            words.extend(_share("".join(said), start, piece))
            start = piece
            said = []
    if not is_timed:
        return ()
    words.extend(_share("".join(said), start, max(start, end)))
    return tuple(words)


def _share(text: str, start: int, end: int) -> Iterator[Word]:
    """The words of `text`, which share its time in proportion to their lengths."""
    tokens = text.split()
    spans = share_time(start, end, [len(token) for token in tokens])
    for token, (begin, finish) in zip(tokens, spans, strict=True):
        yield Word(token, begin, finish)
