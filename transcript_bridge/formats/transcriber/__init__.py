"""Transcriber's files (.trs), as corpora of broadcasts have them.

    <Trans audio_filename="news"><Speakers><Speaker id="spk1" name="Jane Doe" …/></Speakers>
    <Episode><Section …>
    <Turn speaker="spk1 spk2" startTime="1.2" endTime="5.0">
    <Sync time="1.2"/> good morning
    <Sync time="3.4"/> <Who nb="2"/> good morning

Times are seconds. What follows a `Sync` lasts until the next one; where two people speak at once,
`Who` says which of them. Noises (`Event`) and comments are left out.

Source: the DTD that comes with Transcriber, trans-14.dtd.
"""

from __future__ import annotations

from ..base import Format, bid_on
from ..xml_text import root_pattern
from .read import parse

_BID = 99

FORMAT = Format(
    name="transcriber",
    title="Transcriber",
    suffixes=(".trs",),
    sniff=bid_on(root_pattern("Trans").match, _BID),
    parse=parse,
    rank=45,
    highest_bid=_BID,
)
