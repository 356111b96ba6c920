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
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

from .heading_lines import (
    NAME,
    Heading,
    is_name,
    may_be_heading,
    plain_line,
    read_clear_name,
    read_name_first,
    read_time_first,
    read_zoom,
)

_MIN_HEADINGS = 2
_MIN_SHARE = 0.8
"""Of the headings of a file: so many must be alike."""
_MIN_LONE_NAMES = 3
_MOST_NAMES = 0.67
"""Different names for each time: sentences hardly ever come again."""
_MIN_CHARACTERS_PER_SECOND = 1.0
"""Less text between the times is no speech but chapters, an agenda, a chat."""
_MOST_BELOW_A_TIME = 20_000
"""Characters, 20 minutes of speech: a clock in an article or a book has more below it."""
_LATEST_BEGINNING = 15 * 60 * 1000
"""ms: the first heading of a transcript is not later, unless its times are those of a day."""

_AN_HOUR = 60 * 60 * 1000
_A_DAY = 24 * _AN_HOUR
_SLOWEST_MEETING = 0.3
"""Characters a second, pauses and all: timetables and chats have less."""
_SLOWEST_SPEECH, _FASTEST_SPEECH = 4, 40
"""Characters a second between times of a day: written messages have less, logs often more."""
_LABELLED = re.compile(rf"(?P<speaker>{NAME}):[ \t]\s*\S")
_COLUMNS = re.compile(rf"(?P<speaker>{NAME})[ ]*(?:\t|\|[ \t])[ \t]*(?P<text>\S.*)")
_COMPANY = re.compile(r" \([^()]{1,60}\)$")
"""What Fathom writes behind the name of a guest."""
_LOG_LEVELS = frozenset(["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL"])
_WRITTEN = re.compile(r"(?i)from\s.+\sto\s.+")
"""The sender and the receivers of a message in Zoom's saved chat."""


class Block(NamedTuple):
    """A heading and the lines below it, without blanks at their ends."""

    heading: Heading
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All that is said, in lines."""
        return "\n".join(line for line in (self.heading.text, *self.lines) if line)


def find_blocks(lines: Sequence[str]) -> list[Block]:
    """The stretches of speech of a text; empty if it has no such headings.

    lines: without those that say a time in words (spoken_times.py).
    """
    headings = _choose_kind(lines)
    if len(headings) < _MIN_HEADINGS:
        return []
    ends = [heading.row for heading in headings[1:]] + [len(lines)]
    blocks = []
    for heading, end in zip(headings, ends, strict=True):
        below = [line.strip() for line in lines[heading.row + 1 : end]]
        blocks.append(Block(heading, tuple(line for line in below if line)))
    may_be_timetable = headings[0].start >= _AN_HOUR or headings[0].speaker is None
    if may_be_timetable and _count_rate(blocks) < _SLOWEST_MEETING:
        return []
    blocks = _name_speakers(blocks, lines)
    if _is_speech(blocks):
        return blocks
    return []


def _choose_kind(lines: Sequence[str]) -> list[Heading]:
    """The headings of the kind that most lines have; a surer kind wins against a few more."""
    best: list[Heading] = []
    plain = [(row, plain_line(line)) for row, line in enumerate(lines) if may_be_heading(line)]
    for read in (read_zoom, read_clear_name, read_time_first, read_name_first):
        found = []
        for row, line in plain:
            heading = read(row, line)
            if heading is not None:
                found.append(heading)
        found = _in_order(_pass_midnight(found))
        if len(found) > 2 * len(best):
            best = found
    return best


def _pass_midnight(headings: Sequence[Heading]) -> list[Heading]:
    """Times of a day that begin again at 0 go on after 24 hours."""
    days = 0
    last = 0
    passed: list[Heading] = []
    for heading in headings:
        if last >= _A_DAY - _AN_HOUR and heading.start < _AN_HOUR:
            days += 1
        last = heading.start
        passed.append(_move(heading, days * _A_DAY))
    return passed


def _move(heading: Heading, later: int) -> Heading:
    """A heading with its times later (ms)."""
    end = heading.end
    if end is not None:
        end += later
    return heading._replace(start=heading.start + later, end=end)


def _in_order(headings: Sequence[Heading]) -> list[Heading]:
    """Without those whose time is not between their neighbours': these are text."""
    kept: list[Heading] = []
    for heading, following in zip_longest(headings, headings[1:]):
        before = kept[-1].start if kept else 0
        is_late = following is not None and before <= following.start < heading.start
        if heading.start >= before and not is_late:
            kept.append(heading)
    return kept


