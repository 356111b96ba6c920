"""SRT (SubRip): numbered cues, times with a comma, a blank line between two cues.

    1
    00:00:01,000 --> 00:00:02,500
    Alice: Good morning.

There is no standard, only what players read. A time line begins a cue, wherever it is; a number
alone on the line before belongs to it; every line up to the next cue is text, also after a blank
line, because a viewer sees one cue. One or two digits after the comma are tenths or hundredths
(`02,46` is 2.460 s).

The cues of a file must be found whatever was done to it: docs/formats.md lists what is read, and
fixtures/srt/ has examples. Speakers in the text (`Alice:`) are found by shaping/labels.

    read        decides between the fast reader and the careful one
    fast        chunks in which every cue is well-formed
    careful     all others
    markup      tags that players know, and AssemblyAI's colours
    write       the way back, with pysrt
"""

from __future__ import annotations

from ..base import Format
from ..cues.lines import BLANKS
from ..cues.timestamps import TIME_LINE, has_long_arrow, has_times
from .read import parse
from .write import render, render_lines

_COMMA, _POINT, _DASH = 90, 80, 70
"""Bids. A time line with a comma is SRT's own; others are likelier SRT than anything else."""
_WEBVTT = "WEBVTT"
_BEGINNING = 100
"""Characters in which WebVTT's signature is looked for."""


def sniff(text: str) -> int:
    """Decide by the first time line."""
    beginning = text[:_BEGINNING].lstrip(BLANKS + "\n")
    if beginning[: len(_WEBVTT)].upper() == _WEBVTT:
        return 0
    for match in TIME_LINE.finditer("\n" + text):
        if not has_times(match):
            continue
        if not has_long_arrow(match):
            return _DASH
        if "," in match["start"]:
            return _COMMA
        return _POINT
    return 0


FORMAT = Format(
    name="srt",
    title="SRT subtitles",
    suffixes=(".srt",),
    sniff=sniff,
    parse=parse,
    render=render,
    render_lines=render_lines,
    names_in_text=True,
    rank=30,
    owns_suffixes=True,
)
