"""How much a text looks like a speaker's label, judged by its words alone.

`Name: text` and `Note: text` have one shape. The words before the colon say how much they look
like a name. The file as a whole decides (decision.py), because `interviewer` forty times is a
speaker and `Hypothetical` once is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .vocabulary import (
    ABSTRACT,
    CLAUSE,
    CREDIT,
    IMPERATIVE,
    MACHINE,
    NUMBERED,
    PARTICLES,
    PRONOUNS,
    PROSE,
    RECURRING,
    REPORTING,
    SAYING,
    STARTERS,
    TITLES,
    VISARGA,
)

NEVER, WEAK, LIKELY, STRONG, CERTAIN = range(5)
"""How much a text looks like a label: not at all; only if it returns; like a name (`Alice`); like
a name and nothing else (`Alice Doe`, `ALICE`); like a label that prose never has (`SPEAKER_00`)."""

_MAX_LENGTH = 64
_MAX_WORDS = 8
"""More words are a clause."""
_MAX_NAME_WORDS = 5
"""More words are rarely a name."""
_MAX_UNSPACED_NAME = 10
"""Characters of one word without capitals that may be a name, such as `李雷`; more are a clause."""
_MAX_CASELESS_WORDS, _MAX_CASELESS_LENGTH = 3, 24
"""The same for several words."""
_FORBIDDEN = re.compile(r"[=;!?¿¡…<>{}\\^~♪♫，；。！？]|//|www\.|\.\.")
_VERB = re.compile(f"{REPORTING}|{IMPERATIVE}")
_GROUP = re.compile(r"(?<=\S)\s*+[(\[（【][^()\[\]（）【】]*+[)\]）】]$")


class _Shape(NamedTuple):
    """The words of a text that may be a label."""

    folded: str
    """All of it, case-folded."""
    base: str
    """Without a group at its end: `Leo Dion (host)`, `Ann [Org/Org]`."""
    words: list[str]
    capitalised: bool
    """Whether each word could be part of a name."""
    in_brackets: bool
    """Whether it starts with a bracket."""

    @property
    def is_caseless(self) -> bool:
        """Whether no word starts with a capital: `李雷`, `van der bank`."""
        return not any(word[0].isupper() for word in self.words)

    @property
    def is_shouted(self) -> bool:
        """Whether all of it is in capitals."""
        return self.base.isupper() and len(self.base) > 2


class _Rating(NamedTuple):
    """What a text of some shape looks like."""

    degree: int
    reason: str
    applies: Callable[[_Shape], bool]


def _has_mixed_case(shape: _Shape) -> bool:
    return not shape.capitalised and ("," in shape.base or shape.in_brackets)


def _is_long_caseless(shape: _Shape) -> bool:
    if not shape.is_caseless:
        return False
    return any(map(str.islower, shape.words)) or not _is_short(shape)


def _is_short(shape: _Shape) -> bool:
    if len(shape.words) == 1:
        return len(shape.base) <= _MAX_UNSPACED_NAME
    return len(shape.words) <= _MAX_CASELESS_WORDS and len(shape.base) <= _MAX_CASELESS_LENGTH


def _is_abstract(shape: _Shape) -> bool:
    is_single = len(shape.words) == 1 and not shape.base.isupper()
    return is_single and ABSTRACT.fullmatch(shape.folded) is not None


def _has_several_capitals(shape: _Shape) -> bool:
    return sum(word[0].isupper() and len(word) > 1 for word in shape.words) > 1


# The first that applies decides.
_RATINGS: tuple[_Rating, ...] = (
    _Rating(NEVER, "a clause", lambda shape: _is_clause(shape.words)),
    _Rating(NEVER, "`so, in short`, `[INAUDIBLE] as well`", _has_mixed_case),
    _Rating(WEAK, "`question`", lambda shape: shape.folded in RECURRING),
    _Rating(WEAK, "does not start with a letter", lambda shape: not shape.words[0][0].isalpha()),
    _Rating(WEAK, "many words", lambda shape: len(shape.words) > _MAX_NAME_WORDS),
    _Rating(WEAK, "`Doe, Kevin`", lambda shape: "," in shape.base),
    _Rating(WEAK, "`alice`", lambda shape: not shape.capitalised),
    _Rating(WEAK, "long, in a script without capitals", _is_long_caseless),
    _Rating(LIKELY, "`李雷`", lambda shape: shape.is_caseless),
    _Rating(WEAK, "`Clarification`", _is_abstract),
    _Rating(STRONG, "`Alice Doe`", _has_several_capitals),
    _Rating(STRONG, "`ALICE`", lambda shape: shape.is_shouted),
)


@lru_cache(maxsize=4096)  # a hundred thousand cues have few names
def likeness(label: str) -> int:
    """How much `label`, stripped and without brackets around it, looks like a speaker's name."""
    folded = label.casefold()
    if not _is_possible(label, folded):
        return NEVER
    if MACHINE.fullmatch(folded):
        return CERTAIN
    base = _GROUP.sub("", label)
    words = base.split()
    capitalised = all(map(_is_name_word, words))
    shape = _Shape(folded, base, words, capitalised, label.startswith(("[", "(")))
    for rating in _RATINGS:
        if rating.applies(shape):
            return rating.degree
    return LIKELY


