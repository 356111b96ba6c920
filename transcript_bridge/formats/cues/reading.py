"""Reads a file in chunks: each with the fast reader, or else with the careful one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ...models import Utterance, Utterances
from .chunks import Chunk, NeedsCareError, split_chunks
from .cue import FindingLog

CarefulReader = Callable[[Chunk, FindingLog], Iterable[Utterance]]


class FastReader(NamedTuple):
    """Reads well-formed cues."""

    beginning: re.Pattern[str]
    """The pattern of the beginning of a cue, before which a file may be divided."""
    read: Callable[[Chunk], Utterances]
    """All cues of a chunk at once; raises NeedsCareError if one of them is not well-formed."""


def _refuse(_: Chunk) -> Utterances:
    raise NeedsCareError


ONE_BY_ONE = FastReader(re.compile("(?!)"), _refuse)
"""For a file whose cues must be seen in their order, one by one: it is one chunk, with care."""


def read_chunks(
    text: str,
    fast: FastReader,
    read_carefully: CarefulReader,
    log: FindingLog,
    at: int = 0,
    line: int = 1,
) -> Utterances:
    """The utterances of all chunks; `log` counts the cues. at, line: where the first one begins."""
    pieces: list[Utterances] = []
    for chunk in split_chunks(text, fast.beginning, at, line):
        try:
            made = fast.read(chunk)
            log.cues += len(made)
        except NeedsCareError:
            made = Utterances.of(read_carefully(chunk, log))
        pieces.append(made)
    return Utterances.joined(pieces)
