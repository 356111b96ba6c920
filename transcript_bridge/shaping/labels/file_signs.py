"""Decides whether a file is labeled. The first sign that applies decides, and its reason is
kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import filterfalse
from typing import NamedTuple

from ...sounds import is_silent
from .evidence import Evidence, FileEvidence, Verdict, judge
from .likeness import CERTAIN, LIKELY, STRONG
from .prefixes import UNKNOWN, match_prefix

_FEW_CUES = 3
"""In a file with fewer cues, labels need not be repeated."""
_FIRST_CUES = 10
"""The first spoken cue is searched for in this number of cues; sounds and credits may precede
it."""


class _FileSummary(NamedTuple):
    """The numbers that the signs for files use."""

    cues: int
    likely: list[Evidence]
    """Labels that look like names."""
    weak: list[Evidence]
    """Labels that could be names."""
    likely_starts: int
    """How many cues start with a label that looks like a name."""
    weak_starts: int
    bracketed_starts: int
    """How many cues start with square brackets around something that does not look like a name."""
    has_unnamed_turns: bool
    """Whether somebody without a name also speaks: `>>`, `[UNKNOWN]:`."""
    opens_with_name: Callable[[], bool]
    """Whether the first spoken cue starts with something that looks like a name."""
    count_spoken: Callable[[], int]
    """How many cues are not sounds."""

    def starts_cover(self, starts: int, numerator: int, denominator: int) -> bool:
        """Whether `starts` are at least this fraction of the cues."""
        return denominator * starts >= numerator * self.cues

    @property
    def all_cues_possible(self) -> bool:
        """Whether each of several cues starts with something that could be a name."""
        return self.cues > 1 and self.starts_cover(self.likely_starts + self.weak_starts, 1, 1)

    @property
    def half_likely(self) -> bool:
        """Whether half of the cues start with something that looks like a name."""
        return self.starts_cover(self.likely_starts, 1, 2)

    @property
    def one_returns(self) -> bool:
        """Whether one of the labels that look like names returns three times."""
        return any(label.returns for label in self.likely)

    @property
    def degrees(self) -> set[int]:
        """How much the labels look like names."""
        return {label.likeness for label in self.likely}


class FileSign(NamedTuple):
    """One sign that a file is labeled, or that it is not."""

    reason: str
    accepts: bool
    applies: Callable[[_FileSummary], bool]


def _has_returning_names(summary: _FileSummary) -> bool:
    # A single name may be a repeated phrase.
    has_several = len(summary.likely) > 1 or summary.has_unnamed_turns
    return has_several and summary.one_returns


def _has_returning_full_name(summary: _FileSummary) -> bool:
    return any(label.returns and label.likeness == STRONG for label in summary.likely)


def _has_returning_roles(summary: _FileSummary) -> bool:
    starts = summary.likely_starts + summary.weak_starts
    several = sum(label.returns for label in summary.weak) > 1
    return several and summary.starts_cover(starts, 1, 2)


def _all_cues_named(summary: _FileSummary) -> bool:
    return summary.starts_cover(summary.likely_starts + summary.bracketed_starts, 1, 1)


def _all_of_few_cues_possible(summary: _FileSummary) -> bool:
    return summary.all_cues_possible and summary.cues <= _FEW_CUES


def _all_cues_possible_and_one_repeated(summary: _FileSummary) -> bool:
    repeated = any(label.count > 1 for label in (*summary.likely, *summary.weak))
    return summary.all_cues_possible and repeated


def _all_cues_possible_but_few_full_names(summary: _FileSummary) -> bool:
    if not summary.all_cues_possible or summary.starts_cover(summary.likely_starts, 3, 4):
        return False
    full_names = sum(label.starts for label in summary.likely if label.likeness == STRONG)
    return not summary.starts_cover(full_names, 1, 2)


def _half_likely_and_several(summary: _FileSummary) -> bool:
    return summary.half_likely and len(summary.likely) > 1


def _half_likely_and_full_name(summary: _FileSummary) -> bool:
    return summary.half_likely and STRONG in summary.degrees


def _half_spoken_and_one_repeated(summary: _FileSummary) -> bool:
    repeated = any(label.count > 1 for label in summary.likely)
    if not repeated or 2 * summary.likely_starts < summary.count_spoken():
        return False
    return summary.opens_with_name()


def _opens_with_one_of_several(summary: _FileSummary) -> bool:
    # A tenth of the cues: two capitalized words in a long text are not its speakers.
    enough = len(summary.likely) > 1 and summary.starts_cover(summary.likely_starts, 1, 10)
    return enough and summary.opens_with_name()


# In long files, several names decide if one of them is repeated. Short files need more: every cue
# has a name, or half of them do, or the file opens with a name and has another. A single word must
# open the file and start half of its cues, unless there is another label
# (fixtures/labels/one-word.srt).
FILE_SIGNS: tuple[FileSign, ...] = (
    FileSign(
        "a label has a form that prose never has",
        True,
        lambda summary: CERTAIN in summary.degrees,
    ),
    FileSign("one of several names returns three times", True, _has_returning_names),
    FileSign("a full name returns three times", True, _has_returning_full_name),
    FileSign("role names return three times, in half of the cues", True, _has_returning_roles),
    FileSign("every cue starts with a name or brackets", True, _all_cues_named),
    FileSign("each of a few cues starts with a possible name", True, _all_of_few_cues_possible),
    FileSign(
        "every cue starts with a possible name, and one is repeated",
        True,
        _all_cues_possible_and_one_repeated,
    ),
    FileSign(
        "every cue starts with a possible name, but none is repeated",
        False,
        _all_cues_possible_but_few_full_names,
    ),
    FileSign("half of the cues start with one of several names", True, _half_likely_and_several),
    FileSign("half of the cues start with a full name", True, _half_likely_and_full_name),
    FileSign(
        "the file opens with a name that is repeated, in half of the cues",
        True,
        _half_spoken_and_one_repeated,
    ),
    FileSign(
        "half of the cues start with a single word, and no other label occurs",
        False,
        lambda summary: summary.half_likely,
    ),
    FileSign("the file opens with a name, and has another", True, _opens_with_one_of_several),
    FileSign(
        "a single word returns, and no other label occurs",
        False,
        lambda summary: summary.one_returns,
    ),
    FileSign("too few cues start with a name", False, lambda _summary: True),
)


def judge_file(texts: Sequence[str], evidence: FileEvidence, has_chevrons: bool) -> Verdict:
    """Whether the prefixes of a file are labels."""
    likely: list[Evidence] = []
    weak: list[Evidence] = []
    likely_starts = weak_starts = bracketed_starts = 0
    for label in evidence.labels.values():
        if label.likeness < LIKELY:
            bracketed_starts += label.square
        if not label.is_possible:
            continue
        if label.likeness >= LIKELY:
            likely.append(label)
            likely_starts += label.starts
        else:
            weak.append(label)
            weak_starts += label.starts
    summary = _FileSummary(
        evidence.cues,
        likely,
        weak,
        likely_starts,
        weak_starts,
        bracketed_starts,
        has_chevrons or UNKNOWN in evidence.labels,
        lambda: _opens_with_name(texts, evidence),
        lambda: len(texts) - sum(map(is_silent, texts)),
    )
    return judge(FILE_SIGNS, summary)


def _opens_with_name(texts: Sequence[str], evidence: FileEvidence) -> bool:
    first = next(filterfalse(is_silent, texts[:_FIRST_CUES]), "")
    prefix = evidence.prefixes.get(match_prefix(first))
    if prefix is None or prefix.tight:
        return False
    label = evidence.labels[prefix.label]
    return label.likeness >= LIKELY and not label.is_phrase
