"""Timed Text Markup Language: TTML, DFXP, IMSC, iTunes' .itt.

    <tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en">
      <head><metadata><ttm:agent xml:id="a1"><ttm:name>Nora Quist</ttm:name></ttm:agent>…
      <body><div>
        <p begin="00:00:01.000" end="00:00:02.500" ttm:agent="a1">Good<br/>morning.</p>

Apple Podcasts writes a span for each word (`podcasts:unit="word"`), without blanks between them.
Times are clocks, clocks with frames (`ttp:frameRate`), or offsets (`1.5s`, `10000000t` with
`ttp:tickRate`); those of an element count from the beginning of its parent. Source of the rules:
W3C TTML2, sections 8 to 14. ttconv reads the same and much of the layout, which says nothing of
speech; it refuses files that name no standard or break one, as many real files do.
"""

from __future__ import annotations

import re

from ...on_demand import on_demand
from ..base import Format
from .read import parse

_SURE = 99
_ROOT = re.compile(r"<(?:[\w.-]+:)?tt(?:\s[^>]*)?>")
_MAX_PROLOG = 4000
"""Characters in which the root element begins: comments and licenses come before it."""


def sniff(text: str) -> int:
    """The root element."""
    if _ROOT.search(text[:_MAX_PROLOG]):
        return _SURE
    return 0


FORMAT = Format(
    name="ttml",
    title="Timed Text",
    suffixes=(".ttml", ".dfxp", ".itt", ".xml"),
    sniff=sniff,
    parse=parse,
    render=on_demand(__name__, "write", "render"),
    render_lines=on_demand(__name__, "write", "render_lines"),
    names_in_text=True,
    rank=32,
)
