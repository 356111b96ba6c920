"""Chooses what to read and listen to, to recognize a voice: its longest utterances, early, middle
and late."""

from __future__ import annotations

from typing import NamedTuple

from ...models import Utterances

SAMPLES = 3
MAX_MS = 8000
"""ms. Longer samples are played up to here."""
_MAX_CHARACTERS = 90


class Sample(NamedTuple):
    """A part of a recording in which one voice speaks.

    start, end: in ms from time 0 of the recording, at most MAX_MS apart. text: the first words of
    the utterance, on one line.
    """

    start: int
    end: int
    text: str


class _Candidate(NamedTuple):
    """An utterance that may be a sample. The highest is the best: alone, then long."""

    is_alone: bool
    ms: int
    place: int


def choose_samples(
    utterances: Utterances, duration: int, count: int = SAMPLES
) -> dict[str | None, tuple[Sample, ...]]:
    """Up to `count` samples of each label, in order: the best of each part of the recording.

    If possible, nobody else speaks in them. duration: of the recording, in ms.
    """
    best: dict[str | None, dict[int, _Candidate]] = {}
    part_ms = max(duration // count, 1)
    latest_end = 0
    starts = utterances.starts
    columns = zip(starts, utterances.ends, utterances.speakers, strict=True)
    for place, (start, end, label) in enumerate(columns):
        is_last = place + 1 == len(starts)
        is_alone = latest_end <= start and (is_last or starts[place + 1] >= end)
        latest_end = max(latest_end, end)
        ms = min(end - start, MAX_MS)
        parts = best.setdefault(label, {})
        part = min(start // part_ms, count - 1)
        known = parts.get(part)
        if known is None or (is_alone, ms) > known[:2]:
            parts[part] = _Candidate(is_alone, ms, place)
    chosen = {}
    for label, parts in best.items():
        samples = [_make_sample(utterances, candidate) for candidate in parts.values()]
        chosen[label] = tuple(sorted(samples))
    return chosen


def _make_sample(utterances: Utterances, candidate: _Candidate) -> Sample:
    start = utterances.starts[candidate.place]
    text = utterances.texts[candidate.place]
    return Sample(start, start + candidate.ms, _shorten(text))


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= _MAX_CHARACTERS:
        return line
    return line[: _MAX_CHARACTERS - 1] + "…"
