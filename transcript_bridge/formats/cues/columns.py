"""All times, texts and lines of a chunk at once, for the fast readers.

A step over a whole column costs a fraction of the same step in a loop over cues. Each function
gives up (None) where one cue is not well-formed; the careful readers take the chunk then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from ...models import Utterances, Word, pack
from .lines import BLANKS, clean_lines
from .timestamps import has_times, time_line

_NO_WORDS: tuple[Word, ...] = ()
_ODD_BEGINNING = re.compile(rf"\n[\n{BLANKS}\d-]")
"""The beginning of an empty line, of a line with blanks, of a time line; and of some good ones."""
_MAX_CLOCKS = 10_000
"""How many excesses are kept; a file has one for each minute."""


def tidy_texts(texts: list[str]) -> list[str] | None:
    """The texts with clean lines; None if one is empty, or has a blank line or a time line inside.

    The texts are searched as one string: a search in a long string costs next to nothing.
    """
    whole = _join(texts)
    if not _may_be_odd(whole):
        return texts
    if "\n\n" in whole:  # two empty lines between cues
        texts = [text.rstrip("\n") for text in texts]
        whole = _join(texts)
    if _may_hold_cues(whole):
        return None
    if not _has_blank_beginnings(whole) and not _has_blank_ends(whole):
        return texts
    cleaned = [clean_lines(text) for text in texts]
    if "" in cleaned or _join(cleaned).count("\n") != whole.count("\n"):
        return None
    return cleaned


def _join(texts: list[str]) -> str:
    return "\n".join(["", *texts, ""])


def _may_hold_cues(whole: str) -> bool:
    if "\n\n" in whole or _has_arrow(whole):
        return True
    return any(has_times(match) for match in time_line().finditer(whole))


def _may_be_odd(whole: str) -> bool:
    if _has_arrow(whole) or _ODD_BEGINNING.search(whole):
        return True
    return _has_blank_ends(whole)


def _has_arrow(whole: str) -> bool:
    # A search for one character takes a twentieth of a search for two.
    return ">" in whole and "->" in whole


def _has_blank_beginnings(whole: str) -> bool:
    return any(f"\n{blank}" in whole for blank in BLANKS)


def _has_blank_ends(whole: str) -> bool:
    # Most texts do not have the rarer blanks at all, and a search for one character is the fastest.
    # The loop takes half the time of any() with a generator.
    for blank in BLANKS:  # noqa: SIM110
        if blank in whole and f"{blank}\n" in whole:
            return True
    return False


def read_columns(
    lines: Sequence[str], standard: re.Pattern[str]
) -> tuple[list[int], list[int]] | None:
    """Starts and ends (ms) of time lines; None if one is not written as the format has it.

    standard: matches all times of the lines, each with a line break after it. Hours (optional),
    minutes and seconds have two digits, the fraction three.

    All digits of a time are read as one number, HHMMSSmmm, and what its hours and minutes count too
    much is subtracted: four times as fast as read_stamp.
    """
    stamps = "\n".join([*lines, ""]).replace(" --> ", "\n")
    if not standard.fullmatch(stamps):
        return None
    digits = stamps.encode().translate(None, b":,.").decode().split()
    if len(digits) != 2 * len(lines):
        return None
    excess = _excess
    times = [number - excess[number // 100_000] for number in map(int, digits)]
    return times[::2], times[1::2]


class _Excess(dict[int, int]):
    """By hours and minutes (HHMM): by how much HHMM00000 is more than the milliseconds in them."""

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
    starts: Sequence[int],
    ends: Sequence[int],
    texts: Sequence[str],
    speakers: Sequence[str | None] | None,
    ids: Sequence[str | None] | None,
    lines: Sequence[int],
) -> Utterances:
    """Columns to utterances without words; None is a column of nothing but None."""
    nothing: list[str | None] = [None] * len(texts)
    return Utterances(
        pack(starts),
        pack(ends),
        texts,
        speakers or nothing,
        [_NO_WORDS] * len(texts),
        ids or nothing,
        pack(lines),
    )
