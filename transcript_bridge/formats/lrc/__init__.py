"""LRC, the lyrics of players: `[00:12.34]words`, one line for each cue.

    [ti:The kettle]                         headers; `offset` is ms by which all is shown earlier
    [00:12.34]Jane: Water is on             two or three digits of a fraction, or none
    [00:40.00][01:20.00]Water is off        said twice
    [00:50.00]<00:50.00>All <00:50.40>off   the times of words ("A2", "enhanced")
    [bg:<00:51.00>All <00:51.40>off]        background vocals, with times or without
    [00:52.00]                              ends the line before

A line lasts until the next time, but not much longer than its text takes. The last one lasts as
long as its text takes. Lines may be in any
order. A line without a time continues the line before it. Minutes may have three digits.

Source: Wikipedia, "LRC (file format)"; whisper.cpp writes it with `-olrc`.
"""

from __future__ import annotations

import re

from ...on_demand import on_demand
from ..base import Format
from .read import STAMP, parse

_WITH_HEADER, _WITH_FRACTION, _HEADER_ALONE = 92, 85, 20
"""Bids. Text with headings bids less on lines with a fraction of a second."""
_WINDOW = 4000
"""Characters in which the first time is."""
_FINE_STAMP = re.compile(r"\s*\[\d{1,3}:\d\d\.\d{2,3}\](?!\s*-{1,2}>)")
_ANY_STAMP = re.compile(rf"^[ \t]*\[{STAMP}\]", re.MULTILINE)
_KNOWN_HEADER = re.compile(r"\s*\[(?:ti|ar|al|au|by|lr|offset|length|re|ve|la):", re.IGNORECASE)


def sniff(text: str) -> int:
    """A header, then a time in brackets; or a time with a fraction in the first line."""
    beginning = text[:_WINDOW]
    if _FINE_STAMP.match(beginning):
        return _WITH_FRACTION
    if not _KNOWN_HEADER.match(beginning):
        return 0
    if _ANY_STAMP.search(beginning):
        return _WITH_HEADER
    return _HEADER_ALONE


FORMAT = Format(
    name="lrc",
    title="LRC lyrics",
    suffixes=(".lrc",),
    sniff=sniff,
    parse=parse,
    render=on_demand(__name__, "write", "render"),
    names_in_text=True,
    rank=45,
    highest_bid=_WITH_HEADER,
    owns_suffixes=True,
)
