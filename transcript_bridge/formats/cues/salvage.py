"""Cues that are damaged beyond reading: found between the readable ones, reported, left out."""

from __future__ import annotations

import re

from .blocks import Block
from .cue import FindingLog, quote
from .lines import BLANKS, end_of_text, is_blank, number_in

_DIGIT = re.compile(r"\d")
# What is left of a time line: of any, if a number is on the line before it; and of one with a
# whole time, if not.
_TORN = re.compile(r"-?\d{1,3}(?::[\d:.,]*+)?[ \t]*+[-=]*+>?[ \t]*+[\d:.,]*+")
_TORN_LATE = re.compile(r"(?:\d{1,3}:)?\d{2}:\d{2}[.,]\d{3}[ \t]*+[-=]*+>?[ \t]*+[\d:.,]*+")


def blank_unreadable(lines: list[str], line: int, log: FindingLog, *, in_cue: bool) -> list[str]:
    """Replace cues with unreadable times by empty lines.

    Such a cue is its number, the line with an arrow, and its text up to the next blank line.
    line: the 1-based line of `lines[0]`. in_cue: whether `lines` begin with the text of a cue,
    where an arrow is just an arrow.
    """
    if not any("->" in this for this in lines):
        return lines
    kept: list[str] = []
    is_lost = False
    for index, this in enumerate(lines):
        if this == "":
            is_lost = False
        if not is_lost and _begins_unreadable(lines, index, in_cue):
            is_lost = True
            if _is_numbered(lines, index, in_cue):
                kept[-1] = ""
            message = f"the times in {quote(this)!r} cannot be read; the cue was left out"
            _lose(log, "unreadable-times", message, line + index)
        kept.append("" if is_lost else this)
    return kept


def _begins_unreadable(lines: list[str], index: int, in_cue: bool) -> bool:
    this = lines[index]
    if "->" not in this or not _DIGIT.search(this):
        return False
    if _is_numbered(lines, index, in_cue):
        return True
    if index == 0:
        return not in_cue
    return is_blank(lines[index - 1])


def _is_numbered(lines: list[str], index: int, in_cue: bool) -> bool:
    first_number = int(in_cue)  # a cue has its own number before its times
    return index > first_number and number_in(lines[index - 1]) is not None


def cut_torn_end(block: Block, lines: list[str], number: int | None, log: FindingLog) -> list[str]:
    """Remove the beginning of a cue that the end of the file cuts off.

    An example is fixtures/srt/truncated-in-times.srt. block: of the last chunk. lines: what it
    says. number: that of the cue they belong to.
    """
    end = end_of_text(lines)
    if block.match is None or not block.is_last or end < 2:
        return lines
    cut = _find_torn_cue(lines, end, number)
    if cut == end:
        return lines
    message = "the file ends before the text of this cue; copy it again"
    _lose(log, "truncated", message, block.line + 1 + cut)
    return lines[:cut]


def _find_torn_cue(lines: list[str], end: int, number: int | None) -> int:
    """The index of the torn cue's first line; `end` if there is none."""
    before = lines[end - 2]
    last = lines[end - 1].strip(BLANKS)
    if number_in(before) is not None and ":" in last and _TORN.fullmatch(last):
        return end - 2
    if is_blank(before):
        counts_on = number is not None and number_in(last) == number + 1
        if counts_on or _TORN_LATE.fullmatch(last):
            return end - 1
    return end


def _lose(log: FindingLog, code: str, message: str, line: int) -> None:
    log.cues += 1
    log.unreadable += 1
    log.add(code, message, line, 1)
