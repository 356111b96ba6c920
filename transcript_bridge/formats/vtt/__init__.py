"""WebVTT (https://www.w3.org/TR/webvtt1/): cues with times, identifiers, voices and markup.

    WEBVTT

    1
    00:00:01.000 --> 00:00:02.500
    <v Alice>Good morning.

standard    the published parser, to the letter
reading     what a person can read beyond it, every rescue told as a problem
writing     the way back, with webvtt-py
"""

from __future__ import annotations

import re

from ..base import Format
from ..cues.stretch import BLANKS
from ..cues.timestamps import TIME_LINE, has_times
from .read import parse
from .standard import parse_standard
from .write import render

_OWN = re.compile(
    r"<v[ .]|^NOTE(?:\s|$)|--> *[\d:.]+ +(?:align|position|line|size|vertical|region):",
    re.MULTILINE,
)


def sniff(text: str) -> int:
    """The signature decides; without one, what only WebVTT has."""
    begin = text[:100].lstrip(BLANKS + "\n")
    if begin.startswith("WEBVTT") and (len(begin) == 6 or begin[6] in " \t\n"):
        return 100
    if begin[:6].upper() == "WEBVTT":
        return 95
    if _OWN.search(text) and any(map(has_times, TIME_LINE.finditer("\n" + text))):
        return 85
    return 0


FORMAT = Format(
    name="vtt",
    title="WebVTT subtitles",
    suffixes=(".vtt", ".webvtt"),
    sniff=sniff,
    parse=parse,
    render=render,
    parse_standard=parse_standard,
    names_in_text=True,
    rank=20,
    owns_suffixes=True,
)
