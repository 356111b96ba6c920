"""Rates how much a text looks like a speaker's label, by its words alone.

`Name: text` and `Note: text` have the same form; the words before the colon show how much they look
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
    ADDRESSED,
    CLAUSE,
    CREDIT,
    MACHINE,
    NUMBERED,
    PARTICLES,
    PHONE,
    PRONOUNS,
    PROSE,
    RECURRING,
    REPORTING,
    REPORTING_STEMS,
    SAYING,
    STARTERS,
    TITLES,
    VISARGA,
)

NEVER, WEAK, LIKELY, STRONG, CERTAIN = range(5)
"""How much a text looks like a label: not at all; only if it is repeated; like a name (`Alice`);
like nothing but a name (`Alice Doe`, `ALICE`); like a label that prose never has (`SPEAKER_00`)."""

_MAX_LENGTH = 64
_MAX_WORDS = 8
"""A text of more words is a clause."""
_MAX_NAME_WORDS = 5
"""A text of more words is rarely a name."""
_MAX_UNSPACED_NAME = 10
"""The most characters of a single word without capitals that may be a name, such as `李雷`."""
_MAX_CASELESS_WORDS, _MAX_CASELESS_LENGTH = 3, 24
"""The same for several words."""
_FORBIDDEN = re.compile(r"[=;!?¿¡…<>{}\\^~♪♫，；。！？]|//|www\.|\.\.")
_PAIRS = (
    *(("(", ")"), ("[", "]"), ("（", "）"), ("【", "】")),
    *(("“", "”"), ("«", "»"), ("「", "」"), ("『", "』")),
)
_GROUP = re.compile(r"(?<=\S)\s*+[(\[（【][^()\[\]（）【】]*+[)\]）】]$")


class _Shape(NamedTuple):
    """The words of a text that may be a label."""

    label: str
    folded: str
    """All of it, case-folded."""
    base: str
    """Without a group at its end: `Leo Dion (host)`, `Ann [Org/Org]`."""
    words: list[str]
    capitalized: bool
    """Whether each word could be part of a name."""

    @property
    def is_caseless(self) -> bool:
        """Whether no word starts with a capital: `李雷`, `van der bank`."""
        return not any(word[0].isupper() for word in self.words)

    @property
    def is_shouted(self) -> bool:
        """Whether all of it is in capitals."""
        return self.base.isupper() and len(self.base) > 2


class Rating(NamedTuple):
    """A rule: texts of some shape look like names, or do not."""

    degree: int
    reason: str
    applies: Callable[[_Shape], bool]


def _has_no_letters(shape: _Shape) -> bool:
    return not any(map(str.isalpha, shape.label))


def _has_unpaired_bracket(shape: _Shape) -> bool:
    for opening, closing in _PAIRS:
        if shape.label.count(opening) != shape.label.count(closing):
            return True
    return shape.label.count('"') % 2 == 1


def _is_spelling(shape: _Shape) -> bool:
    last = shape.folded.rpartition(" ")[2]
    is_devanagari = "\u0900" <= last[-1:] <= "\u097f"
    return is_devanagari and re.fullmatch(VISARGA, last) is not None


def _reports_in_unspaced(shape: _Shape) -> bool:
    return len(shape.label) > 1 and shape.label.endswith(SAYING)


def _has_mixed_case(shape: _Shape) -> bool:
    starts_with_bracket = shape.label.startswith(("[", "("))
    return not shape.capitalized and ("," in shape.base or starts_with_bracket)


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
    return is_single and re.fullmatch(ABSTRACT, shape.folded) is not None


def _has_several_capitals(shape: _Shape) -> bool:
    return sum(word[0].isupper() and len(word) > 1 for word in shape.words) > 1


# The first that applies decides. `E = mc2`, `Subtitles by …`, `Plan B`, `[Hindi`, `अत`, `他说`,
# `I said`, `[INAUDIBLE] as well`; `SPEAKER_00`; `question`, `1st officer`, `Doe, Kevin`, `alice`,
# `Clarification`; `李雷`; `Alice Doe`, `ALICE`; `Alice`.
RATINGS: tuple[Rating, ...] = (
    Rating(NEVER, "too long for a name", lambda shape: len(shape.label) > _MAX_LENGTH),
    Rating(STRONG, "a phone number", lambda shape: re.fullmatch(PHONE, shape.label) is not None),
    Rating(NEVER, "has no letters", _has_no_letters),
    Rating(NEVER, "a phrase before a colon", lambda shape: shape.folded in PROSE),
    Rating(
        NEVER,
        "has signs that no name has",
        lambda shape: _FORBIDDEN.search(shape.label) is not None,
    ),
    Rating(NEVER, "a credit", lambda shape: re.match(CREDIT, shape.folded) is not None),
    Rating(NEVER, "a thing and its number", lambda shape: _is_numbered(shape.folded)),
    Rating(NEVER, "has an unpaired bracket or quotation mark", _has_unpaired_bracket),
    Rating(NEVER, "a word that is spelled with a colon", _is_spelling),
    Rating(NEVER, "says that somebody speaks", _reports_in_unspaced),
    Rating(CERTAIN, "what recognizers call speakers", lambda shape: _is_machine(shape.folded)),
    Rating(NEVER, "a clause", lambda shape: _is_clause(shape.words)),
    Rating(NEVER, "the beginning of a sentence", _has_mixed_case),
    Rating(WEAK, "a role in an interview", lambda shape: shape.folded in RECURRING),
    Rating(WEAK, "does not start with a letter", lambda shape: not shape.words[0][0].isalpha()),
    Rating(WEAK, "many words", lambda shape: len(shape.words) > _MAX_NAME_WORDS),
    Rating(WEAK, "has a comma", lambda shape: "," in shape.base),
    Rating(WEAK, "not all words start with a capital", lambda shape: not shape.capitalized),
    Rating(WEAK, "long, in a script without capitals", _is_long_caseless),
    Rating(LIKELY, "short, in a script without capitals", lambda shape: shape.is_caseless),
    Rating(WEAK, "an abstract noun", _is_abstract),
    Rating(STRONG, "a full name", _has_several_capitals),
    Rating(STRONG, "in capitals", lambda shape: shape.is_shouted),
    Rating(LIKELY, "one word with a capital", lambda _shape: True),
)


@lru_cache(maxsize=4096)  # a hundred thousand cues have few names
def likeness(label: str) -> int:
    """How much `label`, stripped and without brackets around it, looks like a speaker's name."""
    return rate(label).degree


