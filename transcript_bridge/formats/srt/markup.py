"""SRT's markup. There is no standard; these are the tags that players support."""

from __future__ import annotations

import re
from collections.abc import Iterable
from sys import intern

from ...line_joining import has_any
from ..cues.chunks import NeedsCareError
from ..cues.lines import clean_lines
from ..cues.markup import plain_text
from ..cues.timestamps import STAMP

_OVERRIDE = re.compile(r"\{\\[^{}]*+\}")
_KNOWN_TAGS = (
    "b|i|u|s|em|strong|font|span|ruby|rt|rp|rb|c|p|div|center|small|big|sub|sup|a|lang"
    "|pre|body|html"  # HTML's
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


def remove_markup(texts: Iterable[str]) -> list[str]:
    """The texts without markup; gives up if the markup of one says something (`plain_text`)."""
    plain = [plain_text(to_vtt(text)) for text in texts]
    if "" in plain:
        raise NeedsCareError
    return plain


def to_vtt(text: str) -> str:
    """`text` with WebVTT's markup, and clean lines: voices and times stay, other tags go, other
    `<` are escaped."""
    if not has_any(text, "<{"):
        return text
    return clean_lines(_ANGLE.sub(_replace_angle, _OVERRIDE.sub("", text)))


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
