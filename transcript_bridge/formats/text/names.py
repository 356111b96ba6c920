"""Finds the names of speakers that are not in the heading itself.

00:00:02 Jane             after the time, with the text below
00:00:02 | Jane | text    in a column
Jane / 0:03 / text        on a line of its own, above or below the time
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from ...sentences import SENTENCE_ENDS
from ..speaker_labels import are_repeated
from .heading_lines import (
    NAME,
    TextBlock,
    are_capitalized,
    is_name,
    plain_line,
)
from .line_rows import written_rows
from .sections import find_sections, name_at

_MIN_SHARE = 0.8
"""The share of blocks that must have a name."""
_LATEST_BEGINNING = 2 * 60 * 1000
"""ms, if no name is repeated: in a text that begins later, names may be days or lists of hours."""
_BETWEEN_COLUMNS = re.compile(
    r"[ \t|](?:(?<=[\t|])[ \t]*|[ ]*+[\t|][ \t]*|[ ]{0,3}/[ ]{1,4}|[ ]{1,7})"
)
"""A tab or a vertical line with blanks around it, a slash between blanks, or two blanks. The search
is three times as fast because the pattern begins with a set of characters."""
_COMPANY = re.compile(r" \([^()]{1,60}\)$")
"""The company of a guest, which Fathom writes after the name."""
_WORDS_SAID = """
    the and or of in at for with from by is are was its our your this that these those what how why
    when where all not yes yeah okay ok oh hello good thank thanks please welcome very well next
    first last part chapter opening closing introduction intro outro questions summary conclusion
    und ist wir ich eine guten danke nein teil kapitel et est nous bonjour merci oui gracias hola
    buenos obrigado olá ciao grazie buongiorno
"""
_SAID = frozenset(_WORDS_SAID.split())
"""Words of titles and of speech that no name contains."""
_AFTER_SENTENCE = "\"'”’»)"


_Find = Callable[[Sequence[TextBlock], Sequence[str]], list[TextBlock]]
"""Blocks and all lines of the text -> the blocks, with the names that were found in one place."""
_Judge = Callable[[Sequence[TextBlock]], bool]


def take_names(blocks: list[TextBlock], lines: Sequence[str]) -> list[TextBlock]:
    """Set the speakers of blocks, if names are found. lines: those of the whole text."""
    for find, are_names in _PLACES:
        named = find(blocks, lines)
        if are_names(named):
            return named
    return blocks


class _Parts(NamedTuple):
    """A block, split into a possible name and the speech."""

    name: str
    text: str
    """On the line of the heading."""
    lines: tuple[str, ...]


def _in_each(part: Callable[[TextBlock], _Parts]) -> _Find:
    """Make a function that finds names, from one that splits a block."""

    def take_name(block: TextBlock) -> TextBlock:
        name, text, lines = part(block)
        name = _clean_name(name) if name and (text or lines) else ""
        if not name:
            return block
        return TextBlock(block.heading._replace(speaker=name, text=text), lines)

    def find(blocks: Sequence[TextBlock], _lines: Sequence[str]) -> list[TextBlock]:
        return list(map(take_name, blocks))

    return find


def _part_behind(block: TextBlock) -> _Parts:
    """Take the text after the time as a name; the speech is on the lines below."""
    return _Parts(block.heading.text, "", block.lines)


def _part_columns(block: TextBlock) -> _Parts:
    """Split a line into columns: the name, then the speech."""
    name, *said = _BETWEEN_COLUMNS.split(block.heading.text, maxsplit=1)
    return _Parts(name, "".join(said), block.lines)


def _part_below(block: TextBlock) -> _Parts:
    """Take the first line below the time as a name."""
    return _Parts("".join(block.lines[:1]), block.heading.text, block.lines[1:])


def _find_in_sections(blocks: Sequence[TextBlock], lines: Sequence[str]) -> list[TextBlock]:
    """Find names on lines that are above several times, with the speech after each time."""
    rows = [block.heading.row for block in blocks if block.heading.text]
    if len(rows) < len(blocks):
        return [*blocks]
    sections = find_sections(lines, rows)
    if not sections:
        return [*blocks]
    heads = [
        block.heading._replace(speaker=name_at(sections, row))
        for block, row in zip(blocks, rows, strict=True)
    ]
    heads[0] = heads[0]._replace(row=min(sections))
    below = [*[()] * (len(blocks) - 1), blocks[-1].lines]
    return list(map(TextBlock, heads, below))


def _find_above(blocks: Sequence[TextBlock], lines: Sequence[str]) -> list[TextBlock]:
    """Find names on the line above each time, which is the last line of the block before."""
    row_above = {row: above for above, row in pairwise(written_rows(lines))}
    rows = [row_above.get(block.heading.row, block.heading.row) for block in blocks]
    names = [_clean_name(lines[row]) for row in rows]
    named = []
    for block, row, name, following in zip(blocks, rows, names, [*names[1:], ""], strict=True):
        head = block.heading._replace(speaker=name, row=row) if name else block.heading
        said = block.lines[:-1] if following else block.lines
        named.append(TextBlock(head, said))
    return named


def _clean_name(line: str) -> str:
    """The name that a line consists of; empty for another line."""
    name = plain_line(line).rstrip(":： ")
    bare = _COMPANY.sub("", name)
    if re.fullmatch(NAME, bare) and is_name(bare):
        return name
    return ""


# ---- whether the texts that were found are names


def _are_most(blocks: Sequence[TextBlock]) -> bool:
    return len(_names_of(blocks)) >= _MIN_SHARE * len(blocks)


def _are_lone_names(blocks: Sequence[TextBlock]) -> bool:
    """Whether plain lines are names.

    Nearly all must look like names. Names must be repeated, or the other lines must be sentences.
    """
    names = _names_of(blocks)
    silent = [block for block in blocks if not block.text]
    if len(silent) > (1 - _MIN_SHARE) * len(blocks):
        return False
    if _are_most(blocks) and are_repeated(names):
        return True
    if len(names) < len(blocks) or not are_capitalized(names) or not _are_sentences(blocks):
        return False
    return _SAID.isdisjoint(" ".join(names).lower().split())


def _are_sentences(blocks: Sequence[TextBlock]) -> bool:
    """Whether most texts are sentences, and the first is early in the recording."""
    texts = [block.text.rstrip(_AFTER_SENTENCE) for block in blocks]
    ended = sum(text.endswith(SENTENCE_ENDS) for text in texts)
    return blocks[0].heading.start <= _LATEST_BEGINNING and ended >= _MIN_SHARE * len(blocks)


def _names_of(blocks: Sequence[TextBlock]) -> list[str]:
    return list(filter(None, [block.heading.speaker for block in blocks]))


_PLACES: tuple[tuple[_Find, _Judge], ...] = (
    (_find_in_sections, _are_most),
    (_in_each(_part_behind), _are_most),
    (_in_each(_part_columns), _are_most),
    (_find_above, _are_lone_names),
    (_in_each(_part_below), _are_lone_names),
)
"""The places of names in the order in which they are tried, each with its check of the result."""
