"""Text in which each block of speech has a heading: a time, mostly with a name.

    Jane Doe  0:03                      Otter, Rev: the name first, the text below
    Jane (00:02): text                  the same with the text on its line
    [Jane Doe] 14:02:33                 Zoom's saved captions, by the time of day
    00:00:02 Speaker 1                  Plaud: the time first, the text below
    [0:03] Jane: text                   the time first, the text on its line
    [00:00:01 - 00:00:05] Jane: text    Omi's copied text: with an end
    10:05:03 Jane                       Teams: the same by the time of day
    00:05:00                            Google Meet: the time alone, lines with names below
    0:03 - Jane                         Fathom: a sign between them, the text below
    00:00:02 | Jane | text              columns
    Jane / 0:03 / text                  each on a line of its own, as copied from web pages

A program writes one kind of headings, so only the most frequent kind counts. Other lines that look
like a heading, such as "see you at 10:30", are text. shaping/labels reads names in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, starmap, zip_longest
from typing import NamedTuple

from .heading_lines import (
    AN_HOUR,
    Heading,
    TextBlock,
    have_time_words,
    may_be_heading,
    plain_line,
    read_clear_name,
    read_glued_time,
    read_name_first,
    read_time_first,
    read_zoom,
)
from .inline_times import split_at_times
from .markdown import holds_days
from .names import take_names
from .one_line import find_one_liners
from .pace import (
    find_clock,
    find_shared,
    is_labeled_speech,
    is_speech,
    leave_out_chapters,
    may_be_timetable,
    place_astray,
    restart_clock,
    share_minutes,
    write_hours,
)

_Reader = Callable[[int, str], Heading | None]
_Finder = Callable[[Sequence[tuple[int, str]]], list[Heading]]
_MIN_HEADINGS = 2
_A_DAY = 24 * AN_HOUR
_MOST_LINES = 0.9
"""The share of lines, from the first heading on."""
_NEAR_HOUR = 5 * 60 * 1000
"""ms from an hour, in which times without hours begin again."""
_SLIP = 2_000
"""ms that a time of day may be before the one above it, as in Zoom's captions."""
_BEGINNING, _STEP_BACK = 15_000, 5_000
"""ms in which another recording begins, and by which it does so before the end of the first."""
_MOST_EMPTY = 0.25
"""Of the headings."""
_MIN_PART = 3
"""Headings of a recording, where a text has several."""


class FoundBlocks(NamedTuple):
    """The blocks of speech of a text."""

    blocks: Sequence[TextBlock] = ()
    """Empty if it has no headings."""
    shared_rows: Sequence[int] = ()
    """The rows of blocks that had the time of the one before, because times have no seconds."""
    astray_rows: Sequence[int] = ()
    """The rows of blocks whose time was replaced, because it is far from those around it."""


def find_blocks(lines: Sequence[str], *, are_dated: bool = False) -> FoundBlocks:
    """Find the blocks of speech of a text.

    lines: as usual_lines.py rewrites them. are_dated: whether they had dates.
    """
    headings = _choose_kind(lines)
    if len(headings) < _MIN_HEADINGS:
        return FoundBlocks()
    rows = [*[heading.row for heading in headings], len(lines)]
    bare = list(map(str.strip, lines))
    blocks = []
    for heading, (row, end) in zip(headings, pairwise(rows), strict=True):
        blocks.append(TextBlock(heading, tuple(filter(None, bare[row + 1 : end]))))
    blocks = leave_out_chapters(write_hours(blocks))
    if may_be_timetable(blocks) or _are_names_alone(blocks):
        return FoundBlocks()
    clock = find_clock(blocks, are_dated=are_dated)
    are_labeled = is_labeled_speech(blocks, clock)
    blocks = _name_speakers(blocks, lines, are_labeled=are_labeled)
    if not is_speech(blocks, clock, are_labeled=are_labeled) or holds_days(lines):
        return FoundBlocks()
    if clock.has_seconds:
        placed = place_astray(blocks)
        pairs = zip(placed, blocks, strict=True)
        rows = [block.heading.row for block, before in pairs if block is not before]
        return FoundBlocks(split_at_times(placed), astray_rows=rows)
    return FoundBlocks(list(share_minutes(blocks)), find_shared(blocks))


def _choose_kind(lines: Sequence[str]) -> list[Heading]:
    """Return the headings of the most frequent kind; of two similar counts, the surer kind wins."""
    best: list[Heading] = []
    plain = [(row, plain_line(line)) for row, line in enumerate(lines) if may_be_heading(line)]
    for find in _KINDS:
        if 2 * len(best) >= len(plain):  # no other kind can have twice as many
            break
        found = _keep_sure(_pass_midnight(find(plain)), lines)
        if len(found) > 2 * len(best) and not have_time_words(found):
            best = found
    return best


