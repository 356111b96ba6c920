"""Who speaks, where the names are not in one piece with the times.

00:00:02 Jane         behind the time, the text below
00:00:02 | Jane | text    in a column
Jane / 0:03 / text    above the time, or below it, on a line of its own
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..speaker_labels import come_again
from .heading_lines import (
    NAME,
    SENTENCE_ENDS,
    TextBlock,
    are_capitalized,
    is_name,
    plain_line,
)
from .line_rows import written_rows
from .sections import find_sections, name_at

_MIN_SHARE = 0.8
"""The share of stretches that must have a name."""
_LATEST_BEGINNING = 2 * 60 * 1000
"""ms, of a text whose names do not come again: else they may be days or people with hours."""
_BETWEEN_COLUMNS = re.compile(
    r"[ \t|](?:(?<=[\t|])[ \t]*|[ ]*+[\t|][ \t]*|[ ]{0,3}/[ ]{1,4}|[ ]{1,7})"
)
"""A tab or a line with blanks around it, a slash between blanks, or two blanks. That the first
character is known makes the search three times as fast."""
_COMPANY = re.compile(r" \([^()]{1,60}\)$")
"""What Fathom writes behind the name of a guest."""
_WORDS_SAID = """
    the and or of in at for with from by is are was its our your this that these those what how why
    when where all not yes yeah okay ok oh hello good thank thanks please welcome very well next
    first last part chapter opening closing introduction intro outro questions summary conclusion
    und ist wir ich eine guten danke nein teil kapitel et est nous bonjour merci oui gracias hola
    buenos obrigado olá ciao grazie buongiorno
"""
_SAID = frozenset(_WORDS_SAID.split())
"""Words of titles and of what people say, which no name has."""
_AFTER_SENTENCE = "\"'”’»)"


_Find = Callable[[Sequence[TextBlock], Sequence[str]], list[TextBlock]]
"""The stretches, with their speakers where they have names there. The lines are of all text."""
_Judge = Callable[[Sequence[TextBlock]], bool]


def take_names(blocks: list[TextBlock], lines: Sequence[str]) -> list[TextBlock]:
    """The stretches with their speakers, if there are names. lines: of the whole text."""
    for find, are_names in _PLACES:
        named = find(blocks, lines)
        if are_names(named):
            return named
    return blocks


class _Parts(NamedTuple):
    """A stretch of text, split into a possible name and the speech."""

    name: str
    text: str
    """On the line of the heading."""
    lines: tuple[str, ...]


def _in_each(part: Callable[[TextBlock], _Parts]) -> _Find:
    """What finds names within each stretch."""

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
    """With the time first, what follows is a name if the text is on the lines below it."""
    return _Parts(block.heading.text, "", block.lines)


def _part_columns(block: TextBlock) -> _Parts:
    """A name, a sign between columns, and the speech."""
    name, *said = _BETWEEN_COLUMNS.split(block.heading.text, maxsplit=1)
    return _Parts(name, "".join(said), block.lines)


def _part_below(block: TextBlock) -> _Parts:
    """The first line below a time."""
    return _Parts("".join(block.lines[:1]), block.heading.text, block.lines[1:])


def _find_in_sections(blocks: Sequence[TextBlock], lines: Sequence[str]) -> list[TextBlock]:
    """The line above the first of several times, each with its text beside it."""
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
    """The line above each time; it is the last one below the time before."""
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
    """The name that a line is; empty if it is none."""
    name = plain_line(line).rstrip(":： ")
    bare = _COMPANY.sub("", name)
    if re.fullmatch(NAME, bare) and is_name(bare):
        return name
    return ""


# # ---- whether the texts that were found are names


def _are_most(blocks: Sequence[TextBlock]) -> bool:
    return len(_names_of(blocks)) >= _MIN_SHARE * len(blocks)


def _are_lone_names(blocks: Sequence[TextBlock]) -> bool:
    """Whether lines without any sign are names: nearly all look like names, and names are
    repeated."""
    names = _names_of(blocks)
    silent = [block for block in blocks if not block.text]
    if len(silent) > (1 - _MIN_SHARE) * len(blocks):
        return False
    if _are_most(blocks) and come_again(names):
        return True
    if len(names) < len(blocks) or not are_capitalized(names) or not _are_sentences(blocks):
        return False
    return _SAID.isdisjoint(" ".join(names).lower().split())


def _are_sentences(blocks: Sequence[TextBlock]) -> bool:
    """Whether sentences are said, early in a recording."""
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
"""Where names are looked for, and what decides."""
