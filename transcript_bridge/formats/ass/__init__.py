"""Advanced SubStation Alpha and its predecessor, SSA, as Aegisub writes them.

    [Events]
    Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
    Dialogue: 0,0:00:01.00,0:00:02.50,Default,Nora Quist,0,0,0,,{\\i1}Good\\Nmorning.

The column `Name` holds the speaker ("actor"); if it is empty throughout, a style called like a
voice (`Speaker 1`) does. Sub Station Alpha wrote `NTP` there for no name. Times have
hundredths of a second. Source of the rules: the specification that comes with libass, and what
Aegisub writes.
"""

from __future__ import annotations

import re

from ...on_demand import on_demand
from ..base import Format
from .read import parse

_SIGNATURE, _EVENTS = 98, 92
"""Bids."""
_DIALOGUE = re.compile(r"\nDialogue: ?(?:\d+|Marked=\d+),\d+:\d\d:\d\d[.:]\d+,")


def sniff(text: str) -> int:
    """The first section's name, or a dialogue line."""
    if text.lstrip()[:13].lower() == "[script info]":
        return _SIGNATURE
    if _DIALOGUE.search("\n" + text):
        return _EVENTS
    return 0


FORMAT = Format(
    name="ass",
    title="SubStation Alpha",
    suffixes=(".ass", ".ssa"),
    sniff=sniff,
    parse=parse,
    render=on_demand(__name__, "write", "render"),
    render_lines=on_demand(__name__, "write", "render_lines"),
    names_in_text=True,
    rank=35,
    owns_suffixes=True,
)
