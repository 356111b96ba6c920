"""Server-sent events, as OpenAI streams a transcription and `curl` saves it.

event: transcript.text.segment
data: {"type": "transcript.text.segment", "start": 0.0, "end": 2.5, "text": "Good morning."}

data: [DONE]
"""

from __future__ import annotations

import re

BEGINNING = r"\s{0,99}(?:event:[^\n]{0,99}\n)?data:\s?\{"
_AROUND = re.compile(r"^(?:data: ?(?=\{)|(?:data|event|id|retry|):.*)", re.MULTILINE)
"""The parts of a message around the documents of events."""


def take_documents(text: str) -> str:
    """Events as JSON Lines: all else becomes blanks, so that numbers of lines and characters stay.

    Any other text stays as it is.
    """
    if re.match(BEGINNING, text):
        return _AROUND.sub(_blank, text)
    return text


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
