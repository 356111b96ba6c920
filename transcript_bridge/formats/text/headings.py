"""Text in which each stretch of speech has a heading: a time, mostly with a name.

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

One program writes one kind, so the kind that most lines have is that of the file; other lines that
look like a heading, such as "see you at 10:30", are text. Names within the text are left to
shaping/labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import NamedTuple

from .chats import is_chat
from .heading_lines import (
    AN_HOUR,
    NAME,
    Block,
    Heading,
    is_name,
    may_be_heading,
    names_times,
    plain_line,
    read_clear_name,
    read_glued_time,
    read_name_first,
    read_time_first,
    read_zoom,
)
from .one_line import find_one_liners
from .pace import (
    find_shared,
    has_only_minutes,
    is_labeled_speech,
    is_speech,
    may_be_timetable,
    move,
    restart_clock,
    share_minutes,
    write_hours,
)

_Reader = Callable[[int, str], Heading | None]
_Finder = Callable[[Sequence[tuple[int, str]]], list[Heading]]
_MIN_HEADINGS = 2
_MIN_SHARE = 0.8
"""Of the headings of a file: so many must be alike."""
_MIN_LONE_NAMES = 3
_MOST_NAMES = 0.67
"""Different names for each time: sentences hardly ever come again."""
_SENTENCE_ENDS = (".", "?", "!", "…")
_A_DAY = 24 * AN_HOUR
_COLUMNS = re.compile(
    rf"(?P<speaker>{NAME})(?:[ ]*[\t|][ \t]*|[ ]{{1,4}}/[ ]{{1,4}}|[ ]{{2,8}})(?P<text>\S.*)"
)
_COMPANY = re.compile(r" \([^()]{1,60}\)$")
"""What Fathom writes behind the name of a guest."""


class FoundBlocks(NamedTuple):
    """The stretches of speech of a text."""

    blocks: Sequence[Block] = ()
    """Empty if it has no headings."""
    shared_row: int | None = None
    """Of the first of those that had the time of the one before, because times have no seconds."""


def find_blocks(lines: Sequence[str], *, are_dated: bool = False) -> FoundBlocks:
    """Find the stretches of speech of a text.

    lines: in the usual form (usual_lines.py). are_dated: whether they had dates.
    """
    headings = _choose_kind(lines)
    if len(headings) < _MIN_HEADINGS or is_chat(headings, lines):
        return FoundBlocks()
    ends = [heading.row for heading in headings[1:]] + [len(lines)]
    blocks = []
    for heading, end in zip(headings, ends, strict=True):
        below = [line.strip() for line in lines[heading.row + 1 : end]]
        blocks.append(Block(heading, tuple(line for line in below if line)))
    blocks = write_hours(blocks)
    if may_be_timetable(blocks):
        return FoundBlocks()
    in_minutes = has_only_minutes(blocks)
    are_labeled = is_labeled_speech(blocks, are_dated=are_dated)
    blocks = _name_speakers(blocks, lines, are_labeled=are_labeled)
    if not is_speech(blocks, are_labeled=are_labeled):
        return FoundBlocks()
    if in_minutes:
        return FoundBlocks(list(share_minutes(blocks)), find_shared(blocks))
    return FoundBlocks(blocks)


def holds_chat(lines: Sequence[str]) -> bool:
    """Whether a text is what people wrote in a meeting, and not what they said."""
    return is_chat(_choose_kind(lines), lines)


def _choose_kind(lines: Sequence[str]) -> list[Heading]:
    """The headings of the kind that most lines have; a surer kind wins against a few more."""
    best: list[Heading] = []
    plain = [(row, plain_line(line)) for row, line in enumerate(lines) if may_be_heading(line)]
    for find in _KINDS:
        if 2 * len(best) >= len(plain):  # no other kind can win any more
            break
        found = _in_order(_pass_midnight(find(plain)))
        if len(found) > 2 * len(best) and not names_times(found):
            best = found
    return best


def _finder(read: _Reader) -> _Finder:
    """The headings among lines, by a function that reads one."""

    def find(plain: Sequence[tuple[int, str]]) -> list[Heading]:
        found = [read(row, line) for row, line in plain]
        return [heading for heading in found if heading is not None]

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


def _pass_midnight(headings: Sequence[Heading]) -> list[Heading]:
    """Times of a day that begin again at 0 go on after 24 hours."""
    days = 0
    last = 0
    passed: list[Heading] = []
    for heading in headings:
        if last >= _A_DAY - AN_HOUR and heading.start < AN_HOUR:
            days += 1
        last = heading.start
        passed.append(move(heading, days * _A_DAY))
    return passed


def _in_order(headings: Sequence[Heading]) -> list[Heading]:
    """Without those whose time is not between their neighbors': these are text."""
    kept: list[Heading] = []
    for heading, following in zip_longest(headings, headings[1:]):
        before = kept[-1].start if kept else 0
        is_late = following is not None and before <= following.start < heading.start
        if heading.start >= before and not is_late:
            kept.append(heading)
    return kept


# ---- all of a file


