"""Judges a text by its times: its pace, the kind of its clock, and whether it can be speech."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from math import gcd, inf
from operator import attrgetter
from typing import NamedTuple

from ...sentences import SENTENCE_MARKS
from ...timecode import MS_PER_CHARACTER, count_spoken, share_time
from .heading_lines import AN_HOUR, NAME, TextBlock, are_capitalized

_A_MINUTE = 60_000
_A_DAY = 24 * AN_HOUR
_MIN_SHARE = 0.8
_SLOWEST_SPEECH, _FASTEST_SPEECH = 1.0, 40
"""Characters a second. A text with fewer has chapters, an agenda or a chat."""
_SLOWEST_MEETING = 0.3
"""Characters a second, with all pauses: timetables and chats have fewer."""
_IMPOSSIBLE_SPEECH = 120
_MOST_BELOW_A_TIME = 20_000
"""Characters, 20 minutes of speech: a time in an article or a book has more text below it."""
_LATEST_BEGINNING = 15 * 60 * 1000
"""ms: the first heading of a transcript is not later, unless it has times of day."""
_LATE = 5 * 60 * 1000
"""ms: a text with names that begins earlier is not taken for a timetable, however slow it is."""
_MIN_CHAPTERS = 3
_BEGINNING = 15_000
"""Below a list of chapters, speech begins within this many ms."""
_ROUNDED = 5_000
"""ms by which the length between the first and the last time may be wrong."""
_LOG_LEVELS = r"TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL"
_LABEL = re.compile(
    rf"<[^<>\n]{{1,40}}>[ \t]*\S|(?!(?i:{_LOG_LEVELS})[:：]){NAME}(?::[ \t]|：)\s*\S"
)
"""A name before the speech."""
_MANY = 20
_WHOLE_SENTENCE = re.compile(rf"(?s)\S+\s\S+\s.*[{SENTENCE_MARKS}]")
_SENTENCE_END = re.compile(f"[{SENTENCE_MARKS}]")
_SHORTEST = 0.001
"""ms, to avoid a division by zero."""
NEVER = 1 << 62
"""ms: later than any time."""


def count_rate(blocks: Sequence[TextBlock], uncertain: int = 0) -> float:
    """The pace in characters a second. Times may start again at 0.

    uncertain: ms by which the length may be too short.
    """
    characters = sum([count_spoken(block.text) for block in blocks[:-1]])
    starts = [block.heading.start for block in blocks if not block.heading.is_astray]
    gaps = [max(after - before, 0) for before, after in pairwise(starts)]
    return 1000 * characters / max(sum(gaps) + uncertain, _SHORTEST)


def _starts_of(blocks: Sequence[TextBlock]) -> list[int]:
    return [block.heading.start for block in blocks]


def _sizes_of(blocks: Sequence[TextBlock]) -> list[int]:
    """The number of characters of each block."""
    return [len(block.text) for block in blocks]


# ---- the clock


class TextClock(NamedTuple):
    """A kind of clock, and the conditions under which text with such times is labeled speech."""

    slowest: float
    """The lowest pace of labeled speech, in characters a second."""
    uncertain: int = _ROUNDED
    """ms by which the length between the times may be too short."""
    needs_labels: bool = True
    """Whether each text must begin with a label; otherwise many sentences are enough."""
    has_seconds: bool = True


_OF_RECORDING = TextClock(slowest=inf)
"""Times from the start of the recording: labels do not decide whether it is speech."""
_OF_MINUTES = TextClock(slowest=0.0, uncertain=_A_MINUTE, has_seconds=False)
"""Times of day without seconds: the pace is only a rough value."""
_OF_DATES = TextClock(slowest=_SLOWEST_MEETING)
"""Dates with times of day: a chat has hours between its lines."""
_OF_DAY = TextClock(slowest=4.0, needs_labels=False)
"""Times of day: chats are slower, logs often faster. Zoom's older captions have no labels."""


def find_clock(blocks: Sequence[TextBlock], *, are_dated: bool) -> TextClock:
    """Find the kind of clock. are_dated: whether the times had dates."""
    starts = _starts_of(blocks)
    if starts[0] < AN_HOUR:
        return _OF_RECORDING
    if gcd(*starts) % _A_MINUTE == 0:
        return _OF_MINUTES
    return _OF_DATES if are_dated else _OF_DAY


def write_hours(blocks: list[TextBlock]) -> list[TextBlock]:
    """Read `14:02` as `hh:mm`, if nobody could speak the text in the time as `mm:ss`.

    With `hh:mm`, times are often repeated, because several people speak within a minute. So a
    lower pace is enough then.
    """
    starts = _starts_of(blocks)
    are_repeated = len(set(starts)) < len(starts)
    fastest = _FASTEST_SPEECH if are_repeated else _IMPOSSIBLE_SPEECH
    may_be_hours = starts[0] >= _A_MINUTE and starts[-1] < _A_DAY / 60
    if may_be_hours and count_rate(blocks) > fastest:
        return [block.write_hours() for block in blocks]
    return blocks


def restart_clock(blocks: list[TextBlock]) -> list[TextBlock]:
    """Let times of day, such as Zoom's, count from the first of them.

    In the hour after midnight they look like times from the start of a recording. Then their form
    decides (`Heading.is_of_day`), except in the first minute, because others use Zoom's form.
    """
    first = min(_starts_of(blocks))
    are_of_day = all(block.heading.is_of_day for block in blocks)
    if first < (_A_MINUTE if are_of_day else AN_HOUR):
        return blocks
    return [block.move(-first) for block in blocks]


