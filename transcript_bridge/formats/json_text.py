"""JSON documents and JSON Lines, for the formats that are written in JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from ..errors import MalformedError

_LARGE = 65_536
_OBJECT, _LIST = 16, 5
"""Characters of the smallest that is of use, `{"word":"four"},` and `[0,1]`; a million `{}` would
fill the memory."""


def load_json(text: str) -> Any:
    """One JSON document, or JSON Lines as the list of their values.

    Python's own leniency stays: NaN and Infinity are numbers, of repeated keys the last counts.
    Raises MalformedError, with the line and what to do about it.
    """
    if len(text) > _LARGE and _OBJECT * text.count("}") + _LIST * text.count("]") > len(text):
        raise MalformedError(
            "this JSON is made of objects too small to be segments or words; export it again"
        )
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and (lines := _load_json_lines(text)):
            return lines
        raise _explain(error) from None
    except RecursionError:
        raise MalformedError(
            "this JSON is nested too deep for a transcript; export it again"
        ) from None
    except ValueError:  # Python reads no integer of more than 4,300 digits
        raise MalformedError(
            "a number in this JSON has thousands of digits; export it again"
        ) from None


def _load_json_lines(text: str) -> list[Any]:
    """The values of JSON Lines; empty where some line is no value of its own."""
    try:
        return [
            json.loads(line[0]) for line in re.finditer(r"[^\n]+", text) if not line[0].isspace()
        ]
    except (ValueError, RecursionError):
        return []


def _explain(error: json.JSONDecodeError) -> MalformedError:
    rest = error.doc[error.pos : error.pos + 20].strip()
    if not rest or error.msg.startswith("Unterminated string"):
        return MalformedError(
            "this JSON is cut off; export or copy it again", line=error.doc.count("\n") + 1
        )
    if error.msg == "Extra data":
        return MalformedError(
            f"the JSON ends before {rest!r}; keep one document a file", line=error.lineno
        )
    found = re.sub(r"\s+", " ", rest)
    return MalformedError(
        f"this is no JSON from character {error.colno} of the line on, at {found!r} ({error.msg}); export it again",
        line=error.lineno,
    )
