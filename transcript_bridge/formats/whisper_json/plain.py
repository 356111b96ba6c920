"""Documents of WhisperX and openai-whisper with nothing but what these write.

    {segments: [{start, end, text, speaker?, words?: [{word, start, end, …}]}], word_segments?,
    language?, text?}

Nothing has to be looked for in them. The search of documents.py takes as long as reading twenty
segments; this look takes a tenth of that. It must find what the search finds: see
tests/formats/test_whisper_plain.py. Whatever is odd is left to the search.
"""

from __future__ import annotations

from typing import Any

from .found import Found
from .languages import read_tag
from .layout import WORDS_SAMPLE, sample_rows

_DOCUMENT_KEYS = frozenset(
    ("segments", "word_segments", "language", "text", "task", "duration", "language_probability")
)
_OF_WHISPER = ("id", "seek", "tokens", "temperature", "avg_logprob", "compression_ratio")
_SEGMENT_KEYS = frozenset(
    ("start", "end", "text", "speaker", "words", "chars", "no_speech_prob", "confidence")
).union(_OF_WHISPER)
_WORD_KEYS = frozenset(
    ("word", "text", "start", "end", "score", "probability", "confidence", "speaker")
)
"""Keys that documents, segments and words may have. None of them has another meaning."""
_LISTS = frozenset(("segments", "word_segments"))
_TIMES = (float, int, type(None))
_FEWEST = 2
"""One segment may be all of a recording."""
_DATES_FROM = 1e9
"""Seconds: such a time counts from 1970."""
_TIMED = 20
"""The first segments must have times, and one of these a fraction: so they are seconds."""


def find_plain(document: Any) -> Found | None:
    """The segments of a plain document; None for any other."""
    if type(document) is not dict or not document.keys() <= _DOCUMENT_KEYS:
        return None
    for key in document.keys() - _LISTS:
        if isinstance(document[key], dict | list):
            return None
    rows = document.get("segments")
    if type(rows) is not list or len(rows) < _FEWEST:
        return None
    if not _are_plain(rows) or not _are_seconds(rows[:_TIMED]):
        return None
    words = _sample_words(rows)
    if not words and document.get("word_segments"):  # they belong into the segments
        return None
    if not all(map(_is_plain_word, words)):
        return None
    return Found(rows, [], _find_language(document))


def _find_language(document: dict[str, Any]) -> str | None:
    language = document.get("language")
    if isinstance(language, str):
        return read_tag(language.strip())
    return None


def _are_plain(rows: list[Any]) -> bool:
    for row in sample_rows(rows):
        if type(row) is not dict or not row.keys() <= _SEGMENT_KEYS:
            return False
        if type(row.get("text")) is not str or type(row.get("speaker")) is dict:
            return False
    return True


def _are_seconds(rows: list[dict[str, Any]]) -> bool:
    has_fraction = False
    for row in rows:
        times: tuple[Any, Any] = (row.get("start"), row.get("end"))
        for time in times:
            if type(time) not in (float, int) or time >= _DATES_FROM:
                return False
            has_fraction = has_fraction or time % 1 != 0
    return has_fraction


def _sample_words(rows: list[dict[str, Any]]) -> list[Any]:
    """Words of the first segments: the first two and the last of each."""
    sample: list[Any] = []
    for row in rows:
        words = row.get("words")
        if words:
            if type(words) is not list:
                return [None]  # no plain word
            sample += words[:2]
            sample += words[-1:]
            if len(sample) >= WORDS_SAMPLE:
                break
    return sample


def _is_plain_word(word: Any) -> bool:
    if type(word) is not dict or not word.keys() <= _WORD_KEYS:
        return False
    if type(word.get("speaker")) is dict:
        return False
    return all(type(word.get(key)) in _TIMES for key in ("start", "end"))
