"""ELAN's annotations (.eaf): tiers with times, and tiers below them.

    <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1800"/>
    <TIER TIER_ID="orth@Jane" PARTICIPANT="Jane" …>
      <ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
        <ANNOTATION_VALUE>good morning</ANNOTATION_VALUE>

Times are milliseconds. An annotation of a lower tier may have the time of that above it. A tier
whose texts are but the numbers of sentences stands for the tier below it.

Source: the schema of ELAN's format, EAFv3.0.xsd.
"""

from __future__ import annotations

from ..base import Format, bid_on
from ..xml_text import root_pattern
from .read import parse

_BID = 99

FORMAT = Format(
    name="elan",
    title="ELAN annotations",
    suffixes=(".eaf",),
    sniff=bid_on(root_pattern("ANNOTATION_DOCUMENT").match, _BID),
    parse=parse,
    rank=45,
    highest_bid=_BID,
    owns_suffixes=True,
)
