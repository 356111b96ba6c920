"""pyannote's turns: JSON or as printed."""

from __future__ import annotations

import re

from ...errors import MalformedError
from ...models import Transcript
from ...problems import ProblemLog
from ..json_text import load_json
from .documents import read_document
from .printed import read_printed

_JSON = re.compile(r"\s*(?:\{|\[\s*[\[\]{\"])")


def parse(text: str) -> Transcript:
    """Read turns. Raises MalformedError if there is no list of them."""
    log = ProblemLog()
    if _JSON.match(text):
        turns = read_document(load_json(text), log)
    else:
        turns = read_printed(text, log)
    if turns is None:
        raise MalformedError(
            "this has no turns ({start, end, speaker} or `[ start --> end] track label`)"
        )
    return Transcript(turns=tuple(turns), problems=log.problems())
