"""Lines of text: blanks at their ends, empty lines, numbers alone on a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

BLANKS = " \t\f\v\xa0\u3000\u200b\ufeff"
"""What is removed from both ends of each line. YouTube moves its lines with lines of U+200B."""
INVISIBLE = BLANKS + "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Blanks, and the marks that editors for right-to-left scripts put around numbers and times."""

_LARGE = 1 << 17
"""Characters from which on a text is cleaned in halves, to keep memory use flat."""
_NUMBER = re.compile(r"[#(\[]?(\d{1,9})[.)\]]?")


def clean_lines(text: str) -> str:
    """`text` without blanks at the ends of its lines, and without empty lines."""
    if "\n" not in text:
        return text.strip(BLANKS)
    if len(text) > _LARGE:
        first, second = _halves(text)
        halves = [clean_lines(first), clean_lines(second)]
        return "\n".join([half for half in halves if half])
    lines = [line.strip(BLANKS) for line in text.split("\n")]
    return "\n".join([line for line in lines if line])


def _halves(text: str) -> tuple[str, str]:
    """`text` cut at a line break near its middle."""
    cut = text.find("\n", len(text) // 2)
    if cut < 0:
        cut = text.rfind("\n")
    return text[:cut], text[cut + 1 :]


_HARD_BREAK = re.compile(r":\\\S*|((?<=[^\s<>{}])\\N|\\N(?=[^\s<>{}]))")
"""A line break of SubStation Alpha; and what follows the letter of paths such as `C:\\New`, which
have none."""


def has_hard_breaks(text: str) -> bool:
    """Whether `text` may have `\\N` for a line break."""
    return "\\" in text and "\\N" in text


def split_hard_breaks(text: str) -> str:
    """`text` with a line break for each `\\N` that touches a word."""
    if not has_hard_breaks(text):
        return text
    return _HARD_BREAK.sub(lambda match: "\n" if match[1] else match[0], text)


def is_blank(line: str) -> bool:
    """Whether nothing in the line can be seen."""
    return not line.strip(BLANKS)


def number_in(line: str) -> int | None:
    """The number alone on a line, as SRT's indexes are: `2`, also `#2`, `2.`, `(2)` and `[2]`; None
    for any other line."""
    number = _NUMBER.fullmatch(line.strip(INVISIBLE))
    if number is None:
        return None
    return int(number[1])


def number_matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """The matches of a pattern, each with the 1-based number of the line in which it begins."""
    line = 1
    at = 0
    for match in pattern.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        yield line, match


def end_of_text(lines: list[str]) -> int:
    """The number of lines without the blank ones at the end."""
    end = len(lines)
    while end and is_blank(lines[end - 1]):
        end -= 1
    return end


def blank_before_text(lines: list[str]) -> int | None:
    """The index of the first empty line that has text after it; None if there is none.

    `lines` have no blanks at their ends.
    """
    if "" in lines:
        first = lines.index("")
        if any(lines[first:]):
            return first
    return None
