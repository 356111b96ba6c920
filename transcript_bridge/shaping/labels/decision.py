"""Decides for a whole file which of its prefixes are labels, before anything is cut off.

First whether the file is labeled at all (file_signs.py), then which prefixes are labels
(label_signs.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from .evidence import Evidence, Verdict, gather_evidence
from .file_signs import judge_file
from .label_signs import judge_labels
from .likeness import CERTAIN
from .prefixes import Prefix
from .scan import Openings


class FileLabels(NamedTuple):
    """The labels of one file."""

    prefixes: dict[str, Prefix]
    """The prefixes that are labels, as matched by `PREFIX`. Empty if the file has no labels."""
    names: AbstractSet[str]
    firm: AbstractSet[str]
    """The names that are labels even without text after them."""
    recurring: AbstractSet[str]
    """The names that start at least two cues; these are labels within a line, too."""
    passing: AbstractSet[str]
    """The names that are valid only in their own cue, because they may be phrases."""
    has_chevrons: bool
    """Whether cues start with `>>`."""
    file_verdict: Verdict
    """Why the file counts as labeled, or why not."""
    verdicts: dict[str, Verdict]
    """For each possible label, why it is one or not. Empty if the file has no labels."""


_NOBODY: AbstractSet[str] = frozenset()
NO_LABELS = FileLabels(
    {}, _NOBODY, _NOBODY, _NOBODY, _NOBODY, False, Verdict(False, "no text has a mark"), {}
)
"""The result for a file without any mark of a label."""


def find_labels(
    texts: Sequence[str], openings: Openings, certain: AbstractSet[str] = _NOBODY
) -> FileLabels:
    """Decide for the whole file: first whether it is labeled, then about each prefix.

    certain: labels that are not names, but are known to be labels.
    """
    evidence = gather_evidence(texts, openings)
    for label in certain & evidence.labels.keys():
        evidence.labels[label].likeness = CERTAIN
    file_verdict = judge_file(texts, evidence, openings.has_chevrons)
    verdicts: dict[str, Verdict] = {}
    if file_verdict.accepted:
        verdicts = judge_labels(evidence)
    accepted = [evidence.labels[name] for name, verdict in verdicts.items() if verdict.accepted]
    names = _names_of(accepted)
    return FileLabels(
        {key: prefix for key, prefix in evidence.prefixes.items() if prefix.label in names},
        names,
        _names_of(label for label in accepted if label.is_firm),
        _names_of(label for label in accepted if label.starts_cues_again),
        _find_passing(accepted),
        openings.has_chevrons,
        file_verdict,
        verdicts,
    )


def _names_of(labels: Iterable[Evidence]) -> AbstractSet[str]:
    return frozenset([label.label for label in labels])


def _find_passing(accepted: Collection[Evidence]) -> AbstractSet[str]:
    """The single words that occur once, in a file whose labels are repeated: they may be
    phrases."""
    if any(label.returns for label in accepted):
        return _names_of(label for label in accepted if label.is_single_word)
    return _NOBODY
