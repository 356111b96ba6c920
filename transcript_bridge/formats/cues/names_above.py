"""Names above the times of cues, which become voices: `<v Nora>`.

    1                               Nora:
    Nora                            00:00:01,000 --> 00:00:02,500
    00:00:01,000 --> 00:00:02,500   Good morning.
    Good morning.
                                    2. [SPEAKER_01]
    WebVTT: an identifier           00:00:03,000 --> 00:00:04,500

Nearly all cues must have one, and names must be repeated, because identifiers look the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..base import SNIFF_WINDOW
from ..speaker_labels import are_repeated

_ARROW = "-->"
_NAME = r"[\[(]?(?P<name>[^\W\d_][^\n:<>\[\]()]{0,58}?)[\])]?[ \t]?[:：]?[ \t]{0,9}"
# It begins with a character, not with a lookbehind: 0.4 of reading a small file of Teams.
_CUE = re.compile(
    rf"(?P<above>\n ?\n)(?:(?P<number>\d{{1,9}})(?:[.)]?\n|[.):]?[ \t]{{1,4}}))?{_NAME}\n"
    r"(?P<times>[ \t]{0,9}\d[^\n]{2,99}-->[^\n]*)\n(?=[^\n]*\S)"
)
_ABOVE = "\n\n"
"""The lines above each cue."""
_SHARE = 0.9
"""Of all cues."""
_NEAR = 4000
"""The number of characters in which the names of a conversation are repeated."""


def put_names_below(text: str) -> str:
    """The text with `<v Nora>` before each text, and an empty line instead of each name."""
    if not _are_names(text[:_NEAR]) or not _are_names(text[:SNIFF_WINDOW]):
        return text
    return _CUE.sub(_write_voice, _ABOVE + text)[len(_ABOVE) :]


def _are_names(window: str) -> bool:
    names: Sequence[str] = [found["name"] for found in _CUE.finditer(_ABOVE + window)]
    return (
        len(names) >= _SHARE * (window.count(_ARROW) - 1) and len(names) > 1 and are_repeated(names)
    )


def _write_voice(cue: re.Match[str]) -> str:
    number = cue["number"] or ""
    lines = [number] if cue[0].count("\n") == _LINES_WITH_NAME else ["", number]
    return cue["above"] + "\n".join([*lines, cue["times"], f"<v {cue['name'].strip()}>"])


_LINES_WITH_NAME = 4
"""Two line breaks, the name, with or without a number before it, and the times."""
