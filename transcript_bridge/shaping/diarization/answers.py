"""Words with which people answer: in text without punctuation, they indicate a change of speaker.

In four AMI meetings, another person begins before 5 % of all words, but before 45 % of `yeah` and
80 % of `mm-hmm`. Only words that rarely occur within a sentence are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import compress, count

_ANSWERS = frozenset(
    [
        *["mm", "mmhmm", "mhm", "hm", "hmm", "huh", "oh", "ah", "ok", "okay"],
        *["yeah", "yes", "yep", "yup", "nope", "aye"],
        *["nein", "nee", "nej", "oui", "ouais", "sí", "sì", "sim", "ano", "ага", "угу"],
    ]
)
_ENDS = frozenset(word[-1] for word in _ANSWERS)
_LETTERS = re.compile(r"[^\W\d_]+")


def find_answers(texts: Sequence[str], last_characters: Iterable[str]) -> list[int]:
    """The numbers of the words that are answers.

    last_characters: of each word; they rule out most words quickly.
    """
    candidates = compress(count(), map(_ENDS.__contains__, last_characters))
    return [at for at in candidates if _is_answer(texts[at])]


def _is_answer(text: str) -> bool:
    letters = _LETTERS.search(text)
    return letters is not None and letters[0].lower() in _ANSWERS
