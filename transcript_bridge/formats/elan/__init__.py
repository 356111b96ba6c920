"""ELAN's annotations (.eaf): tiers with times, and tiers below them.

    <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1800"/>
    <TIER TIER_ID="orth@Jane" PARTICIPANT="Jane" …>
      <ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
        <ANNOTATION_VALUE>good morning</ANNOTATION_VALUE>

Times are milliseconds. An annotation of a lower tier may have the time of that above it. A tier
whose texts are only numbers of sentences is replaced by the tier below it.

    read    the XML
    table   the export as text with tabs

Source: the schema of ELAN's format, EAFv3.0.xsd.
"""

from __future__ import annotations

from ...models import Transcript
from ..base import Format
from ..xml_text import root_pattern
from .read import parse as parse_xml
from .table import is_table
from .table import parse as parse_table

_is_xml = root_pattern("ANNOTATION_DOCUMENT").match
_BID = 99


def sniff(text: str) -> int:
    """Decide by the root of the XML, or by the header of the table."""
    if is_table(text) or _is_xml(text):
        return _BID
    return 0


def parse(text: str) -> Transcript:
    """Read either; MalformedError if nothing in it has times."""
    if is_table(text):
        return parse_table(text)
    return parse_xml(text)


FORMAT = Format(
    name="elan",
    title="ELAN annotations",
    suffixes=(".eaf",),
    sniff=sniff,
    parse=parse,
    rank=45,
    highest_bid=_BID,
    owns_suffixes=True,
)
