"""Names and words with blanks, which RTTM cannot write: percent-encoded in files of our own."""

from __future__ import annotations

import re
from functools import lru_cache

NOBODY = "<NA>"
"""The text of a column without a value."""
HEADER = "; written by transcript-bridge"
"""First line of the files that `render` writes. Under it a LEXEME belongs to the SPEAKER line
before it, and blanks and `%` are percent-encoded; elsewhere `%` is a character like any other."""
_UNWRITABLE = re.compile(r"[\s%]")
_ENCODED = re.compile(r"(?:%[0-9A-F]{2})+")


def encode(value: str) -> str:
    """`value` as a column."""
    if value == NOBODY:
        return "%3CNA%3E"
    return _UNWRITABLE.sub(_encode_character, value)


def _encode_character(match: re.Match[str]) -> str:
    return "".join([f"%{byte:02X}" for byte in match[0].encode()])


@lru_cache(maxsize=256)  # names repeat: an eighth of reading a file of our own
def decode(column: str) -> str:
    """The value of a column that `encode` wrote."""
    if "%" in column:
        return _ENCODED.sub(_decode_bytes, column)
    return column


def _decode_bytes(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("%", "")).decode(errors="replace")
