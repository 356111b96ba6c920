"""Finds the segments and words of a document, whatever shape it has (see the package's docstring).

Nothing is checked here: times and texts are passed on as they are.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

from ..json_text import as_object, is_number
from .found import Found
from .languages import find_language
from .products import read_chunks, read_whisper_cpp

_WRAPPERS = ("output", "result", "results", "data", "response", "transcript", "transcription")
"""Keys under which services (Replicate, RunPod, pyannoteAI) put the recognizer's own document."""
_MAX_DEPTH = 4
"""A wrapper in a wrapper occurs, but no deeper ones."""
_SEGMENT_LISTS = ("segments", "transcription", "chunks", "turnLevelTranscription")
_WORD_LISTS = ("word_segments", "words", "wordLevelTranscription")


def find_lists(document: Any) -> Found | None:
    """The segments or words of a document; None if it has none."""
    language = None
    for _ in range(_MAX_DEPTH):
        if isinstance(document, list):
            if not _is_wrapped(document):
                return _read_list(document, language)
            document = document[0]
            continue
        if not isinstance(document, dict):
            return None
        language = find_language(document) or language
        if _has_lists(document):
            return _read_object(document, language)
        document = _unwrap(document)
    return None


def _is_wrapped(items: list[Any]) -> bool:
    """Whether a list holds one document."""
    return len(items) == 1 and _has_lists(as_object(items[0]))


def _has_lists(document: dict[str, Any]) -> bool:
    return any(isinstance(document.get(key), list) for key in (*_SEGMENT_LISTS, *_WORD_LISTS))


def _unwrap(document: dict[str, Any]) -> Any:
    for key in _WRAPPERS:
        inner = document.get(key)
        if isinstance(inner, (dict, list)):
            return inner
    return None


def _keep_segments(items: list[Any], language: str | None) -> Found:
    return Found(items, [], language)


def _keep_words(items: list[Any], language: str | None) -> Found:
    return Found([], items, language)


_READERS = (
    ("timestamp", read_chunks),
    ("offsets", read_whisper_cpp),
    ("text", _keep_segments),
    ("word", _keep_words),
    ("words", _keep_segments),
)
"""What a list has, by the first of these keys in its first object."""


def _read_list(items: list[Any], language: str | None) -> Found | None:
    sample = next(filter(None, map(as_object, items)), {})
    for key, read in _READERS:
        if key in sample:
            return read(items, language)
    if items:
        return None
    return Found([], [], language)


def _read_object(document: dict[str, Any], language: str | None) -> Found:
    words = _first_list(document, _WORD_LISTS)
    segments = _first_list(document, ("turnLevelTranscription", "segments", "transcription"))
    segments = segments or _find_chunks(document)
    if not segments:
        return Found([], words, language)
    found = _read_list(segments, language) or _keep_segments(segments, language)
    return found._replace(segments=_attach_words(found.segments, words))


def _first_list(document: dict[str, Any], keys: tuple[str, ...]) -> list[Any]:
    """The first list that is not empty; else an empty one."""
    for key in keys:
        value = document.get(key)
        if value and isinstance(value, list):
            return value
    return []


def _find_chunks(document: dict[str, Any]) -> list[Any]:
    """transformers' chunks; insanely-fast-whisper repeats them with speakers under another key.

    `"speakers": []` means that none were asked for.
    """
    chunks = _first_list(document, ("chunks",))
    if chunks:
        with_speakers = _first_list(document, ("speakers",))
    else:
        with_speakers = []
    has_text = any(as_object(chunk).get("text") for chunk in with_speakers)
    if has_text:
        return with_speakers
    return chunks


# ---- words beside segments


def _attach_words(segments: list[Any], words: list[Any]) -> list[Any]:
    """Put words that are beside the segments into them, by speaker and time.

    OpenAI's verbose_json and pyannoteAI keep the two apart; WhisperX repeats in `word_segments`
    what its segments have. A word belongs to the first segment of its speaker that ends after the
    word begins.
    """
    if not words or not all(_lacks_words(segment) for segment in segments):
        return segments
    queues: defaultdict[str, deque[Any]] = defaultdict(deque)
    for word in words:
        if not is_number(as_object(word).get("start")):
            return segments
        queues[str(word.get("speaker"))].append(word)
    rows = []
    for segment in segments:
        taken = _take_words(queues[str(segment.get("speaker"))], segment.get("end"))
        rows.append({**segment, "words": taken} if taken else segment)
    return rows


def _lacks_words(segment: Any) -> bool:
    return isinstance(segment, dict) and not segment.get("words")


def _take_words(queue: deque[Any], end: Any) -> list[Any]:
    taken: list[Any] = []
    if not is_number(end):
        return taken
    while queue and queue[0]["start"] < end:
        taken.append(queue.popleft())
    return taken
