"""Turns in JSON: pyannote's, and other lists of times and labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models import Turn
from ...problems import ProblemLog
from ...timecode import MAX_SECONDS
from ..json_text import as_list, as_object, replace_surrogates
from ..turns.collecting import TurnList
from ..turns.keys import LABELS, find_label, fold, read_entry
from ..turns.line import read_line
from ..turns.values import TurnEntry, TurnTime, read_time
from .zoom import read_timeline

LISTS = (
    "identification",
    "diarization",
    "speaker_diarization",
    "turns",
    "speaker_turns",
    "segments",
    "speaker_segments",
    "speakers",
    "content",
    "exclusiveIdentification",
    "exclusiveDiarization",
    "exclusive_diarization",
    "exclusive_speaker_diarization",
)
"""Keys of a list of turns, the preferred first: `identification` has the names of people."""
WRAPPERS = ("output", "result", "results", "data", "response", "diarization")
"""Keys under which services put the document."""
_PLAIN_KEYS = {"start", "end", "speaker"}
_MAX_DEPTH = 4
"""A wrapper in a wrapper occurs, but no deeper ones."""
_WORD_LISTS = ("turnLevelTranscription", "wordLevelTranscription")


def read_document(document: Any, log: ProblemLog) -> list[Turn] | None:
    """The turns of a document; None if it has no list of them."""
    items = read_timeline(document, log) or _find_list(document)
    if items is None:
        return None
    found = TurnList()
    for number, item in enumerate(_open_speakers(items), 1):
        turn = _read_item(item)
        if turn is None:
            log.add("bad-item", f"entry {number} is not a turn (start, end, speaker)")
            continue
        speaker = replace_surrogates(turn.label)
        if speaker != turn.label:
            message = f"the label of entry {number} has half a character; it became \ufffd"
            log.add("torn-character", message)
            turn = turn._replace(label=speaker)
        found.add(turn)
    if _has_words(document):
        log.add("words-ignored", "it has words, too; read them with --format whisper_json")
    if items and not found:
        return None
    return found.finish(log)


def _find_list(document: Any) -> list[Any] | None:
    """Return the first list of turns that is not empty; else an empty one."""
    if isinstance(document, list):
        return document
    lists: list[list[Any]] = []
    outer = as_object(document)
    for _ in range(_MAX_DEPTH):
        lists += _lists_in(outer)
        inner = [as_object(outer.get(key)) for key in WRAPPERS]
        outer = next(filter(None, inner), {})
    if not lists:
        return _list_by_label(document)
    return max(lists, key=bool)


def _lists_in(fields: Mapping[str, Any]) -> list[list[Any]]:
    return [fields[key] for key in LISTS if isinstance(fields.get(key), list)]


def _open_speakers(items: list[Any]) -> list[Any]:
    """Return the turns of `[{speaker: "A", segments: [{start, end}, …]}, …]`; or the list
    itself."""
    opened: list[Any] = []
    for item in items:
        fields = as_object(item)
        lists = _lists_in(fields)
        label = find_label(fields, LABELS)
        if len(lists) != 1 or label is None:
            return items
        opened += [_name_span(span, label) for span in lists[0]]
    return opened


def _list_by_label(document: Any) -> list[Any] | None:
    """The turns of `{"A": [[0.5, 2.0], …], "B": […]}`; None for any other document."""
    items: list[Any] = []
    for label, spans in as_object(document).items():
        items += [_name_span(span, label) for span in as_list(spans) or [None]]
    if None in map(_read_item, items):
        return None
    return items or None


def _name_span(span: Any, label: str) -> Any:
    """A span of a speaker with the label that is beside the list."""
    if isinstance(span, list):
        return [*span, label]
    return {"speaker": label, **as_object(span)}


def _read_item(item: Any) -> TurnEntry | None:
    """A turn; None if it has no label or no times."""
    if isinstance(item, dict):
        return _read_plain(item) or read_entry({fold(key): value for key, value in item.items()})
    if isinstance(item, str):
        return read_line(item)
    return _read_row(as_list(item))


def _read_plain(item: dict[str, Any]) -> TurnEntry | None:
    """A turn with pyannote's own keys; None for any other.

    It takes a quarter of the time in which any keys are read.
    """
    if item.keys() != _PLAIN_KEYS:
        return None
    start, end, label = item["start"], item["end"], item["speaker"]
    if (type(start), type(end), type(label)) != (float, float, str):
        return None
    if not 0 <= start < MAX_SECONDS or not 0 <= end < MAX_SECONDS:
        return None
    label = label.strip()
    if not label:
        return None
    return TurnEntry(TurnTime(start), TurnTime(end), label)


def _read_row(row: list[Any]) -> TurnEntry | None:
    """A turn as `[start, end, label]` or `[label, start, end]`."""
    if len(row) != 3:
        return None
    if isinstance(row[0], str) and read_time(row[0]) is None:
        row = [row[1], row[2], row[0]]
    return read_entry({"start": row[0], "end": row[1], "label": row[2]})


def _has_words(document: Any) -> bool:
    outer = as_object(document)
    fields = {**outer, **as_object(outer.get("output"))}
    return any(map(fields.get, _WORD_LISTS))
