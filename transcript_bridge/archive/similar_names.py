"""Labels that are probably one person: `Alice Doe`, `Doe, Alice (host)`, `Alice D.`,
`alice.doe@example.org`.

These are proposals for a person to look at. Nothing is merged because of them: two Alices in one
company are as likely as one Alice with two microphones. So a short form counts only where exactly
one longer name fits it. Labels that differ in more than case, accents or word order are not
proposed where both speak in one recording.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_ADDITION = re.compile(r"\([^()]*\)|\[[^][]*\]|\{[^{}]*\}|\s[|/–—].*$|@.*$")
_TITLES = frozenset(
    (
        "dr",
        "prof",
        "professor",
        "mr",
        "mrs",
        "ms",
        "miss",
        "herr",
        "frau",
        "sir",
        "dame",
        "mme",
        "sr",
        "sra",
        "ing",
        "dipl",
    )
)
_ANONYMOUS = re.compile(
    r"(?:speaker|spk|s|spkr|person|participant|voice|sprecher(?:in)?|guest|user|unknown|host"
    r"|channel)?[ _-]*\d*",
    re.ASCII,
)
_MIN_TYPO_LENGTH = 4
"""Letters of a name from which on one wrong letter is more likely a typo than another name."""
_MIN_FIRST_NAME_LENGTH = 3
_MAX_FAMILY_NAME_WORDS = 2
"""Before the comma in `Doe, Alice`; with more words it is not a name."""

Fits = Callable[[Sequence[str], Sequence[str]], bool]
"""Whether the first words may be a form of the second."""


class Proposal(NamedTuple):
    """Labels that may be one person, the one that speaks most first, and why they may be."""

    labels: tuple[str, ...]
    reason: str


class _Name(NamedTuple):
    label: str
    words: tuple[str, ...]
    files: frozenset[str]
    ms: int


@dataclass(eq=False, slots=True)
class _Group:
    """Names that may be one person."""

    names: list[_Name]
    reasons: list[str]

    def holds(self, name: _Name) -> bool:
        return any(one.label == name.label for one in self.names)

    def proposal(self) -> Proposal:
        by_length = sorted(self.names, key=lambda name: -name.ms)
        labels = tuple(name.label for name in by_length)
        return Proposal(labels, "; ".join(dict.fromkeys(self.reasons)))


def propose(labels: Mapping[str, tuple[Iterable[str], int]]) -> list[Proposal]:
    """labels: for each the files in which it speaks and how long (ms). Proposals share no label."""
    names = []
    for label, (files, ms) in labels.items():
        words = _words(label)
        if words:
            names.append(_Name(label, words, frozenset(files), ms))
    names.sort(key=lambda name: (-name.ms, name.label))
    groups, different = _group_same_words(names)
    for fits, reason in _RULES:
        for name in different:
            other = _find_only_match(fits, name, different, groups)
            if other is not None and not other.files & name.files:
                groups = _join(groups, name, other, reason)
    return [group.proposal() for group in groups]


def _group_same_words(names: Sequence[_Name]) -> tuple[list[_Group], list[_Name]]:
    """Groups of names with equal words in any order; and one name for each set of words."""
    by_words: dict[frozenset[str], list[_Name]] = {}
    for name in names:
        by_words.setdefault(frozenset(name.words), []).append(name)
    groups = []
    different = []
    for same in by_words.values():
        if len(same) > 1:
            groups.append(_Group(same, ["they differ only in case, word order or additions"]))
        files = frozenset().union(*[name.files for name in same])
        different.append(same[0]._replace(files=files))
    return groups, different


def _find_only_match(
    fits: Fits, short: _Name, others: Sequence[_Name], groups: Sequence[_Group]
) -> _Name | None:
    """The one name that `short` may be a form of; None where several people fit."""
    matches = [other for other in others if fits(short.words, other.words)]
    people: set[object] = set()
    for match in matches:
        group = _group_of(match, groups)
        people.add(match.label if group is None else id(group))
    return matches[0] if len(people) == 1 else None


def _group_of(name: _Name, groups: Iterable[_Group]) -> _Group | None:
    for group in groups:
        if group.holds(name):
            return group
    return None


def _join(groups: list[_Group], name: _Name, other: _Name, reason: str) -> list[_Group]:
    """The groups with both names in one of them."""
    first = _group_of(name, groups) or _Group([name], [])
    second = _group_of(other, groups) or _Group([other], [])
    if first is second:
        return groups
    joined = _Group(first.names + second.names, [*first.reasons, *second.reasons, reason])
    return [*[group for group in groups if group is not first and group is not second], joined]


def _words(label: str) -> tuple[str, ...]:
    """The words of a name, without accents and capitals; empty where the label names nobody."""
    text = label
    if "@" in text and " " not in text.strip():
        text = text.partition("@")[0].replace(".", " ").replace("_", " ")
    text = _ADDITION.sub(" ", text)
    if _ANONYMOUS.fullmatch(text.strip().casefold()):
        return ()
    family, comma, given = text.partition(",")
    is_reversed = comma and "," not in given and len(family.split()) <= _MAX_FAMILY_NAME_WORDS
    if is_reversed:
        text = f"{given} {family}"
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join([c for c in decomposed if not unicodedata.combining(c)])
    words = re.findall(r"[^\W_]+", plain.casefold())
    without_titles = tuple(word for word in words if word not in _TITLES)
    return without_titles or tuple(words)


def _is_initialled(short: Sequence[str], long: Sequence[str]) -> bool:
    """`alice d` or `a doe` for `alice doe`: each word or its first letter, and one word whole."""
    if len(short) != len(long) or len(short) < 2 or short == long:
        return False
    has_whole_word = False
    for word, whole in zip(short, long, strict=True):
        if word == whole:
            has_whole_word = True
        elif len(word) != 1 or whole[0] != word:
            return False
    return has_whole_word


def _is_first_name(short: Sequence[str], long: Sequence[str]) -> bool:
    if len(short) != 1 or len(long) < 2:
        return False
    return len(short[0]) >= _MIN_FIRST_NAME_LENGTH and short[0] == long[0]


def _is_typo(short: Sequence[str], long: Sequence[str]) -> bool:
    """One word differs, by one letter."""
    if len(short) != len(long) or len(short) < 2:
        return False
    pairs = zip(short, long, strict=True)
    different = [(word, other) for word, other in pairs if word != other]
    return len(different) == 1 and _differ_by_one_letter(*different[0])


def _differ_by_one_letter(a: str, b: str) -> bool:
    """Whether one letter is another, is missing, or is swapped with the next."""
    short, long = sorted((a, b), key=len)
    missing = len(long) - len(short)
    if len(long) < _MIN_TYPO_LENGTH or missing > 1 or a[0] != b[0]:
        return False
    at = _common_prefix(short, long)
    if missing:
        return long[at + 1 :] == short[at:]
    if short[at + 1 :] == long[at + 1 :]:
        return True
    is_swapped = short[at : at + 2] == long[at : at + 2][::-1]
    return is_swapped and short[at + 2 :] == long[at + 2 :]


def _common_prefix(a: str, b: str) -> int:
    """How many letters both begin with."""
    count = 0
    for letter, other in zip(a, b, strict=False):
        if letter != other:
            break
        count += 1
    return count


_RULES: tuple[tuple[Fits, str], ...] = (
    (_is_initialled, "initials for a name"),
    (_is_typo, "one letter differs"),
    (_is_first_name, "a first name alone"),
)
