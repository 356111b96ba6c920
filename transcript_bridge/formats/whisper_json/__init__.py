"""JSON of Whisper-family recognizers: WhisperX first of all, and its relatives.

    WhisperX, openai-whisper, faster-whisper, whisper-timestamped, OpenAI API (verbose_json,
    diarized_json)
        {segments: [{start, end, text, speaker?, words?}], language?}; OpenAI keeps the words beside
        the segments
    whisper.cpp (-oj, -ojf)
        {transcription: [{offsets: {from, to} in ms, text, speaker?, tokens?}]}
    transformers, insanely-fast-whisper
        {chunks: [{timestamp: [start, end|null], text}], speakers?: [the same with a speaker]}
    pyannoteAI
        {output: {turnLevelTranscription, wordLevelTranscription}}, both [{start, end, text,
        speaker}]
    a bare list of any of these, JSON Lines of them, or one of them in a wrapper (`output`, `result`
    …)

A cue is a segment. If a file has only words, utterances are built from them: they end at a change
of speaker, at a pause, and at the end of a sentence once they are long; a cue is such an utterance
then. A word keeps its own speaker, whatever its segment's is: shaping/diarization splits utterances
where they differ.

    read        the parser
    shapes      finds the segments and words of a document
    products    segments in other keys, brought to WhisperX's
    languages   the language that a document names
    fast        segments with nothing odd about them
    careful     all others: what is missing is guessed, what is odd is reported
    words       words without segments
    values      times, labels and quotations
"""

from __future__ import annotations

import re

from ..base import Format
from .read import parse

_SURE, _BARE, _HINT, _TEXT, _NO_TEXT = 95, 90, 60, 30, 20
"""Bids. Other JSON gets a low one, so that `parse` says what it lacks."""
_BEGINNING = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[\]{])")
_NO_SEGMENTS = re.compile(r"\"segments\"\s*:\s*\[\s*\]")
_TEXT_KEY = re.compile(r"\"(?:text|words?|tokens)\"\s*:\s*[\"\[{]")
_SIGNS = (
    re.compile(r"\"(?:wordLevel|turnLevel)Transcription\"\s*:\s*\["),
    re.compile(r"\"transcription\"\s*:\s*\[\s*\{\s*\"(?:timestamps|offsets)\""),
    re.compile(r"\"chunks\"\s*:\s*\[\s*\{\s*\"(?:timestamp|text|speaker)\""),
    re.compile(r"\"segments\"\s*:\s*\[\s*[\]{]"),
    re.compile(r"\"(?:word_segments|words)\"\s*:\s*\[\s*\{"),
)
_BARE_LIST = re.compile(
    r"\s*\[?\s*\{\s*\""
    r"(?:id|start|end|text|timestamp|timestamps|offsets|speaker|word|words|seek|type)\"\s*:"
)
_TIME_KEY = re.compile(r"\"(?:start|timestamp|offsets)\"\s*:")
# A long `"text": "…"` comes first in openai-whisper's files, and can fill all of the window.
_FIRST_KEY = re.compile(r"\s*\{\s*\"(?:text|task|language|systeminfo|speakers)\"\s*:")


def sniff(text: str) -> int:
    """Decide by the keys. Turns without text are pyannote's."""
    if not _BEGINNING.match(text):
        return 0
    if _NO_SEGMENTS.search(text) and '"speaker"' not in text:
        return _SURE  # no speech
    if not _TEXT_KEY.search(text):
        return _NO_TEXT
    if any(sign.search(text) for sign in _SIGNS):
        return _SURE
    if _BARE_LIST.match(text) and _TIME_KEY.search(text):
        return _BARE
    if _FIRST_KEY.match(text):
        return _HINT
    return _TEXT


FORMAT = Format(
    name="whisper_json",
    title="Whisper-family JSON (WhisperX, openai-whisper, whisper.cpp, pyannoteAI …)",
    suffixes=(".json", ".jsonl"),
    sniff=sniff,
    parse=parse,
    rank=10,
)
