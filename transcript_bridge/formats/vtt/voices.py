"""Voices, as some programs write them in their own ways: `<v Nora>`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ...models import Utterances
from ...sounds import is_sound

_QUOTED = re.compile(r'^"(.+)"$')
_OVERLAP = "//"
"""How noScribe begins the label of somebody who speaks at the same time as another: `//S02`."""
_MIN_VOICES = 2
_CHANGES_PER_REPEATED = 4
"""A voice may be named again after an interruption, but not more often than once in so many."""
_END = "</v>"


def correct_voices(utterances: Utterances, text: str) -> Utterances:
    """Give cues without a voice the one before, if the file marks only the changes of speaker.

    By the standard a voice ends with its cue. But files exist in which each voice differs from the
    one before, most cues have none, and no tag ends them (fixtures/vtt/voices-at-changes.vtt).
    text: of the file.
    """
    utterances = _clean_voices(utterances)
    voices = set(utterances.speakers)
    marks_changes = None in voices and len(voices) > _MIN_VOICES and _END not in text
    if not marks_changes or not _stand_at_changes(utterances.speakers, utterances.texts):
        return utterances
    speakers = _carry(utterances.speakers, utterances.texts)
    return utterances.replace(utterances.texts, speakers)


def _clean_voices(utterances: Utterances) -> Utterances:
    """Voices without marks of overlaps, and without quotation marks: `<v "Ann Lee">`."""
    names = {voice: _clean_voice(voice) for voice in set(utterances.speakers)}
    return utterances.replace(utterances.texts, [names[voice] for voice in utterances.speakers])


def _clean_voice(voice: str | None) -> str | None:
    if voice is None:
        return None
    return _QUOTED.sub(r"\1", voice).strip().removeprefix(_OVERLAP).strip() or None


def _stand_at_changes(speakers: Sequence[str | None], texts: Sequence[str]) -> bool:
    """Whether voices stand only where the speaker changes."""
    spoken = [
        speaker
        for speaker, text in zip(speakers, texts, strict=True)
        if speaker is not None or not is_sound(text)
    ]
    if spoken[0] is None:
        return False
    voiced = [speaker for speaker in spoken if speaker is not None]
    repeated = sum(before == after for before, after in pairwise(voiced))
    return repeated * _CHANGES_PER_REPEATED <= len(voiced) <= len(spoken) - len(voiced)


def _carry(speakers: Sequence[str | None], texts: Sequence[str]) -> list[str | None]:
    carried: list[str | None] = []
    current: str | None = None
    for speaker, text in zip(speakers, texts, strict=True):
        if speaker is not None:
            current = speaker
        carried.append(None if speaker is None and is_sound(text) else current)
    return carried
