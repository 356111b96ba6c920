"""What the times of a text say: how fast is spoken, by which clock, and whether it is speech."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise, zip_longest

from ...timecode import MS_PER_CHARACTER
from .heading_lines import AN_HOUR, LABELED, Block, Heading

_A_MINUTE = 60_000
_A_DAY = 24 * AN_HOUR
_MIN_SHARE = 0.8
_MIN_CHARACTERS_PER_SECOND = 1.0
"""Less text between the times is no speech but chapters, an agenda, a chat."""
_MOST_BELOW_A_TIME = 20_000
"""Characters, 20 minutes of speech: a clock in an article or a book has more below it."""
_LATEST_BEGINNING = 15 * 60 * 1000
"""ms: the first heading of a transcript is not later, unless its times are those of a day."""
_SLOWEST_MEETING = 0.3
"""Characters a second, pauses and all: timetables and chats have less."""
_SLOWEST_SPEECH, _FASTEST_SPEECH = 4, 40
"""Characters a second between times of a day: written messages have less, logs often more."""
_IMPOSSIBLE_SPEECH = 120
_LOG_LEVELS = frozenset(["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL"])


def count_rate(blocks: Sequence[Block], uncertain: int = 0) -> float:
    """Characters a second between the first time and the last; uncertain: ms that may be missing
    between them."""
    characters = sum(len(block.text) for block in blocks[:-1])
    length = blocks[-1].heading.start - blocks[0].heading.start - uncertain
    if length <= 0:
        return float("inf")
    return 1000 * characters / length


# ---- the clock


def write_hours(blocks: list[Block]) -> list[Block]:
    """`14:02` as two minutes past two, where 14 minutes and two seconds are no time to speak in.

    Such times come again, as several people speak in a minute.
    """
    starts = [block.heading.start for block in blocks]
    is_clock = starts[0] >= _A_MINUTE and starts[-1] < _A_DAY / 60
    if not is_clock or any(start % 1000 for start in starts):
        return blocks
    comes_again = any(before == after for before, after in pairwise(starts))
    fastest = _FASTEST_SPEECH if comes_again else _IMPOSSIBLE_SPEECH
    if count_rate(blocks) <= fastest:
        return blocks
    return [_scale(block, 60) for block in blocks]


def _scale(block: Block, factor: int) -> Block:
    head = block.heading
    end = None if head.end is None else head.end * factor
    return Block(head._replace(start=head.start * factor, end=end), block.lines)


def has_only_minutes(blocks: Sequence[Block]) -> bool:
    """Whether the times are of a day, and without seconds."""
    starts = [block.heading.start for block in blocks]
    return starts[0] >= AN_HOUR and not any(start % _A_MINUTE for start in starts)


def restart_clock(blocks: list[Block]) -> list[Block]:
    """Times of day, as Zoom's, from the first of them on.

    In the hour after midnight they look like others: then the form must say what they are, and
    Zoom's form is not that sure in the first minute.
    """
    first = blocks[0].heading.start
    is_of_day = first >= _A_MINUTE and all(block.heading.is_of_day for block in blocks)
    if first < AN_HOUR and not is_of_day:
        return blocks
    return [Block(move(block.heading, -first), block.lines) for block in blocks]


def move(heading: Heading, later: int) -> Heading:
    """A heading with its times later (ms)."""
    end = heading.end
    if end is not None:
        end += later
    return heading._replace(start=heading.start + later, end=end)


def share_minutes(blocks: Sequence[Block]) -> Iterator[Block]:
    """Stretches that begin in the same minute, one after the other, by their lengths."""
    groups = [list(group) for _, group in groupby(blocks, _start)]
    for group, following in zip_longest(groups, groups[1:]):
        start = group[0].heading.start
        needed = MS_PER_CHARACTER * sum(len(block.text) for block in group)
        length = needed
        if following is not None:
            length = min(needed, following[0].heading.start - start)
        before = 0
        for block in group:
            later = length * before // max(needed, 1)
            before += MS_PER_CHARACTER * len(block.text)
            yield Block(move(block.heading, later), block.lines)


def find_shared(blocks: Sequence[Block]) -> int | None:
    """The row of the first stretch that begins when the one before it does."""
    for before, block in pairwise(blocks):
        if before.heading.start == block.heading.start:
            return block.heading.row
    return None


def _start(block: Block) -> int:
    return block.heading.start


# ---- speech or not


def may_be_timetable(blocks: Sequence[Block]) -> bool:
    """Whether times of the day, or without names, have hardly a word between them."""
    head = blocks[0].heading
    is_unnamed = head.start > _LATEST_BEGINNING or head.speaker is None
    return is_unnamed and count_rate(blocks) < _SLOWEST_MEETING


def is_labeled_speech(blocks: Sequence[Block], *, are_dated: bool) -> bool:
    """Whether the texts at times of a day begin with labels, and have the pace of speech.

    Without seconds the pace is not known well. With dates it may be as slow as a meeting: what is
    written has hours between its lines.
    """
    if blocks[0].heading.start < AN_HOUR:
        return False
    labeled = sum(map(_has_label, blocks))
    if labeled < _MIN_SHARE * len(blocks):
        return False
    if has_only_minutes(blocks):
        return count_rate(blocks, -_A_MINUTE) <= _FASTEST_SPEECH
    slowest = _SLOWEST_MEETING if are_dated else _SLOWEST_SPEECH
    return slowest <= count_rate(blocks) <= _FASTEST_SPEECH


def _has_label(block: Block) -> bool:
    found = LABELED.match(block.text)
    if found is None:
        return False
    return (found["speaker"] or "").upper() not in _LOG_LEVELS


def is_speech(blocks: Sequence[Block], *, are_labeled: bool) -> bool:
    """Whether it is a transcript rather than chapters, an agenda, a log or a list of turns.

    are_labeled: whether `is_labeled_speech`.
    """
    if blocks[0].heading.start > _LATEST_BEGINNING or _goes_back(blocks):
        return False
    texts = [block.text for block in blocks]
    named = [block for block in blocks if block.heading.speaker is not None and block.text]
    if are_labeled or len(named) >= _MIN_SHARE * len(blocks):
        return True
    if count_rate(blocks) < _MIN_CHARACTERS_PER_SECOND:
        return False
    if max(map(len, texts)) > _MOST_BELOW_A_TIME:
        return False
    return not _are_turns(texts)


def _goes_back(blocks: Sequence[Block]) -> bool:
    return any(after.heading.start < before.heading.start for before, after in pairwise(blocks))


def _are_turns(texts: Iterable[str]) -> bool:
    """Whether the texts are a few labels again and again."""
    spoken = [text for text in texts if text]
    if not spoken:
        return True
    return len(spoken) > 3 and len(set(spoken)) * 3 <= len(spoken)
