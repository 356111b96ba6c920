"""Finds cues that cannot be read between readable ones, reports them, and leaves them out."""

from __future__ import annotations

import re

from .blocks import CueBlock
from .cue import FindingLog, quote
from .lines import (
    BLANKS,
    EDGES,
    INVISIBLE,
    NUMBER,
    blank_out,
    is_blank,
    is_number,
    number_in,
    number_matches,
)

# A line with an arrow and a digit, below an empty line or a number, and the text up to the next
# empty line. The first line of a cue is its own number or text.
_UNREADABLE = re.compile(
    rf"(?m)^(?:[{BLANKS}]*+|(?!\A)[{INVISIBLE}]*+{NUMBER}[{INVISIBLE}]*+)\n"
    r"(?=[^\n]*\d)(?=[^\n]*->)(?P<times>[^\n]*+)(?:\n[^\n]++)*+"
)
# The rest of a time line: of any, if a number is on the line before it; and of one with a
# whole time, if not.
_TORN = re.compile(r"(?=.*:)-?\d{1,3}(?::[\d:.,]*+)?[ \t]*+[-=]*+>?[ \t]*+[\d:.,]*+")
_TORN_LATE = re.compile(r"(?:\d{1,3}:)?\d{2}:\d{2}[.,]\d{3}[ \t]*+[-=]*+>?[ \t]*+[\d:.,]*+")


def leave_out_damaged(block: CueBlock, text: str, number: int, log: FindingLog) -> str:
    """The lines of a block without the cues in them that cannot be read.

    number: that of the cue that the block is.
    """
    if block.ends_file and block.is_cue:
        text = _cut_torn_end(block, text, number, log)
    if "->" in text:
        text = _blank_unreadable(block, text, log)
    return text


def _blank_unreadable(block: CueBlock, text: str, log: FindingLog) -> str:
    """Replace cues with unreadable times by empty lines.

    Such a cue is its number, the line with an arrow, and its text up to the next blank line. In a
    cue, an arrow on the first line is just an arrow.
    """
    lead = ""
    if not block.is_cue:
        lead = "\n"
    text = lead + text
    kept = []
    at = 0
    for line, match in number_matches(_UNREADABLE, text):
        message = f"the times in {quote(match['times'])!r} cannot be read; the cue was left out"
        _lose(log, "unreadable-times", message, block.line - len(lead) + line + 1)
        kept += [text[at : match.start()], blank_out(match)]
        at = match.end()
    kept.append(text[at:])
    return "".join(kept)[len(lead) :]


def _cut_torn_end(block: CueBlock, text: str, number: int, log: FindingLog) -> str:
    """Remove the beginning of a cue that the end of the file cuts off.

    An example is fixtures/srt/truncated-in-times.srt.
    """
    whole = "\n" + text.rstrip(EDGES)
    torn = _count_torn_lines(whole.split("\n")[1:][-2:], number)
    if torn == 0:
        return text
    kept = whole.rsplit("\n", torn)[0]
    message = "the file ends before the text of this cue; copy it again"
    _lose(log, "truncated", message, block.line + 1 + kept.count("\n"))
    return kept[1:]


def _count_torn_lines(last_lines: list[str], number: int) -> int:
    """How many lines at the end of a file are the beginning of a cue without text."""
    if len(last_lines) < 2:
        return 0
    before, last = last_lines
    last = last.strip(BLANKS)
    if is_number(before) and _TORN.fullmatch(last):
        return 2
    counts_on = 0 < number + 1 == number_in(last)
    is_torn = counts_on or _TORN_LATE.fullmatch(last) is not None
    return int(is_torn and is_blank(before))


def _lose(log: FindingLog, code: str, message: str, line: int) -> None:
    log.cues += 1
    log.unreadable += 1
    log.add(code, message, line, 1)
