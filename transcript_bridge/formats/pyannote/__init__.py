"""Speaker turns as pyannote writes them in JSON and prints them. Times are seconds.

JSON:

    [{start, end, speaker}, …]
        the list that most scripts dump
    {diarization | segments | turns | speaker_diarization: […]}
        pyannoteAI, and pyannote.audio 4's serialize()
    {pyannote: "Annotation", content: [{segment: {start, end}, track, label}]}
        pyannote.core's for_json()

Printed:

    [ 00:00:00.030 -->  00:00:00.824] A SPEAKER_02
        str(Annotation)
    start=0.2s stop=1.5s speaker_SPEAKER_00
        the loop of pyannote.audio's README

pyannoteAI writes two lists. `diarization` is read, which keeps overlapping speech, because joining
with words needs to know who talked at the same time; `exclusiveDiarization` only if it is alone.
There are no cues: a file of turns has no utterances.
"""

from __future__ import annotations

import re

from ..base import Format
from .printed import is_turn
from .read import parse

_ANNOTATION, _TURNS, _PRINTED, _NO_SPEECH = 97, 95, 95, 90
"""Bids."""
_BEGINNING = 2000
"""Characters in which the first line is looked for."""
_LIST_OF_TURNS = re.compile(
    r"\"(?:diarization|speaker_diarization|turns|segments"
    r"|exclusive_?[dD]iarization|exclusive_speaker_diarization)\"\s*:\s*\[\s*[\]{]"
)
_EMPTY_LIST = re.compile(r"\"(?:exclusive)?_?[dD]iarization\"\s*:\s*\[\s*\]")
_ANNOTATION_KEYS = re.compile(
    r"\"(?:pyannote|segment)\"\s*:\s*(?:\"Annotation\"|\{\s*\"(?:start|end)\"\s*:)"
)
_TEXT_KEY = re.compile(r"\"(?:text|words?|tokens)\"\s*:")


def sniff(text: str) -> int:
    """Decide by the keys of JSON, or by the first printed line.

    A file with text is a transcript, and none of this format.
    """
    beginning = text[:_BEGINNING].lstrip("\ufeff \t\n")
    if _is_printed(beginning):
        return _PRINTED
    if beginning[:1] not in ("[", "{") or _TEXT_KEY.search(text):
        return 0
    if _ANNOTATION_KEYS.search(text):
        return _ANNOTATION
    is_list = beginning[0] == "[" or _LIST_OF_TURNS.search(text)
    if is_list and _has_turn_keys(text):
        return _TURNS
    if _EMPTY_LIST.search(text):
        return _NO_SPEECH
    return 0


def _is_printed(beginning: str) -> bool:
    line = beginning.split("\n", 1)[0]
    # The blank after the bracket is pyannote's alone: recognizers print
    # `[00:00:01.000 --> 00:00:02.000] words`.
    if line[:1] == "[" and not line[1:2].isspace():
        return False
    return is_turn(line)


def _has_turn_keys(text: str) -> bool:
    has_times = '"start"' in text and '"end"' in text
    has_label = '"speaker"' in text or '"label"' in text
    return has_times and has_label


FORMAT = Format(
    name="pyannote",
    title="pyannote speaker turns (JSON or as printed)",
    suffixes=(".json", ".txt", ".diarization.json"),
    sniff=sniff,
    parse=parse,
    kind="turns",
    rank=90,
)
