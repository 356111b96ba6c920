"""JSON with timed segments or words: WhisperX, other programs around Whisper, and other products.

    WhisperX, openai-whisper, faster-whisper, whisper-timestamped, OpenAI API (verbose_json,
    diarized_json)
        {segments: [{start, end, text, speaker?, words?}], language?}; OpenAI has the words in a
        separate list
    whisper.cpp (-oj, -ojf)
        {transcription: [{offsets: {from, to} in ms, text, speaker?, tokens?}]}
    transformers, insanely-fast-whisper
        {chunks: [{timestamp: [start, end|null], text}], speakers?: [the same with a speaker]}
    pyannoteAI
        {output: {turnLevelTranscription, wordLevelTranscription}}, both [{start, end, text,
        speaker}]
    AssemblyAI, ElevenLabs, Fireflies, Grain, MacWhisper (.dote), Recall.ai, Podlove, Premiere,
    SegLST, NeMo, parakeet, Watson, YouTube …
        lists of timed texts under the keys of json_keys
    a bare list of any of these, JSON Lines of them, or one of them in a wrapper (`output`, `result`
    …)

A cue is a segment. If a file has only words, utterances are built from them, and each counts as a
cue. They end at a change of speaker, at a pause, and at the end of a sentence once they are long. A
word keeps its own speaker, even if its segment has another: shaping/diarization splits such
utterances.

The modules, in the order in which a document passes them:

    read        the parser, which calls all others
    wrapped     finds documents in server-sent events, scripts, and texts of another document
    recording   finds the title, the start, the language, and names of speakers
    plain, fast usual documents of WhisperX and openai-whisper, read without a search
    products, live, tokens
                rewrite documents that the table of keys cannot describe: Watson, Soniox, Kaldi …
    documents   finds the lists of a document, and chooses among them
                  unspoken   removes entries that are not speech
                  tables     arrays, columns, times as keys, keys of one letter
                  tracks     one transcript for each speaker, by name
                  nesting    entries in entries
                  frames     times in frames of a video
                  parallel   times in a list beside the text
                  layout     which key of a list plays which role
    shapes      the segments or words of a document, in one form
                  refusals   errors for documents that cannot be read
    rows, entries, entry
                make typed entries from entries of any layout
                  moments    reads times; time_units finds their unit
                  values     reads labels and short texts, and quotes values in messages
    captions    captions that overlap
    beside      words and turns in lists of their own
    words       makes utterances from words without segments
    careful     makes utterances from segments: guesses missing values, reports odd ones
    rolling     captions that repeat lines
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..base import Format
from ..json_keys import has_entries_with_text, has_timed_texts
from ..json_text import rewrite_literals
from .read import parse
from .wrapped import EVENTS, begins_with_literal, take_documents

_SURE, _BARE, _KNOWN_KEYS, _HINT, _TEXT, _NO_TEXT = 95, 90, 70, 60, 30, 20
"""Bids. A plug-in for a product may bid more than `_KNOWN_KEYS`. Other JSON gets a low one, so that
`parse` says what it lacks."""
_BEGINNING = re.compile(rf"\s*(?:\{{\s*[\"}}]|\[\s*[\[\]{{])|{EVENTS}")
_OF_OMI = re.compile(r"\"transcript_segments\"\s*:\s*(?:\[|null)")
"""Omi's conversations are read by a format of their own."""
_NO_SEGMENTS = re.compile(r"\"segments\"\s*:\s*\[\s*\]")
_TEXT_KEY = re.compile(r"\"(?:text|words?|tokens)\"\s*:\s*[\"\[{]")
_SIGNS = (
    re.compile(r"\"segments\"\s*:\s*\[\s*[\]{]"),
    re.compile(r"\"(?:wordLevel|turnLevel)Transcription\"\s*:\s*\["),
    re.compile(r"\"transcription\"\s*:\s*\[\s*\{\s*\"(?:timestamps|offsets)\""),
    re.compile(r"\"chunks\"\s*:\s*\[\s*\{\s*\"(?:timestamp|text|speaker)\""),
    re.compile(r"\"(?:word_segments|words)\"\s*:\s*\[\s*\{"),
)
_BARE_LIST = re.compile(
    r"\s*\[?\s*\{\s*\""
    r"(?:id|start|end|text|timestamp|timestamps|offsets|speaker|word|words|seek|type)\"\s*:"
)
_TIME_KEY = re.compile(r"\"(?:start|timestamp|offsets)\"\s*:")
# A long `"text": "…"` comes first in openai-whisper's files, and can fill all of the window.
_FIRST_KEY = re.compile(r"\s*\{\s*\"(?:text|task|language|systeminfo|speakers)\"\s*:")


def _has_no_speech(text: str) -> bool:
    return '"speaker"' not in text and bool(_NO_SEGMENTS.search(text))


def _has_text(text: str) -> bool:
    return bool(_TEXT_KEY.search(text))


def _has_sign(text: str) -> bool:
    return _has_text(text) and any(sign.search(text) for sign in _SIGNS)


def _is_bare_list(text: str) -> bool:
    return _has_text(text) and bool(_BARE_LIST.match(text) and _TIME_KEY.search(text))


def _begins_like_whisper(text: str) -> bool:
    return _has_text(text) and bool(_FIRST_KEY.match(text))


_BIDS: tuple[tuple[int, Callable[[str], bool]], ...] = (
    (_SURE, _has_no_speech),
    (_SURE, _has_sign),
    (_BARE, _is_bare_list),
    (_KNOWN_KEYS, has_timed_texts),
    (_HINT, _begins_like_whisper),
    (_TEXT, _has_text),
    (_TEXT, has_entries_with_text),
)
"""The first that holds counts."""


def sniff(text: str) -> int:
    """Decide by the keys. Turns without text are pyannote's."""
    if begins_with_literal(text):
        return _bid_on_literal(take_documents(text))
    if not _BEGINNING.match(text):
        return 0
    return _bid(text)


def _bid_on_literal(text: str) -> int:
    """Programs have literals, too, so only known keys count."""
    bid = _bid(rewrite_literals(text))
    if bid < _KNOWN_KEYS:
        return 0
    return bid


def _bid(text: str) -> int:
    if _OF_OMI.search(text):
        return _NO_TEXT
    for bid, holds in _BIDS:
        if holds(text):
            return bid
    return _NO_TEXT


FORMAT = Format(
    name="whisper_json",
    title="JSON of recognizers and products (WhisperX, whisper.cpp, AssemblyAI …)",
    suffixes=(".json", ".jsonl", ".ndjson", ".dote", ".js"),
    sniff=sniff,
    parse=parse,
    rank=10,
    highest_bid=_SURE,
)
