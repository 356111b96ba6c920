"""Chats as text: what people wrote to each other, with times as in transcripts.

00:05:03 From Jane Doe to Everyone:       Zoom, the message on the line below
00:05:03\t From Jane Doe : Hello          Zoom, older
00:05:03 Von Jane Doe an Alle:            Zoom in the language of its user
00:05:03\t Jane Doe:\tHello                Zoom's cloud
12/05/2024, 10:02 - Jane: Hello           WhatsApp on Android
[12.05.24, 10:02:11] Jane: Hello          WhatsApp on iPhones
Jane, [12.05.2024 10:02]                  Telegram, the message on the line below
[05/12/2024 10:02 AM] jane                Discord, the message on the line below
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...sentences import SENTENCE_MARKS
from .line_rows import match_rows

_SENDER = "from|von|de|da|van|od|от|来自|從|从|來自|開始|送信者"
_RECEIVER = "to|an|à|a|para|aan|do|для|кому|到|終了|宛先"
_MESSAGE = (
    rf"(?i:(?:{_SENDER})[ \t]+\S[^:\n]{{0,100}}?[ \t](?:{_RECEIVER})[ \t]+[^:\n]{{1,60}}:)"
    r"|From[ \t]+\S[^:\n]{0,100}:"
)
"""The text after a time. No other language than English has it without a receiver: "De Vries" and
"Von Braun" are names."""
_CLOCK = r"\d{1,2}:[0-5]\d(?P<seconds>:[0-5]\d)?(?:[ \u202f\xa0]?[AaPp]\.?[ ]?[Mm]\.?)?"
_DAY_FIRST = r"\d{1,2}(?P<sign>[./-])\d{1,2}(?P=sign)\d{2,4}"
_DATE = r"\d{1,4}(?P<any>[./-])\d{1,2}(?P=any)\d{1,4}"
_SAYS = r"[ ]~?[ ]?[^:\n]{1,60}: ?(?P<text>.*)"
_FORMS = (
    rf"[\[(]?(?:{_DATE},?[ ])?{_CLOCK}[\])]?:?[ \t]+(?:{_MESSAGE})",
    r"\d\d:\d\d:\d\d[ ]?\t[ ]?[^\t\n:]{1,80}(?::\t|[ ]:[ ])[^\n]{0,200}\Z",
    rf"{_DAY_FIRST},?[ ]{_CLOCK}[ ][-–]{_SAYS}",
    rf"\[(?:{_DATE},[ ]|{_DAY_FIRST}[ ]){_CLOCK}\](?:{_SAYS}|[ ][^:\n]{{1,40}}\Z)",
    rf"[^\n\[\]:]{{1,60}},[ ]\[{_DATE}[ ]{_CLOCK}\]",
)
_MARKS = "\u200e\u200f"
"""Marks of the writing direction, which WhatsApp writes before lines."""
_WRITTEN = [re.compile(rf"[{_MARKS}]?(?:{form})") for form in _FORMS]
_TIMED = re.compile(rf"[{_MARKS}]?[\[(]?(?:{_DATE},?[ ])?\d{{1,2}}:[0-5]\d")
_FIRST_LINES = 200
"""One of so many first lines must be a message."""
_MIN_SHARE = 0.5
"""The share of lines with a time that must be messages. Others say who joined, or continue a
message."""
_SENTENCE = re.compile(r"[\"'“‘¿¡(]?[^\W_a-z].*[" + SENTENCE_MARKS + r"][\"'”’)]?\s*")
_MOST_SENTENCES = 0.9


def is_chat(lines: Sequence[str]) -> bool:
    """Whether a text is a chat: its times are those at which people wrote."""
    for form in _WRITTEN:
        if any(map(form.match, lines[:_FIRST_LINES])):
            written = match_rows(form, lines)
            timed = match_rows(_TIMED, lines).keys() | written.keys()
            is_most = len(written) > 1 and len(written) >= _MIN_SHARE * len(timed)
            if is_most and not _are_captions(list(written.values())):
                return True
    return False


def _are_captions(messages: Sequence[re.Match[str]]) -> bool:
    """Whether lines are captions that a program saved with dates in the form of JavaScript.

    They have seconds, and are whole sentences, which are rare in chats.
    """
    texts = [message.groupdict("").get("text", "") for message in messages]
    sentences = list(filter(_SENTENCE.fullmatch, texts))
    have_seconds = all(message.groupdict().get("seconds") for message in messages)
    return have_seconds and len(sentences) >= _MOST_SENTENCES * len(messages)
