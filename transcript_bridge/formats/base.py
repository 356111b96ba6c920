"""What a format is, and how to write one.

A format is one frozen `Format` object in a file of its own. It knows nothing of files, of other formats, or
of Omi: text goes in, a Transcript comes out.

    FORMAT = Format(
        name="lrc",
        title="LRC song lyrics",
        suffixes=(".lrc",),
        sniff=lambda text: 90 if text.startswith("[00:") else 0,
        parse=parse,
    )

`sniff(text) -> int` says how sure it is, 0 to 100, from the text alone; look at the beginning, not at all of
it, and keep to SNIFF_WINDOW characters. 100 is for a signature that nothing else has, 0 for "certainly not".
The highest bid wins, the file's suffix breaks a tie.

`parse(text) -> Transcript` sets `cues`, `utterances` (or `turns`) and `problems`, so that
`cues == len(utterances) + sum(problem.cues)`. Times are integer ms. `text` has `\\n` as its only line ending
inside utterances. It raises `MalformedError(message, line=…)` when nothing can be saved, and never anything else.

A third party's format is announced by an entry point in the group `transcript_bridge.formats` that names
the Format object; docs/writing-a-format.md has a whole example.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..models import Transcript

SNIFF_WINDOW = 65_536
"""How many characters of a file a `sniff` gets to look at."""


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
    """Whether speakers stand inside the text (`Name: …`), so that shaping/labels.py has to look for them."""
