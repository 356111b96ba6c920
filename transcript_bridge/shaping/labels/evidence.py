"""Counts the evidence for each label of a file, over all of its prefixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from .likeness import CERTAIN, LIKELY, NEVER, STRONG, WEAK
from .prefixes import Prefix, read_prefix
from .scan import Openings, count_inner_prefixes

RETURNING = 3
"""A prefix that occurs this often is hardly prose: the number separated 318 labeled files from 542
others without a mistake."""
_CAPITALS_IN = 4
"""In a file with sentences, at least one of this number of cues starts with a capital."""
_QUOTES = frozenset("\"'“”„‘‚«»‹")
_MAX_PREFIXES = 5000
"""The most speakers of a recording. A file with more prefixes is junk, or a list of words."""


class Verdict(NamedTuple):
    """A decision and the reason for it."""

    accepted: bool
    reason: str


UNDECIDED = Verdict(False, "undecided")


class Sign(Protocol):
    """A criterion that decides if it applies."""

    @property
    def reason(self) -> str: ...
    @property
    def accepts(self) -> bool: ...
    @property
    def applies(self) -> Callable[..., bool]: ...


def judge(signs: Iterable[Sign], *subject: object) -> Verdict:
    """The verdict of the first sign that applies; UNDECIDED if none does."""
    for sign in signs:
        if sign.applies(*subject):
            return Verdict(sign.accepts, sign.reason)
    return UNDECIDED


class Evidence:
    """The evidence of a file for one label, summed up over the prefixes that have it."""

    likeness = NEVER
    count = 0
    """How often the label occurs; stored, because the signs need it five times per label."""
    starts = 0
    """How many cues start with it; this and all that follow without the tight ones."""
    inner = 0
    """How many later lines of cues start with it."""
    tight = 0
    """How often text follows the colon without a blank."""
    spaced = 0
    """How often a blank precedes the colon."""
    square = 0
    """How many cues start with it in square brackets."""
    followed = 0
    """How often text follows on the line."""
    continued = 0
    """How many cues continue after it like a sentence: in lower case, or with a quotation."""

    def __init__(self, label: str) -> None:
        self.label = label

    def add(self, prefix: Prefix, starts: int, inner: int) -> None:
        """Count a prefix at the start of `starts` cues and `inner` later lines."""
        self.likeness = max(self.likeness, prefix.likeness)
        occurrences = starts + inner
        if prefix.tight:
            self.tight += occurrences
        else:
            self._add_loose(prefix, starts, inner)
        self.count = self.starts + self.inner
        # `Name:text` is nearly always something else (Re:Zero, std::move), so it must occur again
        # to count.
        if self.likeness >= LIKELY and self.tight >= RETURNING:
            self.count += self.tight

    def _add_loose(self, prefix: Prefix, starts: int, inner: int) -> None:
        """Count a prefix with a blank after the colon."""
        occurrences = starts + inner
        self.starts += starts
        self.inner += inner
        if prefix.spaced:
            self.spaced += occurrences
        if prefix.square:
            self.square += starts
        if prefix.followed:
            self.followed += occurrences

    @property
    def returns(self) -> bool:
        """Whether it occurs too often to be prose."""
        return self.count >= RETURNING

    @property
    def is_phrase(self) -> bool:
        """Whether the text after it is the rest of a sentence: `I said: it is deep`."""
        if not self.continued or self.likeness == CERTAIN:
            return False
        if self.square or self.label.isupper():
            return False
        if self.likeness == STRONG:
            return 1 < self.continued == self.starts
        return 2 * self.continued >= self.starts

    @property
    def is_possible(self) -> bool:
        """Whether it occurs, and can be a name."""
        return self.likeness >= WEAK and self.count > 0 and not self.is_phrase

    @property
    def is_firm(self) -> bool:
        """Whether it is a label even without text after it; `and so:` at the end of a cue is
        text."""
        if self.likeness == WEAK:
            return self.returns and self.followed > 1
        return self.count > 1 or self.likeness >= STRONG

    @property
    def starts_cues_again(self) -> bool:
        """Whether it looks like a name and starts several cues."""
        return self.starts > 1 and self.likeness >= LIKELY

    @property
    def is_single_word(self) -> bool:
        """Whether it occurs once, and only its capital makes it look like a name."""
        return self.count == 1 and self.likeness < STRONG


class FileEvidence(NamedTuple):
    """The evidence of a whole file."""

    cues: int
    """How many cues have text."""
    prefixes: dict[str, Prefix]
    """The prefixes that could be labels, as matched by `PREFIX`."""
    labels: dict[str, Evidence]
    """The evidence by label."""

    def labels_most_cues(self) -> bool:
        """Whether four of five cues start with a possible label."""
        starts = 0
        for label in self.labels.values():
            if label.likeness >= WEAK or label.square:
                starts += label.starts
        return 5 * starts >= 4 * self.cues


def gather_evidence(texts: Sequence[str], openings: Openings) -> FileEvidence:
    """Read all prefixes of a file, and count what they say about each label."""
    starts = Counter(openings.matched)
    del starts[""]
    inner: Mapping[str, int] = {}
    if not openings.only_at_start:
        inner = count_inner_prefixes(texts, openings)
    seen = starts
    if inner:
        seen = starts + Counter(inner)
    if len(seen) > _MAX_PREFIXES:
        seen = Counter(dict(seen.most_common(_MAX_PREFIXES)))

    prefixes: dict[str, Prefix] = {}
    labels: dict[str, Evidence] = {}
    for matched in seen:
        prefix = read_prefix(matched)
        if prefix is None:
            continue
        prefixes[matched] = prefix
        evidence = labels.setdefault(prefix.label, Evidence(prefix.label))
        evidence.add(prefix, starts.get(matched, 0), inner.get(matched, 0))
    file = FileEvidence(len(texts) - texts.count(""), prefixes, labels)
    if not file.labels_most_cues():
        _count_continued(texts, openings.matched, file)
    return file


def _count_continued(texts: Sequence[str], matched: Sequence[str], file: FileEvidence) -> None:
    """Count for each label how many cues continue after it like a sentence.

    A file all in small letters has no sentence beginnings, so there only quotations count.
    """
    capitals = small_letters = 0
    continued: Counter[str] = Counter()
    quoting: Counter[str] = Counter()
    for text, opening in zip(texts, matched, strict=True):
        prefix = file.prefixes.get(opening)
        first = text[prefix.length :].lstrip()[:1] if prefix else text[:1]
        if first.isupper():
            capitals += 1
        elif first.islower():
            small_letters += 1
            if prefix:
                continued[prefix.label] += 1
        elif prefix and first in _QUOTES and _has_cases(prefix.label):
            quoting[prefix.label] += 1
    if _CAPITALS_IN * capitals >= capitals + small_letters:
        quoting += continued
    for label, evidence in file.labels.items():
        evidence.continued = quoting[label]


def _has_cases(label: str) -> bool:
    return label.upper() != label.lower()
