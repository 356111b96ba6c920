"""Finds documents within something else: the events of a server, a script, a text of a document.

event: transcript.text.segment                      OpenAI's stream, as `curl` saves it
data: {"type": "transcript.text.segment", "start": 0.0, "end": 2.5, "text": "Good morning."}

data: [DONE]

var transcript = {"segments": […]};                 scripts, JSONP `callback({…})`

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
_SCRIPT = re.compile(
    r"""
    \s*+ (?: (?: //[^\n]{0,999}\n | /\*.{0,9999}?\*/ | ["']use[ ]strict["'];? ) \s*+ )*+
    (?:
        \)\]\}',?                       # Google's answers; it stops those who run them as a script
        | (?:export\s++)? (?:var|let|const)\s++ [\w$]+ (?:\s*+:\s*+[\w$<>\[\]]{1,60})? \s*+=
        | export\s++default\b
        | [\w$]{1,60} (?: \.[\w$]{1,60} | \[[^\]\n]{1,60}\] )*+ \s*+=
        | [\w$.]{1,60}\(
    )?
    \s*+ (?= (?:[\[(]\s*+)*+ (?:\{ | [A-Za-z]\w{0,60}\(\w+=) )
    """,
    re.VERBOSE | re.DOTALL,
)
"""The beginning of a script, up to its document."""
_LITERAL = re.compile(
    r"\s*+(?:[\[(]\s*+)*+(?:\{\s*+(?:['/]|[A-Za-z_$][\w$]*\s*+:)|[A-Za-z]\w{0,60}\()"
)
"""How a literal of JavaScript or Python begins that is not JSON."""
_SCRIPT_END = re.compile(
    r"(?<=[\]})])\s*+\)?\s*+;?\s*+(?:export\b[^\n]*|module\.exports\b[^\n]*)?\s*+\Z"
)
_SHORTEST = 20
"""Characters of a document in a text."""
_MOST_VALUES = 1000
"""Values that are looked at."""


def take_documents(text: str) -> str:
    """Replace everything but the JSON of events, or of a script, by blanks, so that positions stay
    correct.

    Any other text is returned unchanged.
    """
    if re.match(EVENTS, text):
        return _AROUND_EVENTS.sub(_blank, text)
    script = _SCRIPT.match(text)
    if script is None or not script[0].strip():
        return text
    end = _SCRIPT_END.search(text, script.end())
    stop = end.start() if end else len(text)
    return _blank(script) + text[script.end() : stop]


def begins_with_literal(text: str) -> bool:
    """Whether a text begins as a script with a document, or as a literal that is not JSON."""
    script = _SCRIPT.match(text)
    if script is None:
        return False
    return bool(script[0].strip() or _LITERAL.match(text))


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
