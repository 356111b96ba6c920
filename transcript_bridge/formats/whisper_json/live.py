"""Messages of live recognizers, saved one after another, as the entries of one list.

    {type: "Results", is_final: true, start, channel: {alternatives: [{transcript, words}]}}
        Deepgram
    {message: "AddTranscript", results: [{type: "word", start_time, end_time, alternatives}]}
        Speechmatics; others are AddPartialTranscript
    {message_type: "FinalTranscript", text, audio_start, words}, {type: "Turn", end_of_turn, words}
        AssemblyAI; others are PartialTranscript
    {type: "final", ts, end_ts, elements}
        Rev; others are partial
    {type: "transcript", data: {is_final, utterance: {text, start, end, words}}}
        Gladia
    {Transcript: {Results: [{IsPartial, StartTime, EndTime, Alternatives}]}}
        Amazon Transcribe
    {results: [{isFinal, alternatives: [{transcript, words}]}]}
        Google
    {result: {final, hypotheses: [{transcript}]}, segment-start, segment-length}
        Kaldi's GStreamer server
    {results: [{text, start, end}], eou, speaker_info: {speaker_id}}
        SaluteSpeech

Each says whether a later one replaces it: those are left out where the list is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..json_text import as_list, as_object, first_of

_WRAPPERS = (
    "data",
    "Transcript",
    "utterance",
    "channel",
    "result",
    "speaker_info",
)
"""Objects inside of a message, the outer ones first."""
_LISTS = (
    "results",
    "Results",
)
_FINAL_KEYS = (
    "is_final",
    "isFinal",
    "final",
    "end_of_turn",
    "eou",
)
_PARTIAL_KEYS = (
    "IsPartial",
    "is_partial",
    "isPartial",
)
_KINDS = (
    "message",
    "message_type",
    "type",
)
_TEXTS = (
    "text",
    "transcript",
    "alternatives",
    "Alternatives",
    "elements",
    "hypotheses",
)
"""Keys of which a message with a text has one."""
_INHERITED = (
    "speaker",
    "speaker_id",
)
"""Keys of a message that tell something of each result in it."""
_SIGNS = frozenset((*_WRAPPERS, *_LISTS, *_FINAL_KEYS, *_PARTIAL_KEYS, "message_type", "elements"))
_SAMPLE = 20
"""Entries of a list of which one must have such a key: looking at all takes longer than reading."""
_PARTIAL, _FINAL = "partial", "final"
"""What is in the kind of such a message, in lower case."""


def open_messages(document: Any) -> Any:
    """The entries of messages; any other document as it is."""
    sample = map(as_object, as_list(document)[:_SAMPLE])
    if all(_SIGNS.isdisjoint(message) for message in sample):
        return document
    rows: list[Any] = []
    for message in as_list(document):
        rows += _read_message(_unwrap(message))
    if all(is_interim(row) is None for row in rows):
        return document
    if any("elements" in row for row in rows):
        return {"monologues": rows}
    return rows


def may_be_interim(rows: list[Any]) -> bool:
    """Whether the first entries of a list say if later ones replace them."""
    return any(is_interim(as_object(row)) is not None for row in rows[:_SAMPLE])


def is_interim(row: dict[str, Any]) -> bool | None:
    """Whether a later message replaces it; None if it does not say so."""
    for key in _FINAL_KEYS:
        if type(row.get(key)) is bool:
            return not row[key]
    for key in _PARTIAL_KEYS:
        if type(row.get(key)) is bool:
            return bool(row[key])
    kinds = " ".join([str(row.get(key)) for key in _KINDS]).lower()
    if _PARTIAL in kinds or _FINAL in kinds:
        return _PARTIAL in kinds
    return None


def _unwrap(message: Any) -> dict[str, Any]:
    fields = as_object(message)
    for key in _WRAPPERS:
        fields = {**fields, **as_object(fields.get(key))}
    return fields


def _read_message(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Its entries: those of a list in it, or itself; none if it has no text."""
    around = {key: message[key] for key in _INHERITED if key in message}
    interim = is_interim(message)
    if interim is not None:
        around[_FINAL_KEYS[0]] = not interim
    results = [as_object(row) for key in _LISTS for row in as_list(message.get(key))]
    for row in results or [message]:
        if not row.keys().isdisjoint(_TEXTS):
            yield _open_items({**around, **row})


def _open_items(row: dict[str, Any]) -> dict[str, Any]:
    """A result of Amazon's with the words of its best hearing."""
    best = as_object(first_of(row.get("Alternatives")))
    if best:
        return {**row, "alternatives": [{**best, "words": best.get("Items")}]}
    return row
