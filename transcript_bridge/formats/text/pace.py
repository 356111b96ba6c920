"""What the times of a text say: how fast is spoken, by which clock, and whether it is speech."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from math import gcd

from ...timecode import MS_PER_CHARACTER, share_time
from .heading_lines import AN_HOUR, LABELED, SENTENCE_ENDS, Block, Heading

_A_MINUTE = 60_000
_A_DAY = 24 * AN_HOUR
_MIN_SHARE = 0.8
_MIN_CHARACTERS_PER_SECOND = 1.0
"""Less text between the times is no speech but chapters, an agenda, a chat."""
_MOST_BELOW_A_TIME = 20_000
"""Characters, 20 minutes of speech: a clock in an article or a book has more below it."""
_LATEST_BEGINNING = 15 * 60 * 1000
"""ms: the first heading of a transcript is not later, unless its times are those of a day."""
_LATE = 5 * 60 * 1000
"""ms: no part of a recording that begins later is as slow as a diary."""
_SLOWEST_MEETING = 0.3
"""Characters a second, pauses and all: timetables and chats have less."""
_SLOWEST_SPEECH, _FASTEST_SPEECH = 4, 40
"""Characters a second between times of a day: written messages have less, logs often more."""
_IMPOSSIBLE_SPEECH = 120
_ROUNDED = 5_000
"""ms that a length may lack: the first and the last time are not that exact."""
_LOG_LEVELS = frozenset(["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL"])
_MANY = 20
_SENTENCE_END = re.compile(r"[.?!…。？！]")
_SHORTEST = 0.001
"""ms: no time at all is not to be divided by."""
NEVER = 1 << 62
"""ms."""


def count_rate(blocks: Sequence[Block], uncertain: int = 0) -> float:
    """Characters a second between the times, which may begin again; uncertain: ms that may be
    missing between them."""
    characters = sum(_sizes_of(blocks[:-1]))
    gaps = [max(after - before, 0) for before, after in pairwise(_starts_of(blocks))]
    length = sum(gaps) - uncertain
    return 1000 * characters / max(length, _SHORTEST)


def _starts_of(blocks: Sequence[Block]) -> list[int]:
    return [block.heading.start for block in blocks]


def _sizes_of(blocks: Sequence[Block]) -> list[int]:
    """Characters of what is said."""
    return [len(block.text) for block in blocks]


# ---- the clock


def write_hours(blocks: list[Block]) -> list[Block]:
    """`14:02` as two minutes past two, where 14 minutes and two seconds are no time to speak in.

    Such times come again, as several people speak in a minute.
    """
    starts = _starts_of(blocks)
    is_clock = starts[0] >= _A_MINUTE and starts[-1] < _A_DAY / 60
    if not is_clock or gcd(*starts) % 1000:
        return blocks
    fastest = _IMPOSSIBLE_SPEECH
    if len(set(starts)) < len(starts):
        fastest = _FASTEST_SPEECH
    if count_rate(blocks) <= fastest:
        return blocks
    return [Block(_write_hours(block.heading), block.lines) for block in blocks]


def _write_hours(heading: Heading) -> Heading:
    return heading._replace(start=60 * heading.start, end=60 * heading.end)


def has_only_minutes(blocks: Sequence[Block]) -> bool:
    """Whether the times are of a day, and without seconds."""
    starts = _starts_of(blocks)
    return starts[0] >= AN_HOUR and gcd(*starts) % _A_MINUTE == 0


def restart_clock(blocks: list[Block]) -> list[Block]:
    """Times of day, as Zoom's, from the first of them on.

    In the hour after midnight they look like others: then the form must say what they are, and
    Zoom's form is not that sure in the first minute.
    """
    first = min(_starts_of(blocks))
    are_of_day = all(block.heading.is_of_day for block in blocks)
    if first < (_A_MINUTE if are_of_day else AN_HOUR):
        return blocks
    return [Block(move(block.heading, -first), block.lines) for block in blocks]


def move(heading: Heading, later: int) -> Heading:
    """A heading with its times later (ms)."""
    return heading._replace(start=heading.start + later, end=heading.end + later)


def share_minutes(blocks: Sequence[Block]) -> Iterator[Block]:
    """Stretches that begin in the same minute, one after the other, by their lengths."""
    groups = [list(group) for _, group in groupby(blocks, _start_of)]
    starts = [group[0].heading.start for group in groups]
    for group, start, following in zip(groups, starts, [*starts[1:], NEVER], strict=True):
        sizes = _sizes_of(group)
        end = min(start + MS_PER_CHARACTER * sum(sizes), following)
        spans = share_time(start, end, sizes)
        for block, (begin, _) in zip(group, spans, strict=True):
            yield Block(move(block.heading, begin - start), block.lines)


def find_shared(blocks: Sequence[Block]) -> list[int]:
    """The rows of the stretches that begin when the one before them does."""
    rows = []
    for before, block in pairwise(blocks):
        if before.heading.start == block.heading.start:
            rows.append(block.heading.row)
    return rows


def _start_of(block: Block) -> int:
    return block.heading.start


# ---- speech or not


def may_be_timetable(blocks: Sequence[Block]) -> bool:
    """Whether times that may be of the day, or are without names, have hardly a word between them.

    `10:30` may be a time of the day, however many seconds it has.
    """
    head = blocks[0].heading
    rate = count_rate(blocks)
    if head.speaker == "" or head.start > _LATEST_BEGINNING:
        return rate < _SLOWEST_MEETING
    return head.start >= _LATE and rate < _MIN_CHARACTERS_PER_SECOND


def is_labeled_speech(blocks: Sequence[Block], *, are_dated: bool) -> bool:
    """Whether the texts at times of a day begin with labels, and have the pace of speech.

    Without seconds the pace is not known well. With dates it may be as slow as a meeting: what is
    written has hours between its lines. With seconds alone sentences need no labels: Zoom's older
    captions have none.
    """
    in_minutes = has_only_minutes(blocks)
    are_labeled = sum(map(_has_label, blocks)) >= _MIN_SHARE * len(blocks)
    are_spoken = are_labeled or not (are_dated or in_minutes or not _are_sentences(blocks))
    if blocks[0].heading.start < AN_HOUR or not are_spoken:
        return False
    slowest: float = _SLOWEST_SPEECH
    uncertain = 0
    if are_dated:
        slowest = _SLOWEST_MEETING
    if in_minutes:
        slowest = 0.0
        uncertain = -_A_MINUTE
    return slowest <= count_rate(blocks, uncertain) <= _FASTEST_SPEECH


def _are_sentences(blocks: Sequence[Block]) -> bool:
    """Whether there are many texts, and half of them are whole sentences."""
    texts = [block.text for block in blocks]
    whole = [text for text in texts if text.endswith(SENTENCE_ENDS) and text[0].isupper()]
    several = [text for text in whole if text.count(" ") > 1]
    return len(texts) >= _MANY and 2 * len(several) >= len(texts)


def _has_label(block: Block) -> bool:
    found = LABELED.match(block.text)
    if found is None:
        return False
    return (found["speaker"] or "").upper() not in _LOG_LEVELS


def is_speech(blocks: Sequence[Block], *, are_labeled: bool) -> bool:
    """Whether it is a transcript rather than chapters, an agenda, a log or a list of turns.

    are_labeled: whether `is_labeled_speech`.
    """
    uncertain = -_A_MINUTE if has_only_minutes(blocks) else -_ROUNDED
    is_fast = count_rate(blocks, uncertain) > _IMPOSSIBLE_SPEECH
    if is_fast or blocks[0].heading.start > _LATEST_BEGINNING:
        return False
    named = sum(map(_is_named, blocks))
    if are_labeled or named >= _MIN_SHARE * len(blocks):
        return True
    is_slow = count_rate(blocks) < _MIN_CHARACTERS_PER_SECOND
    is_long = max(_sizes_of(blocks)) > _MOST_BELOW_A_TIME
    return not (is_slow or is_long or _are_turns(blocks) or _are_titles(blocks))


def _is_named(block: Block) -> bool:
    return block.heading.speaker != "" and block.text != ""


def _are_titles(blocks: Sequence[Block]) -> bool:
    """Whether times that begin late have nothing but names or titles beside them: the results of a
    race, a program."""
    whole = " ".join([block.text for block in blocks])
    has_small = any(word[0].islower() for word in whole.split())
    is_late = blocks[0].heading.start >= _A_MINUTE
    return is_late and not has_small and not whole.isupper() and not _SENTENCE_END.search(whole)


def _are_turns(blocks: Sequence[Block]) -> bool:
    """Whether the texts are a few labels again and again."""
    texts = [block.text for block in blocks if block.text]
    return len(texts) > 3 and len(set(texts)) * 3 <= len(texts)
