"""What a speaker's label looks like, judged by its words alone.

`Name: text` and `Note: text` have one shape. The words before the colon say how much they look like
a name; the file they stand in has the last word (prefixes.py), because `interviewer` that returns
forty times is a speaker and `Hypothetical` that stands there once is not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from .vocabulary import (
    ABSTRACT,
    CLAUSE,
    CREDIT,
    MACHINE,
    NUMBERED,
    PARTICLES,
    PROSE,
    RECURRING,
    SAYING,
    STARTERS,
    TITLES,
)

NEVER, WEAK, LIKELY, STRONG, CERTAIN = range(5)
"""How much a text looks like a label: not at all; if it recurs; like a name (`Alice`); like a name
and nothing else (`Alice Doe`, `ALICE`); like a label that no prose has (`SPEAKER_00`)."""

_LONGEST = 64
_MOST_WORDS = 8
_FORBIDDEN = re.compile(r"[=;!?¿¡…<>{}\\^~♪♫]|//|www\.|\.\.")
_GROUP = re.compile(r"(?<=\S)\s*+[(\[（【][^()\[\]（）【】]*+[)\]）】]$")


@lru_cache(maxsize=4096)  # a few names stand in a hundred thousand cues
def likeness(label: str) -> int:
    """How much `label`, stripped and without brackets around it, looks like the name of a speaker."""
    folded = label.casefold()
    if not _is_possible(label, folded):
        return NEVER
    if MACHINE.fullmatch(folded):
        return CERTAIN
    base = _GROUP.sub("", label)  # `Leo Dion (host)`, `Ann [Org/Org]`
    words = base.split()
    if _is_clause(words):
        return NEVER
    capital = all(map(_is_name_word, words))
    if not capital and ("," in base or label.startswith(("[", "("))):
        return NEVER  # `so, in short`, `[INAUDIBLE] as well`
    if (
        folded in RECURRING
        or not words[0][0].isalpha()
        or len(words) > 5
        or "," in base
        or not capital
    ):
        return WEAK
    if not any(word[0].isupper() for word in words):
        return _caseless(base, words)
    if len(words) == 1 and not base.isupper() and ABSTRACT.fullmatch(folded):
        return WEAK
    capitals = sum(word[0].isupper() and len(word) > 1 for word in words)
    return STRONG if capitals > 1 or (base.isupper() and len(base) > 2) else LIKELY


def _is_possible(label: str, folded: str) -> bool:
    return not (
        len(label) > _LONGEST
        or not any(map(str.isalpha, label))
        or folded in PROSE
        or _FORBIDDEN.search(label)
        or CREDIT.match(folded)
        or NUMBERED.fullmatch(folded)
        or (len(label) > 1 and label.endswith(SAYING))
    )


def _is_clause(words: list[str]) -> bool:
    if len(words) < 2:
        return False
    if len(words) > _MOST_WORDS or any(word in CLAUSE for word in words):
        return True
    if any(_ends_sentence(word) and after[0].islower() for word, after in pairwise(words)):
        return True
    return words[0].casefold().rstrip(",") in STARTERS and not words[0].isupper()


def _is_name_word(word: str) -> bool:
    """Whether one word of a label is capitalised, a particle, a number, or of a script without
    capitals."""
    if word in PARTICLES or not any(map(str.isalpha, word)):
        return True
    if _ends_sentence(word) or "@" in word or ("." in word[:-1] and not word.isupper()):
        return False
    first = next(filter(str.isalpha, word))
    return not first.islower() or any(map(str.isupper, word))


def _ends_sentence(word: str) -> bool:
    return (
        word.endswith(".")
        and len(word) > 2
        and "." not in word[:-1]
        and word[:-1].casefold() not in TITLES
    )


def _caseless(base: str, words: list[str]) -> int:
    """A label without capitals, be it `李雷` or `van der bank`: its length alone tells."""
    if any(map(str.islower, words)):
        return WEAK
    return (
        LIKELY
        if len(words) <= 3 and len(base) <= 24 and (len(words) > 1 or len(base) <= 10)
        else WEAK
    )


def is_sound(text: str) -> bool:
    """Whether nobody speaks in `text`, stripped: `[Music]`, `(applause)`, `♪ … ♪`."""
    if text.startswith("["):
        return text.find("]") == len(text) - 1
    if text.startswith("("):
        return text.find(")") == len(text) - 1
    return text.startswith(("♪", "♫"))
