"""Captions that roll: each shows lines of the one before again, above a new line.

repeats.py lists the programs that write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from .cue import Cue, FindingLog
from .lines import BLANKS, clean_lines
from .markup import standard_text
from .repeats import MAX_GAP, MIN_ROLLS, ROLLING_SHARE

_MAX_ROLLED_LINES = 16
"""Lines of one caption that may roll. Screens show four; without a limit, comparing captions of
thousands of lines takes time by the square of them."""
_TEXT = attrgetter("text")
_INLINE_TIME = re.compile(r"<\d")
_OVERRIDE = re.compile(r"\{\\[^{}\n]*+\}")
"""`{\\an7}`, which SRT has from another format; its other tags are those of WebVTT."""


_NEW = "\n"
"""In place of a line with inline times, which are never in one that is shown again."""


class _Lines(NamedTuple):
    """The lines of a cue that are not blank."""

    written: list[str]
    plain: list[str]
    """Without tags, blanks collapsed."""
    repeatable: list[str]
    """The plain lines, those with inline times as _NEW."""


def _make_lines(text: str) -> _Lines:
    written = list(filter(None, clean_lines(text).split("\n")))
    plain = list(map(_to_plain, written))
    repeatable = plain.copy()
    for place, line in enumerate(written):
        if _INLINE_TIME.search(line):
            repeatable[place] = _NEW
    return _Lines(written, plain, repeatable)


def _to_plain(line: str) -> str:
    return " ".join(standard_text(_OVERRIDE.sub("", line)).split())


def _split_cues(window: str) -> list[_Lines]:
    """Return the lines of each cue, approximately: the line before times counts as an index."""
    found: list[_Lines] = []
    pieces = window.split("-->")[1:]
    for number, piece in enumerate(pieces, 1):
        _, _, body = piece.partition("\n")  # after the rest of the time line
        if number < len(pieces):
            body = _cut_next_times(body)
        found.append(_make_lines(body))
    return found


def _cut_next_times(body: str) -> str:
    """The text of a cue without the beginning of the next time line, and without its index."""
    text, _, _ = body.rpartition("\n")
    above, _, last = text.rpartition("\n")
    is_index = last.isdecimal() or (bool(last.strip(BLANKS)) and above.endswith("\n"))
    if is_index:
        return above
    return text


def is_rolling(window: str) -> bool:
    """Whether the captions in the beginning of a file roll."""
    return _are_rolling(_split_cues(window))


def _are_rolling(cues: Sequence[_Lines]) -> bool:
    """Whether enough different lines are shown again above a new one.

    YouTube's inline times are sufficient proof: they are never in a line that is shown again.
    """
    rolled: list[str] = []
    for before, after in pairwise(cues):
        repeated = _count_repeated(before, after)
        if repeated and _NEW in before.repeatable[-repeated:]:
            return True
        first = after.plain[:1]
        if after.plain[repeated : repeated + 1] not in ([], first):
            rolled += first
    return len(set(rolled)) >= MIN_ROLLS and ROLLING_SHARE * len(rolled) >= len(cues)


def unroll_if_rolling(cues: Sequence[Cue], log: FindingLog) -> Iterable[Cue]:
    """Remove lines that cues show again, if enough cues do so."""
    if _are_rolling(list(map(_make_lines, map(_TEXT, cues)))):
        return unroll(cues, log)
    return cues


def unroll(cues: Iterable[Cue], log: FindingLog) -> Iterator[Cue]:
    """Remove the lines that the cue before has shown, and the cues that have no other lines."""
    shown = _make_lines("")
    shown_until = 0
    for cue in cues:
        lines = _make_lines(cue.text)
        repeated = 0
        if abs(cue.start - shown_until) <= MAX_GAP:
            repeated = _count_repeated(shown, lines)
        shown = lines
        shown_until = cue.end
        if not repeated:
            yield cue
        elif repeated == len(lines.written):
            log.count("rolling-repeat", cue.line, cues=1)
        else:
            yield cue._replace(text="\n".join(lines.written[repeated:]))


def _count_repeated(shown: _Lines, lines: _Lines) -> int:
    """The number of lines at the top that were at the bottom of the cue before."""
    most = min(len(shown.plain), len(lines.plain), _MAX_ROLLED_LINES)
    for n in range(most, 0, -1):
        if lines.repeatable[:n] == shown.plain[-n:]:
            return n
    return 0
