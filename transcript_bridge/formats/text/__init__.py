"""Lines of text with their times, as recognizers print them and as `convert --to text` writes them.

    [00:00:01.000 --> 00:00:02.500] Alice: Good morning.
    [00:02.500 --> 00:04.000]  Morning.
    [4.00s -> 5.25s] Shall we?

openai-whisper leaves out the hours below one hour, whisper.cpp never does; the third line is what
users of faster-whisper print. A line without times continues the cue before it. Speakers are in the
text, as in SRT. Live recognizers print numbers alone: `number_lines`.

Older Teams documents have the times above the name and the text: `ranges`.

Text without such lines can have headings, as Otter, Plaud, Zoom, Google Meet and people write them:
`headings` has the kinds, `usual_lines` what products write instead, `headed` makes utterances.
Chats are recognized and refused: `chats`.
"""

from __future__ import annotations

import re

from ...on_demand import on_demand
from ..base import Format
from .fractions import shorten_fractions
from .number_lines import write_timed_lines
from .ranges import has_ranges
from .read import TIMED_LINE, parse
from .usual_lines import find_headed

_RANGES, _TIMES, _HEADINGS, _LABELS = 99, 98, 55, 10
"""Bids."""
_JSON = re.compile(r"\s*(?:\[\s*)?\{\s*\"[^\"\n]{1,60}\"\s*:")
"""JSON, which may have text with times within it."""
_SPEAKER = re.compile(r"\[SPEAKER_\d+\]:")


def sniff(text: str) -> int:
    """Times without leading zeros and times in brackets that begin a line are sure; labels without
    times are a hint.

    pyannote prints its turns alike, though always with a blank after the bracket, for the sign of
    the time.
    """
    if _JSON.match(text):
        return 0
    text = shorten_fractions(text)
    if has_ranges(text):
        return _RANGES
    if TIMED_LINE.search("\n" + text) or write_timed_lines(text):
        return _TIMES
    headed = find_headed(text.split("\n"))
    if headed.blocks or headed.is_chat:
        return _HEADINGS
    if len(_SPEAKER.findall(text)) > 1:
        return _LABELS
    return 0


FORMAT = Format(
    name="text",
    title="text with times",
    suffixes=(".txt", ".text", ".md", ".docx"),
    sniff=sniff,
    parse=parse,
    render=on_demand(__name__, "write", "render"),
    names_in_text=True,
    rank=70,
)
