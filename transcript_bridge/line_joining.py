"""One line out of several: which scripts write without blanks, and so are joined without one.

Subtitles break a sentence where the line is full. Most scripts part words by blanks, and a break
stands for one; Chinese, Japanese, Thai, Lao, Khmer and Burmese do not, and a blank at the break
would be a mistake in the middle of a word (fixtures/labels/japanese.vtt). Korean does part words by
blanks.
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
"""Punctuation of Latin and CJK text alike: it goes with the character on the other side of the
break."""

# Texts, which `re` compiles when they are first used: that takes as long as converting a small file
# in ASCII.
_UNSPACED = f"[{_UNSPACED_SET}]"
_RUN_ON = f"\\n(?:(?<=[{_UNSPACED_SET}]\\n)(?=[{_UNSPACED_SET}{_EITHER}])|(?<=[{_EITHER}]\\n)(?=[{_UNSPACED_SET}]))"
"""A line break that stands for nothing."""
_ODD_BLANKS = "\t\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B)))
_ODD_BLANKS += "\u2028\u2029\u202f\u205f\u3000"
"""All that `str.isspace` knows, but the blank and the line break."""
_ODD_IN_ASCII = "".join(filter(str.isascii, _ODD_BLANKS))


_SLAB = 4096
"""Texts at a time: as one string they fit the processor's cache, and never crowd the memory."""


def join_all(texts: list[str]) -> None:
    """`join_lines` of each text of a file, in place."""
    for at in range(0, len(texts), _SLAB):
        texts[at : at + _SLAB] = _join_some(texts[at : at + _SLAB])


def _join_some(texts: list[str]) -> list[str]:
    """One look at many as a single string tells in a fraction of the time that there is no blank to
    mend."""
    whole = " ".join(
        ["", *filter(None, texts), ""]
    )  # so that a blank at an end of a text becomes two
    broken = "\n" in whole
    plain = whole.replace("\n", " ") if broken else whole
    if "  " in plain or any(
        map(whole.__contains__, _ODD_IN_ASCII if whole.isascii() else _ODD_BLANKS)
    ):
        return [join_lines(text) for text in texts]
    if not broken:
        return texts
    if whole.isascii() or not re.search(_RUN_ON, whole):
        return [text.replace("\n", " ") for text in texts]
    return [re.sub(_RUN_ON, "", text).replace("\n", " ") for text in texts]


def join_lines(text: str) -> str:
    """The lines of `text` as one, its blanks collapsed; never has a blank at an end."""
    if "\n" not in text or text.isascii():
        return " ".join(text.split())
    return join_texts(text.split("\n"))


def join_texts(texts: Iterable[str]) -> str:
    """Texts as one line: one blank between them, none between characters of scripts that write
    without."""
    joined: list[str] = []
    for text in texts:
        piece = " ".join(text.split())
        if not piece:
            continue
        if joined and not _run_on(joined[-1][-1], piece[0]):
            joined.append(" ")
        joined.append(piece)
    return "".join(joined)


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script that writes without blanks, its punctuation included."""
    return not character.isascii() and re.match(_UNSPACED, character) is not None


def _run_on(left: str, right: str) -> bool:
    if left.isascii() or right.isascii():
        return False
    if is_unspaced(left):
        return right in _EITHER or is_unspaced(right)
    return left in _EITHER and is_unspaced(right)
