"""Scenarist captions (.scc): the bytes of closed captions (CEA-608), as broadcasters keep them.

    Scenarist_SCC V1.0

    00:00:01:00	9420 9420 94ae 94ae 9470 9470 c8e5 ecec ef80 942c 942c 942f 942f

A line has a time and pairs of bytes with odd parity, one pair a frame at 29.97 frames a second
(after `;` with dropped frames). Captions that are prepared and then shown (pop-on) begin when they
are shown; those that are shown while they come (roll-up, paint-on) with their first letter. Only
the first channel is read.

Source: 47 CFR 15.119.
"""

from __future__ import annotations

import re

from ..base import Format
from .read import parse

_SIGNATURE, _LINES = 100, 95
"""Bids."""
_LINE = re.compile(r"\n\d\d:\d\d:\d\d[:;.]\d\d[ \t]+(?:[0-9a-fA-F]{4}[ \t]+){3}")


def sniff(text: str) -> int:
    """The first line, or a time with words of four hexadecimal digits."""
    if text.lstrip()[:13].lower() == "scenarist_scc":
        return _SIGNATURE
    if _LINE.search("\n" + text):
        return _LINES
    return 0


FORMAT = Format(
    name="scc",
    title="Scenarist closed captions",
    suffixes=(".scc",),
    sniff=sniff,
    parse=parse,
    names_in_text=True,
    rank=45,
    owns_suffixes=True,
)
