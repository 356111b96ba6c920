"""Decides which prefixes of a labeled file are labels: by themselves, or by the style of the
others.

The first sign that applies decides, and its reason is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from .evidence import UNDECIDED, Evidence, FileEvidence, Verdict, judge
from .likeness import CERTAIN, LIKELY, NEVER, WEAK
from .prefixes import UNKNOWN

_FAMILY_NAME_FIRST = re.compile(r"(?!\d)\w[\w'’.-]{1,30}(?: \w[\w'’.-]{1,30})?, \w[\w'’.-]{1,30}")
"""`Doe, Kevin`, `van Dyk, Ann`: accepted even if it occurs once and has a form of its own."""


class _FileStyle(NamedTuple):
    """How the certain labels of a file are written; doubtful ones must be written alike."""

    all_cues_labeled: bool
    """Whether every cue starts with a prefix that could be a label."""
    four_fifths_labeled: bool
    half_labeled: bool
    some_return: bool
    """Whether one of the certain labels occurs too often to be prose."""
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
        if label.spaced:
            return self.spaced
        return self.unspaced

    def accepts_weak(self, label: Evidence) -> bool:
        """Whether a label that only could be a name is accepted in this file."""
        if self.all_cues_labeled:
            is_alike = self.upper_case and label.label.isupper()  # `911 OPERATOR`
            if is_alike or not self.has_names or _FAMILY_NAME_FIRST.fullmatch(label.label):
                return True
        if self.half_labeled and label.returns:
            return True
        # If nearly all cues are labeled, two occurrences are enough.
        return self.four_fifths_labeled and label.count == 2

    def doubts_single(self, label: Evidence) -> bool:
        """Whether a label occurs once, in a script in which names look like any other word."""
        if label.count > 1 or self.four_fifths_labeled or not self.some_return:
            return False
        return label.label.upper() == label.label.lower()

    def rejects_case_of(self, label: Evidence) -> bool:
        """Whether the others are in capitals and this one is not."""
        return self.upper_case and not label.label.isupper()

    def rejects_length_of(self, label: Evidence) -> bool:
        """Whether the others are full names and this one is a single word."""
        return self.full_names and " " not in label.label


class OwnSign(NamedTuple):
    """One sign that a prefix of a labeled file is a label, or that it is not, by itself."""

    reason: str
    accepts: bool
    applies: Callable[[Evidence], bool]


class StyleSign(NamedTuple):
    """A sign that compares a prefix with the other labels of the file."""

    reason: str
    accepts: bool
    applies: Callable[[Evidence, _FileStyle], bool]


# The first that applies decides. Most files need only these.
OWN_SIGNS: tuple[OwnSign, ...] = (
    OwnSign("has a form that prose never has", True, lambda label: label.likeness == CERTAIN),
    OwnSign(
        "a sentence continues after it, in small letters or quotation marks",
        False,
        lambda label: label.is_phrase,
    ),
    OwnSign("returns three times", True, lambda label: label.likeness >= LIKELY and label.returns),
)
# fixtures/labels/traps-in-podcast.srt: `commun : le bus`. fixtures/labels/shouted-names.srt.
STYLE_SIGNS: tuple[StyleSign, ...] = (
    StyleSign(
        "in square brackets, in a file that labels every cue",
        True,
        lambda label, style: bool(label.square) and style.all_cues_labeled,
    ),
    StyleSign("never a name", False, lambda label, _style: label.likeness == NEVER),
    StyleSign(
        "the blank before the colon differs from other labels",
        False,
        lambda label, style: not style.accepts_spacing_of(label),
    ),
    StyleSign(
        "could be a name, in a file that labels most cues",
        True,
        lambda label, style: label.likeness == WEAK and style.accepts_weak(label),
    ),
    StyleSign("does not look like a name", False, lambda label, _style: label.likeness == WEAK),
    StyleSign(
        "looks like a name, in a file that labels every cue",
        True,
        lambda _label, style: style.all_cues_labeled,
    ),
    StyleSign(  # fixtures/labels/one-phrase-in-chinese.srt
        "occurs once, in a script without capitals and a file that does not label every cue",
        False,
        lambda label, style: style.doubts_single(label),
    ),
    StyleSign(  # a later line may be the second half of a sentence
        "never starts a cue, in a file that labels few of them",
        False,
        lambda label, style: not label.starts and not style.half_labeled,
    ),
    StyleSign(
        "other labels are in capitals",
        False,
        lambda label, style: style.rejects_case_of(label),
    ),
    StyleSign(
        "other labels are full names",
        False,
        lambda label, style: style.rejects_length_of(label),
    ),
    StyleSign(
        "other labels are in square brackets",
        False,
        lambda label, style: style.square and not label.square,
    ),
    StyleSign("looks like the other names", True, lambda _label, _style: True),
)


def judge_labels(evidence: FileEvidence) -> dict[str, Verdict]:
    """For each prefix of a labeled file, whether it is a label: it is repeated, or looks like those
    that are.

    If every cue starts with a prefix that can be a name, each of them is a label.
    """
    found = [label for label in evidence.labels.values() if label.count]
    verdicts: dict[str, Verdict] = {}
    style: _FileStyle | None = None
    for label in found:
        verdict = judge(OWN_SIGNS, label)
        if verdict is UNDECIDED:
            style = style or _read_style(found, evidence.cues)
            verdict = judge(STYLE_SIGNS, label, style)
        verdicts[label.label] = verdict
    return verdicts


def _read_style(found: Collection[Evidence], cues: int) -> _FileStyle:
    found = [label for label in found if not label.is_phrase]
    models = _choose_models(found)
    starts = sum(label.starts for label in found)
    return _FileStyle(
        all_cues_labeled=starts >= cues,
        four_fifths_labeled=5 * starts >= 4 * cues,
        half_labeled=2 * starts >= cues,
        some_return=any(label.returns for label in models),
        has_names=models[0].likeness >= LIKELY,
        upper_case=all(label.label.isupper() for label in models),
        full_names=len(models) > 1 and all(" " in label.label for label in models),
        square=all(label.square for label in models),
        spaced=any(label.spaced for label in models),
        unspaced=not all(label.spaced for label in models),
    )


def _choose_models(found: Collection[Evidence]) -> list[Evidence]:
    """The labels that show how this file writes labels: the surest ones; never empty."""
    best = max(map(_rank_model, found))
    return [label for label in found if _rank_model(label) == best]


def _rank_model(label: Evidence) -> int:
    if label.label == UNKNOWN:
        return 0
    if label.likeness < LIKELY:
        return 1
    return 2 + label.returns
