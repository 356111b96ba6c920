"""Several lines as one, with a space between them in scripts that use spaces.

Subtitles break a sentence where the line is full. Most scripts put spaces between words, and a line
break replaces one. Chinese, Japanese, Thai, Lao, Khmer and Burmese do not, and a space at the break
would be a mistake in the middle of a word (fixtures/labels/japanese.vtt). Korean uses spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_UNSPACED_SET = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Myanmar
    "\u1780-\u17ff\u19e0-\u19ff"  # Khmer
    "\u2e80-\u2fdf\u3001-\u312f\u31a0-\u31ff"  # radicals, CJK punctuation, kana, bopomofo
    "\u3220-\u3247\u3280-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # ideographs
    "\ufe30-\ufe4f\uff01-\uff9f"  # vertical, full-width and half-width forms, without Hangul
)
_EITHER = "…—―“”‘’·‥"
"""Punctuation of both Latin and CJK text: it belongs to the character on the other side of the
break."""

# Patterns as strings, which `re` compiles when they are first used: that takes as long as
# converting a small file in ASCII.
_UNSPACED = f"[{_UNSPACED_SET}]"
_BETWEEN_UNSPACED = (
    "\\n(?:"
    f"(?<=[{_UNSPACED_SET}]\\n)(?=[{_UNSPACED_SET}{_EITHER}])"
    f"|(?<=[{_EITHER}]\\n)(?=[{_UNSPACED_SET}])"
    ")"
)
"""A line break that replaces no space."""
_GENERAL_SPACES = "".join(chr(code) for code in range(0x2000, 0x200B))
_ODD_SPACES = (
    "\t\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680" + _GENERAL_SPACES + "\u2028\u2029\u202f\u205f\u3000"
)
"""All that `str.isspace` knows, except the space and the line break."""
_ODD_SPACES_IN_ASCII = "".join(space for space in _ODD_SPACES if space.isascii())
_SLAB = 4096
"""Texts at a time: as one string they fit into the processor's cache, and memory use stays flat."""


def join_all(texts: list[str]) -> None:
    """`join_lines` for each text of a file, in place."""
    for start in range(0, len(texts), _SLAB):
        texts[start : start + _SLAB] = _join_slab(texts[start : start + _SLAB])


def _join_slab(texts: list[str]) -> list[str]:
    """`join_lines` for some texts. They are searched as one string: most files need no change, and
    searching each text takes several times as long."""
    # With a space around each text, a space at its beginning or end becomes two.
    whole = " ".join(["", *filter(None, texts), ""])
    has_breaks = "\n" in whole
    if _has_odd_spaces(whole.replace("\n", " ") if has_breaks else whole):
        return [join_lines(text) for text in texts]
    if not has_breaks:
        return texts
    if whole.isascii() or not re.search(_BETWEEN_UNSPACED, whole):
        return [text.replace("\n", " ") for text in texts]
    return list(map(_join_pieces, texts))


def _has_odd_spaces(text: str) -> bool:
    """Whether there are spaces to collapse or to replace."""
    if "  " in text:
        return True
    return has_any(text, _ODD_SPACES_IN_ASCII if text.isascii() else _ODD_SPACES)


def has_any(text: str, marks: Iterable[str]) -> bool:
    """Whether `text` contains any of `marks`."""
    for mark in marks:  # noqa: SIM110 - this loop takes half the time of any() with a generator
        if mark in text:
            return True
    return False


def join_lines(text: str) -> str:
    """The lines of `text` as one, with single spaces and none at its beginning or end."""
    if "\n" not in text or text.isascii():
        return " ".join(text.split())
    return join_texts(text.split("\n"))


def join_texts(texts: Iterable[str]) -> str:
    """Texts as one line: a space between them, except between characters of scripts without
    spaces."""
    pieces = [" ".join(text.split()) for text in texts]
    return _join_pieces("\n".join(filter(None, pieces)))


def _join_pieces(lines: str) -> str:
    """The lines of a text as one; nothing else is changed."""
    return re.sub(_BETWEEN_UNSPACED, "", lines).replace("\n", " ")


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script without spaces, its punctuation included."""
    if character.isascii():
        return False
    return re.match(_UNSPACED, character) is not None


def needs_no_space(left: str, right: str) -> bool:
    """Whether two lines that end and begin with these characters are joined without a space."""
    break_ = f"{left}\n{right}"
    return re.search(_BETWEEN_UNSPACED, break_) is not None


def count_words(text: str) -> float:
    """The words of a text; in scripts without spaces, two characters make one."""
    words = len(text.split())
    if text.isascii():
        return words
    return words + len(re.findall(_UNSPACED, text)) / 2
