"""What to listen to in order to know a voice: its longest utterances, early, middle and late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ....models import Utterances

SAMPLES = 3
MAX_MS = 8000
"""Longer ones are played up to here."""


class Span(NamedTuple):
    """A stretch of time, in ms."""

    start: int
    end: int


class _Candidate(NamedTuple):
    """An utterance that may be a sample. The highest is the best: alone, then long."""

    is_alone: bool
    ms: int
    span: Span


def choose_samples(utterances: Utterances, duration: int) -> dict[str | None, Sequence[Span]]:
    """Up to SAMPLES of each label, in their order: the best of each part of the recording.

    Nobody else speaks in them, where there is such a one. duration: of the recording, in ms.
    """
    best: dict[str | None, dict[int, _Candidate]] = {}
    part_ms = max(duration // SAMPLES, 1)
    latest_end = 0
    starts = utterances.starts
    columns = zip(starts, utterances.ends, utterances.speakers, strict=True)
    for place, (start, end, label) in enumerate(columns):
        is_last = place + 1 == len(starts)
        is_alone = latest_end <= start and (is_last or starts[place + 1] >= end)
        latest_end = max(latest_end, end)
        length = min(end - start, MAX_MS)
        candidate = _Candidate(is_alone, length, Span(start, start + length))
        parts = best.setdefault(label, {})
        part = min(start // part_ms, SAMPLES - 1)
        known = parts.get(part)
        if known is None or candidate[:2] > known[:2]:
            parts[part] = candidate
    chosen: dict[str | None, Sequence[Span]] = {}
    for label, parts in best.items():
        chosen[label] = sorted(candidate.span for candidate in parts.values())
    return chosen
