"""Turns without words, taken as utterances with a placeholder text."""

from __future__ import annotations

from ..models import Transcript, Utterance
from ..problems import Problem


def speak_turns(transcript: Transcript, text: str) -> Transcript:
    """One utterance for each turn, saying `text`, in order of time; the turns themselves are used
    up."""
    spoken = [Utterance(t.start, t.end, text, t.speaker) for t in sorted(transcript.turns)]
    told = Problem(
        "untranscribed", f"{len(spoken)} turns have no words; each says {text!r}", cues=-len(spoken)
    )
    return transcript.evolve([*transcript.utterances, *spoken], [told], turns=())
