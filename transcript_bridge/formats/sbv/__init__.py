"""SubViewer captions (.sbv), as YouTube Studio writes and takes them.

    0:00:01.200,0:00:03.529
    JANE: Good morning.

A cue is a line with two times and the lines below it, up to the next one. Older SubViewer files
have `[br]` for a line break and a header in brackets, which is not text.
"""

from __future__ import annotations

from ...on_demand import on_demand
from ..base import Format
from .read import TIME_LINE, parse

_SURE = 97
"""A bid: no other format has two times and only a comma between them on a line."""


def sniff(text: str) -> int:
    """Two times with a comma between them, alone on a line."""
    if TIME_LINE.search("\n" + text):
        return _SURE
    return 0


FORMAT = Format(
    name="sbv",
    title="SubViewer (YouTube .sbv)",
    suffixes=(".sbv",),
    sniff=sniff,
    parse=parse,
    render=on_demand(__name__, "write", "render"),
    render_lines=on_demand(__name__, "write", "render_lines"),
    names_in_text=True,
    rank=40,
    owns_suffixes=True,
)
