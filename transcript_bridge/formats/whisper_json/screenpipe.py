"""Screenpipe's search results: speech of chunks of audio, each with the moment it began.

    {data: [{type: "Audio", content: {transcription, timestamp, start_time, end_time, speaker}},
        {type: "OCR", content: {text, …}}]}

`timestamp` is when the chunk began; the times of the speech, in seconds, count from there. The
latest comes first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ..json_text import as_list, as_object, is_number
from ..json_values import read_moment

_KEYS = frozenset(("transcription", "timestamp", "chunk_id"))


def read_results(fields: dict[str, Any]) -> dict[str, Any] | None:
    """The speech of all results, by the moment it began; None for other documents."""
    found: list[tuple[datetime, dict[str, Any]]] = []
    for result in as_list(fields.get("data")):
        content = as_object(as_object(result).get("content"))
        moment = read_moment(content.get("timestamp"))
        if content.keys() >= _KEYS and moment is not None:
            found.append(_read_content(content, moment))
    if not found:
        return None
    found.sort(key=_start_of)
    return {"segments": [row for _, row in found]}


def _start_of(found: tuple[datetime, dict[str, Any]]) -> datetime:
    return found[0]


def _read_content(content: dict[str, Any], moment: datetime) -> tuple[datetime, dict[str, Any]]:
    start: Any = content.get("start_time")
    end: Any = content.get("end_time")
    row = {"text": content["transcription"], "speaker": content.get("speaker")}
    if is_number(start) and is_number(end) and 0 <= start <= end < timedelta.max.days:
        begins = moment + timedelta(seconds=start)
        row.update(end=(moment + timedelta(seconds=end)).isoformat())
    else:
        begins = moment
    return begins, {**row, "start": begins.isoformat()}
