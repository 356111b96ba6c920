"""Decides where a text is broken into lines, and where a cue with the most lines ends.

Every way to break a text has a cost, and the cheapest way is taken: few cues and lines, breaks
after sentences and commas, lines of one length. Scripts without spaces are broken between
characters, but not before a closing mark or a combining one. A word longer than a line has a line
of its own. The lines joined again (line_joining) are the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ...line_joining import is_unspaced, needs_no_space
from ..base import LineLimits

_CUE, _LINE = 30.0, 10.0
"""Costs of one more cue and of one more line."""
_UNEVEN = 20.0
"""Cost of an empty line; of any other the share of it that is empty, squared."""
_AFTER_SENTENCE, _AFTER_CLAUSE, _ELSEWHERE, _CLOSE = 0, 1, 2, 3
_LINE_ENDS = (0.0, 4.0, 12.0, 18.0)
_CUE_ENDS = (0.0, 15.0, 40.0, 50.0)
"""Costs of a break after a sentence, after a clause, elsewhere, and between what belongs together:
after a short word, such as an article, and before hiragana."""
_MISLEADING = 200.0
"""Cost of a line that would be taken for a speaker with a text, or for the number of a cue."""

_PAUSES = (
    (_AFTER_SENTENCE, re.compile(r"[.?!…。？！][\"'”’)\]»」』]*\n")),
    (_AFTER_CLAUSE, re.compile(r"[,;:–—、，；：][\"'”’)\]»」』]*\n")),
    (_CLOSE, re.compile("\\A[^\n]{,3}\n |\n[\u3041-\u309f]")),
)
"""What a break is, by the text and the next character with a line break between them: close is a
blank after a word of at most three letters, and hiragana."""
_LIKE_A_LABEL = re.compile(r"(?:\S+ ){0,4}\S*[:：]|[-–—‐>\[]|\d+(?: |$)")
_LONGEST_LABEL = 80
"""Characters of a line that are looked at."""
_NOT_FIRST = frozenset(
    "、。，．：；？！）］｝」』】〉》〕…‥・ーゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮะาำๅๆຳ"
)
_NOT_LAST = frozenset("（［｛「『【〈《〔“‘เแโใไເແໂໃໄ")
"""Characters that no line begins or ends with, in scripts without spaces."""


class _UnbrokenPiece(NamedTuple):
    """Text that is not broken."""

    text: str
    width: int
    blank: int
    """1 if a blank is before it, else 0."""
    pause: int
    """The kind of a break after it."""
    is_misleading: bool
    """Whether a line that begins with it would be taken for something else."""


@dataclass(slots=True)
class _Way:
    """The cheapest way to break the text up to a piece, with some lines in the last cue."""

    cost: float
    begin: int
    """The first piece of its last line."""
    lines: int
    """How many lines the cue had before that line."""


def width_of(text: str) -> int:
    """How wide a text is: full-width characters count twice, combining ones do not count."""
    if text.isascii():
        return len(text)
    return sum(map(_width_of_character, text))


@lru_cache(maxsize=4096)
def _width_of_character(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 1


def break_text(text: str, limits: LineLimits, label_width: int = 0) -> list[list[str]]:
    """The cues of a text on one line, and their lines.

    label_width: of the label that is written before the first line of each cue.
    """
    if label_width + width_of(text) <= limits.length:
        return [[text]]
    pieces = _split(text)
    ways = _find_ways(pieces, limits, label_width)
    return _follow(pieces, ways)


# ---- pieces


def _split(text: str) -> list[_UnbrokenPiece]:
    """A text cut where it may be broken."""
    cuts = [index for index in range(1, len(text)) if _may_break(text, index)]
    pieces = []
    for begin, end in pairwise([0, *cuts, len(text)]):
        bare = text[begin:end].removeprefix(" ")
        blank = end - begin - len(bare)
        line = text[begin + blank : begin + blank + _LONGEST_LABEL]
        is_misleading = _LIKE_A_LABEL.match(line) is not None
        pause = _find_pause(bare, text[end : end + 1])
        pieces.append(_UnbrokenPiece(bare, width_of(bare), blank, pause, is_misleading))
    return pieces


def _may_break(text: str, index: int) -> bool:
    """Whether the text may be broken before a character, or at it if it is a blank."""
    left = text[index - 1]
    right = text[index]
    if right == " ":
        return not needs_no_space(left, text[index + 1])
    if not is_unspaced(right) or unicodedata.category(right)[0] == "M":
        return False
    return needs_no_space(left, right) and not (right in _NOT_FIRST or left in _NOT_LAST)


def _find_pause(text: str, following: str) -> int:
    """Find the kind of a break after a piece. following: the next character."""
    for pause, pattern in _PAUSES:
        if pattern.search(f"{text}\n{following}"):
            return pause
    return _ELSEWHERE


# ---- the cheapest way


def _find_ways(
    pieces: Sequence[_UnbrokenPiece], limits: LineLimits, label_width: int
) -> list[dict[int, _Way]]:
    """For each number of pieces the cheapest ways to break them, by the lines of the last cue.

    0 lines: the last cue is complete.
    """
    ways: list[dict[int, _Way]] = [{} for _ in range(len(pieces) + 1)]
    ways[0][0] = _Way(0.0, 0, 0)
    for begin in range(len(pieces)):
        for lines, way in list(ways[begin].items()):
            first = pieces[begin]
            width = -first.blank
            cost = way.cost
            if lines == 0:
                width += label_width
            elif first.is_misleading:
                cost += _MISLEADING
            for end, piece in enumerate(pieces[begin:], begin + 1):
                width += piece.blank + piece.width
                if width > limits.length and piece is not first:
                    break
                _end_line(ways[end], _Way(cost, begin, lines), piece, width, limits)
    return ways


def _end_line(
    ways: dict[int, _Way], way: _Way, last: _UnbrokenPiece, width: int, limits: LineLimits
) -> None:
    """Add a line to a way; its cue continues or ends with it."""
    empty = max(0, limits.length - width) / limits.length
    cost = way.cost + _UNEVEN * empty * empty
    lines = way.lines + 1
    if lines < limits.lines:
        _keep_cheaper(ways, lines, cost + _LINE + _LINE_ENDS[last.pause], way)
    _keep_cheaper(ways, 0, cost + _CUE + _CUE_ENDS[last.pause], way)


def _keep_cheaper(ways: dict[int, _Way], lines: int, cost: float, way: _Way) -> None:
    if lines not in ways or cost < ways[lines].cost:
        ways[lines] = _Way(cost, way.begin, way.lines)


def _follow(pieces: Sequence[_UnbrokenPiece], ways: Sequence[dict[int, _Way]]) -> list[list[str]]:
    """The lines of the cheapest way, from its end back to the beginning."""
    cues: list[list[str]] = []
    end = len(pieces)
    lines = 0
    while end > 0:
        way = ways[end][lines]
        if lines == 0:
            cues.append([])
        own = pieces[way.begin : end]
        text = "".join([" " * piece.blank + piece.text for piece in own])
        cues[-1].append(text.removeprefix(" "))
        end = way.begin
        lines = way.lines
    return [cue[::-1] for cue in cues[::-1]]
