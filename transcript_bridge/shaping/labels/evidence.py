"""Count the evidence for each label of a file, over all of its prefixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from .likeness import LIKELY, NEVER, STRONG, WEAK
from .prefixes import Prefix, read_prefix
from .scan import Openings, count_inner_prefixes

RETURNING = 3
"""A prefix that occurs so often is hardly prose: 318 labelled files were told from 542 others
without a mistake."""
_MAX_PREFIXES = 5000
"""No recording has so many speakers. A file with more prefixes is junk, or a list of words."""


class Evidence:
    """What a file says about one label, summed up over the prefixes that have it."""

    __slots__ = (
        "followed",
        "inner",
        "label",
        "likeness",
        "spaced",
        "square",
        "starts",
        "tight",
    )

    def __init__(self, label: str) -> None:
        self.label = label
        self.likeness = NEVER
        self.starts = 0
        """How many cues start with it; like all that follow, without the tight ones."""
        self.inner = 0
        """How many later lines of cues start with it."""
        self.tight = 0
        """How often text follows the colon without a blank."""
        self.spaced = 0
        """How often a blank precedes the colon."""
        self.square = 0
        """How many cues start with it in square brackets."""
        self.followed = 0
        """How often text follows on the line."""

    def add(self, prefix: Prefix, starts: int, inner: int) -> None:
        """Count a prefix that `starts` cues and `inner` later lines start with."""
        self.likeness = max(self.likeness, prefix.likeness)
        occurrences = starts + inner
        if prefix.tight:
            self.tight += occurrences
            return
        self.starts += starts
        self.inner += inner
        if prefix.spaced:
            self.spaced += occurrences
        if prefix.square:
            self.square += starts
        if prefix.followed:
            self.followed += occurrences

    @property
    def count(self) -> int:
        """How often the label occurs."""
        # `Name:text` is nearly always something else (Re:Zero, std::move): it must return to count.
        if self.likeness >= LIKELY and self.tight >= RETURNING:
            return self.starts + self.inner + self.tight
        return self.starts + self.inner

    @property
    def returns(self) -> bool:
        """Whether it occurs so often that it is hardly prose."""
        return self.count >= RETURNING

    @property
    def is_firm(self) -> bool:
        """Whether it is a label even if no text follows; `and so:` at the end of a cue is text."""
        if self.likeness == WEAK:
            return self.returns and self.followed > 1
        return self.count > 1 or self.likeness >= STRONG


class FileEvidence(NamedTuple):
    """The evidence of a whole file."""

    cues: int
    """How many have text."""
    prefixes: dict[str, Prefix]
    """The prefixes that could be labels, by what `PREFIX` matches."""
    labels: dict[str, Evidence]
    """By label."""


def gather_evidence(texts: Sequence[str], openings: Openings) -> FileEvidence:
    """Read all prefixes of a file, and count what they say about each label."""
    starts = Counter(openings.matched)
    del starts[""]
    inner = count_inner_prefixes(texts, openings)
    seen = starts + inner
    if len(seen) > _MAX_PREFIXES:
        seen = Counter(dict(seen.most_common(_MAX_PREFIXES)))

    prefixes: dict[str, Prefix] = {}
    labels: dict[str, Evidence] = {}
    for matched in seen:
        prefix = read_prefix(matched)
        if prefix is None:
            continue
        prefixes[matched] = prefix
        evidence = labels.get(prefix.label)
        if evidence is None:
            evidence = labels[prefix.label] = Evidence(prefix.label)
        evidence.add(prefix, starts[matched], inner[matched])
    cues = len(texts) - texts.count("")
    return FileEvidence(cues, prefixes, labels)
