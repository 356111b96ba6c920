"""Words that are beside the segments of a document, put into them."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

from ..json_text import as_object, is_number


def attach_words(segments: list[Any], words: list[Any]) -> list[Any]:
    """Put words that are beside the segments into them, by speaker and time.

    OpenAI's verbose_json and pyannoteAI keep the two apart; WhisperX repeats in `word_segments`
    what its segments have. A word belongs to the first segment of its speaker that ends after the
    word begins; where words lack the speakers of segments, time alone decides.
    """
    if not all(is_number(as_object(word).get("start")) for word in words):
        return segments
    have_speakers = set(map(_label_of, segments)) <= set(map(_label_of, words))
    queues: defaultdict[str, deque[Any]] = defaultdict(deque)
    for word in words:
        queues[_label_of(word) if have_speakers else ""].append(word)
    rows = []
    for segment in segments:
        queue = queues[_label_of(segment) if have_speakers else ""]
        taken = _take_words(queue, segment.get("end"))
        if taken:
            segment = {**segment, "words": taken}
        rows.append(segment)
    return rows


def _label_of(row: dict[str, Any]) -> str:
    return str(row.get("speaker"))


def _take_words(queue: deque[Any], end: Any) -> list[Any]:
    taken: list[Any] = []
    if not is_number(end):
        return taken
    while queue and queue[0]["start"] < end:
        taken.append(queue.popleft())
    return taken
