"""Reads what may precede the text of a line: `Alice: `, `[SPEAKER_00]: `, `- Bob: `, `>> CAROL: `.

decision.py decides which prefixes of a file are labels.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ...line_joining import is_unspaced
from .likeness import CERTAIN, LIKELY, NEVER, STRONG, likeness

Attribution = str | None
"""The speaker of a text: a label, UNNAMED, or None if the text does not say."""
UNNAMED = ""
"""The attribution of a text that starts with `>>` or `[UNKNOWN]:`: another speaker, without a
name."""
UNKNOWN = "UNKNOWN"
"""The label that our own writers give to speech without a speaker."""
_NAMELESS = {UNKNOWN: UNNAMED}
DASHES = ("-", "–", "—", "‐")
"""A line of film dialogue starts with one of these."""

# Everything before the text of a line, and one character more. All quantifiers are possessive, so
# that each line is tried only once.
PREFIX = re.compile(
    r"(?:[^\S\n]|[\u200b\u200e\u200f\ufeff])*+"  # including marks of the writing direction
    r"(?P<chevrons>(?:(?:>|&gt;){2,}+[^\S\n]*+)++)?+"
    r"(?P<dash>[-–—‐][^\S\n]*+)?+"
    r"(?:\[(?P<square>[^\[\]\n]{1,200}+)\][^\S\n]*+[:：]"
    r"|\((?P<round>[^()\n]{1,64}+)\)[^\S\n]*+[:：]"
    r"|(?P<plain>[^:：\n]{1,80}+)[:：])"
    r"(?P<following>[^\n]?)"
)
CHEVRONS = re.compile(r"\s*+(?:(?:>|&gt;){2,}+\s*+)++")
"""`>>` at the start of a line: another person begins to speak."""

_NO_LETTERS = re.compile(
    "[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]|^[\\s\u2190-\u21ff\u2600-\u27bf\U0001f300-\U0001faff\ufe0f\u200d]+"
)
"""Marks of the writing direction; arrows and pictures before a name."""
_AROUND = frozenset("*_`/~=|«“\"‘'")
_AROUND_NAME = re.compile(
    r"(\*{1,3}|_{1,3}|[`/~=|])([^*_`/~=|]+)\1|[«“\"‘']([^«»“”\"‘’']+)[»”\"’']"
)
"""Marks of Markdown, and quotation marks, around a name: `*Nora*: Where?`."""
_OPENING_MARKS = frozenset("\"'“‘«„「『¿¡[♪")
"""Characters other than letters that may directly follow the colon."""


# From NEVER to CERTAIN. Prose before a colon is rarely in brackets.
_DEGREES_WITH = {
    "square": (NEVER, LIKELY, CERTAIN, CERTAIN, CERTAIN),
    "chevrons": (NEVER, LIKELY, STRONG, CERTAIN, CERTAIN),
    "round": (NEVER, LIKELY, STRONG, STRONG, STRONG),
}
"""How much a label with such marks looks like a name, by how much it does without them."""


class Prefix(NamedTuple):
    """The part of a line before its text. Lines with the same start share one object."""

    label: str
    """Without brackets, blanks collapsed."""
    length: int
    """How many characters of the line come before its text."""
    likeness: int
    tight: bool
    """Whether text follows the colon without a blank, as in `std::move`."""
    spaced: bool
    """Whether a blank precedes the colon, as in French typography."""
    dash: bool
    followed: bool
    """Whether text follows on the line."""
    square: bool
    """Whether the label is in square brackets, as our own writers put odd names."""

    @property
    def attribution(self) -> str:
        """The label, or UNNAMED."""
        return attribute(self.label)


def attribute(label: str) -> str:
    """The attribution of a text with this label: the label itself, or UNNAMED."""
    return _NAMELESS.get(label, label)


def match_prefix(text: str) -> str:
    """The possible label at the start of a text, with its marks; empty if there is none."""
    match = PREFIX.match(text)
    if match is None:
        return ""
    return match[0]


@lru_cache(maxsize=4096)  # the same people speak in all files of an archive
def read_prefix(matched: str) -> Prefix | None:
    """Parse a match of `PREFIX`; None if it cannot be a label in any file."""
    match = PREFIX.match(matched)
    if match is None:
        return None
    label = label_in(match)
    if not label:
        return None
    degree = _rate_likeness(match, label)
    square = match["square"] is not None
    if degree == NEVER and not square:
        return None

    following = match["following"]
    is_attached = _is_attached(match)
    if is_attached and not following.isalpha() and following not in _OPENING_MARKS:
        return None  # 12:30, https://, std::move, :-)
    has_narrow_colon = matched[-2:-1] == ":"
    tight = is_attached and has_narrow_colon and not is_unspaced(label[-1])
    spaced = match["plain"] is not None and match["plain"][-1].isspace()
    length = len(matched)
    if following.strip():
        length -= len(following)
    dash = match["dash"] is not None
    return Prefix(label, length, degree, tight, spaced, dash, following != "", square)


def label_in(match: re.Match[str]) -> str:
    """The label that `PREFIX` matched, without brackets, blanks collapsed."""
    inside = match["square"] or match["round"] or match["plain"]
    label = " ".join(_NO_LETTERS.sub("", inside).split())
    if label[:1] in _AROUND:
        around = _AROUND_NAME.fullmatch(label)
        if around is not None:
            return (around[2] or around[3]).strip()
    return label


def _rate_likeness(match: re.Match[str], label: str) -> int:
    """How much a label looks like a name, with the marks around it."""
    degree = likeness(label)
    for group, degrees in _DEGREES_WITH.items():
        if match[group]:
            return degrees[degree]
    return degree


def _is_attached(match: re.Match[str]) -> bool:
    """Whether text follows the colon without a blank."""
    following = match["following"]
    return following != "" and not following.isspace()
