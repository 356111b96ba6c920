"""A Transcript from the JSON of Podcasting 2.0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from operator import attrgetter
from typing import Any, NamedTuple

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...problems import ProblemLog, shorten
from ...timecode import count_spoken, guess_end, milliseconds_in_range
from ..cues.lines import clean_lines
from ..json_text import as_object, load_json
from ..json_values import read_id
from ..word_groups import Pauses, join_words, split_at_pauses

_LINES = Pauses(long=0, short=1000, longest=60_000, closing="\"')]”’»")
"""Lines are joined to sentences, up to this length in text without punctuation."""
_WORDS = _LINES._replace(long=10_000)
"""Words are joined to utterances of several sentences."""
_MIN_WORDS = 4
"""Fewer texts may be short sentences."""


class _Segment(NamedTuple):
    """A segment with a text and a start (ms)."""

    start: int
    end: int
    speaker: str | None
    text: str
    paragraph: int
    """Its number."""


def parse(text: str) -> Transcript:
    """Read a transcript. Raises MalformedError for JSON without segments."""
    rows = as_object(load_json(text)).get("segments")
    if not isinstance(rows, list):
        raise MalformedError("this JSON has no list of segments as in Podcasting 2.0")
    log = ProblemLog()
    segments = list(_read_segments(rows, log))
    utterances = Utterances.of(_join(segments))
    lost = sum([problem.cues for problem in log.problems()])
    return Transcript(utterances, problems=log.problems(), cues=len(utterances) + lost)


def _read_segments(rows: Sequence[Any], log: ProblemLog) -> Iterator[_Segment]:
    starts = [_read_seconds(as_object(row).get("startTime")) for row in rows]
    spans = zip_longest(starts, starts[1:])
    paragraph = 0
    for number, (row, (start, following)) in enumerate(zip(rows, spans, strict=True), 1):
        fields = as_object(row)
        body = fields.get("body")
        if not isinstance(body, str):
            log.add("bad-item", f"segment {number} has no text", cues=1)
            continue
        text = clean_lines(body.replace("\r", ""))
        if not text:
            log.add("empty-cue", f"segment {number} has an empty text", cues=1)
        elif start is None:
            message = f"segment {number} has no start: {shorten(text)!r}"
            log.add("unreadable-times", message, cues=1)
        else:
            end = _read_seconds(fields.get("endTime"))
            if end is None:
                end = guess_end(start, count_spoken(text), following)
            label = read_id(fields.get("speaker")) or None
            yield _Segment(start, end, label, text, paragraph)
            paragraph += body.endswith("\n")


def _read_seconds(value: Any) -> int | None:
    try:
        return milliseconds_in_range(float(str(value)))  # of `true` itself it would be 1.0
    except ValueError:
        return None


def _join(segments: Sequence[_Segment]) -> Iterator[Utterance]:
    has_blanks = any(" " in segment.text for segment in segments)
    are_words = len(segments) >= _MIN_WORDS and not has_blanks
    pauses = _WORDS if are_words else _LINES
    for (speaker, _), said in groupby(segments, attrgetter("speaker", "paragraph")):
        for group in split_at_pauses(said, pauses):
            joined = join_words(group, speaker, line=None)
            is_of_words = are_words and len(group) > 1
            yield joined if is_of_words else joined._replace(words=())
