"""The JSON of Podcasting 2.0 from a transcript."""

from __future__ import annotations

import json
from typing import Any

from ...line_joining import join_lines
from ...models import Transcript
from ...timecode import seconds


def render(transcript: Transcript) -> str:
    """One segment for each utterance, one in each line of the file.

    A body ends with a line break, as the last word of a paragraph does in files of podcast hosts:
    nothing is joined when it is read again.
    """
    rows = []
    for start, end, text, speaker, *_ in transcript.utterances:
        row: dict[str, Any] = {}
        label = join_lines(speaker or "")
        if label:
            row["speaker"] = label
        row["startTime"] = seconds(start)
        row["endTime"] = seconds(end)
        row["body"] = join_lines(text) + "\n"
        rows.append(json.dumps(row, ensure_ascii=False))
    segments = ",\n  ".join(rows)
    return f'{{\n "version": "1.0.0",\n "segments": [\n  {segments}\n ]\n}}\n'
