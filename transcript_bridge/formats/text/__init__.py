"""Text with times, as recognizers print it and as `convert --to text` writes it.

    [00:00:01.000 --> 00:00:02.500] Alice: Good morning.
    [00:02.500 --> 00:04.000]  Morning.
    [4.00s -> 5.25s] Shall we?

openai-whisper leaves out the hours below one hour, whisper.cpp never does. Users of faster-whisper
print the third line. A line without times continues the cue before it. Labels are in the text, as
in SRT.

    read          lines with two times, as above; other text is tried in the forms below
    number_lines  two plain numbers at the beginning of each line, from live recognizers
    ranges        two times above the name and the text, from older Teams documents
    headings      a heading with one time for each block of speech: Otter, Plaud, Zoom, people
    usual_lines   rewrites the forms of many products to the headings that `headings` reads
    headed        makes utterances of headings and the text below them
    chats         chats, which are recognized and refused
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
_OTHER = re.compile(
    r"\s*(?:(?:\[\s*)?\{\s*\"[^\"\n]{1,60}\"\s*:|<!doctype html|<html\b)", re.IGNORECASE
)
"""JSON and pages, which may have text with times within them."""
_SPEAKER = re.compile(r"\[SPEAKER_\d+\]:")


def sniff(text: str) -> int:
    """Bid high for times that begin a line in the forms above, low for headings and for labels.

    pyannote prints its turns in a similar form, but with a blank after the bracket, where it has
    room for a sign. That form gets no bid.
    """
    if _OTHER.match(text):
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