# ---- all of a file


def _name_speakers(blocks: list[Block], lines: Sequence[str]) -> list[Block]:
    """The blocks with their speakers, if these are in the headings; times of day start at 0 then.

    With the time first, what follows is a name if the text is on the lines below it. A name may
    also be in a column of its own, or alone on a line above or below the time.
    """
    if any(block.heading.speaker is not None for block in blocks):
        return _restart_clock(blocks)
    named = [block for block in blocks if block.heading.text and block.lines]
    if _is_share(named, blocks, _has_name):
        return _restart_clock(_take_names(blocks))
    if _is_share(blocks, blocks, _has_column):
        return _restart_clock(_take_columns(blocks))
    alone = _take_names_above(blocks, lines) or _take_names_below(blocks)
    if alone is not None:
        return _restart_clock(alone)
    is_paced = _SLOWEST_SPEECH <= _count_rate(blocks) <= _FASTEST_SPEECH
    if is_paced and _is_share(blocks, blocks, _has_label):
        return _restart_clock(blocks)
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
    if _WRITTEN.fullmatch(text):
        return False
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
    if not _are_lone_names(names):
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
    if not _are_lone_names(names):
        return None
    renamed = []
    for block, row, name, following in zip(blocks, rows, names, [*names[1:], ""], strict=True):
        head, said = block
        if name and row is not None:
            head = head._replace(speaker=name, row=row)
        if following:
            said = said[:-1]
        renamed.append(Block(head, said))
    return renamed


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


def _has_label(block: Block) -> bool:
    found = _LABELLED.match(block.text)
    return found is not None and found["speaker"].upper() not in _LOG_LEVELS


def _is_share(
    some: Sequence[Block], blocks: Sequence[Block], test: Callable[[Block], bool]
) -> bool:
    count = sum(1 for block in some if test(block))
    return count >= _MIN_SHARE * len(blocks)


def _restart_clock(blocks: list[Block]) -> list[Block]:
    """Times of day, as Zoom's, from the first of them on."""
    first = blocks[0].heading.start
    if first < _AN_HOUR:
        return blocks
    return [Block(_move(block.heading, -first), block.lines) for block in blocks]


def _is_speech(blocks: Sequence[Block]) -> bool:
    """Whether it is a transcript rather than chapters, an agenda, a log or a list of turns."""
    starts = [block.heading.start for block in blocks]
    if starts[0] > _LATEST_BEGINNING:
        return False
    if any(later < earlier for earlier, later in pairwise(starts)):
        return False
    texts = [block.text for block in blocks]
    named = [block for block in blocks if block.heading.speaker is not None and block.text]
    if len(named) >= _MIN_SHARE * len(blocks):
        return True
    if _count_rate(blocks) < _MIN_CHARACTERS_PER_SECOND:
        return False
    if max(map(len, texts)) > _MOST_BELOW_A_TIME:
        return False
    return not _are_turns(texts)


def _count_rate(blocks: Sequence[Block]) -> float:
    """Characters a second between the first time and the last."""
    characters = sum(len(block.text) for block in blocks[:-1])
    length = blocks[-1].heading.start - blocks[0].heading.start
    if length <= 0:
        return float("inf")
    return 1000 * characters / length


def _are_turns(texts: Iterable[str]) -> bool:
    """Whether the texts are a few labels again and again."""
    spoken = [text for text in texts if text]
    if not spoken:
        return True
    return len(spoken) > 3 and len(set(spoken)) * 3 <= len(spoken)
