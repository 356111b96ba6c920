"""The lines between two time lines: whose they are, and which are the wreck of a cue."""

from __future__ import annotations

import re

from .cue import Findings, quote
from .stretch import BLANKS

_DIGIT = re.compile(r"\d")
# What is left of a time line: of any, if its number stands before it, and of one that has a whole
# time, if not.
_TORN = re.compile(r"-?\d{1,3}(?::[\d:.,]*+)?[ \t]*+[-=]*+>?[ \t]*+[\d:.,]*+")
_TORN_LATE = re.compile(r"(?:\d{1,3}:)?\d{2}:\d{2}[.,]\d{3}[ \t]*+[-=]*+>?[ \t]*+[\d:.,]*+")


def is_blank(line: str) -> bool:
    """Whether nothing can be seen in it."""
    return not line.strip(BLANKS)


def number_in(line: str) -> int | None:
    """The number that a line consists of, as SRT's indexes do; None for any other line."""
    bare = line.strip(BLANKS)
    return int(bare) if bare.isdecimal() and len(bare) < 10 else None


def take_out_unreadable(
    lines: list[str], line: int, findings: Findings, *, in_cue: bool
) -> list[str]:
    """Cues whose times nobody can read made empty lines: such a line, its number, its text to the
    next blank line.

    line: that of `lines[0]`. in_cue: whether `lines` begin with a cue's text, where an arrow is
    just an arrow.
    """
    if not any("->" in this for this in lines):
        return lines
    kept: list[str] = []
    lost = False
    for i, this in enumerate(lines):
        lost = lost and this != ""
        numbered = i > in_cue and number_in(lines[i - 1]) is not None
        begins = numbered or (is_blank(lines[i - 1]) if i else not in_cue)
        if not lost and begins and "->" in this and _DIGIT.search(this):
            if numbered:
                kept[-1] = ""
            told = f"no times can be read in {quote(this)!r}; the cue was left out"
            _lose(findings, "unreadable-times", told, line + i)
            lost = True
        kept.append("" if lost else this)
    return kept


def take_out_torn_end(
    lines: list[str], line: int, number: int | None, findings: Findings
) -> list[str]:
    """Without the beginning of a cue that the end of the file cuts off
    (fixtures/srt/truncated-in-times.srt).

    `lines` are the last ones of the file, from `line` on; number: that of the cue they belong to.
    """
    end = len(lines)
    while end and is_blank(lines[end - 1]):
        end -= 1
    if end < 2:
        return lines
    tail = lines[end - 1].strip(BLANKS)
    after_blank = is_blank(lines[end - 2])
    counts_on = number is not None and number_in(tail) == number + 1
    if number_in(lines[end - 2]) is not None and ":" in tail and _TORN.fullmatch(tail):
        cut = end - 2
    elif after_blank and (counts_on or _TORN_LATE.fullmatch(tail)):
        cut = end - 1
    else:
        return lines
    _lose(
        findings,
        "truncated",
        "the file breaks off before the text of this cue; copy it again",
        line + cut,
    )
    return lines[:cut]


def _lose(findings: Findings, code: str, message: str, line: int) -> None:
    findings.cues += 1
    findings.unreadable += 1
    findings.tell(code, message, line, 1)


def blank_before_text(lines: list[str]) -> int | None:
    """Where, in lines without blanks at their ends, the first empty one has text after it; None for
    nowhere."""
    if "" not in lines:
        return None
    first = lines.index("")
    return first if any(lines[first:]) else None
