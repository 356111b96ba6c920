"""Where the text of an utterance is cut, so that each piece has the text of its words.

The text is what people read and may have corrected; its words are older and carry the times. So
every character of the text goes to one piece, and nothing comes from the words. A text is cut at
its blanks alone, and between characters in scripts that are written without blanks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from .alignment import align

_OPENING = frozenset("([{<¿¡«‹“‘„‚‟‛「『（［｛〈《【〔〖〝$€£¥₩₹₽₺₴₪₫฿¢₱₦₿")
"""Brackets, quotes and currency signs that go with the word after them."""
_DASHES = frozenset("-–—―")
_STRAIGHT_QUOTES = frozenset("\"'")
_MAY_OPEN = _OPENING | _DASHES | _STRAIGHT_QUOTES
_QUOTE_REACH = 2000
"""Characters in which the quotes before a straight one are counted."""
_SENTENCE_ENDS = frozenset(".?!…。？！\"'”’»")
_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Tibetan, Myanmar, Khmer
    "\u2e80-\u2fff\u3040-\u312f\u31a0-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# A character of a script without blanks, with the marks around it; or what is between blanks.
# Compiled when it is first used: most texts do not need it.
_OPENERS = re.escape("".join(sorted(_OPENING)))
_UNIT = rf"[{_OPENERS}]*[{_UNSPACED}][^\w\s{_OPENERS}]*|[^\s{_UNSPACED}]+"


def cut_text(text: str, words: Sequence[str], bounds: Sequence[int]) -> list[str]:
    """The text of each run of `words`, without blanks at its ends.

    bounds: the number of the word with which the first run begins, and for each run that of the
    word before which it ends. A text is empty if nothing in `text` corresponds to the words of the
    run. Without a text, it is that of the words.
    """
    first, last = bounds[0], bounds[-1]
    joined = " ".join(words[first:last])
    if not text or text.isspace():
        text = joined
    if joined == text and _MAY_OPEN.isdisjoint([words[at - 1][-1:] for at in bounds[1:-1]]):
        return [" ".join(words[begin:end]) for begin, end in pairwise(bounds)]
    stops = [at - first for at in bounds[1:-1]]
    edges = [0, *_find_cuts(text, words[first:last], stops), len(text)]
    return [text[begin:end].strip() for begin, end in pairwise(edges)]


def _find_cuts(text: str, words: Sequence[str], stops: Iterable[int]) -> list[int]:
    """The places in `text` before each of the words numbered `stops`, in order."""
    starts, unit_of_word = _find_words(text, words)
    # The first unit that belongs to any word from here on.
    following: list[int] = []
    first = len(starts)
    for unit in reversed(unit_of_word):
        if unit is not None:
            first = unit
        following.append(first)
    following.reverse()
    last = -1
    done = 0
    cuts: list[int] = []
    for stop in stops:
        last = max([last, *[unit for unit in unit_of_word[done:stop] if unit is not None]])
        done = stop
        unit = max(following[stop], last + 1)
        place = starts[unit] if unit < len(starts) else len(text)
        place = _take_opening(text, place)
        cuts.append(max(place, cuts[-1] if cuts else 0))
    return cuts


def _find_words(text: str, words: Sequence[str]) -> tuple[list[int], list[int | None]]:
    """Where the units of a text begin, and for each word the number of the unit that it begins
    with.

    A unit is what lies between blanks, or one character in a script without blanks. Units and words
    are compared by their letters and digits, without regard to case.
    """
    starts: list[int] = []
    units: list[str] = []
    for match in re.finditer(_UNIT, text):
        key = _fold(match[0])
        if key:
            starts.append(match.start())
            units.append(key)
    keys = [_fold(word) for word in words]
    if "".join(keys) == "".join(units):
        return starts, _find_by_letters(units, keys)
    parts: list[str] = []
    owners: list[int] = []
    for number, word in enumerate(words):
        for part in re.findall(_UNIT, word):
            key = _fold(part)
            if key:
                parts.append(key)
                owners.append(number)
    unit_of_word: list[int | None] = [None] * len(words)
    for part_number, unit in align(parts, units):
        owner = owners[part_number]
        if unit_of_word[owner] is None:
            unit_of_word[owner] = unit
    return starts, unit_of_word


def _find_by_letters(units: Sequence[str], keys: Sequence[str]) -> list[int | None]:
    """For each word the unit that it begins in, where both have the same letters."""
    found: list[int | None] = []
    unit, unit_end = -1, 0
    place = 0
    for key in keys:
        if not key:
            found.append(None)
            continue
        while place >= unit_end:
            unit += 1
            unit_end += len(units[unit])
        found.append(unit)
        place += len(key)
    return found


def _fold(text: str) -> str:
    """The letters and digits of a word, without regard to case and accents."""
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded)
    if folded.isalnum():
        return folded
    return "".join(filter(str.isalnum, folded))


def _take_opening(text: str, place: int) -> int:
    """`place`, or an earlier one, if what stands before it opens what comes after it."""
    if place == len(text):
        return place
    while True:
        end = _end_of_token(text, place)
        begin = _start_of_token(text, end)
        if begin == end or not _opens(text, begin, end):
            break
        place = begin
    while place and text[place - 1] in _OPENING:
        place -= 1
    return place


def _end_of_token(text: str, place: int) -> int:
    """`place` without the blanks before it."""
    while place and text[place - 1].isspace():
        place -= 1
    return place


def _start_of_token(text: str, end: int) -> int:
    """Where the marks begin that end at `end`; `end` itself if they are part of a word."""
    begin = end
    while begin and text[begin - 1] in _MAY_OPEN:
        begin -= 1
    if begin and not text[begin - 1].isspace():
        return end
    return begin


def _opens(text: str, begin: int, end: int) -> bool:
    """Whether a token of marks alone belongs to the word after it."""
    token = text[begin:end]
    if _OPENING.issuperset(token):
        return True
    if token in _STRAIGHT_QUOTES:
        earlier = text.count(token, max(0, begin - _QUOTE_REACH), begin)
        return earlier % 2 == 0
    if token in _DASHES:
        before = _end_of_token(text, begin)
        return before == 0 or text[before - 1] in _SENTENCE_ENDS
    return False
