"""EXMARaLDA's basic transcriptions (.exb): tiers of events on a common timeline.

    <speaker id="SPK0"><abbreviation>JANE</abbreviation>…
    <common-timeline><tli id="T0" time="1.2"/><tli id="T1"/><tli id="T2" time="3.4"/>…
    <tier id="TIE0" speaker="SPK0" category="v" type="t">
      <event start="T0" end="T1">Is the fer</event><event start="T1" end="T2">ry here? </event>

Times are seconds; a moment without one is between its neighbors. Tiers of type `t` are speech,
others describe it. A sentence is cut into events wherever another person begins or ends.

Source: the DTD of EXMARaLDA, basic-transcription.dtd.
"""

from __future__ import annotations

from ..base import Format, bid_on
from ..xml_text import root_pattern
from .read import parse

_BID = 99

FORMAT = Format(
    name="exmaralda",
    title="EXMARaLDA transcriptions",
    suffixes=(".exb",),
    sniff=bid_on(root_pattern("basic-transcription").match, _BID),
    parse=parse,
    rank=45,
    highest_bid=_BID,
    owns_suffixes=True,
)
