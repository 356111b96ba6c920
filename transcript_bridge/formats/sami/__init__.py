"""SAMI captions (.smi), which Windows Media Player showed and Korean subtitles still have.

    <SYNC Start=1200><P Class=ENCC>Good morning.<br>Is the ferry here?
    <SYNC Start=3500><P Class=ENCC>&nbsp;

Times are milliseconds. A cue ends where the next one of its class begins. A class is a language: of
several, the one with the most text is read. `<P ID=Source>` names who speaks.

Source: Microsoft, "Understanding SAMI 1.0". Files leave out end tags and quotation marks.
"""

from __future__ import annotations

import re

from ..base import Format, bid_on
from .read import parse

_BID = 96
_SIGN = re.compile(r"<SYNC\b[^<>]{0,80}\bStart\s*=", re.IGNORECASE)

FORMAT = Format(
    name="sami",
    title="SAMI captions",
    suffixes=(".smi", ".sami"),
    sniff=bid_on(_SIGN.search, _BID),
    parse=parse,
    names_in_text=True,
    rank=45,
    highest_bid=_BID,
)
