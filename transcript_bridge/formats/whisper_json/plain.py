"""A fast path for documents that have only keys of WhisperX and openai-whisper.

    {segments: [{start, end, text, speaker?, words?: [{word, start, end, …}]}], word_segments?,
    language?, text?}

They need no search for lists. The search in documents.py takes as long as reading twenty segments;
this check takes a tenth of that. Both must give the same result, which
tests/formats/test_whisper_plain.py checks. Documents with other keys or odd values are left to the
search.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

from ..json_text import as_list, as_object
from . import fast
from .entry import Entry, Found
from .layout import sample_rows, sample_words
from .recording import read_tag
from .values import Labels

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
"""Types of values that documents do not have elsewhere."""
_FEWEST = 2
"""One segment may be all of a recording."""
_DATES_FROM = 1_000_000_000_000
"""ms: such a time counts from 1970."""
_TIMED = 20
"""One of the first segments must have a fraction of a second: so times are seconds."""


def read_plain(document: Any) -> Found | None:
    """Read the segments of a plain document; None for any other, or if it has odd values."""
    rows = _list_segments(as_object(document))
    if len(rows) < _FEWEST or not _have_plain_keys([as_object(rows[0])]):
        return None
    entries: list[Any] = fast.read_all(rows, Labels())
    if None in entries or not _have_plain_keys(sample_rows(rows)):
        return None
    if _are_seconds(entries) and _have_all_words(entries, document):
        return Found(entries, language=read_tag(document.get("language")))
    return None


def _list_segments(document: dict[str, Any]) -> list[Any]:
    """Return the segments of a document with no other keys that matter; empty for any other."""
    if not document.keys() <= _DOCUMENT_KEYS:
        return []
    others = map(document.get, document.keys() - _LISTS)
    if _NESTED.isdisjoint(map(type, others)):
        return as_list(document.get("segments"))
    return []


def _have_plain_keys(rows: Sequence[dict[str, Any]]) -> bool:
    """Whether segments and the first of their words have no other keys."""
    lists = []
    for row in rows:  # a call of a function for each takes half as long again
        if not row.keys() <= _SEGMENT_KEYS:
            return False
        if row.get("words"):
            lists.append(as_list(row["words"]))
    words = map(as_object, sample_words(lists))
    return _WORD_KEYS.issuperset(chain.from_iterable(words))


def _are_seconds(entries: Sequence[Entry]) -> bool:
    have_fractions = any(entry.start % 1000 or entry.end % 1000 for entry in entries[:_TIMED])
    return have_fractions and max(map(attrgetter("start"), entries)) < _DATES_FROM


def _have_all_words(entries: Sequence[Entry], document: Any) -> bool:
    """Whether the document has no separate list of words that the segments lack."""
    return not document.get("word_segments") or any(map(attrgetter("words"), entries))
