"""WebVTT, well-formed: all cues of a chunk at once, in columns.

A cue may have a voice at the beginning of its text and the end tag at the end: all products write
them so.
"""

from __future__ import annotations

import re

from ...models import Utterances
from ..cues.chunks import Chunk, NeedsCareError
from ..cues.columns import make_utterances, number_lines, read_columns, tidy_texts
from ..cues.lines import BLANKS, has_hard_breaks
from ..cues.markup import clean_name, plain_text
from ..cues.reading import FastReader
from .webex import may_have_names, read_name

_TIME = r"(?:[0-9]{2,6}:)?[0-5][0-9]:[0-5][0-9]\.[0-9]{3}"
CUE_BEGINNING = re.compile(rf"\n\n(?:[^\n>]+\n)??{_TIME} --> {_TIME}[ \t\n]")
# CUE_BEGINNING in 0.7 of the time: everything before the text of a cue, if `read_columns` finds
# times there. Its groups are the identifier with its line break, the times, the voice.
_HEADER = re.compile(
    r"\n\n((?:[^\n]+\n)??)([0-9:.]++ --> [0-9:.]++)(?:[ \t][^\n]*+)?\n(?:<v ([^<>\n]+)(?<!--)>)?+"
)
_GROUPS = 4
"""The groups of _HEADER, and the text after it."""
_TIMES = re.compile(rf"(?:{_TIME} --> {_TIME}\n)++")
_EDGES = BLANKS + "\n"
_LINES_BEFORE_TIMES = 2
"""From the beginning of a chunk to the times, without an identifier: two line breaks."""
_LINES_BETWEEN_TIMES = 3
"""Times, blank line, and the one line of text that has no line break."""


def read(chunk: Chunk) -> Utterances:
    """All cues of `chunk`; gives up if one of them needs care."""
    before, *rest = _HEADER.split(chunk.text)
    ids = rest[::_GROUPS]
    voices: list[str | None] = list(rest[2::_GROUPS])
    raw = rest[3::_GROUPS]
    if before or has_hard_breaks(chunk.text) or not _are_uniform(ids):
        raise NeedsCareError
    columns = read_columns(rest[1::_GROUPS], _TIMES)
    texts = _read_texts(chunk.text, raw)
    speakers = _read_speakers(chunk.text, ids, voices)
    names: list[str | None] = [None] * len(ids)
    id_lines = 0
    if ids[0]:
        names = [id_[:-1] for id_ in ids]
        id_lines = 1
    first = chunk.line + _LINES_BEFORE_TIMES + id_lines
    lines = number_lines(first, raw, _LINES_BETWEEN_TIMES + id_lines)
    return make_utterances(columns, texts, speakers, names, lines)


READER = FastReader(CUE_BEGINNING, read)


def _are_uniform(ids: list[str]) -> bool:
    """Whether all cues have an identifier, none of them with an arrow, or no cue has one."""
    if "" in ids:
        return not any(ids)
    return ">" not in "".join(ids)


def _read_texts(chunk: str, raw: list[str]) -> list[str]:
    texts = tidy_texts(raw)
    if "</v>" in chunk:
        texts = [text.removesuffix("</v>").strip(_EDGES) for text in texts]
    if "<" in "".join(texts) or "&" in chunk:
        texts = list(map(plain_text, texts))
    if "" in texts:
        raise NeedsCareError
    return texts


def _read_speakers(chunk: str, ids: list[str], voices: list[str | None]) -> list[str | None]:
    names = {voice: clean_name(voice) for voice in set(voices)}
    speakers = [names[voice] for voice in voices]
    if may_have_names(chunk):
        speakers = [
            speaker or read_name(id_[:-1]) for speaker, id_ in zip(speakers, ids, strict=True)
        ]
    return speakers
