"""The HTML transcripts of Podcasting 2.0.

    <cite>Nora:</cite>
    <time>0:00</time>
    <p>Good morning, everyone.</p>

A paragraph lasts until the next time, or as long as its text takes if that is shorter. A paragraph
without a time continues the one before it; a speaker without a name is the last one
that has one.

Source: the podcast namespace of podcastindex.org, "transcripts".
"""

from __future__ import annotations

import re

from ..base import Format, bid_on
from .read import parse

_SURE = 96
_SIGN = re.compile(
    r"</cite>\s*<time\b[^>]{0,200}>\s*\d{1,3}:\d\d[\d:.,]*\s*</time>"
    r"|<time\b[^>]{0,200}>\s*\d{1,3}:\d\d[\d:.,]*\s*</time>\s*<p\b",
    re.IGNORECASE,
)

FORMAT = Format(
    name="podcast_html",
    title="HTML of Podcasting 2.0",
    suffixes=(".html", ".htm"),
    sniff=bid_on(_SIGN.search, _SURE),
    parse=parse,
    rank=60,
    highest_bid=_SURE,
)
