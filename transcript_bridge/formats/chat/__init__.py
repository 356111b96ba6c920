"""CHAT transcripts (.cha) of TalkBank and CHILDES, if they are linked to a recording.

    @UTF8
    @Begin
    @Participants:	CHI Ross Target_Child, FAT Brian Father
    *CHI:	<I like> [/] I like beans . •20780_24300•
    %mor:	pro|I v|like n|bean-PL .
    @End

Between the marks (U+0015) are milliseconds. Lines with `*` are speech, those with `%` are not. A
line that begins with a tab continues the one before. Codes in the speech (`[/]`, `&-um`, `(.)`,
`xxx`, `@s`) are marks of the transcript; the words in them are kept.

Source: the CHAT manual of TalkBank.
"""

from __future__ import annotations

import re

from ..base import Format
from .read import parse

_BID = 98
_HEAD = re.compile(r"\s*@(?:UTF8|Begin|Font|PID|Window|Color words)\b")
_SPEECH = re.compile(r"\n\*\w{1,12}:[ \t]")


def sniff(text: str) -> int:
    """One of the first headers, and a line of speech."""
    if _HEAD.match(text) and _SPEECH.search(text):
        return _BID
    return 0


FORMAT = Format(
    name="chat",
    title="CHAT (TalkBank, CHILDES)",
    suffixes=(".cha",),
    sniff=sniff,
    parse=parse,
    rank=45,
    highest_bid=_BID,
    owns_suffixes=True,
)
