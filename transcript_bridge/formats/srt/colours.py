"""AssemblyAI's speakers in SRT: every cue begins with a colour (fixtures/srt/assemblyai.srt)."""

from __future__ import annotations

import re
from collections import Counter

_COLOUR = re.compile(r"\n[ \t]*+\{\\1?c&H([0-9A-Fa-f]{6})&?[^{}\n]*+\}")


def has_colours(text: str) -> bool:
    """Whether most cues begin with a colour, and there are several: AssemblyAI's speakers."""
    # The search for one character is the fastest, and most files have no override at all.
    if "{" not in text or "c&H" not in text:
        return False
    colours = Counter(_COLOUR.findall(text))
    return len(colours) > 1 and 2 * colours.total() > text.count("-->")


def colour_of(text: str) -> str | None:
    """The colour (RRGGBB) that the text of a cue begins with; None if there is none."""
    match = _COLOUR.match("\n" + text)
    if match:
        return match[1].upper()
    return None
