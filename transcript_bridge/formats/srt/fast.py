"""SRT, well-formed: all cues of a chunk at once, in columns."""

from __future__ import annotations

import re

from ...models import Utterances
from ...on_demand import on_demand
from ..cues.chunks import Chunk
from ..cues.columns import make_utterances, number_lines, read_columns, tidy_texts
from ..cues.lines import has_hard_breaks

_remove_markup = on_demand(__package__, "markup", "remove_markup")

TIME = r"[0-9]{1,6}:[0-5][0-9]:[0-5][0-9][,.][0-9]{3}"
CUE_BEGINNING = re.compile(rf"\n\n[0-9]{{1,9}}+\n(?={TIME} --> {TIME}\n)")
# CUE_BEGINNING in 0.6 of the time: what is before the text of a cue, if `read_columns` finds times
# there.
_HEADER = re.compile(r"\n\n[0-9]{1,9}+\n([^\n]++)\n")
_TIMES = re.compile(rf"(?:{TIME}\n)++")
_LINES_BEFORE_TIMES = 3
"""From the beginning of a chunk: two line breaks and the number."""
_LINES_BETWEEN_TIMES = 4
"""Times, blank line, number, and the one line of text that has no line break."""


def read(chunk: Chunk) -> Utterances | None:
    """All cues of `chunk`; None if one of them needs care."""
    if has_hard_breaks(chunk.text):
        return None
    before, *rest = _HEADER.split(chunk.text)
    times = rest[::2]
    raw = rest[1::2]
    if before or not times:
        return None
    columns = read_columns(times, _TIMES)
    if columns is None:
        return None
    texts = tidy_texts(raw)
    if texts is None:
        return None
    if has_markup(chunk.text):
        texts = _remove_markup(texts)
        if texts is None:
            return None
    lines = number_lines(chunk.line + _LINES_BEFORE_TIMES, raw, _LINES_BETWEEN_TIMES)
    starts, ends = columns
    return make_utterances(starts, ends, texts, None, None, lines)


def has_markup(text: str) -> bool:
    """Whether `text` may have tags, overrides or entities."""
    return "<" in text or "{" in text or "&" in text
