"""Combines a list of words with the text of the document.

In OpenAI's answers, only the text has punctuation, and only the words have times. If both have the
same letters, each word gets its part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from ...line_joining import is_unspaced
from ...models import Word
from ..json_keys import find_items
from ..json_text import as_object, as_text

_LAST_BLANK = re.compile(r"\s(?=\S*$)")
_MOST_MISSING = 0.02
"""Of the text's letters: fewer that the words lack are another spelling."""


def find_whole_text(document: Any) -> str:
    """Find the text of a whole document; empty if it has none, or several."""
    values = [as_text(value) for _, value in find_items(as_object(document), "text")]
    texts = set(filter(str.strip, values))
    if len(texts) != 1:
        return ""
    return texts.pop()


def take_whole_text(words: Sequence[Word], text: str) -> tuple[Sequence[Word], int]:
    """Give each word its part of `text`; also return the number of letters without a word.

    If the words have other letters than the text, they are not changed.
    """
    letters, places = _find_letters(text)
    own = [_find_letters(word.text)[0] for word in words]
    joined = "".join(own)
    if joined != letters:
        missing = len(letters) - len(joined)
        if missing < _MOST_MISSING * len(letters):
            missing = 0
        return words, missing
    stops = list(accumulate(map(len, own)))
    cuts = [0, *[_find_cut(text, places, at) for at in stops[:-1]], len(text)]
    taken = []
    for word, begin, end in zip(words, cuts, cuts[1:], strict=False):
        taken.append(word._replace(text=" ".join(text[begin:end].split())))
    return [word for word in taken if word.text], 0


def _find_letters(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of a text, with folded case, and the position of each."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in character.casefold():
            if letter.isalnum():
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _find_cut(text: str, places: list[int], at: int) -> int:
    """Find where to cut a text before its letter `at`: at the last blank, or, in a script without
    blanks, anywhere.

    A text of several words, such as `e-mail`, stays with the first of them.
    """
    if at == 0:
        return 0
    if at == len(places):
        return len(text)
    before, after = places[at - 1] + 1, places[at]
    blank = _LAST_BLANK.search(text, before, after)
    if blank:
        return blank.start()
    if is_unspaced(text[after]):
        return after
    return len(text[:after] + text[after:].split(maxsplit=1)[0])
