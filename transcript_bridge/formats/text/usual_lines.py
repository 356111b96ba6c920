"""Rewrites the forms of many products to those that headings.py reads.

tags           removes HTML tags
teams_page     rewrites headings copied from the page of a recording in Teams
spoken_times   removes lines that repeat a time in words
odd_times      rewrites other brackets and marks around a time, and frames
dates          removes dates before the times
closing_times  moves times from the ends of paragraphs to their beginnings
notations      rewrites times in other notations than a clock
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .chats import is_chat
from .closing_times import join_cards, move_closing_times
from .dates import leave_out_dates
from .heading_lines import TextBlock
from .headings import FoundBlocks, find_blocks
from .inline_times import find_in_running_text
from .line_rows import Finding, blank_rows, match_rows, rewrite, written_rows
from .notations import write_clocks
from .odd_times import put_names_outside, write_milliseconds, write_usual_times
from .spoken_times import cut_spoken_times, leave_out_spoken_times
from .tags import leave_out_tags
from .teams_page import write_headings

_RARE = (move_closing_times, write_clocks)
"""Rewrites that are only tried if no headings are found. They return no lines if they do not
apply."""
_DIRECTIONS = "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_NUMBERED = re.compile(
    r"^[ \t]{0,8}(?P<number>\d{1,6})(?:[.):]|\t|[ ]{1,4})[ \t]{0,8}(?=[\[(]?\d{1,3}:[0-5]\d)"
)
_HIGHEST_GAP = 30
"""The highest average step between numbers of lines."""
_WEBEX = re.compile(r'^(?:\d{1,6} )?"([^"\n]{1,80})" \(\d{1,12}\)')
_BEGINS_WITH_TIME = re.compile(r"[\[(]?\d{1,3}:[0-5]\d")
_QUOTED = re.compile(r">(?:[ ]|\Z)|\s*\Z")
_MIN_INDEXES = 2
_MOST_KEPT = 2000
"""The longest text, in lines, whose headings are cached."""
_FIRST_LINES = 50
"""One of so many first lines must be the first index."""


class HeadedText(NamedTuple):
    """The blocks of speech of a text, and its lines as rewritten, with the same rows."""

    blocks: Sequence[TextBlock]
    """Empty if it has no headings."""
    lines: Sequence[str]
    findings: Sequence[Finding] = ()
    began: datetime | None = None
    """The first date in the headings; naive if it has no offset."""
    is_chat: bool = False
    """Whether people wrote it. It has no headings then."""


def find_headed(lines: Sequence[str]) -> HeadedText:
    """Find the headings of a text, in any form that is known here."""
    if len(lines) > _MOST_KEPT:
        return _find_headed(lines)
    return _find_headed_once(tuple(lines))


@lru_cache(maxsize=1)
def _find_headed_once(lines: tuple[str, ...]) -> HeadedText:
    # `sniff` and `parse` both need the headings. Finding them takes two fifths of the time of
    # reading a short text.
    return _find_headed(lines)


def _find_headed(lines: Sequence[str]) -> HeadedText:
    if is_chat(lines):
        return HeadedText((), lines, is_chat=True)
    findings: list[Finding] = []
    lines = write_headings(cut_spoken_times(leave_out_tags(_blank_marks(lines))))
    lines = leave_out_spoken_times(lines, findings)
    lines = _blank_indexes(_leave_out_numbers(_open_quotation(_bare_names(lines))))
    lines = join_cards(put_names_outside(write_usual_times(lines)))
    lines = write_milliseconds(lines, findings)
    dated = leave_out_dates(lines, findings)
    lines = dated.lines
    found = find_blocks(lines, are_dated=dated.are_dated)
    for write in _RARE:
        if found.blocks:
            break
        lines = write(dated.lines)
        found = find_blocks(lines)
    if not found.blocks:
        lines = dated.lines
        found = FoundBlocks(find_in_running_text(lines))
    if found.shared_rows:
        message = "the times have no seconds; the entries of a minute share it by their lengths"
        findings.append(Finding("time-guessed", message, found.shared_rows[0]))
    for row in found.astray_rows:
        message = "the time is far from those above and below, and was put between them"
        findings.append(Finding("time-guessed", message, row))
    return HeadedText(found.blocks, lines, findings, dated.began)


def _blank_marks(lines: Sequence[str]) -> Sequence[str]:
    """Remove marks of the writing direction at the ends of lines, and use plain blanks."""
    if all(map(str.isascii, lines)):
        return lines
    return [line.replace("\xa0", " ").strip(_DIRECTIONS) for line in lines]


def _leave_out_numbers(lines: Sequence[str]) -> Sequence[str]:
    """Remove numbers of lines before the times, if they increase from line to line."""
    numbers = [int(match["number"]) for match in match_rows(_NUMBERED, lines).values()]
    are_counted = len(numbers) > _MIN_INDEXES and numbers == sorted(set(numbers))
    if not are_counted or numbers[-1] - numbers[0] > _HIGHEST_GAP * (len(numbers) - 1):
        return lines
    return rewrite(lines, _NUMBERED, "")


def _bare_names(lines: Sequence[str]) -> Sequence[str]:
    """Rewrite `2 "Ann" (3768348160)`, which Webex writes above the times, to `Ann`."""
    return rewrite(lines, _WEBEX, r"\1")


def _open_quotation(lines: Sequence[str]) -> Sequence[str]:
    """Remove the sign of a quotation in Markdown, if all lines have it."""
    if not all(map(_QUOTED.match, lines)):
        return lines
    return [line.removeprefix(">").removeprefix(" ") for line in lines]


def _blank_indexes(lines: Sequence[str]) -> Sequence[str]:
    """Empty the lines with numbers above times that count up from 1."""
    bare = list(map(str.strip, lines))
    if "1" not in bare[:_FIRST_LINES]:
        return lines
    rows: list[int] = []
    for row, following in pairwise(written_rows(bare)):
        if bare[row] == str(len(rows) + 1) and _BEGINS_WITH_TIME.match(bare[following]):
            rows.append(row)
    if len(rows) < _MIN_INDEXES:
        return lines
    return blank_rows(lines, rows)
