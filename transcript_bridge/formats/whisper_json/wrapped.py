"""Finds documents within something else: the events of a server, or a text of another document.

event: transcript.text.segment                      OpenAI's stream, as `curl` saves it
data: {"type": "transcript.text.segment", "start": 0.0, "end": 2.5, "text": "Good morning."}

data: [DONE]

{"content": "{\\"segments\\": […]}"}                  chat assistants and web services
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ...errors import MalformedError
from ..json_text import as_list, as_object, as_text, load_json

EVENTS = r"\s{0,99}(?:event:[^\n]{0,99}\n)?data:\s?\{"
"""How server-sent events begin."""
_AROUND_EVENTS = re.compile(r"^(?:data: ?(?=\{)|(?:data|event|id|retry|):.*)", re.MULTILINE)
"""The parts of a message around the documents of events."""
_SHORTEST = 20
"""Characters of a document in a text."""
_MOST_VALUES = 1000
"""Values that are looked at."""


def take_documents(text: str) -> str:
    """Replace everything but the JSON of the events by blanks, so that positions stay correct.

    Any other text is returned unchanged.
    """
    if re.match(EVENTS, text):
        return _AROUND_EVENTS.sub(_blank, text)
    return text


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def list_written(document: Any) -> Iterator[Any]:
    """Parse the documents in the texts of another document."""
    pending = [document]
    for place, value in enumerate(pending):  # grows while it is read
        if place > _MOST_VALUES:
            return
        pending += [*as_object(value).values(), *as_list(value)]
        text = as_text(value).strip()
        if text.startswith(("{", "[")) and len(text) > _SHORTEST:
            with suppress(MalformedError):
                yield load_json(text)
