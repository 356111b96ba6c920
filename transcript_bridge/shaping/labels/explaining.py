"""Explains why each possible label of a file is one, or is text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ...models import Transcript
from .any_form import find_in_any_form
from .cue_clocks import leave_out_clocks
from .decision import FileLabels
from .evidence import Evidence, FileEvidence, Verdict, gather_evidence
from .label_signs import judge_labels
from .likeness import NEVER, likeness, rate
from .prefixes import PREFIX, label_in
from .scan import Openings, count_inner_prefixes

_NOT_LABELED = "would be a label if the file were labeled"


class LabelDecision(NamedTuple):
    """The decision about one text before a colon, and its reason."""

    label: str
    is_label: bool
    reason: str
    """The reason of the first sign that applied (label_signs.py, or RATINGS in likeness.py)."""
    looks: str
    """The verdict about its words alone."""
    cues: int
    """How many cues start with it."""
    lines: int
    """How many later lines of cues start with it."""
    line: int | None
    """The line of the first cue that has it, if the format has lines."""


class LabelDecisions(NamedTuple):
    """The decisions about the labels in the texts of a file."""

    is_labeled: bool
    reason: str
    """The reason of the first sign that applied to the whole file (file_signs.py)."""
    labels: tuple[LabelDecision, ...]
    """Labels first, then texts; each in order of frequency."""


def explain_decisions(transcript: Transcript) -> LabelDecisions:
    """Decide as `read_labels` does, about a transcript that it has not processed, and explain
    why."""
    utterances = leave_out_clocks(transcript).utterances
    if utterances.speakers.count(None) < len(utterances):
        return LabelDecisions(False, "the markup names the speakers", ())
    texts, openings, labels, _ = find_in_any_form(utterances.texts)
    if not openings.marks:
        return LabelDecisions(False, "no text has a colon or another mark of a label", ())
    evidence = gather_evidence(texts, openings)
    places = _count_places(texts, openings)
    decisions: list[LabelDecision] = []
    for label, place in places.items():
        verdict = _find_verdict(label, labels, evidence)
        decisions.append(
            LabelDecision(
                label,
                verdict.accepted,
                verdict.reason,
                rate(label).reason,
                place.cues,
                place.lines,
                utterances.lines[place.first],
            )
        )
    decisions.sort(key=lambda decision: (not decision.is_label, -decision.cues - decision.lines))
    return LabelDecisions(*labels.file_verdict, tuple(decisions))


def _find_verdict(label: str, labels: FileLabels, evidence: FileEvidence) -> Verdict:
    if label in labels.verdicts:
        return labels.verdicts[label]
    found = evidence.labels.get(label, Evidence(label))
    rating = rate(label)
    if not found.count and rating.degree == NEVER:
        return Verdict(False, rating.reason)
    if not found.count:
        return Verdict(False, "no text follows after a blank")
    verdict = judge_labels(evidence)[label]
    if verdict.accepted:
        return Verdict(False, _NOT_LABELED)
    return verdict


class _LabelPlace(NamedTuple):
    """The places in which a label occurs."""

    cues: int
    lines: int
    first: int
    """The index of the first cue."""


def _count_places(texts: Sequence[str], openings: Openings) -> dict[str, _LabelPlace]:
    """The places of all prefixes that contain letters, by label."""
    starts: Counter[str] = Counter()
    firsts: dict[str, int] = {}
    for index, matched in enumerate(openings.matched):
        label = _find_label(matched)
        if label:
            starts[label] += 1
            firsts.setdefault(label, index)
    inner: Counter[str] = Counter()
    for matched, count in count_inner_prefixes(texts, openings).items():
        label = _find_label(matched)
        if label:
            inner[label] += count
            if label not in firsts:
                firsts[label] = _find_text(texts, label)
    return {
        label: _LabelPlace(starts[label], inner[label], first) for label, first in firsts.items()
    }


def _find_label(matched: str) -> str:
    """The label in a match of `PREFIX`; "" if it cannot be one, like the 8 in `8:00`."""
    match = PREFIX.match(matched)
    if match is None:
        return ""
    label = label_in(match)
    may_be_one = any(map(str.isalpha, label)) or likeness(label) > NEVER
    if may_be_one:
        return label
    return ""


def _find_text(texts: Sequence[str], label: str) -> int:
    for index, text in enumerate(texts):
        if label in text:
            return index
    return 0
