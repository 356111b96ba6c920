"""What the times of a text say: how fast is spoken, by which clock, and whether it is speech."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise, zip_longest
from math import gcd, inf
from operator import attrgetter
from typing import NamedTuple

from ...timecode import MS_PER_CHARACTER, share_time
from .heading_lines import AN_HOUR, NAME, Heading, TextBlock, are_capitalized

_A_MINUTE = 60_000
_A_DAY = 24 * AN_HOUR
_MIN_SHARE = 0.8
_SLOWEST_SPEECH, _FASTEST_SPEECH = 1.0, 40
"""Characters a second. Less text between the times is no speech but chapters, an agenda, a chat."""
_SLOWEST_MEETING = 0.3
"""The same, pauses and all: timetables and chats have less."""
_IMPOSSIBLE_SPEECH = 120
_MOST_BELOW_A_TIME = 20_000
"""Characters, 20 minutes of speech: a clock in an article or a book has more below it."""
_LATEST_BEGINNING = 15 * 60 * 1000
"""ms: the first heading of a transcript is not later, unless its times are those of a day."""
_LATE = 5 * 60 * 1000
"""ms: a recording that begins earlier may be slower than a timetable, if it has names."""
_MIN_CHAPTERS = 3
_BEGINNING = 15_000
"""Below a list of chapters, speech begins within this many ms."""
_ROUNDED = 5_000
"""ms that a length may lack: the first and the last time are not that exact."""
_LOG_LEVELS = r"TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL"
_LABEL = re.compile(
    rf"<[^<>\n]{{1,40}}>[ \t]*\S|(?!(?i:{_LOG_LEVELS})[:：]){NAME}(?::[ \t]|：)\s*\S"
)
"""A name before the speech."""
_MANY = 20
_WHOLE_SENTENCE = re.compile(r"(?s)\S+\s\S+\s.*[.?!…]")
_SENTENCE_END = re.compile(r"[.?!…。？！]")
_SHORTEST = 0.001
"""ms: no time at all is not to be divided by."""
NEVER = 1 << 62
"""ms."""


def count_rate(blocks: Sequence[TextBlock], uncertain: int = 0) -> float:
    """Characters a second between the times, which may begin again; uncertain: ms that may be
    missing between them."""
    characters = sum(_sizes_of(blocks[:-1]))
    starts = [_start_of(block) for block in blocks if not _is_astray(block)]
    gaps = [max(after - before, 0) for before, after in pairwise(starts)]
    return 1000 * characters / max(sum(gaps) + uncertain, _SHORTEST)


_start_of: Callable[[TextBlock], int] = attrgetter("heading.start")
_is_astray: Callable[[TextBlock], bool] = attrgetter("heading.is_astray")
_is_of_day: Callable[[TextBlock], bool] = attrgetter("heading.is_of_day")


def _starts_of(blocks: Sequence[TextBlock]) -> list[int]:
    return list(map(_start_of, blocks))


def _sizes_of(blocks: Sequence[TextBlock]) -> list[int]:
    """The number of characters of speech."""
    return [len(block.text) for block in blocks]


# ---- the clock


class TextClock(NamedTuple):
    """From when on the times of a text count, and what text is speech by such times."""

    slowest: float
    """Characters a second of text with labels."""
    uncertain: int = _ROUNDED
    """ms that may be missing between the times."""
    needs_labels: bool = True
    has_seconds: bool = True


_OF_RECORDING = TextClock(slowest=inf)
"""Whether it is speech does not depend on labels."""
_OF_MINUTES = TextClock(slowest=0.0, uncertain=_A_MINUTE, has_seconds=False)
"""Times of a day without seconds: the pace is not known well."""
_OF_DATES = TextClock(slowest=_SLOWEST_MEETING)
"""Times of days: what is written has hours between its lines."""
_OF_DAY = TextClock(slowest=4.0, needs_labels=False)
"""Messages have less, logs often more than speech. Zoom's older captions have no labels."""


def find_clock(blocks: Sequence[TextBlock], *, are_dated: bool) -> TextClock:
    """The clock of the times; are_dated: whether they had dates."""
    starts = _starts_of(blocks)
    if starts[0] < AN_HOUR:
        return _OF_RECORDING
    if gcd(*starts) % _A_MINUTE == 0:
        return _OF_MINUTES
    return _OF_DATES if are_dated else _OF_DAY


def write_hours(blocks: list[TextBlock]) -> list[TextBlock]:
    """`14:02` as two minutes past two, where 14 minutes and two seconds are no time to speak in.

    Such times come again, as several people speak in a minute.
    """
    starts = _starts_of(blocks)
    come_again = len(set(starts)) < len(starts)
    fastest = _FASTEST_SPEECH if come_again else _IMPOSSIBLE_SPEECH
    may_be_hours = starts[0] >= _A_MINUTE and starts[-1] < _A_DAY / 60
    if may_be_hours and count_rate(blocks) > fastest:
        return [TextBlock(_write_hours(block.heading), block.lines) for block in blocks]
    return blocks


def _write_hours(heading: Heading) -> Heading:
    return heading._replace(start=60 * heading.start, end=60 * heading.end)


