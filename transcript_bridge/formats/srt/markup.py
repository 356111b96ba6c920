"""SRT's markup: there is no standard; these are the tags that players know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from sys import intern

from ..cues.markup import plain_text
from ..cues.timestamps import STAMP
from .fast import has_markup

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


def remove_markup(texts: Iterable[str]) -> list[str] | None:
    """The texts without markup; None if the markup of one says something (see `plain_text`)."""
    plain = []
    for text in texts:
        if has_markup(text):
            text = plain_text(to_vtt(text))
        if not text:
            return None
        plain.append(text)
    return plain


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
