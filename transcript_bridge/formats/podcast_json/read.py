"""A Transcript from the JSON of Podcasting 2.0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, NamedTuple

from ...errors import MalformedError
from ...line_joining import join_texts
from ...models import Transcript, Utterance, Utterances, Word
from ...problems import ProblemLog, shorten
from ...timecode import guess_end, milliseconds_in_range
from ..cues.lines import clean_lines
from ..json_text import as_object, load_json
from ..json_values import read_id
from ..word_groups import SENTENCE_ENDS

_MIN_PAUSE = 1000
"""ms: a pause of this length ends a sentence that is joined from lines or words."""
_LONG = 10_000
"""ms: words that have lasted so long end with the sentence."""
_LONGEST = 60_000
"""ms of a sentence that is joined; text without punctuation has no end of its own."""
_CLOSING_MARKS = "\"')]”’»"
_MIN_WORDS = 4
"""Fewer texts may be short sentences."""


class _Segment(NamedTuple):
    """A segment with a text and a start (ms)."""

    start: int
    end: int
    speaker: str | None
    text: str
    ends_paragraph: bool


@dataclass
class _Sentence:
    """Segments that are joined."""

    are_words: bool
    segments: list[_Segment] = field(default_factory=list)

    def ends_before(self, segment: _Segment) -> bool:
        """Whether the sentence is over before the next segment."""
        last = self.segments[-1]
        if last.ends_paragraph or segment.speaker != last.speaker:
            return True
        if segment.start - last.end >= _MIN_PAUSE:
            return True
        length = last.end - self.segments[0].start
        if length >= _LONGEST:
            return True
        is_over = last.text.rstrip(_CLOSING_MARKS).endswith(SENTENCE_ENDS)
        return is_over and (length >= _LONG or not self.are_words)

    def to_utterance(self) -> Utterance:
        first = self.segments[0]
        if len(self.segments) == 1:
            return Utterance(first.start, first.end, first.text, first.speaker)
        words = [Word(one.text, one.start, one.end) for one in self.segments]
        text = join_texts([word.text for word in words])
        end = max([one.end for one in self.segments])
        return Utterance(first.start, end, text, first.speaker, tuple(words) * self.are_words)


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
                end = guess_end(start, len(text), following)
            label = read_id(fields.get("speaker")) or None
            yield _Segment(start, end, label, text, body.endswith("\n"))


def _read_seconds(value: Any) -> int | None:
    try:
        return milliseconds_in_range(float(str(value)))  # of `true` itself it would be 1.0
    except ValueError:
        return None


def _join(segments: Sequence[_Segment]) -> Iterator[Utterance]:
    has_blanks = any(" " in segment.text for segment in segments)
    are_words = len(segments) >= _MIN_WORDS and not has_blanks
    sentence = _Sentence(are_words)
    for segment in segments:
        if sentence.segments and sentence.ends_before(segment):
            yield sentence.to_utterance()
            sentence = _Sentence(are_words)
        sentence.segments.append(segment)
    if sentence.segments:
        yield sentence.to_utterance()
