"""Tokens of recognizers, which get into texts by mistake: nobody says them.

<|startoftranscript|><|en|><|0.00|>     Whisper (WhisperKit), Canary, SenseVoice
[_BEG_] [_TT_50]                        whisper.cpp with --print-special
[SPEAKER_TURN]                          whisper.cpp with --tinydiarize: another speaker follows
[BLANK_AUDIO]                           whisper.cpp, where nothing is said
(Transcribed by TurboScribe. Go Unlimited to remove this message.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..models import Utterance, Utterances, Word
from ..problems import ProblemLog

_SIGNS = ("[_", "_TURN]", "_AUDIO]")
"""One of them is in every token that has a `_`."""
_TOKEN = (
    r"<\|[^|<>\s]{0,40}\|>|\[_\w{2,30}\]|\[(?:SPEAKER_TURN|BLANK_AUDIO)\]"
    r"|\(Transcribed by TurboScribe[^()\n]{0,90}\)"
)
_TOKENS = re.compile(rf"[ \t]*+(?:(?:{_TOKEN})[ \t]*+)+")


def has_tokens(text: str) -> bool:
    """Whether `text`, of a cue or of a whole file, may have tokens."""
    # A search for one character takes a twentieth of a search for two, and most files have neither.
    if "|" in text and "|>" in text:
        return True
    if "(" in text and "TurboScribe" in text:
        return True
    return "_" in text and any(sign in text for sign in _SIGNS)


def remove_tokens(text: str) -> str:
    """`text` without tokens; a blank stays where one was beside them."""
    return _TOKENS.sub(_replace, text)


def _replace(match: re.Match[str]) -> str:
    if " " in match[0] or "\t" in match[0]:
        return " "
    return ""


def without_tokens(utterances: Utterances, log: ProblemLog) -> Iterator[Utterance]:
    """The utterances without tokens in texts and words; those of tokens alone are left out."""
    for number, utterance in enumerate(utterances, 1):
        text = utterance.text
        if not has_tokens(text):
            yield utterance
            continue
        text = remove_tokens(text).strip()
        if not text:
            log.add("empty-cue", f"utterance {number} has only tokens of the recognizer", cues=1)
            continue
        yield utterance._replace(text=text, words=tuple(_clean_words(utterance.words)))


def _clean_words(words: tuple[Word, ...]) -> Iterator[Word]:
    for word in words:
        text = remove_tokens(word.text).strip()
        if text:
            yield word._replace(text=text)
