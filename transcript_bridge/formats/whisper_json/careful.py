"""Segments that have something odd: what is missing is guessed, what is odd is reported."""

from __future__ import annotations

from typing import Any, NamedTuple

from ...models import Utterance, Word
from ...problems import ProblemLog
from ...timecode import guess_length
from ..json_text import as_object
from .values import Labels, is_blank, quote_value, read_label, read_text, read_time
from .words import first_start, join_text, read_words

_MAX_SILENCE = 3000
"""ms: a guessed end reaches to the next segment, unless the silence before that is longer."""


class _Times(NamedTuple):
    """ms."""

    start: int
    end: int


class SegmentReader:
    """Reads one segment; the neighbors help to guess its times.

    name: what messages call it. latest: the end of the segment before (ms). following: the segment
    after it, as it is in the file.
    """

    def __init__(
        self, name: str, latest: int, following: Any, labels: Labels, log: ProblemLog
    ) -> None:
        self._name = name
        self._latest = latest
        self._following = following
        self._labels = labels
        self._log = log

    def read(self, row: Any) -> Utterance | None:
        """The utterance; None, and a problem, if the segment has no text."""
        if not isinstance(row, dict):
            message = f"{self._name} is not an object but {quote_value(row)}"
            self._log.add("bad-item", message, cues=1)
            return None
        words = tuple(read_words(row.get("words"), self._name, self._labels, self._log))
        text = self._read_text(row.get("text"), words)
        if not text:
            return None
        start, end = self._read_times(row, words, text)
        speaker = self._read_label(row.get("speaker"))
        return Utterance(start, end, text, speaker, words)

    def _read_text(self, value: Any, words: tuple[Word, ...]) -> str:
        """The text of the segment, or of its words; empty, and a problem, if there is none."""
        if words and is_blank(value):
            value = join_text(words)
        text = read_text(value).replace("\r\n", "\n").replace("\r", "\n").strip()
        if text:
            return text
        if is_blank(value):
            self._log.add("empty-cue", f"{self._name} has no text", cues=1)
        else:
            message = f"the text of {self._name} is not text but {quote_value(value)}"
            self._log.add("bad-item", message, cues=1)
        return ""

    def _read_times(self, row: dict[str, Any], words: tuple[Word, ...], text: str) -> _Times:
        """ms; missing times from the words, else the neighbors, else the length of the text."""
        start = self._read_time(row, "start")
        end = self._read_time(row, "end")
        if start is not None and end is not None:
            return _Times(start, end)
        times = {"start": start, "end": end}
        missing = [_describe_missing(row, key) for key, time in times.items() if time is None]
        if start is None:
            start = self._guess_start(words, end)
        if end is None:
            end = self._guess_end(words, start, guess_length(len(text)))
        span = f"{start / 1000:.3f} to {end / 1000:.3f} s"
        message = f"{self._name} has {' and '.join(missing)}; it was put at {span}"
        self._log.add("time-guessed", message)
        return _Times(start, end)

    def _read_time(self, row: dict[str, Any], key: str) -> int | None:
        time = read_time(row.get(key))
        if time is not None and isinstance(row[key], str):
            message = f"the {key} of {self._name} is written as text: {quote_value(row[key])}"
            self._log.add("odd-time", message)
        return time

    def _guess_start(self, words: tuple[Word, ...], end: int | None) -> int:
        latest = self._latest
        if end is not None:
            latest = min(latest, end)
        return first_start(words, latest)

    def _guess_end(self, words: tuple[Word, ...], start: int, length: int) -> int:
        ends = [word.end for word in words if word.end is not None]
        if ends and ends[-1] > start:
            return ends[-1]
        end = start + length
        next_start = read_time(as_object(self._following).get("start"))
        if next_start is not None and start < next_start < end + _MAX_SILENCE:
            return next_start
        return end

    def _read_label(self, value: Any) -> str | None:
        try:
            return read_label(value, self._labels)
        except TypeError:
            message = f"the speaker of {self._name} is not a label but {quote_value(value)}"
            self._log.add("odd-speaker", message)
            return None


def _describe_missing(row: dict[str, Any], key: str) -> str:
    if row.get(key) is None:
        return f"no {key}"
    return f"no {key} but {quote_value(row[key])}"