def share_minutes(blocks: Sequence[TextBlock]) -> Iterator[TextBlock]:
    """Place blocks that begin in the same minute one after the other, by their lengths."""
    groups = [list(group) for _, group in groupby(blocks, attrgetter("heading.start"))]
    starts = [group[0].heading.start for group in groups]
    for group, start, following in zip(groups, starts, [*starts[1:], NEVER], strict=True):
        sizes = _sizes_of(group)
        spoken = sum([count_spoken(block.text) for block in group])
        end = min(start + MS_PER_CHARACTER * spoken, following)
        spans = share_time(start, end, sizes)
        for block, (begin, _) in zip(group, spans, strict=True):
            yield block.move(begin - start)


def find_shared(blocks: Sequence[TextBlock]) -> list[int]:
    """Return the rows of blocks that have the same time as the one before."""
    shared = []
    for before, block in pairwise(blocks):
        if before.heading.start == block.heading.start:
            shared.append(block.heading.row)
    return shared


def place_astray(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Place a block between its neighbors if only its own time is far off, as after a typing error.

    All other blocks are returned unchanged.
    """
    placed = list(blocks)
    for place in range(1, len(blocks) - 1):
        block = blocks[place]
        above, below = placed[place - 1], blocks[place + 1]
        are_sure = not above.heading.is_astray and not below.heading.is_astray
        if block.heading.is_astray and are_sure:
            placed[place] = _place_between(block, above, below)
    return placed


def _place_between(block: TextBlock, above: TextBlock, below: TextBlock) -> TextBlock:
    begin, end = above.heading.start, below.heading.start
    start = block.heading.start
    if begin - _A_MINUTE <= start <= end + _A_MINUTE:
        return block
    spoken = begin + MS_PER_CHARACTER * count_spoken(above.text)
    return block.move(min(spoken, end) - start)


# ---- speech or not


def leave_out_chapters(blocks: list[TextBlock]) -> list[TextBlock]:
    """Remove a list of chapters above the speech, as in descriptions of YouTube's videos.

    Its times also begin near 0, but it has hardly any text.
    """
    starts = _starts_of(blocks)
    place = _MIN_CHAPTERS
    while place < len(starts) and starts[place] >= starts[place - 1]:
        place += 1
    chapters, said = blocks[:place], blocks[place:]
    if not said or starts[place] > starts[0] + _BEGINNING:
        return blocks
    return said if _are_slow(chapters) and not _are_slow(said) else blocks


def may_be_timetable(blocks: Sequence[TextBlock]) -> bool:
    """Whether the text is too slow for speech. Texts with names that begin early are not checked.

    `10:30` may be a time of day, with or without seconds.
    """
    head = blocks[0].heading
    is_recording = head.speaker != "" and head.start <= _LATE
    return not is_recording and count_rate(blocks) < _SLOWEST_MEETING


def is_labeled_speech(blocks: Sequence[TextBlock], clock: TextClock) -> bool:
    """Whether texts at times of day have the pace of speech, and begin with labels.

    Sentences are enough if the clock does not need labels.
    """
    if not clock.slowest <= count_rate(blocks, clock.uncertain) <= _FASTEST_SPEECH:
        return False
    needs_labels = clock.needs_labels or not _are_sentences(blocks)
    return not needs_labels or _are_most(_has_label, blocks)


def _are_most(holds: Callable[[TextBlock], bool], blocks: Sequence[TextBlock]) -> bool:
    return sum(map(holds, blocks)) >= _MIN_SHARE * len(blocks)


def _has_label(block: TextBlock) -> bool:
    return _LABEL.match(block.text) is not None


def _are_sentences(blocks: Sequence[TextBlock]) -> bool:
    """Whether there are many texts, and at least half of them are whole sentences."""
    whole = list(filter(_WHOLE_SENTENCE.fullmatch, [block.text for block in blocks]))
    return len(blocks) >= _MANY and 2 * len(whole) >= len(blocks)


def is_speech(blocks: Sequence[TextBlock], clock: TextClock, *, are_labeled: bool) -> bool:
    """Whether it is a transcript, and not chapters, an agenda, a log or a list of turns.

    are_labeled: the result of `is_labeled_speech`.
    """
    is_fast = count_rate(blocks, clock.uncertain) > _IMPOSSIBLE_SPEECH
    if is_fast or blocks[0].heading.start > _LATEST_BEGINNING:
        return False
    if are_labeled or _are_most(_has_name, blocks):
        return True
    return not any(are_else(blocks) for are_else in _WITHOUT_NAMES)


def _has_name(block: TextBlock) -> bool:
    return block.heading.speaker != "" and not block.is_empty


def _are_slow(blocks: Sequence[TextBlock]) -> bool:
    return count_rate(blocks) < _SLOWEST_SPEECH


def _are_pages(blocks: Sequence[TextBlock]) -> bool:
    return max(_sizes_of(blocks)) > _MOST_BELOW_A_TIME


def _are_turns(blocks: Sequence[TextBlock]) -> bool:
    """Whether the texts are a few labels that are repeated."""
    texts = {block.text for block in blocks}
    return 3 * len(texts) <= len(blocks)


def _are_titles(blocks: Sequence[TextBlock]) -> bool:
    """Whether the times begin late and have only names or titles, as in the results of a race."""
    texts = [block.text for block in blocks]
    whole = " ".join(texts)
    is_late = blocks[0].heading.start >= _A_MINUTE
    is_title = are_capitalized(texts) and not whole.isupper()
    return is_late and is_title and not _SENTENCE_END.search(whole)


_WITHOUT_NAMES = (_are_slow, _are_pages, _are_turns, _are_titles)
"""Checks for texts without names that are not speech."""
