"""Decide for a whole file which of its prefixes are labels, before anything is cut off.

First whether the file is labelled at all (FILE_SIGNS), then which of its prefixes are labels
(LABEL_SIGNS). Both are tables: the first sign that applies decides, and its reason is kept, so
that a decision can be explained.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from .evidence import Evidence, FileEvidence, gather_evidence
from .likeness import CERTAIN, LIKELY, NEVER, STRONG, WEAK, is_sound
from .prefixes import PREFIX, UNKNOWN, Prefix
from .scan import Openings

_FEW_CUES = 3
"""In so short a file no label can be expected to return."""
_FIRST_CUES = 10
"""Cues to look for the first spoken one in; sounds and credits may precede it."""


class Verdict(NamedTuple):
    """A decision and the reason for it."""

    accepted: bool
    reason: str


class Labels(NamedTuple):
    """What names a speaker in one file."""

    prefixes: dict[str, Prefix]
    """The prefixes that are labels, by what `PREFIX` matches. Empty if the file has no labels."""
    names: frozenset[str]
    firm: frozenset[str]
    """The names that are labels even without text after them."""
    has_chevrons: bool
    """Whether cues start with `>>`."""
    file_verdict: Verdict
    """Why the file counts as labelled, or why not."""
    verdicts: dict[str, Verdict]
    """By possible label why it is one, or why not. Empty if the file has no labels."""


def find_labels(texts: Sequence[str], openings: Openings) -> Labels:
    """Weigh what the lines start with, over the whole file."""
    evidence = gather_evidence(texts, openings)
    file_verdict = judge_file(texts, evidence)
    if not file_verdict.accepted:
        nothing: frozenset[str] = frozenset()
        return Labels({}, nothing, nothing, openings.has_chevrons, file_verdict, {})

    verdicts = judge_labels(evidence)
    names: set[str] = set()
    firm: set[str] = set()
    for label, verdict in verdicts.items():
        if verdict.accepted:
            names.add(label)
            if evidence.labels[label].is_firm:
                firm.add(label)
    prefixes: dict[str, Prefix] = {}
    for matched, prefix in evidence.prefixes.items():
        if prefix.label in names:
            prefixes[matched] = prefix
    return Labels(
        prefixes,
        frozenset(names),
        frozenset(firm),
        openings.has_chevrons,
        file_verdict,
        verdicts,
    )


# ---- is the file labelled?


class _FileSummary(NamedTuple):
    """What the signs for files look at."""

    cues: int
    likely: list[Evidence]
    """Labels that look like names."""
    weak: list[Evidence]
    """Labels that could be names."""
    likely_starts: int
    """How many cues start with a label that looks like a name."""
    weak_starts: int
    bracketed_starts: int
    """How many cues start with something in square brackets that does not look like a name."""
    opens_with_name: Callable[[], bool]
    """Whether the first spoken cue starts with something that looks like a name."""

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


class FileSign(NamedTuple):
    """One sign that a file is labelled, or that it is not."""

    reason: str
    accepts: bool
    applies: Callable[[_FileSummary], bool]


def _has_certain(summary: _FileSummary) -> bool:
    return any(label.likeness == CERTAIN for label in summary.likely)


def _has_returning_name(summary: _FileSummary) -> bool:
    return any(label.returns for label in summary.likely)


def _has_returning_roles(summary: _FileSummary) -> bool:
    # One alone may be a phrase that somebody repeats.
    return sum(label.returns for label in summary.weak) > 1


def _all_cues_named(summary: _FileSummary) -> bool:
    return summary.starts_cover(summary.likely_starts + summary.bracketed_starts, 1, 1)


def _all_of_few_cues_possible(summary: _FileSummary) -> bool:
    return summary.all_cues_possible and summary.cues <= _FEW_CUES


def _all_cues_possible_and_one_repeated(summary: _FileSummary) -> bool:
    repeated = any(label.count > 1 for label in (*summary.likely, *summary.weak))
    return summary.all_cues_possible and repeated


def _half_likely_and_several(summary: _FileSummary) -> bool:
    return summary.half_likely and len(summary.likely) > 1


def _half_likely_and_one_good(summary: _FileSummary) -> bool:
    good = any(label.likeness == STRONG or label.count > 1 for label in summary.likely)
    return summary.half_likely and good


def _opens_with_one_of_several(summary: _FileSummary) -> bool:
    # A tenth of the cues: two capitalised words in a long text are not its speakers.
    enough = len(summary.likely) > 1 and summary.starts_cover(summary.likely_starts, 1, 10)
    return enough and summary.opens_with_name()


# In long files a name that returns decides. Short files need more summary: every cue has a name, or
# half of them do, or the file opens with a name and has another.
FILE_SIGNS: tuple[FileSign, ...] = (
    FileSign("a label has a form that prose never has", True, _has_certain),
    FileSign("a name returns three times", True, _has_returning_name),
    FileSign("several role names return three times", True, _has_returning_roles),
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
        lambda summary: summary.all_cues_possible,
    ),
    FileSign("half of the cues start with one of several names", True, _half_likely_and_several),
    FileSign(
        "half of the cues start with a full or repeated name", True, _half_likely_and_one_good
    ),
    FileSign(
        "half of the cues start with a single word that is not repeated",
        False,
        lambda summary: summary.half_likely,
    ),
    FileSign("the file opens with a name, and has another", True, _opens_with_one_of_several),
    FileSign("too few cues start with a name", False, lambda _summary: True),
)


def judge_file(texts: Sequence[str], evidence: FileEvidence) -> Verdict:
    """Whether the prefixes of a file are labels."""
    likely: list[Evidence] = []
    weak: list[Evidence] = []
    bracketed_starts = 0
    for label in evidence.labels.values():
        if label.likeness < LIKELY:
            bracketed_starts += label.square
        if not label.count:
            continue
        if label.likeness >= LIKELY:
            likely.append(label)
        elif label.likeness == WEAK:
            weak.append(label)
    summary = _FileSummary(
        evidence.cues,
        likely,
        weak,
        sum(label.starts for label in likely),
        sum(label.starts for label in weak),
        bracketed_starts,
        lambda: _opens_with_name(texts, evidence),
    )
    for sign in FILE_SIGNS:
        if sign.applies(summary):
            return Verdict(sign.accepts, sign.reason)
    raise AssertionError("the last sign always applies")


def _opens_with_name(texts: Sequence[str], evidence: FileEvidence) -> bool:
    for text in texts[:_FIRST_CUES]:
        if text and not is_sound(text):
            match = PREFIX.match(text)
            prefix = evidence.prefixes.get(match[0]) if match else None
            if prefix is None or prefix.tight:
                return False
            return evidence.labels[prefix.label].likeness >= LIKELY
    return False


# ---- which prefixes of a labelled file are labels?


class _FileStyle(NamedTuple):
    """How the certain labels of a file are written; doubtful ones must be written alike."""

    all_cues_labelled: bool
    """Whether every cue starts with a prefix that could be a label."""
    four_fifths_labelled: bool
    half_labelled: bool
    has_names: bool
    """Whether the certain labels look like names."""
    upper_case: bool
    """Whether all of them are in capitals."""
    full_names: bool
    """Whether several of them occur, and all have more than one word."""
    square: bool
    """Whether all of them occur in square brackets."""
    spaced: bool
    """Whether one of them occurs with a blank before the colon."""
    unspaced: bool
    """Whether one of them never occurs with a blank before the colon."""

    def accepts_spacing_of(self, label: Evidence) -> bool:
        """Whether other labels have a blank before the colon, or none, as this one has."""
        return self.spaced if label.spaced else self.unspaced

    def accepts_weak(self, label: Evidence) -> bool:
        """Whether a label that only could be a name is one in this file."""
        if self.all_cues_labelled and not self.has_names:
            return True
        # With nearly all cues labelled, twice is enough.
        return self.four_fifths_labelled and label.count == 2

    def rejects_case_of(self, label: Evidence) -> bool:
        """Whether the others are in capitals and this one is not."""
        return self.upper_case and not label.label.isupper()

    def rejects_length_of(self, label: Evidence) -> bool:
        """Whether the others are full names and this one is a single word."""
        return self.full_names and " " not in label.label


class LabelSign(NamedTuple):
    """One sign that a prefix of a labelled file is a label, or that it is not."""

    reason: str
    accepts: bool
    applies: Callable[[Evidence, _FileStyle], bool]


# fixtures/labels/traps-in-podcast.srt: `commun : le bus`. fixtures/labels/shouted-names.srt.
LABEL_SIGNS: tuple[LabelSign, ...] = (
    LabelSign(
        "in square brackets, in a file that labels every cue",
        True,
        lambda label, style: bool(label.square) and style.all_cues_labelled,
    ),
    LabelSign("never a name", False, lambda label, _style: label.likeness == NEVER),
    LabelSign(
        "has a form that prose never has", True, lambda label, _style: label.likeness == CERTAIN
    ),
    LabelSign("returns three times", True, lambda label, _style: label.returns),
    LabelSign(
        "the blank before the colon differs from other labels",
        False,
        lambda label, style: not style.accepts_spacing_of(label),
    ),
    LabelSign(
        "could be a name, in a file that labels (nearly) every cue",
        True,
        lambda label, style: label.likeness == WEAK and style.accepts_weak(label),
    ),
    LabelSign("does not look like a name", False, lambda label, _style: label.likeness == WEAK),
    LabelSign(
        "looks like a name, in a file that labels every cue",
        True,
        lambda _label, style: style.all_cues_labelled,
    ),
    LabelSign(  # a later line may be the second half of a sentence
        "never starts a cue, in a file that labels few of them",
        False,
        lambda label, style: not label.starts and not style.half_labelled,
    ),
    LabelSign(
        "other labels are in capitals",
        False,
        lambda label, style: style.rejects_case_of(label),
    ),
    LabelSign(
        "other labels are full names",
        False,
        lambda label, style: style.rejects_length_of(label),
    ),
    LabelSign(
        "other labels are in square brackets",
        False,
        lambda label, style: style.square and not label.square,
    ),
    LabelSign("looks like the other names", True, lambda _label, _style: True),
)


def judge_labels(evidence: FileEvidence) -> dict[str, Verdict]:
    """By prefix of a labelled file whether it is a label: it returns, or looks like those that do.

    If every cue starts with a prefix that can be a name, each of them is one.
    """
    found = [label for label in evidence.labels.values() if label.count]
    if not found:
        return {}
    style = _read_style(found, evidence.cues)
    verdicts: dict[str, Verdict] = {}
    for label in found:
        for sign in LABEL_SIGNS:
            if sign.applies(label, style):
                verdicts[label.label] = Verdict(sign.accepts, sign.reason)
                break
    return verdicts


def _read_style(found: Collection[Evidence], cues: int) -> _FileStyle:
    models = _choose_models(found)
    starts = sum(label.starts for label in found)
    return _FileStyle(
        all_cues_labelled=starts >= cues,
        four_fifths_labelled=5 * starts >= 4 * cues,
        half_labelled=2 * starts >= cues,
        has_names=models[0].likeness >= LIKELY,
        upper_case=all(label.label.isupper() for label in models),
        full_names=len(models) > 1 and all(" " in label.label for label in models),
        square=all(label.square for label in models),
        spaced=any(label.spaced for label in models),
        unspaced=not all(label.spaced for label in models),
    )


def _choose_models(found: Collection[Evidence]) -> list[Evidence]:
    """The labels that show how this file writes labels: the surest that there are, never none."""
    others = [label for label in found if label.label != UNKNOWN]
    if not others:
        return list(found)
    likely = [label for label in others if label.likeness >= LIKELY]
    returning = [label for label in likely if label.returns]
    return returning or likely or others
