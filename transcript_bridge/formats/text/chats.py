"""Chats of meetings: what people wrote to each other while they spoke.

00:05:03 From Jane Doe to Everyone:       Zoom, the message on the line below
00:05:03\t From Jane Doe : Hello          Zoom, older
00:05:03 Von Jane Doe an Alle:            Zoom in the language of its user
00:05:03\t Jane Doe:\tHello                Zoom's cloud
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .heading_lines import Heading

_SENDER = "from|von|de|da|van|od|от|来自|從|从|來自|開始|送信者"
_RECEIVER = "to|an|à|a|para|aan|do|для|кому|到|終了|宛先"
_MESSAGE = re.compile(
    rf"(?i:(?:{_SENDER})[ \t]+\S[^:\n]{{0,100}}?[ \t](?:{_RECEIVER})[ \t]+[^:\n]{{1,60}}:)"
    r"|From[ \t]+\S[^:\n]{0,100}:"
)
"""What follows a time. No other language than English has it without a receiver: "De Vries" and
"Von Braun" are names."""
_IN_CLOUD = re.compile(r"\d\d:\d\d:\d\d[ ]?\t[ ]?[^\t\n:]{1,80}(?::\t|[ ]:[ ])[^\n]{0,200}\Z")
_MIN_SHARE = 0.8
"""Of the headings of a file; a line of a chat may begin with a time, too."""


def is_chat(headings: Sequence[Heading], lines: Sequence[str]) -> bool:
    """Whether nearly all times stand before the sender of a message. lines: of the text."""
    written = 0
    for heading in headings:
        is_message = not heading.speaker and _MESSAGE.match(heading.text)
        if is_message or _IN_CLOUD.match(lines[heading.row]):
            written += 1
    return written > 1 and written >= _MIN_SHARE * len(headings)
