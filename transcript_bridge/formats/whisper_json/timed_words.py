"""Words in shapes of their own, with paragraphs or speakers beside them.

3Play Media
    {words: [["880", "Good"], ["1230", "morning."]], paragraphs: ["880"], speakers: {"880":
    "NORA"}}, ms; a speaker speaks from that moment on
Speechmatics' first version, and Hyperaudio's
    {words: [{name: "Good", time: "0.5", duration: "0.3"}], speakers: [{name: "M1", time: "0.5",
    duration: "2.1"}]}; or each word has the number of its speaker in `speakers: [{name}]`
"""

from __future__ import annotations

from typing import Any

from ..json_text import as_list, as_object, first_of
from .moments import as_plain_number

_PAIR = 2
_NAMED = frozenset(("name", "time", "duration"))
_MARKS = frozenset(".,;:?!…")


def read_pairs(fields: dict[str, Any]) -> dict[str, Any] | None:
    """The paragraphs of 3Play Media's transcript; None for any other document."""
    words = as_list(fields.get("words"))
    speakers = as_object(fields.get("speakers"))
    begins = set(map(_read_ms, as_list(fields.get("paragraphs"))))
    is_known = "speakers" in fields or begins
    if not is_known or not words or not all(map(_is_pair, words)):
        return None
    segments: list[dict[str, Any]] = []
    speaker: Any = None
    names = {_read_ms(key): name for key, name in speakers.items()}
    for time, text in words:
        start = _read_ms(time)
        speaker = names.get(start, speaker)
        if not segments or start in begins | names.keys():
            segments.append({"speaker": speaker, "words": []})
        segments[-1]["words"].append({"word": text, "start_ms": start})
    return {"segments": segments}


def _is_pair(value: Any) -> bool:
    pair = as_list(value)
    return len(pair) == _PAIR and _read_ms(pair[0]) is not None and isinstance(pair[1], str)


def _read_ms(value: Any) -> float | None:
    return as_plain_number(value)


def read_named(fields: dict[str, Any]) -> dict[str, Any] | None:
    """The words of the first version of Speechmatics; None for any other document."""
    words = as_list(fields.get("words"))
    first = as_object(first_of(words))
    if not first.keys() >= _NAMED or as_plain_number(first["time"]) is None:
        return None
    spelled = [_rename(word, "word") for word in words]
    speakers = list(map(as_object, as_list(fields.get("speakers"))))
    if any("time" in speaker for speaker in speakers):
        turns = [_rename(speaker, "speaker") for speaker in speakers]
        return {**fields, "words": spelled, "speakers": None, "turns": turns}
    names = {str(number): speaker.get("name") for number, speaker in enumerate(speakers)}
    return {**fields, "words": spelled, "speakers": names}


def _rename(row: Any, name: str) -> dict[str, Any]:
    """A word, or a turn, with its name under the key of the table."""
    fields = as_object(row)
    renamed = {key: value for key, value in fields.items() if key != "name"}
    renamed[name] = fields.get("name")
    if str(renamed[name]) in _MARKS:
        renamed["type"] = "punctuation"
    return renamed
