"""Server-sent events: the stream of OpenAI's transcription, as `curl` saves it.

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
    """Replace everything but the JSON of the events by blanks, so that positions stay correct.

    Any other text is returned unchanged.
    """
    if re.match(BEGINNING, text):
        return _AROUND.sub(_blank, text)
    return text


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
