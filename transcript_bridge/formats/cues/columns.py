"""Reads all times, texts and lines of a chunk at once, for the fast readers.

A step over a whole column costs a fraction of the same step in a loop over cues. Each function
gives up (NeedsCareError) if one cue is not well-formed; then the careful readers take the chunk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from ...line_joining import has_any
from ...models import Utterances, Word, pack
from .chunks import NeedsCareError
from .lines import BLANKS, strip_lines
from .timestamps import has_time_line

_NO_WORDS: tuple[Word, ...] = ()
_ODD_BEGINNING = re.compile(rf"\n[\n{BLANKS}\d-]")
"""The beginning of an empty line, of a line with blanks, of a time line; and of some good ones."""
_MAX_CLOCKS = 10_000
"""How many excesses are kept; a file has one for each minute."""


def tidy_texts(texts: list[str]) -> list[str]:
    """The texts with clean lines; gives up if one is empty, or has a blank line or a time line
    inside.

    The texts are searched as one string: a search in a long string costs next to nothing.
    """
    whole = _join(texts)
    if not _may_be_odd(whole):
        return texts
    if "\n\n" in whole:  # two empty lines between cues
        texts = [text.rstrip("\n") for text in texts]
        whole = _join(texts)
    if "\n\n" in whole or _has_arrow(whole) or has_time_line(whole):
        raise NeedsCareError
    if _has_blank_beginnings(whole) or _has_blank_ends(whole):
        texts = list(map(strip_lines, texts))
        if "\n\n" in _join(texts):
            raise NeedsCareError
    return texts


def _join(texts: list[str]) -> str:
    return "\n".join(["", *texts, ""])


def _may_be_odd(whole: str) -> bool:
    if _has_arrow(whole) or _ODD_BEGINNING.search(whole):
        return True
    return _has_blank_ends(whole)


def _has_arrow(whole: str) -> bool:
    # A search for one character takes a twentieth of a search for two.
    return ">" in whole and "->" in whole


def _has_blank_beginnings(whole: str) -> bool:
    return has_any(whole, [f"\n{blank}" for blank in BLANKS])


def _has_blank_ends(whole: str) -> bool:
    # Most texts do not have the rarer blanks at all, and a search for one character is the fastest.
    present = filter(whole.__contains__, BLANKS)
    return has_any(whole, [f"{blank}\n" for blank in present])


def read_columns(lines: Sequence[str], standard: re.Pattern[str]) -> tuple[list[int], list[int]]:
    """Starts and ends (ms) of time lines; gives up if one is not written as the format has it.

    standard: matches all of the lines, each with a line break after it. Hours (optional), minutes
    and seconds have two digits, the fraction three.

    All digits of a time are read as one number, HHMMSSmmm, and what its hours and minutes count too
    much is subtracted: four times as fast as read_stamp.
    """
    stamps = "\n".join([*lines, ""])
    if not standard.fullmatch(stamps):
        raise NeedsCareError
    digits = stamps.encode().translate(None, b":,.->").split()
    excess = _excess
    times = [number - excess[number // 100_000] for number in map(int, digits)]
    return times[::2], times[1::2]


class _Excess(dict[int, int]):
    """For each HHMM: the difference between HHMM00000 and the milliseconds in hours and minutes."""

    def __missing__(self, clock: int) -> int:
        hours, minutes = divmod(clock, 100)
        milliseconds = (hours * 60 + minutes) * 60_000
        excess = clock * 100_000 - milliseconds
        if len(self) < _MAX_CLOCKS:
            self[clock] = excess
        return excess


_excess = _Excess()


def number_lines(first: int, texts: Sequence[str], between: int) -> list[int]:
    """The 1-based line of each cue's times.

    first: the line of the first cue's times. between: how many lines there are from the last line
    of a text to the times of the next cue.
    """
    if "\n" not in "".join(texts):  # most files: 2 % of reading a small one
        return list(range(first, first + between * len(texts), between))
    # Half of the time of a loop that appends.
    steps = [text.count("\n") + between for text in texts[:-1]]
    return list(accumulate(steps, initial=first))


def make_utterances(
    columns: tuple[Sequence[int], Sequence[int]],
    texts: Sequence[str],
    speakers: Sequence[str | None],
    ids: Sequence[str | None],
    lines: Sequence[int],
) -> Utterances:
    """Make utterances without words. columns: starts and ends."""
    starts, ends = map(pack, columns)
    words = [_NO_WORDS] * len(texts)
    return Utterances(starts, ends, texts, speakers, words, ids, pack(lines))
