"""Whisper's TSV from a transcript."""

from __future__ import annotations

from collections.abc import Iterator

from ...line_joining import join_lines
from ...models import Transcript
from ..cues.writing import label_utterances
from .rows import has_doubled_quotes


def render(transcript: Transcript) -> str:
    """`start`, `end` (ms), `speaker` if any is known, and `text`, separated by tabs.

    As Whisper's, it has no quotes: a text is one line, and a tab in it is a blank.
    """
    lines = ["\t".join(row) + "\n" for row in _make_rows(transcript)]
    return "".join(lines)


def _make_rows(transcript: Transcript) -> Iterator[tuple[str, ...]]:
    utterances = transcript.utterances
    if any(utterances.speakers):
        yield "start", "end", "speaker", "text"
        for start, end, text, speaker, *_ in utterances:
            label = _render_field(join_lines(speaker or ""))
            yield str(start), str(end), label, _render_field(join_lines(text))
    else:
        yield "start", "end", "text"
        for start, end, text in label_utterances(utterances):
            yield str(start), str(end), _render_field(text)


def _render_field(text: str) -> str:
    """Write a field. A text in quotation marks with doubled ones would be read as a quoted one."""
    if has_doubled_quotes(text):
        return '"' + text.replace('"', '""') + '"'
    return text
