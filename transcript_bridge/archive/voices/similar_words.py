"""Rules for which names may be forms of each other, by their words alone.

Comparing each name with each other takes minutes for some thousand labels. So each rule defines
keys: only names that share a key are compared. What a key implies is not checked again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

_MIN_TYPO_LENGTH = 4
"""Letters of a name from which on one wrong letter is more likely a typo than another name."""
_MAX_TYPO_LENGTH = 40
"""Letters of a word up to which typos are searched for: there are as many keys as letters."""
_MIN_FIRST_NAME_LENGTH = 3
_MAX_INITIALLED_WORDS = 6
"""Words of a name up to which initials are searched for: each word doubles the keys."""

Words = Sequence[str]
FindKeys = Callable[[Words], Iterable[Hashable]]


class LikenessRule(NamedTuple):
    """A rule by which the first of two names may be a form of the second."""

    fits: Callable[[Words, Words], bool]
    """Whether two names that share a key fit."""
    short_keys: FindKeys
    """The keys of a name as the first of the two."""
    long_keys: FindKeys
    """The keys of a name as the second. Names that fit share a key."""
    reason: str


def _is_initialled(short: Words, long: Words) -> bool:
    """`alice d` or `a doe` for `alice doe`: each word or its first letter, and one word whole."""
    has_whole_word = any(word == whole for word, whole in zip(short, long, strict=True))
    return short != long and has_whole_word


def _is_first_name(_short: Words, _long: Words) -> bool:
    """`alice` for `alice doe`: implied by the key."""
    return True


def _is_typo(short: Words, long: Words) -> bool:
    """Whether one word differs, by one letter."""
    pairs = zip(short, long, strict=True)
    different = [(word, other) for word, other in pairs if word != other]
    return len(different) == 1 and _differ_by_one_letter(*different[0])


def _differ_by_one_letter(a: str, b: str) -> bool:
    """Whether one letter is replaced, missing, or swapped with the next."""
    same_before = _common_prefix(a, b)
    if max(len(a), len(b)) < _MIN_TYPO_LENGTH or same_before == 0:
        return False
    rest, other = a[same_before:], b[same_before:]
    same_after = _common_prefix(rest[::-1], other[::-1])
    rest, other = rest[: len(rest) - same_after], other[: len(other) - same_after]
    is_swapped = len(rest) == 2 and rest == other[::-1]
    return is_swapped or max(len(rest), len(other)) == 1


def _common_prefix(a: str, b: str) -> int:
    """How many letters both begin with."""
    count = 0
    for letter, other in zip(a, b, strict=False):
        if letter != other:
            break
        count += 1
    return count


def _short_initials(words: Words) -> Iterator[Hashable]:
    has_initial = any(len(word) == 1 for word in words)
    if has_initial and 2 <= len(words) <= _MAX_INITIALLED_WORDS:
        yield tuple(words)


def _long_initials(words: Words) -> Iterator[Hashable]:
    """Everything that the name may be shortened to."""
    if 2 <= len(words) <= _MAX_INITIALLED_WORDS:
        yield from product(*[{word, word[0]} for word in words])


def _typo_keys(words: Words) -> Iterator[Hashable]:
    """The name, and the name without one letter: two words that differ by one letter share one of
    these."""
    if len(words) < 2:
        return
    for at, word in enumerate(words):
        others = (*words[:at], *words[at + 1 :])
        if not _MIN_TYPO_LENGTH - 1 <= len(word) <= _MAX_TYPO_LENGTH:
            continue
        yield at, others, word
        if len(word) < _MIN_TYPO_LENGTH:  # only another word can be this one with one more letter
            continue
        for letter in range(1, len(word)):  # the first letter must be the same
            yield at, others, word[:letter] + word[letter + 1 :]


def _short_first_name(words: Words) -> Iterator[Hashable]:
    if len(words) == 1 and len(words[0]) >= _MIN_FIRST_NAME_LENGTH:
        yield words[0]


def _long_first_name(words: Words) -> Iterator[Hashable]:
    if len(words) > 1:
        yield words[0]


RULES = (
    LikenessRule(_is_initialled, _short_initials, _long_initials, "initials for a name"),
    LikenessRule(_is_typo, _typo_keys, _typo_keys, "one letter differs"),
    LikenessRule(_is_first_name, _short_first_name, _long_first_name, "a first name alone"),
)
