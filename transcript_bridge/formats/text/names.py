"""Who speaks, where the names are not in one piece with the times.

00:00:02 Jane         behind the time, the text below
00:00:02 | Jane | text    in a column
Jane / 0:03 / text    above the time, or below it, on a line of its own
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..speaker_labels import come_again
from .heading_lines import NAME, SENTENCE_ENDS, Block, is_name, plain_line

_MIN_SHARE = 0.8
"""Of the stretches: so many must have a name."""
_MIN_LONE_NAMES = 3
_LATEST_BEGINNING = 2 * 60 * 1000
"""ms, of a text whose names do not come again: else they may be days or people with hours."""
_COLUMNS = re.compile(
    rf"(?P<speaker>{NAME})(?:[ ]*[\t|][ \t]*|[ ]{{1,4}}/[ ]{{1,4}}|[ ]{{2,8}})(?P<text>\S.*)"
)
_COMPANY = re.compile(r" \([^()]{1,60}\)$")
"""What Fathom writes behind the name of a guest."""


_Find = Callable[[Sequence[Block], Sequence[str]], list[Block]]
"""The stretches, with their speakers where they have names there. The lines are of all text."""
_Judge = Callable[[Sequence[Block]], bool]


def take_names(blocks: list[Block], lines: Sequence[str]) -> list[Block]:
    """The stretches with their speakers, if there are names. lines: of the whole text."""
    for find, are_names in _PLACES:
        named = find(blocks, lines)
        if are_names(named):
            return named
    return blocks


def _in_each(take: Callable[[Block], Block]) -> _Find:
    """What finds names within each stretch."""

    def find(blocks: Sequence[Block], _lines: Sequence[str]) -> list[Block]:
        return list(map(take, blocks))

    return find


def _take_behind(block: Block) -> Block:
    """With the time first, what follows is a name if the text is on the lines below it."""
    name = block.heading.text.rstrip(": ")
    if not block.lines or not _is_name(_COMPANY.sub("", name)):
        return block
    return Block(block.heading._replace(speaker=name, text=""), block.lines)


def _take_from_columns(block: Block) -> Block:
    """A name, a sign between columns, and what is said."""
    found = _COLUMNS.fullmatch(block.heading.text)
    if found is None or not is_name(found["speaker"]):
        return block
    head = block.heading._replace(speaker=found["speaker"], text=found["text"])
    return Block(head, block.lines)


def _find_above(blocks: Sequence[Block], lines: Sequence[str]) -> list[Block]:
    """The line above each time; it is the last one below the time before."""
    written = [row for row, line in enumerate(lines) if line.strip()]
    row_above = dict(zip(written[1:], written, strict=False))
    rows = [row_above.get(block.heading.row, block.heading.row) for block in blocks]
    names = [_clean_name(lines[row]) for row in rows]
    named = []
    for block, row, name, following in zip(blocks, rows, names, [*names[1:], ""], strict=True):
        head = block.heading
        if name:
            head = head._replace(speaker=name, row=row)
        named.append(Block(head, _leave_out_name(block.lines, following)))
    return named


def _leave_out_name(said: tuple[str, ...], following: str) -> tuple[str, ...]:
    """The lines without the name of the next speaker; empty if it has none."""
    if not following:
        return said
    *others, _ = said
    words = following.split()
    initials = (words[0][0] + words[-1][0]).upper()
    if others[-1:] == [initials]:  # Teams' picture of a person
        others.pop()
    return tuple(others)


def _take_below(block: Block) -> Block:
    """The first line below a time that stands alone."""
    if len(block.lines) < 2 or block.heading.text:
        return block
    name = _clean_name(block.lines[0])
    if not name:
        return block
    return Block(block.heading._replace(speaker=name), block.lines[1:])


def _clean_name(line: str) -> str:
    """The name that a line is; empty if it is none."""
    name = plain_line(line).rstrip(": ")
    if not _is_name(name):
        return ""
    return name


def _is_name(text: str) -> bool:
    return re.fullmatch(NAME, text) is not None and is_name(text)


# ---- whether what was found are names


def _are_most(blocks: Sequence[Block]) -> bool:
    return len(_names_of(blocks)) >= _MIN_SHARE * len(blocks)


def _are_lone_names(blocks: Sequence[Block]) -> bool:
    """Whether lines without any sign are names: nearly all look like it, and they come again."""
    names = _names_of(blocks)
    if len(names) >= _MIN_LONE_NAMES and come_again(names) and _are_most(blocks):
        return True
    return len(names) == len(blocks) and _are_above_sentences(blocks)


def _are_above_sentences(blocks: Sequence[Block]) -> bool:
    """Whether each word of the names begins with a capital, and sentences are below them."""
    if blocks[0].heading.start > _LATEST_BEGINNING:
        return False
    words = " ".join(_names_of(blocks)).split()
    texts = [block.text.rstrip("\"'”’»)") for block in blocks]
    sentences = [text for text in texts if text.endswith(SENTENCE_ENDS)]
    return all(map(_is_capitalized, words)) and len(sentences) >= _MIN_SHARE * len(blocks)


def _is_capitalized(word: str) -> bool:
    return word[0].isupper() or word.isdecimal()


def _names_of(blocks: Sequence[Block]) -> list[str]:
    return [block.heading.speaker for block in blocks if block.heading.speaker]


_PLACES: tuple[tuple[_Find, _Judge], ...] = (
    (_in_each(_take_behind), _are_most),
    (_in_each(_take_from_columns), _are_most),
    (_find_above, _are_lone_names),
    (_in_each(_take_below), _are_lone_names),
)
"""Where names are looked for, and what decides."""
