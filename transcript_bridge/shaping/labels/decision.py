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
    recurring: frozenset[str]
    """The names that start cues at least twice, and so are labels within a line, too."""
    passing: frozenset[str]
    """The names that are not valid beyond their own cue, because they may be phrases."""
    has_chevrons: bool
    """Whether cues start with `>>`."""
    file_verdict: Verdict
    """Why the file counts as labelled, or why not."""
    verdicts: dict[str, Verdict]
    """By possible label why it is one, or why not. Empty if the file has no labels."""


_NOBODY: frozenset[str] = frozenset()


def find_labels(texts: Sequence[str], openings: Openings) -> Labels:
    """Weigh what the lines start with, over the whole file."""
    evidence = gather_evidence(texts, openings)
    return decide(texts, evidence, openings.has_chevrons)


def decide(texts: Sequence[str], evidence: FileEvidence, has_chevrons: bool) -> Labels:
    """Judge the file, then its prefixes."""
    file_verdict = judge_file(texts, evidence, has_chevrons)
    if not file_verdict.accepted:
        return Labels({}, _NOBODY, _NOBODY, _NOBODY, _NOBODY, has_chevrons, file_verdict, {})

    verdicts = judge_labels(evidence)
    accepted = [evidence.labels[name] for name, verdict in verdicts.items() if verdict.accepted]
    names = frozenset(label.label for label in accepted)
    prefixes = {key: prefix for key, prefix in evidence.prefixes.items() if prefix.label in names}
    return Labels(
        prefixes,
        names,
        frozenset(label.label for label in accepted if label.is_firm),
        frozenset(label.label for label in accepted if _starts_cues_again(label)),
        _find_passing(accepted),
        has_chevrons,
        file_verdict,
        verdicts,
    )


def _starts_cues_again(label: Evidence) -> bool:
    return label.starts > 1 and label.likeness >= LIKELY


def _find_passing(accepted: Collection[Evidence]) -> frozenset[str]:
    """Where labels return, a single word that occurs once may be a phrase."""
    if not any(label.returns for label in accepted):
        return _NOBODY
    once = [label.label for label in accepted if label.count == 1 and label.likeness < STRONG]
    return frozenset(once)


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
    has_unnamed_turns: bool
    """Whether somebody without a name speaks, too: `>>`, `[UNKNOWN]:`."""
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


class FileSign(NamedTuple):
    """One sign that a file is labelled, or that it is not."""

    reason: str
    accepts: bool
    applies: Callable[[_FileSummary], bool]


def _has_certain(summary: _FileSummary) -> bool:
    return any(label.likeness == CERTAIN for label in summary.likely)


def _has_returning_names(summary: _FileSummary) -> bool:
    # One alone may be a phrase that somebody repeats.
    has_several = len(summary.likely) > 1 or summary.has_unnamed_turns
    return has_several and any(label.returns for label in summary.likely)


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
    full_names = sum(label.starts for label in summary.likely if label.likeness == STRONG)
    return summary.all_cues_possible and not summary.starts_cover(full_names, 1, 2)


def _half_likely_and_several(summary: _FileSummary) -> bool:
    return summary.half_likely and len(summary.likely) > 1


def _half_likely_and_full_name(summary: _FileSummary) -> bool:
    return summary.half_likely and any(label.likeness == STRONG for label in summary.likely)


def _half_spoken_and_one_repeated(summary: _FileSummary) -> bool:
    repeated = any(label.count > 1 for label in summary.likely)
    if not repeated or 2 * summary.likely_starts < summary.count_spoken():
        return False
    return summary.opens_with_name()


def _opens_with_one_of_several(summary: _FileSummary) -> bool:
    # A tenth of the cues: two capitalised words in a long text are not its speakers.
    enough = len(summary.likely) > 1 and summary.starts_cover(summary.likely_starts, 1, 10)
    return enough and summary.opens_with_name()


def _one_word_returns(summary: _FileSummary) -> bool:
    return any(label.returns for label in summary.likely)


