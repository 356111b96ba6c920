"""AssemblyAI's speakers in SRT: every cue begins with a color (fixtures/srt/assemblyai.srt)."""

from __future__ import annotations

import re
from collections import Counter

_COLOR = re.compile(r"\n[ \t]*+\{\\1?c&H([0-9A-Fa-f]{6})&?[^{}\n]*+\}")


def has_colors(text: str) -> bool:
    """Whether most cues begin with a color, and there are several: AssemblyAI's speakers."""
    # The search for one character is the fastest, and most files have no override at all.
    if "{" not in text or "c&H" not in text:
        return False
    colors = Counter(_COLOR.findall(text))
    return len(colors) > 1 and 2 * colors.total() > text.count("-->")


def color_of(text: str) -> str | None:
    """The color that the text of a cue begins with, as a speaker: `color RRGGBB`; None for none."""
    match = _COLOR.match("\n" + text)
    if match:
        return f"color {match[1].upper()}"
    return None
