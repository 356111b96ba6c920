"""Reads messages of live recognizers, saved one after another, as the entries of one list.

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
    {response: {is_final, alternatives: [{transcript, items: [{start, end, kind, value}]}]}}
        Verbit
    {type: "transcript.text.segment", start, end, text, speaker}
        OpenAI; others are transcript.text.delta

Each says whether a later one replaces it. Such messages are removed by kinds.drop_interim.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

from ..json_text import as_object, find_all, find_objects

Row = dict[str, Any]
_WRAPPERS = (
    "data",
    "response",
    "Transcript",
    "utterance",
    "channel",
    "result",
    "speaker_info",
)
"""Objects inside of a message, the outer ones first."""
_STATES = {
    "is_final": False,
    "isFinal": False,
    "final": False,
    "end_of_turn": False,
    "eou": False,
    "IsPartial": True,
    "is_partial": True,
    "isPartial": True,
}
"""Keys of a message, and what they are if a later one replaces it."""
_KINDS = (
    "message",
    "message_type",
    "type",
)
_STATEMENTS = frozenset((*_STATES, *_KINDS))
_TEXTS = (
    "text",
    "transcript",
    "alternatives",
    "Alternatives",
    "elements",
    "hypotheses",
)
"""A message with a text has one of these keys."""
_INHERITED = (
    "speaker",
    "speaker_id",
)
"""Keys of a message that tell something of each result in it."""
_ITEMS = {"Alternatives": "Items", "alternatives": "items"}
"""Keys of alternatives, and of words in them that have no key of json_keys."""
_SIGNS = frozenset((*_WRAPPERS, *_STATES, "results", "Results", "message_type", "elements"))
_SAMPLE = 20
"""Entries of a list of which one must have such a key: looking at all takes longer than reading."""
_STATE_IN_KIND = re.compile("(partial|delta)|final")
"""Words in the kind of such a message, in lower case."""


def read_messages(document: Any) -> Any:
    """Read the entries of messages; empty for any other document."""
    messages = find_all(document, "*")
    if _SIGNS.isdisjoint(chain.from_iterable(map(as_object, messages[:_SAMPLE]))):
        return []
    rows: list[Row] = []
    for message in messages:
        rows += _read_message(_unwrap(message))
    if not any(map(_says_final, rows)):
        return []
    return {"monologues": rows}


def may_be_interim(rows: list[Any]) -> bool:
    """Whether the first entries of a list state if later ones replace them."""
    return any(map(_says_final, map(as_object, rows[:_SAMPLE])))


def _says_final(row: Row) -> bool:
    return is_interim(row) is not None


def is_interim(row: Row) -> bool | None:
    """Whether a later message replaces this one; None if it does not state it."""
    if _STATEMENTS.isdisjoint(row):  # most entries: 4 % of reading a small file
        return None
    for key, is_partial in _STATES.items():
        if type(row.get(key)) is bool:
            return bool(row[key]) == is_partial
    kinds = " ".join([str(row.get(key)) for key in _KINDS]).lower()
    state = _STATE_IN_KIND.search(kinds)
    return state and bool(state[1])


def _unwrap(message: Any) -> Row:
    fields = as_object(message)
    for key in _WRAPPERS:
        fields = {**fields, **as_object(fields.get(key))}
    return fields


def _read_message(message: Row) -> list[Row]:
    """Read the entries of a message: those of a list in it, or itself; empty without a text."""
    around = {key: message[key] for key in _INHERITED if key in message}
    interim = is_interim(message)
    if interim is not None:
        around["is_final"] = not interim
    results = find_objects(message, "results.*") + find_objects(message, "Results.*")
    rows = [row for row in results or [message] if not row.keys().isdisjoint(_TEXTS)]
    return [_open_items({**around, **row}) for row in rows]


def _open_items(row: Row) -> Row:
    """Add the words of the best alternative to a result of Amazon Transcribe, or of Verbit."""
    for key, items in _ITEMS.items():
        for best in find_objects(row, f"{key}.0"):
            return {**row, "alternatives": [{"words": best.get(items), **best}]}
    return row
