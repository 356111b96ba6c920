"""Turns without words become utterances with a placeholder text."""

from __future__ import annotations

from ..models import Transcript, Utterance
from ..problems import Problem


def give_turns_text(transcript: Transcript, text: str) -> Transcript:
    """One utterance with `text` for each turn, in order of time. No turns are left."""
    utterances: list[Utterance] = []
    for turn in sorted(transcript.turns):
        utterances.append(Utterance(turn.start, turn.end, text, turn.speaker))
    count = len(utterances)
    message = f"{count} turns have no words; the text of each is {text!r}"
    problem = Problem("untranscribed", message, cues=-count)
    return transcript.evolve([*transcript.utterances, *utterances], [problem], turns=())
