"""Chooses a form of a recording with reliable times, if those of the preferred form were guessed.

JSON is preferred, because it has the speakers and the times of words. If its unit or its times were
guessed, and another form with the same words ends at another time, the guess was wrong.
"""

from __future__ import annotations

from ..timecode import render_span
from .summary import RecordingSummary

_GUESSES = frozenset(("time-guessed", "unit-guessed"))
"""Codes of problems that report a guess."""
_SAME_WORDS = 0.9
"""The least share of the characters: a form with fewer lacks something."""
_SAME_LENGTH = 0.05
"""The largest difference in length of forms of one recording, as a share."""
_SHORT = 2000
"""The difference in ms that is allowed for short recordings."""


def has_guessed_times(summary: RecordingSummary) -> bool:
    """Whether any times, or their unit, were guessed."""
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
