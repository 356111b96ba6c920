"""SRT (SubRip): numbered cues, times with a comma, a blank line between two cues.

    1
    00:00:01,000 --> 00:00:02,500
    Alice: Good morning.

There is no standard, only what players read. A time line begins a cue, wherever it is; a number
alone on the line before belongs to it; every line up to the next cue is text, also after a blank
line, because a viewer sees one cue. One or two digits after the comma are tenths or hundredths
(`02,46` is 2.460 s).

The cues of a damaged or edited file must be found, too: docs/formats.md lists what is read, and
fixtures/srt/ has examples. Speakers in the text (`Alice:`) are found by shaping/labels.

    read        decides between the fast reader and the careful one
    fast        chunks in which every cue is well-formed
    careful     all others
    markup      tags that players know
    colors     AssemblyAI's speakers
    write       the way back, with pysrt
"""

from __future__ import annotations

import re

from ...on_demand import on_demand
from ..base import Format
from ..cues.lines import BLANKS
from ..cues.timestamps import find_time_lines, has_long_arrow
from .read import parse

_COMMA, _POINT, _DASH = 90, 80, 70
"""Bids. A time line with a comma is SRT's own; others are likelier SRT than anything else."""
_WELL_FORMED = re.compile(
    r"\s*[0-9]{1,9}\n[0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3} --> [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3}\n"
)
"""The beginning of nearly all files: a number alone on its line, and a time line."""
_WEBVTT = "WEBVTT"
_BEGINNING = 100
"""Characters in which WebVTT's signature is looked for."""


def sniff(text: str) -> int:
    """Decide by the first time line."""
    if _WELL_FORMED.match(text):
        return _COMMA
    beginning = text[:_BEGINNING].lstrip(BLANKS + "\n")
    if beginning[: len(_WEBVTT)].upper() == _WEBVTT:
        return 0
    first = next(find_time_lines("\n" + text), None)
    if first is None:
        return 0
    if not has_long_arrow(first):
        return _DASH
    if "," in first["start"]:
        return _COMMA
    return _POINT


FORMAT = Format(
    name="srt",
    title="SRT subtitles",
    suffixes=(".srt",),
    sniff=sniff,
    parse=parse,
    render=on_demand(__name__, "write", "render"),
    render_lines=on_demand(__name__, "write", "render_lines"),
    names_in_text=True,
    rank=30,
    owns_suffixes=True,
)
