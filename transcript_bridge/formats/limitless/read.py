"""One lifelog as a Transcript, from Markdown or from JSON."""

from __future__ import annotations

from ...models import Transcript
from ..json_text import load_json
from . import lifelog, markdown


def parse(text: str) -> Transcript:
    """Read one lifelog.

    Raises MalformedError for anything else, NoSpeechError for an answer without any lifelog.
    """
    if text.lstrip()[:1] in ("{", "["):
        return lifelog.read_document(load_json(text))
    return markdown.read_text(text)
