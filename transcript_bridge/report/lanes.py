"""The talk time of each speaker over a recording, reduced to COLUMNS.

At this size, the lanes of ten thousand recordings fit into memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil
from typing import NamedTuple

from ..archive.summary import describe_person
from ..models import Transcript
from ..shaping.speakers import SpeakerMap

COLUMNS = 1000
"""The number of columns into which a recording is divided."""

_ALMOST = 0.01
"""How much a quarter may lack and still count as full: times are rounded to milliseconds."""
SHADES = 4
"""Steps for the share of a column with speech: up to a quarter, …, nearly all."""


class LaneBlock(NamedTuple):
    """Adjacent columns with about the same share of speech: the first, how many, and the shade.

    shade: 1 to SHADES. In a recording of fifteen hours a column is a minute; without shades, one
    word per minute would look like fifteen hours of talk.
    """

    first: int
    width: int
    shade: int


class Lane(NamedTuple):
    """One speaker of one recording."""

    label: str | None
    name: str | None
    """The name in the speaker map for this label."""
    is_user: bool
    ms: int
    """Talk time in ms."""
    blocks: tuple[LaneBlock, ...]


def lanes_of(transcript: Transcript, speakers: SpeakerMap) -> Iterator[Lane]:
    """One lane per speaker, in the order of their first words."""
    spans: dict[str | None, list[tuple[int, int]]] = {}
    for utterance in transcript.utterances:
        spans.setdefault(utterance.speaker, []).append((utterance.start, utterance.end))
    people = speakers.people_of(spans)
    for label, own in spans.items():
        name, is_user = describe_person(people[label])
        talk_time = sum(end - start for start, end in own)
        yield Lane(label, name, is_user, talk_time, blocks_of(own, transcript.duration))


def blocks_of(spans: Iterable[tuple[int, int]], length: int) -> tuple[LaneBlock, ...]:
    """Spans as blocks of columns, all in ms; every span is in a block, however short it is."""
    shares = _fill_columns(spans, max(length, 1))
    blocks: list[LaneBlock] = []
    for column in sorted(shares):
        share = min(shares[column], 1.0)
        shade = max(1, ceil(share * SHADES - _ALMOST))
        if blocks and blocks[-1].shade == shade and sum(blocks[-1][:2]) == column:
            blocks[-1] = blocks[-1]._replace(width=blocks[-1].width + 1)
        else:
            blocks.append(LaneBlock(column, 1, shade))
    return tuple(blocks)


def _fill_columns(spans: Iterable[tuple[int, int]], length: int) -> dict[int, float]:
    """The share of speech in each column, from 0 to 1; more for overlapping spans."""
    shares: dict[int, float] = {}
    for start, end in spans:
        first = min(start * COLUMNS // length, COLUMNS - 1)
        last = max(min(-(-end * COLUMNS // length), COLUMNS), first + 1)
        for column in range(first, last):
            begin = max(start * COLUMNS / length, column)
            stop = min(end * COLUMNS / length, column + 1)
            shares[column] = shares.get(column, 0.0) + max(stop - begin, 0.0)
    return shares
