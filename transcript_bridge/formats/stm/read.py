"""STM: lines -> utterances."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...problems import ProblemLog, shorten
from ..nist_lines import Timed, join_recordings, list_lines, read_seconds, read_word

_COLUMNS = 5
"""Before the label and the text."""
_LABEL = re.compile(r"\A<(?!ALT)[^<>]*>\s*")
_ALTERNATIVES = re.compile(r"\{(?=\s|[^{}]* / )([^{}]*)\}")
"""The innermost alternatives; a `{BREATH}` without blanks is a noise."""
_DEEPEST = 5
"""Alternatives within alternatives."""
_NOBODY = frozenset(("<NA>", "NA", "unknown", "inter_segment_gap", "excluded_region"))


def parse(text: str) -> Transcript:
    """Read segments; MalformedError if no line is one."""
    log = ProblemLog()
    cues = 0
    found: list[Timed] = []
    for number, line in list_lines(text):
        segment = _read_line(line, number)
        if segment is None:
            log.add("bad-line", f"this is not a line of STM: {shorten(line)!r}", number)
            continue
        cues += 1
        if segment.utterance.text:
            found.append(segment)
        else:
            log.add("empty-cue", "a segment without text was left out", number, 1)
    if not cues:
        raise MalformedError(
            "no line is a segment of STM (file 1 speaker start end text); export it again"
        )
    utterances = Utterances.of(join_recordings(found, log))
    return Transcript(utterances, problems=log.problems(), cues=cues)


def _read_line(line: str, number: int) -> Timed | None:
    columns = line.split(None, _COLUMNS)
    if len(columns) < _COLUMNS:
        return None
    recording, _, label, first, second = columns[:_COLUMNS]
    start = read_seconds(first)
    end = read_seconds(second)
    if start is None or end is None:
        return None
    text = _LABEL.sub("", " ".join(columns[_COLUMNS:]), count=1)
    speaker = None
    if label not in _NOBODY:
        speaker = label
    said = " ".join(filter(None, _read_words(text)))
    return Timed(recording, Utterance(start, end, said, speaker, line=number))


def _read_words(text: str) -> Iterator[str]:
    # As CTM has them.
    text = text.replace("<ALT_BEGIN>", "{").replace("<ALT>", "/").replace("<ALT_END>", "}")
    for _ in range(_DEEPEST):
        text, count = _ALTERNATIVES.subn(_take_first, text)
        if not count:
            break
    for token in text.split():
        yield read_word(token)


def _take_first(match: re.Match[str]) -> str:
    return match[1].partition(" / ")[0].strip()
