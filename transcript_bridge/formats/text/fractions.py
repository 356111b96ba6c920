"""Times with more digits than milliseconds, as Python prints them.

[0:00:06.835000 - 0:00:07.235000] text      timedelta
[5.123456s -> 9.4400000000000004s] text     numbers
"""

from __future__ import annotations

import re

# The digit before the mark is looked for last: half of the time of a search for any digit.
_MANY_DIGITS = re.compile(r"[.,](?<=\d.)\d{4}")
_OF_CLOCK = re.compile(r"(?<=:[0-5]\d)([.,]\d{3})\d{1,9}(?!\d)")
_DECIMAL = r"\d{1,6}\.\d{1,3}"
_TO = r"[ \t]{0,4}(?:-{0,2}>|[-–—→,]|to)[ \t]{0,4}"
_OF_RANGE = re.compile(
    rf"(?m)^([^\n]{{0,80}}?(?<![\d.]){_DECIMAL})\d{{0,17}}(s?{_TO}\d{{1,6}}(?:\.\d{{1,3}})?)\d{{0,17}}(?![\d.])"
)
_IN_BRACKETS = re.compile(rf"(?m)^([\[(]{_DECIMAL})\d{{1,17}}(?=[ ]?s?[\])])")
"""Other numbers may be part of the speech."""


def shorten_fractions(text: str) -> str:
    """Shorten the fractions of times to milliseconds; speech is not changed."""
    if _MANY_DIGITS.search(text) is None:
        return text
    text = _OF_RANGE.sub(r"\1\2", _OF_CLOCK.sub(r"\1", text))
    return _IN_BRACKETS.sub(r"\1", text)