def _is_possible(label: str, folded: str) -> bool:
    if len(label) > _MAX_LENGTH or not any(map(str.isalpha, label)):
        return False
    if folded in PROSE or _FORBIDDEN.search(label):
        return False
    if CREDIT.match(folded) or NUMBERED.fullmatch(folded):
        return False
    if _has_unpaired_bracket(label) or _is_spelling(folded):
        return False
    return len(label) == 1 or not label.endswith(SAYING)


def _has_unpaired_bracket(label: str) -> bool:
    for opening, closing in ("()", "[]", "（）", "【】"):
        if label.count(opening) != label.count(closing):
            return True
    return False


def _is_spelling(folded: str) -> bool:
    """Whether the last word is one that is typed with a colon at its end."""
    last = folded.rpartition(" ")[2]
    return not last.isascii() and re.fullmatch(VISARGA, last) is not None


def _is_clause(words: list[str]) -> bool:
    if any(map(_is_verb, words)):
        return True
    if len(words) < 2:
        return False
    if len(words) > _MAX_WORDS or not CLAUSE.isdisjoint(words):
        return True
    for word, after in pairwise(words):
        if _ends_sentence(word) and after[0].islower():
            return True
    first = words[0].casefold().rstrip(",")
    if first in PRONOUNS and words[1][0].islower() and words[1] not in PARTICLES:
        return True
    return first in STARTERS and not words[0].isupper()


def _is_verb(word: str) -> bool:
    """Whether a word reports what somebody says, or tells people to do something."""
    folded = word.casefold()
    return _VERB.fullmatch(folded) is not None


def _is_name_word(word: str) -> bool:
    """Whether one word of a label is capitalised, a particle, a number, or in a script without
    capitals."""
    first = next(filter(str.isalpha, word), None)
    if first is None or word in PARTICLES:
        return True
    has_inner_stop = "." in word[:-1] and not word.isupper()
    if _ends_sentence(word) or "@" in word or has_inner_stop:
        return False
    return not first.islower() or any(map(str.isupper, word))


def _ends_sentence(word: str) -> bool:
    """Whether a sentence may end with `word`: `Yes.`, but not `B.`, `U.S.`, `Dr.`."""
    if not word.endswith(".") or len(word) <= 2:
        return False
    stem = word[:-1]
    return "." not in stem and stem.casefold() not in TITLES


def is_sound(text: str) -> bool:
    """Whether nobody speaks in `text`, stripped: `[Music]`, `(applause)`, `♪ … ♪`."""
    if text.startswith("["):
        return text.find("]") == len(text) - 1
    if text.startswith("("):
        return text.find(")") == len(text) - 1
    return text.startswith(("♪", "♫"))
