"""The costs of a change of speaker: all constants of the smooth join."""

from __future__ import annotations

from typing import NamedTuple

PAUSE = 500
"""A pause (ms) beyond which a longer one says no more: people answer within half a second."""


class Costs(NamedTuple):
    """The unit is one word that a speaker covers completely: a change must gain more than it costs.

    Fitted to four AMI meetings, leaving out one at a time (`benchmarks/diarization.py fit`;
    docs/benchmarks/diarization.md has the results).
    """

    inside: float = 5.5
    """A change of speaker inside a sentence, the most expensive."""
    sentence: float = 1.5
    """A change at the end of a sentence or an utterance."""
    broken: float = 0.3
    """A change where letter case and punctuation disagree: somebody was interrupted."""
    pause: float = 1.5
    """Discount for a pause of PAUSE ms or more; for a shorter one, in proportion."""
    enter: float = 1.0
    """Discount if the next speaker's turn begins exactly there."""
    leave: float = 1.8
    """Discount if the last speaker's turn ends exactly there."""
    reach: int = 300
    """Distance (ms) between a change and the edge of a turn at which the discount falls to 0."""
    least: float = -1.0
    """The lowest cost of a change. Negative: a change that all signs support is worth a word."""
    answer: float = 1.0
    """A change before a word such as `yeah` in text without punctuation."""
    answered: float = 2.0
    """A change after such a word."""
    first: float = 0.05
    """Bonus per word for the speaker who began first, if several talk: recognizers tend to stay
    with them."""
