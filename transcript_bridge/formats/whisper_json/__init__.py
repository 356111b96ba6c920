"""JSON of Whisper-family recognisers: WhisperX first of all, and its kin (shapes.py has them).

A cue is a segment. Where a file has words alone, utterances are built from them (at a change of
speaker, at a pause, at the end of a sentence once it is long), and a cue is such an utterance. A
word keeps its own speaker, whatever its segment's is: shaping/diarization splits where they differ.
"""

from __future__ import annotations

import re

from ...errors import MalformedError
from ...models import Transcript, Utterances
from ...problems import ProblemLog
from ..base import Format
from ..json_text import load_json
from .segments import Labels, join_words, read_segments, read_words, without_surrogates
from .shapes import find


def parse(text: str) -> Transcript:
    """Read a document.

    Raises MalformedError where it is no JSON, or has neither segments nor words.
    """
    found = find(load_json(text))
    if found is None:
        raise MalformedError(
            "this JSON has no segments, chunks, transcription or words; export the recogniser's own JSON"
        )
    log = ProblemLog()
    if found.segments or not found.words:
        cues = len(found.segments)
        utterances = Utterances.of(read_segments(found.segments, log))
    else:
        utterances = Utterances.of(
            join_words(read_words(found.words, "the list of words", Labels(), log))
        )
        cues = len(utterances)
    if "\\ud" in text or "\\uD" in text:
        utterances = Utterances.of(without_surrogates(list(utterances), log))
    return Transcript(utterances, problems=log.problems(), cues=cues, language=found.language)


# ---- detection

_BEGINNING = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[\]{])")
_BARE_LIST = re.compile(
    r"\s*\[?\s*\{\s*\"(?:id|start|end|text|timestamp|timestamps|offsets|speaker|word|words|seek|type)\"\s*:"
)
_TEXT_KEY = re.compile(r"\"(?:text|words?|tokens)\"\s*:\s*[\"\[{]")
_SIGNS = (
    re.compile(r"\"(?:wordLevel|turnLevel)Transcription\"\s*:\s*\["),
    re.compile(r"\"transcription\"\s*:\s*\[\s*\{\s*\"(?:timestamps|offsets)\""),
    re.compile(r"\"chunks\"\s*:\s*\[\s*\{\s*\"(?:timestamp|text|speaker)\""),
    re.compile(r"\"segments\"\s*:\s*\[\s*[\]{]"),
    re.compile(r"\"(?:word_segments|words)\"\s*:\s*\[\s*\{"),
)


def sniff(text: str) -> int:
    """By its keys.

    Turns without text are pyannote's; other JSON gets a low bid, to be told what it lacks.
    """
    if not _BEGINNING.match(text):
        return 0
    if re.search(r"\"segments\"\s*:\s*\[\s*\]", text) and '"speaker"' not in text:
        return 95  # no speech
    if not _TEXT_KEY.search(text):
        return 20
    if any(sign.search(text) for sign in _SIGNS):
        return 95
    if _BARE_LIST.match(text) and re.search(r"\"(?:start|timestamp|offsets)\"\s*:", text):
        return 90
    # A long `"text": "…"` comes first in openai-whisper's files, and can fill all of the window.
    return (
        60 if re.match(r"\s*\{\s*\"(?:text|task|language|systeminfo|speakers)\"\s*:", text) else 30
    )


FORMAT = Format(
    name="whisper_json",
    title="Whisper-family JSON (WhisperX, openai-whisper, faster-whisper, whisper.cpp, pyannoteAI …)",
    suffixes=(".json", ".jsonl"),
    sniff=sniff,
    parse=parse,
    rank=10,
)
