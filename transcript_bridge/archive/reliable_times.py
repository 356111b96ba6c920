"""Which form of a recording has reliable times, if those of the preferred form were guessed.

JSON is preferred, because it has the speakers and the times of words. If its unit or its times were
guessed, and another form with the same words ends at another time, the guess was wrong.
"""

from __future__ import annotations

from ..timecode import render_span
from .summary import RecordingSummary

_GUESSES = frozenset(("time-guessed", "unit-guessed"))
"""Codes of problems."""
_SAME_WORDS = 0.9
"""Of the characters: a form with fewer lacks something."""
_SAME_LENGTH = 0.05
"""Of the length: forms of one recording differ by less."""
_SHORT = 2000
"""ms that forms of a short recording may differ."""


def has_guessed_times(summary: RecordingSummary) -> bool:
    """Whether any time, or the unit of all, was guessed."""
    return any(problem.code in _GUESSES for problem in summary.problems)


def has_better_times(other: RecordingSummary, guessed: RecordingSummary) -> bool:
    """Whether another form shows that the times of one were guessed wrongly."""
    if other.state != "ready" or has_guessed_times(other):
        return False
    if other.characters < _SAME_WORDS * guessed.characters:
        return False
    difference = abs(other.ms - guessed.ms)
    return difference > max(_SHORT, _SAME_LENGTH * other.ms)


def describe_choice(other: RecordingSummary, guessed: RecordingSummary) -> str:
    """The notice about the form that was not used."""
    return (
        f"its times were guessed, and end at {render_span(guessed.ms)}, those of {other.path} at "
        f"{render_span(other.ms)}; that file is used"
    )