def _finder(read: _Reader) -> _Finder:
    """Make a function that finds headings, from one that reads a line."""

    def find(plain: Sequence[tuple[int, str]]) -> list[Heading]:
        return list(filter(None, starmap(read, plain)))

    return find


_KINDS: tuple[_Finder, ...] = (
    _finder(read_zoom),
    _finder(read_clear_name),
    _finder(read_time_first),
    _finder(read_name_first),
    _finder(read_glued_time),
    find_one_liners,
)
"""The surest first."""


def _are_names_alone(blocks: Sequence[TextBlock]) -> bool:
    """Whether too many names have no text below them: then they are short sentences."""
    alone = [block for block in blocks if block.heading.speaker and block.is_empty]
    return len(alone) > _MOST_EMPTY * len(blocks)


def _pass_midnight(headings: Sequence[Heading]) -> list[Heading]:
    """Continue times of day after 24 hours at midnight, and times without hours after an hour."""
    starts = [heading.start for heading in headings]
    have_hours = max(starts, default=0) >= AN_HOUR
    period, near = (_A_DAY, AN_HOUR) if have_hours else (AN_HOUR, _NEAR_HOUR)
    passed_times = 0
    passed: list[Heading] = []
    for heading, last in zip(headings, [0, *starts], strict=False):
        if last >= period - near and heading.start < near:
            passed_times += 1
        passed.append(heading.move(passed_times * period))
    return passed


def _keep_sure(headings: Sequence[Heading], lines: Sequence[str]) -> list[Heading]:
    """The headings in order, and those out of order that no text looks like: they begin with a
    bracket, or have a name that others have, too, or nearly all lines are headings.
    shaping/repair sorts them."""
    ordered = _in_order(headings)
    if len(ordered) == len(headings):
        return ordered
    written = len(list(filter(str.strip, lines[headings[0].row :])))
    are_all_sure = len(headings) >= _MOST_LINES * written
    names = set(map(_name_of, ordered))
    rows = {heading.row for heading in ordered}
    kept: list[Heading] = []
    for heading in headings:
        begins_with_bracket = plain_line(lines[heading.row]).startswith(("[", "("))
        if heading.row in rows:
            kept.append(heading)
        elif are_all_sure or begins_with_bracket or _name_of(heading) in names:
            kept.append(heading._replace(is_astray=True))
    return kept


def _name_of(heading: Heading) -> str:
    """Return the speaker, else the text before a colon, else all of the text, if any."""
    return heading.speaker or heading.text.partition(":")[0]


def _in_order(headings: Sequence[Heading]) -> list[Heading]:
    """Without those whose time is not between their neighbors: these are text.

    Those of another recording begin again at 0; shaping/restarts moves them.
    """
    kept: list[Heading] = []
    for part in _split_recordings(headings):
        last = 0
        slip = _SLIP if part[:1] and part[0].start >= AN_HOUR else 0
        for heading, following in zip_longest(part, part[1:]):
            is_late = following is not None and last <= following.start < heading.start - slip
            if heading.start >= last - slip and not is_late:
                kept.append(heading)
                last = heading.start
    return kept


def _split_recordings(headings: Sequence[Heading]) -> Iterator[Sequence[Heading]]:
    """The headings of each recording of a text: all of them begin at 0."""
    starts = [heading.start for heading in headings]
    begins = [0]
    for row in range(_MIN_PART, len(starts) - _MIN_PART + 1):
        part = starts[row : row + _MIN_PART]
        is_early = max(starts[0], part[0]) <= _BEGINNING
        begins_again = is_early and starts[row - 1] - part[0] > _STEP_BACK
        if begins_again and part == sorted(part) and row - begins[-1] >= _MIN_PART:
            begins.append(row)
    for begin, end in pairwise([*begins, len(starts)]):
        yield headings[begin:end]


def _name_speakers(
    blocks: list[TextBlock], lines: Sequence[str], *, are_labeled: bool
) -> list[TextBlock]:
    """The blocks with their speakers; times of day start at 0 then."""
    if not any(_speakers_of(blocks)):
        blocks = take_names(blocks, lines)
    if are_labeled or any(_speakers_of(blocks)):
        return restart_clock(blocks)
    return blocks


def _speakers_of(blocks: Sequence[TextBlock]) -> list[str]:
    return [block.heading.speaker for block in blocks]
