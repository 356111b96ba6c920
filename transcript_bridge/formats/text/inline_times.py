"""Times in brackets within the speech: `We met [00:28:00] in the spring.`

Oral histories have them in running text, about once a minute. Other texts have them in addition to
the headings: Rev in round brackets above further paragraphs. The text is split at these times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import repeat

from ...line_joining import has_any
from ...timecode import MS_PER_CHARACTER, count_spoken
from ..cues.timestamps import read_stamp
from .heading_lines import Heading, TextBlock
from .pace import NEVER, count_rate

_CLOCK = r"((?:\d{1,2}:)?\d{1,2}:[0-5]\d(?:[.,]\d{1,3})?)"
_TIME = re.compile(rf"[ \t]{{0,4}}(?:\[|^\(){_CLOCK}(?:\]|\)(?::|$))[ \t]{{0,4}}")
"""In brackets; or as Rev has it above the next paragraph of the same person: `(01:21):`."""
_WITHIN = re.compile(
    r"(?:[,;.?!…]|(?<![^\W_])[^\W\dA-Z_]\w{0,30})[ ]?\[(?:\d{1,2}:)?\d{1,2}:[0-5]\d[.,\d]{0,4}\]"
)
"""A time after a word in small letters, or after a mark; after a name, it would be a heading."""
_CLOSING = re.compile(rf"(?m)\S[ \t]{{0,4}}\[{_CLOCK}\]$")
"""A time at the end of a line, which may be that of the line."""
_TITLE = re.compile(r"\A\n*+(?:[^\n]++(?<![.?!…:])\n\n)?")
"""The first line, if it is not a sentence and an empty line is below it."""
_SIGNS = ("[", "\n(")
_MIN_TIMES = 2
_RUSHED, _A_TITLE = 2, 5_000
"""ms. A text that takes so much longer than twice the time before the first time is a header."""
_SLOWEST, _FASTEST = 2.0, 40.0
"""Characters a second of running text."""


def split_at_times(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Split blocks at the times in their text that lie between the block and the next one."""
    starts = [block.heading.start for block in blocks]
    split: list[TextBlock] = []
    for block, following in zip(blocks, [*starts[1:], NEVER], strict=True):
        pieces = [block]
        if has_any(block.text, _SIGNS):
            rows = repeat(block.heading.row)
            pieces = _split(block.heading, zip(rows, block.text.split("\n"), strict=False))
        split += pieces if _go_on(pieces, following) else [block]
    return split


def find_in_running_text(lines: Sequence[str]) -> list[TextBlock]:
    """Find the blocks of a text without headings; empty if its times do not fit speech.

    The text before the first time gets a start by its length. It is left out if it cannot be spoken
    in the time before.
    """
    whole = "\n".join(map(str.strip, "\n".join(lines).replace("**", "").split("\n")))
    said = _TITLE.sub("", whole, count=1)
    before, *timed = _TIME.split(said)
    number = len(timed) // 2
    is_within = _WITHIN.search(said) is not None and 2 * len(_CLOSING.findall(said)) <= number
    if number < _MIN_TIMES or not is_within:
        return []
    first, needed = read_stamp(timed[0]), MS_PER_CHARACTER * count_spoken(before)
    start = max(0, first - needed)
    row = whole.count("\n") - said.count("\n")
    pieces = _split(Heading(0, start, start, "", ""), enumerate(said.split("\n"), row))
    if needed > _RUSHED * first + _A_TITLE:
        pieces = pieces[1:]
    is_paced = _SLOWEST <= count_rate(pieces) <= _FASTEST
    return pieces if is_paced and _go_on(pieces, NEVER) else []


def _split(head: Heading, lines: Iterable[tuple[int, str]]) -> list[TextBlock]:
    """lines: rows with their text."""
    blocks: list[TextBlock] = []
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


def _make_block(head: Heading, said: Sequence[str]) -> TextBlock:
    """Make a block; if the heading has no name, its text is one utterance."""
    lines = list(filter(None, said))
    if head.speaker or head.text:
        return TextBlock(head._replace(text="".join(lines[:1])), tuple(lines[1:]))
    return TextBlock(head, tuple(lines))


def _go_on(blocks: Sequence[TextBlock], following: int) -> bool:
    starts = [block.heading.start for block in blocks]
    return [*starts, following] == sorted([*starts, following])
