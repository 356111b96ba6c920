"""Voices, as some programs write them in their own ways: `<v Nora>`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import compress, pairwise, starmap
from operator import eq, not_

from ...line_joining import has_any
from ...models import Utterances
from ...sounds import is_sound

_QUOTED = re.compile(r'^"(.+)"$')
_OVERLAP = "//"
"""The mark of noScribe for a label whose speech overlaps that of another: `//S02`."""
_MARKS = ('"', _OVERLAP)
_MIN_VOICES = 2
_CHANGES_PER_REPEATED = 4
"""A voice may be named again after an interruption, but at most once in this number of changes."""
_END = "</v>"


def correct_voices(utterances: Utterances, text: str) -> Utterances:
    """Give cues without a voice the one before, if the file marks only the changes of speaker.

    By the standard a voice ends with its cue. But files exist in which each voice differs from the
    one before, most cues have none, and no tag ends them (fixtures/vtt/voices-at-changes.vtt).
    text: of the file.
    """
    utterances = _clean_voices(utterances)
    speakers = utterances.speakers
    voices = set(speakers)
    if None not in voices or len(voices) <= _MIN_VOICES or _END in text:
        return utterances
    texts = utterances.texts
    sounds = [
        speaker is None and is_sound(text) for speaker, text in zip(speakers, texts, strict=True)
    ]
    if not _stand_at_changes(speakers, sounds):
        return utterances
    return utterances.replace(texts, _carry(speakers, sounds))


def _clean_voices(utterances: Utterances) -> Utterances:
    """Voices without marks of overlaps, and without quotation marks: `<v "Ann Lee">`."""
    cleaned: dict[str | None, str | None] = {}
    for voice in set(utterances.speakers):
        if voice and has_any(voice, _MARKS):
            bare = _QUOTED.sub(r"\1", voice).strip().removeprefix(_OVERLAP).strip()
            cleaned[voice] = bare or None
    if not cleaned:
        return utterances
    speakers = [cleaned.get(voice, voice) for voice in utterances.speakers]
    return utterances.replace(utterances.texts, speakers)


def _stand_at_changes(speakers: Sequence[str | None], sounds: Sequence[bool]) -> bool:
    """Whether voices are only written where the speaker changes."""
    spoken = list(compress(speakers, map(not_, sounds)))
    voiced = list(filter(None, spoken))
    repeated = sum(starmap(eq, pairwise(voiced)))
    are_few = repeated * _CHANGES_PER_REPEATED <= len(voiced) <= len(spoken) - len(voiced)
    return are_few and spoken[0] is not None


def _carry(speakers: Sequence[str | None], sounds: Sequence[bool]) -> list[str | None]:
    carried: list[str | None] = []
    current: str | None = None
    for speaker, is_alone in zip(speakers, sounds, strict=True):
        current = speaker or current
        carried.append(None if is_alone else current)
    return carried
