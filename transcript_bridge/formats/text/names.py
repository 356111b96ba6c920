"""Who speaks, where the names are not in one piece with the times.

00:00:02 Jane         behind the time, the text below
00:00:02 | Jane | text    in a column
Jane / 0:03 / text    above the time, or below it, on a line of its own
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .heading_lines import NAME, Block, is_name, plain_line

_MIN_SHARE = 0.8
"""Of the stretches: so many must have a name."""
_MIN_LONE_NAMES = 3
_MOST_NAMES = 0.67
"""Different names for each time: sentences hardly ever come again."""
_LATEST_BEGINNING = 2 * 60 * 1000
"""ms, of a text whose names do not come again: else they may be days or people with hours."""
_SENTENCE_ENDS = (".", "?", "!", "…")
_COLUMNS = re.compile(
    rf"(?P<speaker>{NAME})(?:[ ]*[\t|][ \t]*|[ ]{{1,4}}/[ ]{{1,4}}|[ ]{{2,8}})(?P<text>\S.*)"
)
_COMPANY = re.compile(r" \([^()]{1,60}\)$")
"""What Fathom writes behind the name of a guest."""


class _Named(NamedTuple):
    """A stretch of speech."""

    name: str
    """Empty if it has none."""
    block: Block
    """With the name as its speaker, and not in its lines."""


_Finder = Callable[[Sequence[Block], Sequence[str]], Sequence[_Named]]
_Judge = Callable[[Sequence[_Named]], bool]


def take_names(blocks: Sequence[Block], lines: Sequence[str]) -> list[Block] | None:
    """The stretches with their speakers; None if there are no names. lines: of the whole text."""
    for find, are_names in _PLACES:
        named = find(blocks, lines)
        if are_names(named):
            return [one.block for one in named]
    return None


def _find_behind(blocks: Sequence[Block], lines: Sequence[str]) -> Sequence[_Named]:
    """With the time first, what follows is a name if the text is on the lines below it."""
    return [_Named("", block) if not block.lines else _name_behind(block) for block in blocks]


def _name_behind(block: Block) -> _Named:
    name = block.heading.text.rstrip(": ")
    if not _is_name(_COMPANY.sub("", name)):
        return _Named("", block)
    return _Named(name, Block(block.heading._replace(speaker=name, text=""), block.lines))


def _find_in_columns(blocks: Sequence[Block], lines: Sequence[str]) -> Sequence[_Named]:
    """A name, a sign between columns, and what is said."""
    named: list[_Named] = []
    for block in blocks:
        found = _COLUMNS.fullmatch(block.heading.text)
        if found is None or not is_name(found["speaker"]):
            named.append(_Named("", block))
            continue
        head = block.heading._replace(speaker=found["speaker"], text=found["text"])
        named.append(_Named(found["speaker"], Block(head, block.lines)))
    return named


def _find_above(blocks: Sequence[Block], lines: Sequence[str]) -> Sequence[_Named]:
    """The line above each time; it is the last one below the time before."""
    rows = [_find_row_above(lines, block.heading.row) for block in blocks]
    names = [_clean_name(lines[row]) for row in rows]
    named: list[_Named] = []
    for block, row, name, following in zip(blocks, rows, names, [*names[1:], ""], strict=True):
        head, said = block
        if name:
            head = head._replace(speaker=name, row=row)
        if following:
            said = said[:-1]
            if said[-1:] == (_initials_of(following),):  # Teams' picture of a person
                said = said[:-1]
        named.append(_Named(name, Block(head, said)))
    return named


def _find_row_above(lines: Sequence[str], row: int) -> int:
    """The line above another that is not blank; the same one if there is none."""
    for above in range(row - 1, -1, -1):
        if lines[above].strip():
            return above
    return row


def _initials_of(name: str) -> str:
    words = name.split()
    return (words[0][0] + words[-1][0]).upper()


def _find_below(blocks: Sequence[Block], lines: Sequence[str]) -> Sequence[_Named]:
    """The first line below a time that stands alone."""
    named: list[_Named] = []
    for block in blocks:
        stands_alone = len(block.lines) > 1 and not block.heading.text
        name = _clean_name(block.lines[0]) if stands_alone else ""
        if name:
            block = Block(block.heading._replace(speaker=name), block.lines[1:])
        named.append(_Named(name, block))
    return named


def _clean_name(line: str) -> str:
    """The name that a line is; empty if it is none."""
    name = plain_line(line).rstrip(": ")
    return name if _is_name(name) else ""


def _is_name(text: str) -> bool:
    return re.fullmatch(NAME, text) is not None and is_name(text)


# ---- whether what was found are names


def _are_most(named: Sequence[_Named]) -> bool:
    return len(_names_of(named)) >= _MIN_SHARE * len(named)


def _are_lone_names(named: Sequence[_Named]) -> bool:
    """Whether lines without any sign are names: nearly all look like it, and they come again."""
    names = _names_of(named)
    come_again = len(set(names)) <= _MOST_NAMES * len(names)
    if len(names) >= _MIN_LONE_NAMES and come_again and _are_most(named):
        return True
    return len(names) == len(named) and _are_above_sentences(named)


def _are_above_sentences(named: Sequence[_Named]) -> bool:
    """Whether each word of the names begins with a capital, and sentences are below them."""
    words = " ".join(_names_of(named)).split()
    are_capitalized = all(word[0].isupper() or word.isdecimal() for word in words)
    texts = [one.block.text.rstrip("\"'”’»)") for one in named]
    ends = sum(text.endswith(_SENTENCE_ENDS) for text in texts)
    begins_early = named[0].block.heading.start <= _LATEST_BEGINNING
    return begins_early and are_capitalized and ends >= _MIN_SHARE * len(named)


def _names_of(named: Sequence[_Named]) -> Sequence[str]:
    return [one.name for one in named if one.name]


_PLACES: tuple[tuple[_Finder, _Judge], ...] = (
    (_find_behind, _are_most),
    (_find_in_columns, _are_most),
    (_find_above, _are_lone_names),
    (_find_below, _are_lone_names),
)
"""Where names are looked for, and what decides."""
