"""Lines of text: blanks at their ends, empty lines, numbers alone on a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import methodcaller

BLANKS = " \t\f\v\xa0\u3000\u200b\ufeff"
"""Characters that are removed from both ends of each line. YouTube moves its lines with lines of
U+200B."""
INVISIBLE = BLANKS + "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Blanks, and the marks that editors for right-to-left scripts put around numbers and times."""

EDGES = BLANKS + "\n"
NUMBER = r"[#(\[]?\d{1,9}[.)\]]?"
"""A number, as `number_in` reads it."""
NO_NUMBER = -1
_strip = methodcaller("strip", BLANKS)
_NUMBER = re.compile(r"[#(\[]?(\d{1,9})[.)\]]?")


def clean_lines(text: str) -> str:
    """`text` without blanks at the ends of its lines, and without empty lines."""
    return "\n".join(filter(None, map(_strip, text.split("\n"))))


def strip_lines(text: str) -> str:
    """`text` without blanks at the ends of its lines."""
    return "\n".join(map(_strip, text.split("\n")))


_HARD_BREAK = re.compile(r":\\\S*|((?<=[^\s<>{}])\\N|\\N(?=[^\s<>{}]))")
"""A line break of SubStation Alpha; and what follows the letter of paths such as `C:\\New`, which
have none."""


def has_sign(text: str, sign: str) -> bool:
    """Whether `text` contains `sign`, whose first character is rare.

    A search for one character takes a hundredth of a search for several.
    """
    return sign[0] in text and sign in text


def has_hard_breaks(text: str) -> bool:
    """Whether `text` may have `\\N` for a line break."""
    return has_sign(text, "\\N")


def split_hard_breaks(text: str) -> str:
    """`text` with a line break for each `\\N` that touches a word."""
    if not has_hard_breaks(text):
        return text
    return _HARD_BREAK.sub(lambda match: "\n" if match[1] else match[0], text)


def is_blank(line: str) -> bool:
    """Whether nothing in the line can be seen."""
    return not line.strip(BLANKS)


def is_number(line: str) -> bool:
    """Whether a number is alone on a line, as SRT's indexes are: `2`, also `#2`, `2.`, `(2)`."""
    return number_in(line) != NO_NUMBER


def number_in(line: str) -> int:
    """The number alone on a line; NO_NUMBER for any other line."""
    number = _NUMBER.fullmatch(line.strip(INVISIBLE))
    if number is None:
        return NO_NUMBER
    return int(number[1])


def number_matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """The matches of a pattern, each with the 1-based number of the line in which it begins."""
    line = 1
    at = 0
    for match in pattern.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        yield line, match


def blank_out(match: re.Match[str]) -> str:
    """Empty lines in place of what a pattern has found."""
    return "\n" * match[0].count("\n")
