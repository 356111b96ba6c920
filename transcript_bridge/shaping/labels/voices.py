"""Speakers that the markup of a file names: `<v Nora>`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...models import Transcript
from .likeness import is_sound
from .turn_taking import CurrentSpeaker

_OVERLAP = "//"
"""How noScribe begins the label of somebody who speaks at the same time as another: `//S02`."""
_MIN_VOICES = 2
_CHANGES_PER_REPEATED = 4
"""A voice may be named again after an interruption, but not more often than once in so many."""


def carry_voices(transcript: Transcript) -> Transcript:
    """Give cues without a voice the one before, if the file marks only the changes of speaker.

    By the standard a voice ends with its cue. But files exist in which each voice differs from the
    one before, and most cues have none.
    """
    utterances = transcript.utterances
    speakers = list(utterances.speakers)
    voices = set(speakers)
    has_overlaps = any(voice and voice.startswith(_OVERLAP) for voice in voices)
    if has_overlaps:
        speakers = [_without_overlap(speaker) for speaker in speakers]
    if None in voices and _marks_changes(speakers, utterances.texts):
        speakers = _carry(speakers, utterances.texts)
    elif not has_overlaps:
        return transcript
    return transcript.evolve(utterances.replace(utterances.texts, speakers))


def _without_overlap(speaker: str | None) -> str | None:
    if speaker is None:
        return None
    return speaker.removeprefix(_OVERLAP).strip() or None


def _marks_changes(speakers: Sequence[str | None], texts: Sequence[str]) -> bool:
    """Whether voices stand only where the speaker changes."""
    spoken = [
        speaker
        for speaker, text in zip(speakers, texts, strict=True)
        if speaker is not None or not is_sound(text)
    ]
    if spoken[0] is None:
        return False
    voiced = [speaker for speaker in spoken if speaker is not None]
    if len(set(voiced)) < _MIN_VOICES:
        return False
    repeated = sum(before == after for before, after in pairwise(voiced))
    return repeated * _CHANGES_PER_REPEATED <= len(voiced) <= len(spoken) - len(voiced)


def _carry(speakers: Sequence[str | None], texts: Sequence[str]) -> list[str | None]:
    current = CurrentSpeaker(carries_over=True)
    return [current.advance(*cue) for cue in zip(speakers, texts, strict=True)]
