"""Text in which each stretch of speech has a heading: a time, mostly with a name.

    Jane Doe  0:03                      Otter, Rev: the name first, the text below
    Jane (00:02): text                  the same with the text on its line
    [Jane Doe] 14:02:33                 Zoom's saved captions, by the time of day
    00:00:02 Speaker 1                  Plaud: the time first, the text below
    [0:03] Jane: text                   the time first, the text on its line
    [00:00:01 - 00:00:05] Jane: text    Omi's copied text: with an end
    10:05:03 Jane                       Teams: the same by the time of day
    00:05:00                            Google Meet: the time alone, lines with names below

One program writes one kind, so the kind that most lines have is that of the file; other lines that
look like a heading, such as "see you at 10:30", are text. Names within the text are left to
shaping/labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..cues.timestamps import read_stamp

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:[0-5]\d(?:[.,]\d{1,3})?"
_NAME = r"(?=[^\W\d_])[^\n\[\]()<>|\t:]{1,59}[^\s\[\](),.:;!?<>|]\.?"
_TO = r"[ \t]*(?:[-–—]|to)[ \t]*"
_NAME_FIRST = re.compile(
    rf"(?P<speaker>{_NAME})[ \t]{{1,4}}(?:[\[(](?P<start>{_CLOCK})[\])]:?(?P<text>[ \t]+\S.*)?"
    rf"|(?P<bare>{_CLOCK}):?)"
)
_ZOOM = re.compile(rf"\[(?P<speaker>[^\]\n]{{1,80}})\][ \t]+(?P<start>{_CLOCK})(?P<text>)")
_TIME_FIRST = re.compile(
    rf"[\[(]?(?P<start>{_CLOCK})(?:{_TO}(?P<end>{_CLOCK}))?(?:[\])]:?|(?=\s|$)|:(?=\s))"
    r"(?:[ \t]*[-–—|](?=\s))?(?P<text>.*)"
)
_CLEAR = re.compile(r"(?:[ \t]{2}|\t|[ \t][\[(])\d")
_MOST_WORDS_OF_A_NAME = 6
_MIN_HEADINGS = 2
_MIN_SHARE = 0.8
"""Of the headings of a file: so many must be alike."""
_MIN_CHARACTERS_PER_SECOND = 1.0
"""Less text between the times is no speech but chapters, an agenda, a chat."""
_LATEST_BEGINNING = 15 * 60 * 1000
"""ms: the first heading of a transcript is not later, unless its times are those of a day."""

_AN_HOUR = 60 * 60 * 1000
_A_DAY = 24 * _AN_HOUR
_SLOWEST_SPEECH, _FASTEST_SPEECH = 4, 40
"""Characters a second between times of a day: written messages have less, logs often more."""
_LABELLED = re.compile(rf"(?P<speaker>{_NAME}):[ \t]\s*\S")
_LOG_LEVELS = frozenset(["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL"])
_WRITTEN = re.compile(r"(?i)from\s.+\sto\s.+")
"""The sender and the receivers of a message in Zoom's saved chat."""


class Heading(NamedTuple):
    """The heading of a stretch of speech (ms). row: the number of its line, from 0."""

    row: int
    start: int
    end: int | None
    speaker: str | None
    text: str
    """What follows on its line."""


class Block(NamedTuple):
    """A heading and the lines below it, without blanks at their ends."""

    heading: Heading
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All that is said, in lines."""
        return "\n".join(line for line in (self.heading.text, *self.lines) if line)


def find_blocks(lines: Sequence[str]) -> list[Block]:
    """The stretches of speech of a text; empty if it has no such headings."""
    headings = _choose_kind(lines)
    if len(headings) < _MIN_HEADINGS:
        return []
    ends = [heading.row for heading in headings[1:]] + [len(lines)]
    blocks = []
    for heading, end in zip(headings, ends, strict=True):
        below = [line.strip() for line in lines[heading.row + 1 : end]]
        blocks.append(Block(heading, tuple(line for line in below if line)))
    blocks = _name_speakers(blocks)
    if _is_speech(blocks):
        return blocks
    return []


def _choose_kind(lines: Sequence[str]) -> list[Heading]:
    """The headings of the kind that most lines have; a surer kind wins against a few more."""
    best: list[Heading] = []
    for read in (_read_zoom, _read_clear_name, _read_time_first, _read_name_first):
        found = []
        for index, line in enumerate(lines):
            heading = read(index, line.replace("**", "").strip())
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
    for number, heading in enumerate(headings):
        before = kept[-1].start if kept else 0
        after = headings[number + 1].start if number + 1 < len(headings) else None
        is_late = after is not None and before <= after < heading.start
        if heading.start >= before and not is_late:
            kept.append(heading)
    return kept


# ---- one line


def _read_zoom(index: int, line: str) -> Heading | None:
    found = _ZOOM.fullmatch(line)
    if found is None:
        return None
    return Heading(index, read_stamp(found["start"]), None, found["speaker"].strip(), "")


def _read_name_first(index: int, line: str) -> Heading | None:
    found = _NAME_FIRST.fullmatch(line)
    if found is None or not _is_name(found["speaker"]):
        return None
    start = read_stamp(found["start"] or found["bare"])
    text = (found["text"] or "").strip()
    return Heading(index, start, None, found["speaker"].strip(), text)


def _read_clear_name(index: int, line: str) -> Heading | None:
    """A name that brackets or two blanks part from its time, as no sentence is."""
    if _CLEAR.search(line) is None:
        return None
    return _read_name_first(index, line)


def _read_time_first(index: int, line: str) -> Heading | None:
    found = _TIME_FIRST.fullmatch(line)
    if found is None or "-->" in line:
        return None
    end = read_stamp(found["end"]) if found["end"] else None
    return Heading(index, read_stamp(found["start"]), end, None, found["text"].strip())


def _is_name(text: str) -> bool:
    words = text.split()
    is_short = len(words) <= _MOST_WORDS_OF_A_NAME
    return is_short and not (text[0].islower() and len(words) > 2)


# ---- all of a file


def _name_speakers(blocks: list[Block]) -> list[Block]:
    """With the time first, what follows is a name if the text is on the lines below it."""
    heads = [block.heading for block in blocks]
    if any(head.speaker is not None for head in heads):
        return _restart_clock(blocks)
    named = [block for block in blocks if block.heading.text and block.lines]
    if _is_share(named, blocks, _has_name):
        return _restart_clock(_take_names(blocks))
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
    return re.fullmatch(_NAME, text) is not None and _is_name(text)


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
