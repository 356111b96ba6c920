"""Reads entries that each state the moment at which they were spoken.

Wearables and meeting apps write moments instead of times from the beginning of the recording. The
earliest moment is time 0 then. An entry that lacks a moment begins where the one before it ends,
and one that lacks an end lasts as long as its text takes to say, or until the next one begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from operator import attrgetter
from typing import NamedTuple

from ..models import StartSource, Utterance, Utterances
from ..problems import ProblemLog
from ..timecode import count_spoken, guess_end
from .json_values import is_moment, to_moment


class DatedEntry(NamedTuple):
    """One entry of the file. Its text is not empty."""

    start: int | None
    """ms: since 1970, or from the beginning of the recording."""
    end: int | None
    """On the same clock as `start`."""
    text: str
    speaker: str | None
    line: int | None = None


class DatedSpeech(NamedTuple):
    """Utterances sorted by time, and the moment of time 0."""

    utterances: Utterances
    zero: int | None
    """ms since 1970; None if no entry has a moment."""


def place_entries(entries: Sequence[DatedEntry], log: ProblemLog) -> DatedSpeech:
    """Make utterances, whose times count from the first moment.

    If no entry has a moment, the times already count from the beginning of the recording.
    """
    starts = [entry.start for entry in entries if entry.start is not None]
    moments = list(filter(is_moment, starts))
    zero = min(moments, default=None)
    if moments:
        entries = [_without_odd_start(entry) for entry in entries]
    filled = _fill_in_starts(entries, zero or 0, log)
    in_order = sorted(filled, key=attrgetter("start"))
    if in_order != filled:
        log.add("out-of-order", "entries were sorted by the moments at which they were spoken")
    pairs = zip_longest(in_order, [entry.start for entry in in_order[1:]])
    utterances = [_to_utterance(placed, following, zero or 0) for placed, following in pairs]
    _report_missing_ends(entries, log)
    return DatedSpeech(Utterances.of(utterances), zero)


def state_start(zero: int | None) -> tuple[datetime | None, StartSource]:
    """The beginning of a recording, and whether the file states it. zero: ms since 1970."""
    if zero is None:
        return None, "guessed"
    return to_moment(zero), "stated"


def describe_zero(zero: int) -> str:
    """The moment of time 0 as an id for a conversation that has none: in ISO 8601, with ms."""
    return to_moment(zero).isoformat(timespec="milliseconds")


def _without_odd_start(entry: DatedEntry) -> DatedEntry:
    """Correct an entry in a file of moments; its start is dropped if it is not a moment."""
    if entry.start is None or is_moment(entry.start):
        return entry
    return entry._replace(start=None, end=None)


class _PlacedEntry(NamedTuple):
    start: int
    entry: DatedEntry


def _fill_in_starts(
    entries: Sequence[DatedEntry], zero: int, log: ProblemLog
) -> list[_PlacedEntry]:
    placed = []
    latest = zero
    for number, entry in enumerate(entries, 1):
        start = entry.start
        if start is None:
            start = latest
            message = f"entry {number} has no time at which it was spoken; it was estimated"
            log.add("time-guessed", message, entry.line)
        placed.append(_PlacedEntry(start, entry))
        latest = max(start, entry.end or guess_end(start, count_spoken(entry.text), None))
    return placed


def _to_utterance(placed: _PlacedEntry, following: int | None, zero: int) -> Utterance:
    start, entry = placed
    end = entry.end
    if end is None or entry.start is None:
        end = guess_end(start, count_spoken(entry.text), following)
    return Utterance(start - zero, end - zero, entry.text, entry.speaker, line=entry.line)


def _report_missing_ends(entries: Sequence[DatedEntry], log: ProblemLog) -> None:
    missing = sum(entry.end is None and entry.start is not None for entry in entries)
    if missing:
        message = (
            f"entries without an end: {missing} of {len(entries)}; each ends after its text, or at "
            "the next one"
        )
        log.add("time-guessed", message)
