"""Labels that are probably one person: `Alice Doe`, `Doe, Alice (host)`, `Alice D.`,
`alice.doe@example.org`.

These are proposals for the user; nothing is merged because of them, for two Alices in one company
are as likely as one Alice with two microphones. So a short form is proposed only if exactly one
longer name fits. Labels that differ in more than case, accents or word order are not proposed if
both speak in one recording.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import filterfalse
from typing import NamedTuple

from .anonymous_labels import is_anonymous
from .similar_words import RULES, LikenessRule

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
_HOST = re.compile(r"host[ _-]*\d*")
"""A role: it names nobody, although the same person may have it in all recordings."""
_MAX_FAMILY_NAME_WORDS = 2
"""Words before the comma in `Doe, Alice`; with more words it is not a name."""


_MAX_CHARACTERS = 200
"""Characters of a name. The rules look at all beginnings of words, and a label can be a text of a
million."""


class Proposal(NamedTuple):
    """Labels that may be one person, the one with the most talk time first, and the reason."""

    labels: tuple[str, ...]
    reason: str


def without_distinct(
    proposals: Iterable[Proposal], distinct: Iterable[Sequence[str]]
) -> list[Proposal]:
    """The proposals without labels that are known to be different people.

    distinct: groups of labels, no two of which are one person.
    """
    others: dict[str, set[str]] = {}
    for group in distinct:
        for label in group:
            others.setdefault(label, set()).update(group)
    kept = []
    for proposal in proposals:
        for labels in _split(proposal.labels, others):
            if len(labels) > 1:
                kept.append(Proposal(labels, proposal.reason))
    return kept


def _split(labels: Sequence[str], others: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """Divide labels into groups; those of a group may be one person."""
    groups: list[list[str]] = []
    for label in labels:
        different = others.get(label, set())
        for group in groups:
            if different.isdisjoint(group):
                group.append(label)
                break
        else:
            groups.append([label])
    return [tuple(group) for group in groups]


class _Name(NamedTuple):
    label: str
    words: tuple[str, ...]
    files: frozenset[str]
    ms: int


@dataclass(eq=False, slots=True)
class _Group:
    """Names that may be one person. files: in which any of them speaks."""

    names: list[_Name]
    reasons: list[str]
    files: set[str]

    def proposal(self) -> Proposal:
        by_length = sorted(self.names, key=_longest_first)
        return Proposal(tuple(name.label for name in by_length), "; ".join(self.reasons))


def _longest_first(name: _Name) -> tuple[int, str]:
    return -name.ms, name.label


class _Groups:
    """The groups of names so far, by label."""

    def __init__(self) -> None:
        self._by_label: dict[str, _Group] = {}
        self._groups: dict[_Group, None] = {}
        """A dict as a set that keeps the order."""

    def add(self, group: _Group) -> None:
        self._groups[group] = None
        for name in group.names:
            self._by_label[name.label] = group

    def find(self, name: _Name) -> _Group:
        """The group of a name, which at first has only this name."""
        return self._by_label.setdefault(name.label, _Group([name], [], set(name.files)))

    def join(self, name: _Name, other: _Name, reason: str) -> None:
        """Put both names into one group."""
        first = self.find(name)
        second = self.find(other)
        if first is second:
            return
        reasons = list(dict.fromkeys([*first.reasons, *second.reasons, reason]))
        small, large = sorted((first, second), key=lambda group: len(group.names))
        # The larger one is extended in place: thousands of labels may end in one group.
        large.names += small.names
        large.reasons = reasons
        large.files |= small.files
        self._groups.pop(small, None)
        self._groups.pop(large, None)
        self._groups[large] = None
        self._by_label.update(dict.fromkeys([entry.label for entry in small.names], large))

    def share_a_file(self, name: _Name, other: _Name) -> bool:
        """Whether anybody of one group speaks in a file of the other."""
        return not self.find(name).files.isdisjoint(self.find(other).files)

    def proposals(self) -> list[Proposal]:
        return [group.proposal() for group in self._groups]


def propose(labels: Mapping[str, tuple[Iterable[str], int]]) -> list[Proposal]:
    """labels: for each, the files in which it speaks and its talk time (ms). Proposals share no
    label.

    In O(n log n) for n labels, as long as few labels are forms of the same name.
    """
    names = []
    for label, (files, ms) in labels.items():
        words = _words(label)
        if words:
            names.append(_Name(label, words, frozenset(files), ms))
    names.sort(key=_longest_first)
    groups, different = _group_same_words(names)
    for rule in RULES:
        by_key = _index(rule, different)
        for name in different:
            other = _find_only_match(rule, name, by_key, groups)
            if other is not None and not groups.share_a_file(name, other):
                groups.join(name, other, rule.reason)
    return groups.proposals()


def _group_same_words(names: Sequence[_Name]) -> tuple[_Groups, list[_Name]]:
    """Groups of names with equal words in any order, and one name for each set of words."""
    by_words: dict[frozenset[str], list[_Name]] = {}
    for name in names:
        by_words.setdefault(frozenset(name.words), []).append(name)
    groups = _Groups()
    different = []
    for same in by_words.values():
        files = frozenset().union(*[name.files for name in same])
        if len(same) > 1:
            reason = "they differ only in case, word order or additions"
            groups.add(_Group(list(same), [reason], set(files)))
        different.append(same[0]._replace(files=files))
    return groups, different


def _index(rule: LikenessRule, names: Sequence[_Name]) -> dict[Hashable, list[tuple[int, _Name]]]:
    """By key, the names that another may be a form of, with their indices in `names`."""
    by_key: dict[Hashable, list[tuple[int, _Name]]] = {}
    for place, name in enumerate(names):
        for key in rule.long_keys(name.words):
            by_key.setdefault(key, []).append((place, name))
    return by_key


def _find_only_match(
    rule: LikenessRule,
    short: _Name,
    by_key: Mapping[Hashable, Sequence[tuple[int, _Name]]],
    groups: _Groups,
) -> _Name | None:
    """The one name that `short` may be a form of; None if several people fit.

    Of several forms of one person, it is the first in the order of all names.
    """
    fitting: dict[int, _Name] = {}
    people: set[_Group] = set()
    for key in rule.short_keys(short.words):
        for place, name in by_key.get(key, ()):
            if not rule.fits(short.words, name.words):
                continue
            fitting[place] = name
            people.add(groups.find(name))
            if len(people) > 1:  # do not look at the others: there may be ten thousand
                return None
    if not fitting:
        return None
    return fitting[min(fitting)]


def _name_in_address(label: str) -> str:
    """`alice doe` for `alice.doe@example.org`; any other label is returned unchanged."""
    name, at, _ = label.partition("@")
    if not at or " " in label.strip():
        return label
    return name.replace(".", " ").replace("_", " ")


def _words(label: str) -> tuple[str, ...]:
    """The words of a name, without accents and capitals; empty if the label names nobody."""
    if len(label) > _MAX_CHARACTERS:
        return ()
    text = _ADDITION.sub(" ", _name_in_address(label))
    if is_anonymous(text) or _HOST.fullmatch(text.strip().casefold()):
        return ()
    family, comma, given = text.partition(",")
    is_reversed = comma and "," not in given and len(family.split()) <= _MAX_FAMILY_NAME_WORDS
    if is_reversed:
        text = f"{given} {family}"
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(filterfalse(unicodedata.combining, decomposed))
    words = re.findall(r"[^\W_]+", plain.casefold())
    without_titles = tuple(word for word in words if word not in _TITLES)
    return without_titles or tuple(words)
