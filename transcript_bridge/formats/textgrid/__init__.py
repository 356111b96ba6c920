"""Praat's TextGrid: tiers of intervals, also as forced aligners write them.

    File type = "ooTextFile"
    Object class = "TextGrid"

    xmin = 0
    ...
        class = "IntervalTier"
        name = "Jane"
            xmin = 0.5
            xmax = 2.1
            text = "good morning"

The short form has the same values without their names; the chronological one has all intervals in
order of time, each with the number of its tier. Times are seconds. Quotation marks in texts
are doubled. Aligners also write the tiers as JSON (`read_json`). Tiers of points have no length,
and are not a transcript.

Source: the manual of Praat, "TextGrid file formats".
"""

from __future__ import annotations

import re

from ..base import Format, bid_on
from .read import CHRONOLOGICAL, parse

_BID = 99
_HEAD = re.compile(
    r'\s*(?:File type = "ooTextFile(?: short)?"\s+(?:Object class = )?"TextGrid"'
    rf'|"{CHRONOLOGICAL}"'
    r'|\{\s*"(?:start|xmin)"\s*:\s*[\d.]+,\s*"(?:end|xmax)"\s*:\s*[\d.]+,\s*"tiers"\s*:)'
)

FORMAT = Format(
    name="textgrid",
    title="Praat TextGrid",
    suffixes=(".textgrid",),
    sniff=bid_on(_HEAD.match, _BID),
    parse=parse,
    rank=45,
    highest_bid=_BID,
    owns_suffixes=True,
)
