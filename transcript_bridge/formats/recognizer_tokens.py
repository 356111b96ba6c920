"""Removes tokens of recognizers, which get into texts by mistake.

<|startoftranscript|><|en|><|0.00|>     Whisper (WhisperKit), Canary, SenseVoice
[_BEG_] [_TT_50]                        whisper.cpp with --print-special
[SPEAKER_TURN]                          whisper.cpp with --tinydiarize: another speaker follows
[BLANK_AUDIO]                           whisper.cpp, where nothing is said
(Transcribed by TurboScribe. Go Unlimited to remove this message.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter

from ..line_joining import has_any
from ..models import Utterance, Utterances
from ..problems import ProblemLog

_SIGNS = {"|": ("|>",), "(": ("TurboScribe",), "_": ("[_", "_TURN]", "_AUDIO]")}
"""Signs by a character that they come with: one of them is in every token."""
_TOKEN = (
    r"<\|[^|<>\s]{0,40}\|>|\[_\w{2,30}\]|\[(?:SPEAKER_TURN|BLANK_AUDIO)\]"
    r"|\(Transcribed by TurboScribe[^()\n]{0,90}\)"
)
_TOKENS = re.compile(rf"[ \t]*+(?:(?:{_TOKEN})[ \t]*+)+")


def has_tokens(text: str) -> bool:
    """Whether `text`, of a cue or of a whole file, may have tokens."""
    # A search for one character takes a twentieth of a search for two, and most files have neither.
    for mark, signs in _SIGNS.items():  # noqa: SIM110 - any() with a generator takes twice as long
        if mark in text and has_any(text, signs):
            return True
    return False


def remove_tokens(text: str) -> str:
    """Remove tokens from a text; a blank beside them stays."""
    return _TOKENS.sub(_replace, text)


def _replace(match: re.Match[str]) -> str:
    return " " if has_any(match[0], " \t") else ""


def without_tokens(utterances: Utterances, log: ProblemLog) -> Iterator[Utterance]:
    """Remove tokens from texts and words; utterances with only tokens are left out."""
    for number, utterance in enumerate(utterances, 1):
        if not has_tokens(utterance.text):
            yield utterance
            continue
        text = remove_tokens(utterance.text).strip()
        words = [word._replace(text=remove_tokens(word.text).strip()) for word in utterance.words]
        if text:
            yield utterance._replace(text=text, words=tuple(filter(_TEXT_OF, words)))
        else:
            log.add("empty-cue", f"utterance {number} has only tokens of the recognizer", cues=1)


_TEXT_OF = attrgetter("text")
