"""Splits a file into pieces with whole cues."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

CHUNK_LENGTH = 1 << 17
"""Characters: the strings of a chunk fit the processor's cache and keep memory use flat."""
_FILE_BEGINNING = "\n\n"
"""The beginning of a file looks like the end of two empty lines, as every other cue's does."""


class NeedsCareError(Exception):
    """A cue of a chunk is not well-formed: the careful reader takes the chunk."""


class Chunk(NamedTuple):
    """A piece of a text with whole cues; it begins with the line breaks before the first cue."""

    text: str
    line: int
    """The 1-based line of the first character."""
    is_last: bool
    """Whether it ends the file; then it has no line breaks at its end."""


def split_chunks(
    text: str, beginning: re.Pattern[str], at: int = 0, line: int = 1
) -> Iterator[Chunk]:
    """Cut `text` into pieces of about CHUNK_LENGTH characters, each where a cue begins.

    beginning: the pattern of the beginning of a cue.
    at, line: where to begin, and the 1-based line of that.
    """
    lead = ""
    if at == 0:
        lead = _FILE_BEGINNING
        line -= len(lead)
    end = _find_end(text, beginning, at)
    while end < len(text):
        piece = lead + text[at:end]
        yield Chunk(piece, line, False)
        line += piece.count("\n")
        lead = ""
        at = end
        end = _find_end(text, beginning, at)
    yield Chunk((lead + text[at:]).rstrip("\n"), line, True)


def _find_end(text: str, beginning: re.Pattern[str], at: int) -> int:
    """Find the end of the chunk that begins at `at`."""
    if len(text) - at > 2 * CHUNK_LENGTH:
        found = beginning.search(text, at + CHUNK_LENGTH)
        if found:
            return found.start()
    return len(text)
