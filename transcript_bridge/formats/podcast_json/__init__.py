"""The JSON transcripts of Podcasting 2.0, as hosts of podcasts and Descript write them.

    {"version": "1.0.0", "segments": [{"speaker": "Nora", "startTime": 0.5, "endTime": 2.75,
    "body": "Good morning."}]}

Times are seconds. A segment is a sentence with some programs, a line or a word with others: lines
and words of one speaker are joined to sentences, which are the cues then. A line break at the end
of a body ends the paragraph.

Source: the podcast namespace of podcastindex.org, "transcripts".
"""

from __future__ import annotations

import re

from ...on_demand import on_demand
from ..base import Format
from .read import parse

_SURE = 97
_FIRST_SEGMENT = re.compile(r'"segments"\s*:\s*\[\s*(\{[^{}]{1,4000}\})')


def sniff(text: str) -> int:
    """The keys of the first segment."""
    first = _FIRST_SEGMENT.search(text)
    if first and '"body"' in first[1] and '"startTime"' in first[1]:
        return _SURE
    return 0


FORMAT = Format(
    name="podcast_json",
    title="JSON of Podcasting 2.0",
    suffixes=(".json",),
    sniff=sniff,
    parse=parse,
    render=on_demand(__name__, "write", "render"),
    rank=12,
    highest_bid=_SURE,
)
