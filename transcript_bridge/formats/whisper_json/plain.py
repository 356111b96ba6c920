"""Documents of WhisperX and openai-whisper with nothing but what these write.

    {segments: [{start, end, text, speaker?, words?: [{word, start, end, …}]}], word_segments?,
    language?, text?}

Nothing has to be looked for in them. The search of documents.py takes as long as reading twenty
segments; this look takes a tenth of that. It must find what the search finds: see
tests/formats/test_whisper_plain.py. Whatever is odd is left to the search.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..json_text import as_list, as_text
from .found import Found
from .languages import read_tag
from .layout import sample_rows, sample_words

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
_NESTED = frozenset((dict, list))
_NUMBERS = frozenset((float, int))
_TIMES = _NUMBERS | {type(None)}
"""Types of values."""
_FEWEST = 2
"""One segment may be all of a recording."""
_DATES_FROM = 1e9
"""Seconds: such a time counts from 1970."""
_TIMED = 20
"""The first segments must have times, and one of these a fraction: so they are seconds."""


def find_plain(document: Any) -> Found | None:
    """The segments of a plain document; None for any other."""
    rows = _list_segments(document)
    sample = sample_rows(rows)
    if len(rows) < _FEWEST or not _are_plain(sample) or not _are_seconds(rows[:_TIMED]):
        return None
    words = [row["words"] for row in sample if row.get("words")]
    belong_into_segments = not words and document.get("word_segments")
    if belong_into_segments or not _are_plain_words(words):
        return None
    return Found(rows, [], read_tag(as_text(document.get("language")).strip()))


def _list_segments(document: Any) -> list[Any]:
    """The segments of a document that has nothing else of interest; empty for any other."""
    if type(document) is not dict or not document.keys() <= _DOCUMENT_KEYS:
        return []
    others = [document[key] for key in document.keys() - _LISTS]
    if _NESTED.isdisjoint(map(type, others)):
        return as_list(document.get("segments"))
    return []


def _are_plain(rows: Sequence[Any]) -> bool:
    for row in rows:  # a call of a function for each takes half as long again
        if type(row) is not dict or not row.keys() <= _SEGMENT_KEYS:
            return False
        if type(row.get("text")) is not str or type(row.get("speaker")) is dict:
            return False
    return True


def _are_seconds(rows: list[dict[str, Any]]) -> bool:
    times: list[Any] = [row.get(key) for row in rows for key in ("start", "end")]
    if not _NUMBERS.issuperset(map(type, times)) or max(times) >= _DATES_FROM:
        return False
    return any(time % 1 for time in times)


def _are_plain_words(lists: list[Any]) -> bool:
    return {list}.issuperset(map(type, lists)) and all(map(_is_plain_word, sample_words(lists)))


def _is_plain_word(word: Any) -> bool:
    if type(word) is not dict or not word.keys() <= _WORD_KEYS or type(word.get("speaker")) is dict:
        return False
    return _TIMES.issuperset((type(word.get("start")), type(word.get("end"))))
