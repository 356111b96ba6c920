"""The kinds of lines, and which of them a text has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

_FRAMED = r"\d{1,2}:[0-5]\d:[0-5]\d[:;.]\d{2}"
KINDS: Mapping[str, re.Pattern[str]] = {
    "MicroDVD": re.compile(r"\{(\d{1,8})\}\{(\d{0,8})\}(.*)", re.ASCII),
    "MPL2": re.compile(r"\[(\d{1,7})\]\[(\d{0,7})\](.*)", re.ASCII),
    "Spruce": re.compile(rf"({_FRAMED})[ \t]*,[ \t]*({_FRAMED})[ \t]*,[ \t]?(.*)", re.ASCII),
    "TMPlayer": re.compile(r"(\d{1,2}:[0-5]\d:[0-5]\d)()[:=](?!\d{2,3}(?!\d))(\S.*|)", re.ASCII),
}
"""Start, end (empty if there is none), text. `00:00:09:15 Jane: text` ends in frames, and is
none of TMPlayer."""
_COMMENT = re.compile(r"//.*|\$\w{1,40}[ \t]*=.*")
"""Of Spruce, also its settings."""
_LINES = 60
_MIN_LINES = 2
_MIN_SHARE = 0.8


def is_comment(line: str) -> bool:
    """Whether a line is not a caption, but a setting or a comment."""
    return line.startswith(("//", "$")) and _COMMENT.fullmatch(line) is not None


def choose_kind(text: str) -> str | None:
    """Find the kind of nearly all of the first lines; None if there is none."""
    lines = [line.strip() for line in islice(text.split("\n"), _LINES)]
    lines = [line for line in lines if line and not is_comment(line)]
    for kind, pattern in KINDS.items():
        count = len(list(filter(pattern.fullmatch, lines)))
        if count >= _MIN_LINES and count >= _MIN_SHARE * len(lines):
            return kind
    return None
