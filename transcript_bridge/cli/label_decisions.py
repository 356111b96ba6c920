"""The decisions about labels in a file's texts, for `inspect --explain`."""

from __future__ import annotations

from typing import Any

from ..label_decisions import LabelDecision, LabelDecisions
from ..quantities import count_of
from .output import Styled, shorten

_LABEL_WIDTH = 32
_MOST_SHOWN = 50
"""How many texts before a colon are shown; `--json` has all of them."""


def decisions_as_data(decisions: LabelDecisions) -> dict[str, Any]:
    """The decisions as plain data, for `--json`."""
    return {
        "is_labeled": decisions.is_labeled,
        "reason": decisions.reason,
        "decisions": [decision._asdict() for decision in decisions.labels],
    }


def decision_lines(decisions: LabelDecisions) -> list[str]:
    """A table: the labels first, then what is text."""
    answer = "no"
    if decisions.is_labeled:
        answer = "yes"
    lines: list[str] = [
        Styled("  labels in the text", bold=True, rest=f": {answer}, {decisions.reason}")
    ]
    shown = decisions.labels[:_MOST_SHOWN]
    width = min(_LABEL_WIDTH, max((len(decision.label) for decision in shown), default=0))
    lines += [_decision_line(decision, width) for decision in shown]
    not_shown = len(decisions.labels) - len(shown)
    if not_shown:
        lines.append(f"    and {not_shown:,} more (--json has all)")
    return lines


def _decision_line(decision: LabelDecision, width: int) -> str:
    label = shorten(decision.label, width)
    kind = "text"
    if decision.is_label:
        kind = "label"
    places = _describe_places(decision)
    looks = ""
    if decision.looks != decision.reason:
        looks = f"; looks: {decision.looks}"
    return f"    {label:<{width}}  {kind:<5}  {decision.reason} ({places}{looks})"


def _describe_places(decision: LabelDecision) -> str:
    parts = []
    if decision.cues:
        parts.append(f"starts {count_of(decision.cues, 'cue')}")
    if decision.lines:
        parts.append(f"starts {count_of(decision.lines, 'later line')}")
    if decision.line is not None:
        parts.append(f"first at line {decision.line}")
    return ", ".join(parts)
