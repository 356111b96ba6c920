"""Captions of one line each: MicroDVD, MPL2, TMPlayer, Spruce's STL.

    {230}{307}Good morning.|Is the ferry here?       MicroDVD (.sub): numbers of frames
    [96][128]Good morning.|Is the ferry here?        MPL2: tenths of a second
    00:00:09:Good morning.|Is the ferry here?        TMPlayer: where it begins
    00:00:09:15 , 00:00:12:20 , Good morning.        Spruce (.stl): clocks that end in frames

`|` begins a line. Marks of style (`{y:i}`, `/`, `^I`) are removed. MicroDVD states its frames per
second as the text of a first line (`{1}{1}25.000`), or not at all.
"""

from __future__ import annotations

from ..base import Format, bid_on
from .kinds import choose_kind
from .read import parse

_BID = 91

FORMAT = Format(
    name="line_captions",
    title="captions in lines (MicroDVD, MPL2, TMPlayer, Spruce STL)",
    suffixes=(".sub", ".mpl", ".stl"),
    sniff=bid_on(choose_kind, _BID),
    parse=parse,
    names_in_text=True,
    rank=45,
    highest_bid=_BID,
)
