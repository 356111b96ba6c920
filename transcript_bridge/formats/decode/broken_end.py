"""ASCII that ends in broken bytes: a download that was cut, a disk that was full.

No encoding explains these bytes. Cyrillic and Greek would, as nearly each byte is a letter there,
but hardly anybody ends an English file with three Cyrillic letters.
"""

from __future__ import annotations

import re

_END = 48
"""Bytes in which all that is odd must be."""
_MIN_ASCII = 100
"""Bytes before them; a shorter text may be in any language."""
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LAST_WORD = re.compile(
    rb"(?<!\S)(?P<before>[^\s\x80-\xff]*)(?P<odd>[\x80-\xff]\S*)(?P<after>\s*)\Z"
)
_LETTER = re.compile(rb"[A-Za-z]")
_CAPITALS = re.compile(rb"[\xc2-\xdf]")
"""The first byte of a letter such as `é` in UTF-8, cut off. In cp1252 it is a capital."""
_WORD_OF_A_SCRIPT = re.compile(rb"(?<!\S)[\x80-\xff]{3,}[.,!?:;]?(?!\S)")
_WORDS_OF_A_SCRIPT = 2
_LONG_WORD = 5


def has_broken_end(data: bytes) -> bool:
    """Whether a text that is not UTF-8 is ASCII, except for bytes at its end that are not a word.

    `caf\\xe9` is a word, and so may be `\\xcf\\xf0\\xe8\\xe2\\xe5\\xf2` and a line break.
    """
    end = data[-_END:]
    if not is_ascii_before_end(data):
        return False
    if _CONTROL.search(end):
        return True
    last = _LAST_WORD.search(end)
    if last is None or len(_WORD_OF_A_SCRIPT.findall(end)) >= _WORDS_OF_A_SCRIPT:
        return False
    if _LETTER.search(last["before"]):
        return not last["after"] and _CAPITALS.fullmatch(last["odd"]) is not None
    if _LETTER.search(last["odd"]):
        return False
    return not last["after"] or 1 < len(last["odd"]) < _LONG_WORD


def is_ascii_before_end(data: bytes) -> bool:
    """Whether a text is ASCII except at its end."""
    return len(data) >= _MIN_ASCII + _END and data[:-_END].isascii()
