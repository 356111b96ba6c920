"""Cuts the text of an utterance so that each piece has the text of its words.

The text is what people read and may have corrected; the words are older, and have the times. So
every character of the text goes to one piece, and no text comes from the words. A text is cut only
at blanks, or between characters in scripts that are written without blanks.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from ...sentences import SENTENCE_MARKS
from .alignment import Pair, align

_OPENING = frozenset("([{<¿¡«‹“‘„‚‟‛「『（［｛〈《【〔〖〝$€£¥₩₹₽₺₴₪₫฿¢₱₦₿")
"""Brackets, quotes and currency signs that go with the word after them."""
_DASHES = frozenset("-–—―")
_STRAIGHT_QUOTES = frozenset("\"'")
_MAY_OPEN = _OPENING | _DASHES | _STRAIGHT_QUOTES
_QUOTE_REACH = 2000
"""How many characters before a straight quote are searched for other quotes."""
_AFTER_SENTENCE = frozenset(SENTENCE_MARKS + "\"'”’»")
_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Tibetan, Myanmar, Khmer
    "\u2e80-\u2fff\u3040-\u312f\u31a0-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# A character of a script without blanks, with the marks around it; or the text between blanks.
# Compiled at its first use: most texts do not need it.
_OPENERS = re.escape("".join(sorted(_OPENING)))
_UNIT = rf"[{_OPENERS}]*[{_UNSPACED}][^\w\s{_OPENERS}]*|[^\s{_UNSPACED}]+"


def cut_text(text: str, words: Sequence[str], bounds: Sequence[int]) -> list[str]:
    """The text of each run of `words`, without blanks at its ends.

    bounds: the number of the word with which the first run begins, and for each run that of the
    word before which it ends. A piece is empty if nothing in `text` corresponds to its words. If
    `text` is empty, the pieces are the words.
    """
    first, last = bounds[0], bounds[-1]
    joined = " ".join(words[first:last])
    if not text.strip():
        text = joined
    if joined == text and _MAY_OPEN.isdisjoint([words[at - 1][-1:] for at in bounds[1:-1]]):
        return [" ".join(words[begin:end]) for begin, end in pairwise(bounds)]
    stops = [at - first for at in bounds[1:-1]]
    edges = [0, *_find_cuts(text, words[first:last], stops), len(text)]
    return [text[begin:end].strip() for begin, end in pairwise(edges)]


def _find_cuts(text: str, words: Sequence[str], stops: Iterable[int]) -> list[int]:
    """The positions in `text` before each of the words numbered `stops`, in order."""
    starts, pairs = _find_words(text, words)
    places = [*starts, len(text)]
    numbers = [number for number, _ in pairs]
    units = [-1, *[unit for _, unit in pairs], len(starts)]
    cuts: list[int] = []
    for stop in stops:
        # The unit after those of the words before, and the first unit of any word after.
        at = bisect_left(numbers, stop)
        place = places[max(units[at] + 1, units[at + 1])]
        cuts.append(max([_take_opening(text, place), *cuts[-1:]]))
    return cuts


def _find_words(text: str, words: Sequence[str]) -> tuple[list[int], list[Pair]]:
    """Where the units of a text begin; and each word with the number of the unit that it begins
    with, in order, without words that begin with none.

    A unit is the text between blanks, or one character in a script without blanks. Units and words
    are compared by their letters and digits, ignoring case.
    """
    found = list(_find_units(text))
    starts = [start for start, _ in found]
    units = [unit for _, unit in found]
    keys = list(map(_fold, words))
    if "".join(keys) == "".join(units):
        return starts, _find_by_letters(units, keys)
    parts: list[str] = []
    owners: list[int] = []
    for number, word in enumerate(words):
        for _, part in _find_units(word):
            parts.append(part)
            owners.append(number)
    # The first part of a word decides.
    unit_of_word = {owners[part]: unit for part, unit in reversed(align(parts, units))}
    return starts, sorted(unit_of_word.items())


def _find_units(text: str) -> Iterator[tuple[int, str]]:
    """Where each unit of a text begins, and its letters and digits; units of punctuation are left
    out."""
    for match in re.finditer(_UNIT, text):
        key = _fold(match[0])
        if key:
            yield match.start(), key


def _find_by_letters(units: Sequence[str], keys: Iterable[str]) -> list[Pair]:
    """Each word with the unit that it begins in, if both sides have the same letters."""
    ends = list(accumulate(map(len, units)))
    pairs: list[Pair] = []
    place = 0
    for number, key in enumerate(keys):
        if key:
            pairs.append((number, bisect_right(ends, place)))
        place += len(key)
    return pairs


def _fold(text: str) -> str:
    """The letters and digits of a word, without regard to case and accents."""
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded)
    if folded.isalnum():
        return folded
    return "".join(filter(str.isalnum, folded))


def _take_opening(text: str, place: int) -> int:
    """`place`, or an earlier one if the marks before it belong to the text after it."""
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
    """`place` moved back over the blanks before it."""
    while place and text[place - 1].isspace():
        place -= 1
    return place


def _start_of_token(text: str, end: int) -> int:
    """Find where the marks that end at `end` begin; `end` itself if they are part of a word."""
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
        return before == 0 or text[before - 1] in _AFTER_SENTENCE
    return False