# In long files several names of which one returns decide. Short files need more: every cue has a
# name, or half of them do, or the file opens with a name and has another. A single word without
# another label must open the file and start half of its cues (fixtures/labels/one-word.srt).
FILE_SIGNS: tuple[FileSign, ...] = (
    FileSign("a label has a form that prose never has", True, _has_certain),
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
    FileSign("a single word returns, and no other label occurs", False, _one_word_returns),
    FileSign("too few cues start with a name", False, lambda _summary: True),
)


def judge_file(texts: Sequence[str], evidence: FileEvidence, has_chevrons: bool) -> Verdict:
    """Whether the prefixes of a file are labels."""
    likely: list[Evidence] = []
    weak: list[Evidence] = []
    bracketed_starts = 0
    for label in evidence.labels.values():
        if label.likeness < LIKELY:
            bracketed_starts += label.square
        if not label.is_possible:
            continue
        if label.likeness >= LIKELY:
            likely.append(label)
        else:
            weak.append(label)
    summary = _FileSummary(
        evidence.cues,
        likely,
        weak,
        sum(label.starts for label in likely),
        sum(label.starts for label in weak),
        bracketed_starts,
        has_chevrons or UNKNOWN in evidence.labels,
        lambda: _opens_with_name(texts, evidence),
        lambda: len(texts) - sum(map(_is_silent, texts)),
    )
    for sign in FILE_SIGNS:
        if sign.applies(summary):
            return Verdict(sign.accepts, sign.reason)
    raise AssertionError("the last sign always applies")


def _is_silent(text: str) -> bool:
    return not text or is_sound(text)


def _opens_with_name(texts: Sequence[str], evidence: FileEvidence) -> bool:
    for text in texts[:_FIRST_CUES]:
        if text and not is_sound(text):
            match = PREFIX.match(text)
            prefix = evidence.prefixes.get(match[0]) if match else None
            if prefix is None or prefix.tight:
                return False
            label = evidence.labels[prefix.label]
            return label.likeness >= LIKELY and not label.is_phrase
    return False


# ---- which prefixes of a labelled file are labels?


class _FileStyle(NamedTuple):
    """How the certain labels of a file are written; doubtful ones must be written alike."""

    all_cues_labelled: bool
    """Whether every cue starts with a prefix that could be a label."""
    four_fifths_labelled: bool
    half_labelled: bool
    some_return: bool
    """Whether one of the certain labels occurs so often that it is hardly prose."""
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
        if self.all_cues_labelled:
            is_alike = self.upper_case and label.label.isupper()  # `911 OPERATOR`
            if is_alike or not self.has_names:
                return True
        if self.half_labelled and label.returns:
            return True
        # With nearly all cues labelled, twice is enough.
        return self.four_fifths_labelled and label.count == 2

    def doubts_single(self, label: Evidence) -> bool:
        """Whether a label occurs once, in a script in which names look like any other word."""
        if label.count > 1 or self.four_fifths_labelled or not self.some_return:
            return False
        return label.label.upper() == label.label.lower()

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
    LabelSign(
        "a sentence goes on after it, in small letters or quotation marks",
        False,
        lambda label, _style: label.is_phrase,
    ),
    LabelSign(
        "returns three times",
        True,
        lambda label, _style: label.returns and label.likeness >= LIKELY,
    ),
    LabelSign(
        "the blank before the colon differs from other labels",
        False,
        lambda label, style: not style.accepts_spacing_of(label),
    ),
    LabelSign(
        "could be a name, in a file that labels most cues",
        True,
        lambda label, style: label.likeness == WEAK and style.accepts_weak(label),
    ),
    LabelSign("does not look like a name", False, lambda label, _style: label.likeness == WEAK),
    LabelSign(
        "looks like a name, in a file that labels every cue",
        True,
        lambda _label, style: style.all_cues_labelled,
    ),
    LabelSign(  # fixtures/labels/one-phrase-in-chinese.srt
        "occurs once, in a script without capitals and a file that does not label every cue",
        False,
        lambda label, style: style.doubts_single(label),
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
    found = [label for label in found if not label.is_phrase] or found
    models = _choose_models(found)
    starts = sum(label.starts for label in found)
    return _FileStyle(
        all_cues_labelled=starts >= cues,
        four_fifths_labelled=5 * starts >= 4 * cues,
        half_labelled=2 * starts >= cues,
        some_return=any(label.returns for label in models),
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
