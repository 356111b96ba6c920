"""SRT's markup: there is no standard; these are the tags that players know."""

from __future__ import annotations

import re
from collections import Counter
from sys import intern

from ..cues.markup import plain_text
from ..cues.timestamps import STAMP

_COLOUR = re.compile(r"\n[ \t]*+\{\\1?c&H([0-9A-Fa-f]{6})&?[^{}\n]*+\}")
_OVERRIDE = re.compile(r"\{\\[^{}]*+\}")
_KNOWN_TAGS = (
    "b|i|u|s|em|strong|font|span|ruby|rt|rp|rb|c|p|div|center|small|big|sub|sup|a|lang"  # HTML's
)
# Words between angle brackets are said, as in `if a <b and c> d`; an attribute has a `=`.
_ATTRIBUTES = r"\.[^<>]*+|\s++[^<>=]*=[^<>]*+|\s*+/?"
_ANGLE = re.compile(
    r"<(?:(?P<break>\s*+br\s*+/?>)"
    rf"|(?P<known>(?:/?|\s*+/\s*+)(?:(?:{_KNOWN_TAGS})(?:{_ATTRIBUTES})|(?:font|lang)\s[^<>]*+)>"
    r"|\s++[biu]>)"
    rf"|(?P<kept>(?:v(?:[.\s][^<>]*+)?|/\s*+v\s*+|{STAMP})>)"
    r"|)",
    re.IGNORECASE,
)


def has_markup(text: str) -> bool:
    """Whether `text` may have tags, overrides or entities."""
    return "<" in text or "{" in text or "&" in text


def remove_markup(text: str) -> str:
    """`text` without markup; empty if the markup says something (see `plain_text`)."""
    if has_markup(text):
        return plain_text(to_vtt(text))
    return text


def to_vtt(text: str) -> str:
    """`text` with WebVTT's markup: voices and times stay, other tags go, other `<` are escaped."""
    if "{" in text:
        text = _OVERRIDE.sub("", text)
    if "<" in text:
        return _ANGLE.sub(_replace_angle, text)
    return text


def _replace_angle(match: re.Match[str]) -> str:
    if match["break"]:
        return "\n"
    if match["known"]:
        return ""
    if match["kept"]:
        # One string for equal tags: a megabyte of them (fuzz/limits.py) would take twenty times
        # its size.
        return intern(match[0])
    return "&lt;"


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
