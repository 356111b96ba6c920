"""What a format is, and how to write one.

A format is one frozen `Format` object in a file of its own. It knows nothing of files, of other
formats, or of Omi: text goes in, a Transcript comes out.

    FORMAT = Format(
        name="lrc",
        title="LRC song lyrics",
        suffixes=(".lrc",),
        sniff=lambda text: 90 if text.startswith("[00:") else 0,
        parse=parse,
    )

`sniff(text) -> int` says how sure it is, 0 to 100, from the text alone; look at the beginning, not
at all of it, and keep to SNIFF_WINDOW characters. 100 is for a signature that nothing else has, 0
for "certainly not". The highest bid wins, the file's suffix breaks a tie.

`parse(text) -> Transcript` sets `cues`, `utterances` (or `turns`) and `problems`, so that
`cues == len(utterances) + sum(problem.cues)`. Times are integer ms. `text` has `\\n` as its only
line ending inside utterances. It raises `MalformedError(message, line=…)` when nothing can be
saved, and never anything else.

A third party's format is announced by an entry point in the group `transcript_bridge.formats` that
names the Format object; docs/writing-a-format.md has a whole example.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from ..errors import MalformedError
from ..models import Transcript

SNIFF_WINDOW = 65_536
"""How many characters of a file a `sniff` gets to look at: the beginning, and the end of one that
is longer."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing transcripts down."""

    name: str
    """What `--format` takes: short, lower case."""
    title: str
    """What people call it."""
    suffixes: tuple[str, ...]
    """Lower case, with the dot; the longest that fits counts."""
    sniff: Callable[[str], int]
    parse: Callable[[str], Transcript]
    kind: Literal["text", "turns"] = "text"
    """Whether it carries words, or only who spoke when."""
    render: Callable[[Transcript], str] | None = None
    """The way back, for formats that `convert --to` can write."""
    parse_standard: Callable[[str], Transcript] | None = None
    """The published standard and nothing else, for `--no-recover`; None where there is no standard."""
    names_in_text: bool = False
    """Whether speakers stand inside the text (`Name: …`), so that shaping/labels.py has to look for
    them."""


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
