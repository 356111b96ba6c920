"""Turns without words become utterances with a placeholder text."""

from __future__ import annotations

from ..models import Transcript, Utterance
from ..problems import Problem
from ..unnamed import is_unnamed


def give_turns_text(transcript: Transcript, text: str) -> Transcript:
    """One utterance with `text` for each turn, sorted by time. The result has no turns."""
    utterances: list[Utterance] = []
    for turn in sorted(transcript.turns):
        label = None
        if not is_unnamed(turn.speaker):
            label = turn.speaker
        utterances.append(Utterance(turn.start, turn.end, text, label))
    count = len(utterances)
    message = f"turns without words: {count}; the text of each is {text!r}"
    problem = Problem("untranscribed", message, cues=-count)
    return transcript.evolve([*transcript.utterances, *utterances], [problem], turns=())
