"""pyannote's turns in JSON."""

from __future__ import annotations

from typing import Any

from ...models import Turn
from ...problems import ProblemLog
from ..json_text import as_object, replace_surrogates
from .turns import TurnList, read_seconds

_LISTS = (
    "diarization",
    "speaker_diarization",
    "turns",
    "segments",
    "content",
    "exclusiveDiarization",
    "exclusive_diarization",
    "exclusive_speaker_diarization",
)
"""Keys of a list of turns, the preferred first."""
_WRAPPERS = ("output", "result", "results", "data", "response", "diarization")
"""Keys under which services put the document."""
_MAX_DEPTH = 4
"""A wrapper in a wrapper occurs, but no deeper ones."""
_LABELS = ("speaker", "label", "track")
_MAX_LABEL = 10**9
"""Up to here a number is a label."""
_WORD_LISTS = ("turnLevelTranscription", "wordLevelTranscription")


def read_document(document: Any, log: ProblemLog) -> list[Turn] | None:
    """The turns of a document; None if it has no list of them."""
    items = _find_list(document)
    if items is None:
        return None
    found = TurnList()
    for number, item in enumerate(items, 1):
        turn = _read_turn(item)
        if turn is None:
            log.add("bad-item", f"entry {number} is not a turn (start, end, speaker)")
            continue
        speaker = replace_surrogates(turn.speaker)
        if speaker != turn.speaker:
            message = f"the label of entry {number} has half a character; it became \ufffd"
            log.add("torn-character", message)
            turn = turn._replace(speaker=speaker)
        found.add(turn)
    found.report_empty(log)
    if _has_words(document):
        log.add("words-ignored", "it has words, too; read them with --format whisper_json")
    if items and not found:
        return None
    return found.turns


def _find_list(document: Any) -> list[Any] | None:
    for _ in range(_MAX_DEPTH):
        if isinstance(document, list):
            return document
        outer = as_object(document)
        for key in _LISTS:
            found = outer.get(key)
            if isinstance(found, list):
                return found
        inner = [as_object(outer.get(key)) for key in _WRAPPERS]
        document = next(filter(None, inner), None)
    return None


def _read_turn(item: Any) -> Turn | None:
    """A turn; None if it has no speaker or no times."""
    item = as_object(item)
    span = as_object(item.get("segment")) or item
    start = read_seconds(span.get("start"))
    end = read_seconds(span.get("end"))
    label = _read_label(item)
    if start is None or end is None or not label:
        return None
    return Turn(start, end, label)


def _read_label(item: dict[str, Any]) -> str | None:
    for key in _LABELS:
        label = item.get(key)
        if label is None:
            continue
        if type(label) is int and abs(label) < _MAX_LABEL:
            return str(label)
        if isinstance(label, str):
            return label.strip()
        return None
    return None


def _has_words(document: Any) -> bool:
    outer = as_object(document)
    inner = as_object(outer.get("output"))
    return any(outer.get(key) or inner.get(key) for key in _WORD_LISTS)
