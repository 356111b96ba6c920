"""WebVTT (https://www.w3.org/TR/webvtt1/): cues with times, identifiers, voices and markup.

    WEBVTT

    1
    00:00:01.000 --> 00:00:02.500
    <v Alice>Good morning.

Where the standard accepts a cue, its times, identifier and text are the standard's (lines without
blanks at their ends). Beyond it, these are read, each reported as a problem: time lines in other
notations (Teams 2020: `0:0:0.0 --> 0:0:3.490`), a missing signature, cues without a blank line
before them, text after a blank line inside a cue, a `<` that begins no tag.

Speakers: voices (`<v Alice>`), else Webex's, which are in the cue's identifier.

    read        decides between the fast reader and the careful one
    header      the signature, the language, the stream's time map
    fast        chunks in which every cue is well-formed
    careful     all others
    standard    the published parser, to the letter, for --no-recover
    write       the way back, with webvtt-py
"""

from __future__ import annotations

import re

from ...on_demand import on_demand
from ..base import Format
from ..cues.lines import BLANKS
from ..cues.timestamps import has_time_line
from .header import SIGNATURE, has_signature
from .read import parse

_SIGNATURE, _ODD_SIGNATURE, _NO_SIGNATURE = 100, 95, 85
"""Bids."""
# One pattern for all of them takes ten times as long, for it has no beginning to search for: a
# quarter of the time in which a small SRT file is read.
_OWN_MARKS = (
    re.compile(r"<v[ .]"),
    re.compile(r"\nNOTE(?:\s|$)"),
    re.compile(r'\n(?:\d{1,9} )?"[^"\n]{0,100}" \(\d{1,12}\)\n\d[\d:.]+ -->'),  # Webex
    re.compile(r"--> *[\d:.]+ +(?:align|position|line|size|vertical|region):"),
)
_BEGINNING = 100
"""Characters in which the signature is looked for."""


def sniff(text: str) -> int:
    """The signature decides; without one, what only WebVTT has."""
    beginning = text[:_BEGINNING].lstrip(BLANKS + "\n")
    if has_signature(beginning):
        return _SIGNATURE
    if beginning[: len(SIGNATURE)].upper() == SIGNATURE:
        return _ODD_SIGNATURE
    if _has_own_mark("\n" + text) and has_time_line("\n" + text):
        return _NO_SIGNATURE
    return 0


def _has_own_mark(text: str) -> bool:
    return any(mark.search(text) for mark in _OWN_MARKS)


FORMAT = Format(
    name="vtt",
    title="WebVTT subtitles",
    suffixes=(".vtt", ".webvtt"),
    sniff=sniff,
    parse=parse,
    render=on_demand(__name__, "write", "render"),
    render_lines=on_demand(__name__, "write", "render_lines"),
    parse_standard=on_demand(__name__, "standard", "parse_standard"),
    names_in_text=True,
    rank=20,
    owns_suffixes=True,
)
