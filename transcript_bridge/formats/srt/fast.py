"""SRT, well-formed: all cues of a chunk at once, in columns."""

from __future__ import annotations

import re

from ...line_joining import has_any
from ...models import Utterances
from ...on_demand import on_demand
from ..cues.chunks import Chunk, NeedsCareError
from ..cues.columns import make_utterances, number_lines, read_columns, tidy_texts
from ..cues.lines import has_hard_breaks
from ..cues.reading import FastReader

_remove_markup = on_demand(__package__, "markup", "remove_markup")

TIME = r"[0-9]{1,6}:[0-5][0-9]:[0-5][0-9][,.][0-9]{3}"
CUE_BEGINNING = re.compile(rf"\n\n[0-9]{{1,9}}+\n(?={TIME} --> {TIME}\n)")
# CUE_BEGINNING in 0.6 of the time: everything before the text of a cue, if `read_columns` finds
# times there.
_HEADER = re.compile(r"\n\n[0-9]{1,9}+\n([^\n]++)\n")
_TIMES = re.compile(rf"(?:{TIME} --> {TIME}\n)++")
MARKS = "<{&"
"""First characters of a tag, an override, an entity."""
_LINES_BEFORE_TIMES = 3
"""From the beginning of a chunk: two line breaks and the number."""
_LINES_BETWEEN_TIMES = 4
"""Times, blank line, number, and the one line of text that has no line break."""


def read(chunk: Chunk) -> Utterances:
    """All cues of `chunk`; gives up if one of them needs care."""
    before, *rest = _HEADER.split(chunk.text)
    if before or has_hard_breaks(chunk.text):
        raise NeedsCareError
    raw = rest[1::2]
    columns = read_columns(rest[::2], _TIMES)
    texts = tidy_texts(raw)
    if has_any(chunk.text, MARKS):
        texts = _remove_markup(texts)
    lines = number_lines(chunk.line + _LINES_BEFORE_TIMES, raw, _LINES_BETWEEN_TIMES)
    nothing: list[str | None] = [None] * len(texts)
    return make_utterances(columns, texts, nothing, nothing, lines)


READER = FastReader(CUE_BEGINNING, read)