def _name_speakers(blocks: list[Block], lines: Sequence[str], *, are_labeled: bool) -> list[Block]:
    """The blocks with their speakers, if these are in the headings; times of day start at 0 then.

    With the time first, what follows is a name if the text is on the lines below it. A name may
    also be in a column of its own, or alone on a line above or below the time.
    """
    if any(block.heading.speaker is not None for block in blocks):
        return restart_clock(blocks)
    named = [block for block in blocks if block.heading.text and block.lines]
    if _is_share(named, blocks, _has_name):
        return restart_clock(_take_names(blocks))
    if _is_share(blocks, blocks, _has_column):
        return restart_clock(_take_columns(blocks))
    alone = _take_names_above(blocks, lines) or _take_names_below(blocks)
    if alone is not None:
        return restart_clock(alone)
    if are_labeled:
        return restart_clock(blocks)
    return blocks


def _take_names(blocks: Sequence[Block]) -> list[Block]:
    """The text of a heading is the name of who says the lines below it."""
    renamed = []
    for block in blocks:
        head = block.heading
        if block.lines and _has_name(block):
            head = head._replace(speaker=head.text.rstrip(": ") or None, text="")
        renamed.append(Block(head, block.lines))
    return renamed


def _has_name(block: Block) -> bool:
    text = block.heading.text.rstrip(": ")
    name = _COMPANY.sub("", text)
    return re.fullmatch(NAME, name) is not None and is_name(name)


def _take_names_below(blocks: Sequence[Block]) -> list[Block] | None:
    """The first line below a time that stands alone is a name; None if they are not names."""
    names = []
    for block in blocks:
        name = ""
        if len(block.lines) > 1 and not block.heading.text:
            name = block.lines[0]
        names.append(_clean_name(name))
    said = [block.lines[-1:] for block in blocks]
    if not _are_lone_names(names) and not _are_written_names(names, said):
        return None
    renamed = []
    for block, name in zip(blocks, names, strict=True):
        if name:
            block = Block(block.heading._replace(speaker=name), block.lines[1:])
        renamed.append(block)
    return renamed


def _take_names_above(blocks: Sequence[Block], lines: Sequence[str]) -> list[Block] | None:
    """The line above each time is a name; None if they are not names."""
    rows = [_find_row_above(lines, block.heading.row) for block in blocks]
    names = []
    for row in rows:
        name = ""
        if row is not None:
            name = _clean_name(lines[row])
        names.append(name)
    ends = [1] * (len(blocks) - 1) + [0]
    said = [
        block.lines[: len(block.lines) - end][-1:] for block, end in zip(blocks, ends, strict=True)
    ]
    if not _are_lone_names(names) and not _are_written_names(names, said):
        return None
    renamed = []
    for block, row, name, following in zip(blocks, rows, names, [*names[1:], ""], strict=True):
        head, said = block
        if name and row is not None:
            head = head._replace(speaker=name, row=row)
        if following:
            said = said[:-1]
            if said and said[-1] == _initials_of(following):  # Teams' picture of a person
                said = said[:-1]
        renamed.append(Block(head, said))
    return renamed


def _initials_of(name: str) -> str:
    words = name.split()
    return (words[0][0] + words[-1][0]).upper()


def _find_row_above(lines: Sequence[str], row: int) -> int | None:
    """The line above another that is not blank."""
    for above in range(row - 1, -1, -1):
        if lines[above].strip():
            return above
    return None


def _clean_name(line: str) -> str:
    """The name that a line is; empty if it is none."""
    name = plain_line(line).rstrip(": ")
    if re.fullmatch(NAME, name) and is_name(name):
        return name
    return ""


def _are_lone_names(names: Sequence[str]) -> bool:
    """Whether lines without any sign are names: nearly all look like it, and they come again."""
    found = [name for name in names if name]
    enough = len(found) >= _MIN_LONE_NAMES and len(found) >= _MIN_SHARE * len(names)
    return enough and len(set(found)) <= _MOST_NAMES * len(found)


def _are_written_names(names: Sequence[str], said: Sequence[Sequence[str]]) -> bool:
    """Whether all of the lines have capitals at the beginnings of words, and sentences below.

    said: the last line below each.
    """
    words = " ".join(names).split()
    written = [line for lines in said for line in lines]
    ends = sum(line.rstrip("\"'”’»)").endswith(_SENTENCE_ENDS) for line in written)
    return all(names) and _are_capitalized(words) and ends >= _MIN_SHARE * len(names)


def _are_capitalized(words: Sequence[str]) -> bool:
    return all(word[0].isupper() or word.isdecimal() for word in words)


def _has_column(block: Block) -> bool:
    found = _COLUMNS.fullmatch(block.heading.text)
    return found is not None and is_name(found["speaker"])


def _take_columns(blocks: Sequence[Block]) -> list[Block]:
    """The text of a heading is a name, a sign between columns, and what is said."""
    renamed = []
    for block in blocks:
        found = _COLUMNS.fullmatch(block.heading.text)
        if found is not None:
            head = block.heading._replace(speaker=found["speaker"], text=found["text"])
            block = Block(head, block.lines)
        renamed.append(block)
    return renamed


def _is_share(
    some: Sequence[Block], blocks: Sequence[Block], test: Callable[[Block], bool]
) -> bool:
    count = sum(1 for block in some if test(block))
    return count >= _MIN_SHARE * len(blocks)
