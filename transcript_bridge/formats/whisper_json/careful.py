"""Reads entries with care: missing values are guessed, odd values are reported."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...models import Utterances
from ...problems import ProblemLog
from ...timecode import count_spoken, guess_length
from .entry import Entry, to_utterances, to_whole_utterances
from .values import quote_value
from .words import first_start, join_text

_MAX_SILENCE = 3000
"""ms: a guessed end reaches to the next segment, unless the silence before that is longer."""


def read_segments(entries: Sequence[Entry], log: ProblemLog) -> Utterances:
    """Make an utterance of each entry with a text; report the others."""
    return to_whole_utterances(entries) or to_utterances(_complete_all(entries, log))


def _complete_all(entries: Sequence[Entry], log: ProblemLog) -> list[Entry]:
    latest = 0
    completed = []
    followers = [*entries[1:], Entry()]
    for number, (entry, following) in enumerate(zip(entries, followers, strict=False), 1):
        entry = SegmentCompleter(f"segment {number}", latest, following, log).complete(entry)
        if entry.text:
            latest = round(entry.end)
            completed.append(entry)
    return completed


class SegmentCompleter:
    """Completes one segment; missing times are guessed from its neighbors.

    name: for messages. latest: the end of the segment before (ms). following: the segment after it.
    """

    def __init__(self, name: str, latest: int, following: Entry, log: ProblemLog) -> None:
        self._name = name
        self._latest = latest
        self._following = following
        self._log = log

    def complete(self, entry: Entry) -> Entry:
        """Return the segment with text and times. One without text is reported, and stays empty."""
        report_words(entry, self._name, self._log)
        entry = self._find_text(entry)
        if not entry.text:
            return entry
        self._report_odd(entry)
        if math.isfinite(entry.start + entry.end):
            return entry
        return self._guess_times(entry)

    def _find_text(self, entry: Entry) -> Entry:
        """Return the text of the segment, else that of its words."""
        if "entry" in entry.odd:
            message = f"{self._name} is not an object but {quote_value(entry.odd['entry'])}"
            self._log.add("bad-item", message, cues=1)
        elif "text" in entry.odd:
            message = f"the text of {self._name} is not text but {quote_value(entry.odd['text'])}"
            self._log.add("bad-item", message, cues=1)
        elif not entry.text:
            entry = entry._replace(text=join_text(entry.words))
            if not entry.text:
                self._log.add("empty-cue", f"{self._name} has no text", cues=1)
        return entry

    def _report_odd(self, entry: Entry) -> None:
        for role, time in (("start", entry.start), ("end", entry.end)):
            if role in entry.odd and math.isfinite(time):
                written = quote_value(entry.odd[role])
                message = f"the {role} of {self._name} is written as text: {written}"
                self._log.add("odd-time", message)
        if "speaker" in entry.odd:
            written = quote_value(entry.odd["speaker"])
            message = f"the speaker of {self._name} is not a label but {written}"
            self._log.add("odd-speaker", message)

    def _guess_times(self, entry: Entry) -> Entry:
        """Guess missing times: from the words, else the neighbors, else the length of the text."""
        missing = []
        start, end = entry.start, entry.end
        if math.isnan(start):
            missing.append(_describe_missing(entry, "start"))
            start = first_start(entry.words, min(self._latest, end))
        if math.isnan(end):
            missing.append(_describe_missing(entry, "end"))
            end = self._guess_end(entry, start)
        span = f"{start / 1000:.3f} to {end / 1000:.3f} s"
        message = f"{self._name} has {' and '.join(missing)}; it was put at {span}"
        self._log.add("time-guessed", message)
        return entry._replace(start=start, end=end)

    def _guess_end(self, entry: Entry, start: float) -> float:
        ends = [word.end for word in entry.words if word.end is not None]
        if ends and ends[-1] > start:
            return ends[-1]
        end = start + guess_length(count_spoken(entry.text))
        if start < self._following.start < end + _MAX_SILENCE:
            return self._following.start
        return end


def report_words(entry: Entry, name: str, log: ProblemLog) -> None:
    """Report odd values in the words of an entry, and ends that were guessed.

    name: of the entry, for messages.
    """
    if entry.guessed_words:
        count = entry.guessed_words
        message = f"words of {name} without an end: {count}; it was guessed from their length"
        log.add("time-guessed", message)
    if entry.odd_words:
        count = entry.odd_words
        message = f"words of {name} without a usable text, time or speaker of their own: {count}"
        log.add("odd-words", message)


def _describe_missing(entry: Entry, role: str) -> str:
    if role in entry.odd:
        return f"no {role} but {quote_value(entry.odd[role])}"
    return f"no {role}"
