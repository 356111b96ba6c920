"""Times in brackets within what is said: `We met [00:28:00] in the spring.`

Oral histories have them in running text, every minute or so; other texts have them beside the
headings. What is said is split there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ...timecode import MS_PER_CHARACTER
from ..cues.timestamps import read_stamp
from .heading_lines import SENTENCE_ENDS, Block, Heading
from .pace import NEVER, count_rate

_TIME = re.compile(r"[ \t]{0,4}\[((?:\d{1,2}:)?\d{1,2}:[0-5]\d(?:[.,]\d{1,3})?)\][ \t]{0,4}")
_WITHIN = re.compile(
    r"(?:[,;.?!…]|(?<![^\W_])[^\W\dA-Z_]\w{0,30})[ ]?\[(?:\d{1,2}:)?\d{1,2}:[0-5]\d[.,\d]{0,4}\]"
)
"""A time behind a word in small letters, or behind a mark: a name would be a heading."""
_SIGN = "["
_MIN_TIMES = 2
_SLOWEST, _FASTEST = 2.0, 40.0
"""Characters a second of running text."""


def split_at_times(blocks: Sequence[Block]) -> list[Block]:
    """The stretches, and a new one at each time within them that is before the next of them."""
    starts = [block.heading.start for block in blocks]
    split: list[Block] = []
    for block, following in zip(blocks, [*starts[1:], NEVER], strict=True):
        pieces = [block]
        if _SIGN in block.text:
            row = block.heading.row
            found = _split(block.heading, [(row, line) for line in block.text.split("\n")])
            if _go_on(found, following):
                pieces = found
        split += pieces
    return split


def find_in_running_text(lines: Sequence[str]) -> list[Block]:
    """The stretches of a text without headings; none if its times are not those of speech.

    The first stretch begins early enough to be said before the first time.
    """
    if not any(map(_WITHIN.search, lines)):
        return []
    plain = [(row, line.replace("**", "").strip()) for row, line in enumerate(lines)]
    said = [(row, line) for row, line in plain if line]
    pieces = _split(Heading(0, 0, 0, "", ""), said[_count_titles(said) :])
    timed = [piece for piece in pieces if piece.heading.start]
    if len(timed) < _MIN_TIMES or not _go_on(timed, NEVER):
        return []
    if not _SLOWEST <= count_rate(timed) <= _FASTEST:
        return []
    first = timed[0].heading.start
    for block in pieces[: -len(timed)]:
        start = max(0, first - MS_PER_CHARACTER * len(block.text))
        timed.insert(0, Block(block.heading._replace(start=start, end=start), block.lines))
    return timed


def _count_titles(said: Sequence[tuple[int, str]]) -> int:
    """1 if the first line is no sentence, and an empty one is below it."""
    if len(said) < 2:
        return 0
    (row, line), (following, _) = said[:2]
    return int(following > row + 1 and not line.endswith((*SENTENCE_ENDS, ":")))


def _split(head: Heading, lines: Iterable[tuple[int, str]]) -> list[Block]:
    """lines: rows, and what is said on them."""
    blocks: list[Block] = []
    said: list[str] = []
    for row, line in lines:
        before, *timed = _TIME.split(line)
        said.append(before)
        for clock, text in zip(timed[::2], timed[1::2], strict=True):
            blocks.append(_make_block(head._replace(end=head.start), said))
            head = head._replace(row=row, start=read_stamp(clock))
            said = [text]
    blocks.append(_make_block(head, said))
    return [block for block in blocks if block.text]


def _make_block(head: Heading, said: Sequence[str]) -> Block:
    """The first line is on that of the heading, if the whole is one utterance."""
    lines = list(filter(None, said))
    if head.speaker or head.text:
        return Block(head._replace(text="".join(lines[:1])), tuple(lines[1:]))
    return Block(head, tuple(lines))


def _go_on(blocks: Sequence[Block], following: int) -> bool:
    starts = [block.heading.start for block in blocks]
    return [*starts, following] == sorted([*starts, following])
