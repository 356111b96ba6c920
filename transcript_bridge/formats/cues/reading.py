"""The reading of a file in chunks: each by the fast reader, or else by the careful one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...models import Utterance, Utterances
from .chunks import Chunk
from .cue import FindingLog

FastReader = Callable[[Chunk], Utterances | None]
"""Reads all cues of a chunk at once; None if one of them needs care."""
CarefulReader = Callable[[Chunk, FindingLog], Iterable[Utterance]]


def read_chunks(
    chunks: Iterable[Chunk],
    read_fast: FastReader | None,
    read_carefully: CarefulReader,
    log: FindingLog,
) -> Utterances:
    """The utterances of all chunks; `log` counts the cues.

    read_fast: None for a file whose cues must be seen in their order, one by one.
    """
    pieces: list[Utterances] = []
    for chunk in chunks:
        if read_fast:
            made = read_fast(chunk)
        else:
            made = None
        if made is None:
            made = Utterances.of(read_carefully(chunk, log))
        else:
            log.cues += len(made)
        pieces.append(made)
    return Utterances.joined(pieces)