def rate(label: str) -> Rating:
    """The same with its reason."""
    base = _GROUP.sub("", label)
    words = base.split()
    capitalized = all(map(_is_name_word, words))
    shape = _Shape(label, label.casefold(), base, words, capitalized)
    for rating in RATINGS:
        if rating.applies(shape):
            return rating
    raise AssertionError("the last rating always applies")


def _is_numbered(folded: str) -> bool:
    return re.fullmatch(NUMBERED, folded) is not None


def _is_machine(folded: str) -> bool:
    return re.fullmatch(MACHINE, folded) is not None


def _is_clause(words: list[str]) -> bool:
    if any(map(_is_verb, words)):
        return True
    if len(words) < 2:
        return False
    if len(words) > _MAX_WORDS or not CLAUSE.isdisjoint(words):
        return True
    if any(_ends_sentence(word) and after[0].islower() for word, after in pairwise(words)):
        return True
    return _begins_clause(words)


def _begins_clause(words: list[str]) -> bool:
    """Whether a sentence begins so: `he said`, `When Alice`."""
    first = words[0].casefold().rstrip(",")
    if first in PRONOUNS and words[1][0].islower() and words[1] not in PARTICLES:
        return True
    return first in STARTERS and not words[0].isupper()


def _is_verb(word: str) -> bool:
    """Whether a word reports what somebody says, or tells people to do something."""
    folded = word.casefold()
    if folded in REPORTING or folded.startswith(REPORTING_STEMS):
        return True
    stem, _, ending = folded.rpartition("-")
    return bool(stem) and ending in ADDRESSED


def _is_name_word(word: str) -> bool:
    """Whether one word of a label is capitalized, a particle, a number, or in a script without
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