def restart_clock(blocks: list[TextBlock]) -> list[TextBlock]:
    """Times of day, as Zoom's, from the first of them on.

    In the hour after midnight they look like others: then the form must say what they are, and
    Zoom's form is not that sure in the first minute.
    """
    first = min(_starts_of(blocks))
    are_of_day = all(map(_is_of_day, blocks))
    if first < (_A_MINUTE if are_of_day else AN_HOUR):
        return blocks
    return [TextBlock(move(block.heading, -first), block.lines) for block in blocks]


def move(heading: Heading, later: int) -> Heading:
    """A heading with its times later (ms)."""
    return heading._replace(start=heading.start + later, end=heading.end + later)


def share_minutes(blocks: Sequence[TextBlock]) -> Iterator[TextBlock]:
    """Stretches that begin in the same minute, one after the other, by their lengths."""
    groups = [list(group) for _, group in groupby(blocks, _start_of)]
    starts = [group[0].heading.start for group in groups]
    for group, start, following in zip(groups, starts, [*starts[1:], NEVER], strict=True):
        sizes = _sizes_of(group)
        end = min(start + MS_PER_CHARACTER * sum(sizes), following)
        spans = share_time(start, end, sizes)
        for block, (begin, _) in zip(group, spans, strict=True):
            yield TextBlock(move(block.heading, begin - start), block.lines)


def find_shared(blocks: Sequence[TextBlock]) -> list[int]:
    """The rows of the stretches that begin when the one before them does."""
    pairs = pairwise(blocks)
    return [block.heading.row for before, block in pairs if _start_of(before) == _start_of(block)]


def place_astray(blocks: Sequence[TextBlock]) -> Iterator[TextBlock]:
    """All blocks; one whose time alone is far from those around it, as after a typing error, is
    placed between them."""
    last: TextBlock | None = None
    for block, following in zip_longest(blocks, blocks[1:]):
        is_alone = last and following and not (_is_astray(last) or _is_astray(following))
        if last and following and is_alone and _is_astray(block):
            gap = last.heading.start, following.heading.start
            block = _place_between(block, last, gap)
        yield block
        last = block


def _place_between(block: TextBlock, above: TextBlock, gap: tuple[int, int]) -> TextBlock:
    begin, end = gap
    start = block.heading.start
    if begin - _A_MINUTE <= start <= end + _A_MINUTE:
        return block
    spoken = begin + MS_PER_CHARACTER * len(above.text)
    return TextBlock(move(block.heading, min(spoken, end) - start), block.lines)


# ---- speech or not


def leave_out_chapters(blocks: list[TextBlock]) -> list[TextBlock]:
    """The stretches without a list of chapters above them, as in descriptions of YouTube's videos.

    It goes from the beginning to the end, too, and has hardly any text.
    """
    starts = _starts_of(blocks)
    again = [
        place for place in range(_MIN_CHAPTERS, len(starts)) if starts[place] < starts[place - 1]
    ]
    for place in again[:1]:
        said = blocks[place:]
        begins_again = starts[place] <= starts[0] + _BEGINNING
        if begins_again and _are_slow(blocks[:place]) and not _are_slow(said):
            return said
    return blocks


def may_be_timetable(blocks: Sequence[TextBlock]) -> bool:
    """Whether times that may be of the day, or are without names, have hardly a word between them.

    `10:30` may be a time of the day, however many seconds it has.
    """
    head = blocks[0].heading
    is_recording = head.speaker != "" and head.start <= _LATE
    return not is_recording and count_rate(blocks) < _SLOWEST_MEETING


def is_labeled_speech(blocks: Sequence[TextBlock], clock: TextClock) -> bool:
    """Whether the texts at times of a day begin with labels, or are sentences where these need
    none, and have the pace of speech."""
    if not clock.slowest <= count_rate(blocks, clock.uncertain) <= _FASTEST_SPEECH:
        return False
    needs_labels = clock.needs_labels or not _are_sentences(blocks)
    return not needs_labels or _are_most(_has_label, blocks)


def _are_most(holds: Callable[[TextBlock], bool], blocks: Sequence[TextBlock]) -> bool:
    return sum(map(holds, blocks)) >= _MIN_SHARE * len(blocks)


def _has_label(block: TextBlock) -> bool:
    return _LABEL.match(block.text) is not None


def _are_sentences(blocks: Sequence[TextBlock]) -> bool:
    """Whether there are many texts, and half of them are whole sentences."""
    whole = list(filter(_WHOLE_SENTENCE.fullmatch, [block.text for block in blocks]))
    return len(blocks) >= _MANY and 2 * len(whole) >= len(blocks)


def is_speech(blocks: Sequence[TextBlock], clock: TextClock, *, are_labeled: bool) -> bool:
    """Whether it is a transcript rather than chapters, an agenda, a log or a list of turns.

    are_labeled: whether `is_labeled_speech`.
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
    """Whether the texts are a few labels again and again."""
    texts = {block.text for block in blocks}
    return 3 * len(texts) <= len(blocks)


def _are_titles(blocks: Sequence[TextBlock]) -> bool:
    """Whether times that begin late have nothing but names or titles beside them: the results of a
    race, a program."""
    texts = [block.text for block in blocks]
    whole = " ".join(texts)
    is_late = blocks[0].heading.start >= _A_MINUTE
    is_title = are_capitalized(texts) and not whole.isupper()
    return is_late and is_title and not _SENTENCE_END.search(whole)


_WITHOUT_NAMES = (_are_slow, _are_pages, _are_turns, _are_titles)
"""What stretches without names may be instead of speech."""
