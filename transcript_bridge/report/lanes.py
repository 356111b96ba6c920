"""Who spoke when in a recording, reduced to COLUMNS.

So small, the lanes of ten thousand recordings fit into memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..models import Transcript
from ..shaping.speakers import SpeakerMap

COLUMNS = 1000
"""The resolution of a chart: the length of a recording is divided into so many columns."""

Block = tuple[int, int]
"""A stretch in which somebody speaks: its first column and how many."""


class Lane(NamedTuple):
    """One speaker of one recording."""

    label: str | None
    name: str | None
    """The person that the speaker map has for this label."""
    is_user: bool
    ms: int
    """Talk time."""
    blocks: tuple[Block, ...]


def lanes_of(transcript: Transcript, speakers: SpeakerMap) -> Iterator[Lane]:
    """One lane for each speaker, in the order of their first words."""
    spans: dict[str | None, list[tuple[int, int]]] = {}
    for utterance in transcript.utterances:
        spans.setdefault(utterance.speaker, []).append((utterance.start, utterance.end))
    people = speakers.people_of(spans)
    for label, own in spans.items():
        person = people[label]
        name = None
        is_user = False
        if person is not None:
            name, is_user = person.name, person.is_user
        talk_time = sum(end - start for start, end in own)
        yield Lane(label, name, is_user, talk_time, blocks_of(own, transcript.duration))


def blocks_of(spans: Iterable[tuple[int, int]], length: int) -> tuple[Block, ...]:
    """Spans as blocks of columns, all in ms.

    Spans that touch become one block, and none is too short to be seen.
    """
    length = max(length, 1)
    blocks: list[Block] = []
    for start, end in sorted(spans):
        first = min(start * COLUMNS // length, COLUMNS - 1)
        last = min(-(-end * COLUMNS // length), COLUMNS)
        last = max(last, first + 1)
        if blocks:
            former_first, former_width = blocks[-1]
            former_last = former_first + former_width
            if first <= former_last:
                blocks.pop()
                first, last = former_first, max(last, former_last)
        blocks.append((first, last - first))
    return tuple(blocks)
