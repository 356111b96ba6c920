"""Decide for a whole file which of its prefixes are labels, before anything is cut off.

First whether the file is labeled at all (file_signs.py), then which of its prefixes are labels
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


class Labels(NamedTuple):
    """What names a speaker in one file."""

    prefixes: dict[str, Prefix]
    """The prefixes that are labels, by what `PREFIX` matches. Empty if the file has no labels."""
    names: AbstractSet[str]
    firm: AbstractSet[str]
    """The names that are labels even without text after them."""
    recurring: AbstractSet[str]
    """The names that start cues at least twice, and so are labels within a line, too."""
    passing: AbstractSet[str]
    """The names that are not valid beyond their own cue, because they may be phrases."""
    has_chevrons: bool
    """Whether cues start with `>>`."""
    file_verdict: Verdict
    """Why the file counts as labeled, or why not."""
    verdicts: dict[str, Verdict]
    """By possible label why it is one, or why not. Empty if the file has no labels."""


_NOBODY: AbstractSet[str] = frozenset()
NO_LABELS = Labels(
    {}, _NOBODY, _NOBODY, _NOBODY, _NOBODY, False, Verdict(False, "no text has a mark"), {}
)
"""Of a file without any mark of a label."""


def find_labels(
    texts: Sequence[str], openings: Openings, certain: AbstractSet[str] = _NOBODY
) -> Labels:
    """Weigh what the lines start with, over the whole file: judge the file, then its prefixes.

    certain: labels that are no names, and yet known to be labels.
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
    return Labels(
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
    """Where labels return, a single word that occurs once may be a phrase."""
    if any(label.returns for label in accepted):
        return _names_of(label for label in accepted if label.is_single_word)
    return _NOBODY
