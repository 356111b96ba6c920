"""What speaks for a speaker, and what against changing the speaker: all the constants of the smooth
join."""

from __future__ import annotations

from typing import NamedTuple


class Costs(NamedTuple):
    """The measure is one word that one speaker covers wholly: "so many words must speak for it".

    Found over four AMI meetings, leaving out one at a time (`benchmarks/diarization.py fit`; the
    figures stand in docs/diarization.md).
    """

    inside: float = 5.5
    """What it costs to change the speaker inside a sentence; nothing costs more."""
    sentence: float = 1.5
    """The same at the end of a sentence or an utterance."""
    broken: float = 0.3
    """The same where letter case and punctuation disagree: somebody was interrupted."""
    pause: float = 1.5
    """What a pause takes off, by the second, up to one second."""
    enter: float = 1.0
    """What it takes off when the next speaker's turn begins just there."""
    leave: float = 1.5
    """What it takes off when the last speaker's turn ends just there."""
    reach: int = 300
    """How far (ms) the edge of a turn may be from the change that it explains; its part falls to 0
    there."""
    least: float = -1.0
    """What a change costs at the least: one that everything points to is worth a word."""
    first: float = 0.05
    """What a word weighs more for the one who began first where several talk: recognisers tend to
    stay."""
