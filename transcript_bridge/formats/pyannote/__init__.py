"""Speaker turns as pyannote writes them in JSON and prints them. Times are seconds.

JSON:

    [{start, end, speaker}, …]
        the list that most scripts dump
    {diarization | segments | turns | speaker_diarization: […]}
        pyannoteAI, and pyannote.audio 4's serialize()
    {pyannote: "Annotation", content: [{segment: {start, end}, track, label}]}
        pyannote.core's for_json()
    [{start_time, end_time, speaker}], [{start, duration, label}], [[start, end, label]] …
        other names and orders (formats/turns/keys.py), {label: [[start, end]]}, NeMo's lines
    {timeline: [{ts, users: [{username}]}]}
        Zoom's timeline of a cloud recording

Printed:

    [ 00:00:00.030 -->  00:00:00.824] A SPEAKER_02
        str(Annotation)
    start=0.2s stop=1.5s speaker_SPEAKER_00
        the loop of pyannote.audio's README

pyannoteAI writes several lists. `identification` is read, which has the names of people; without
it `diarization`, which keeps overlapping speech, because joining with words needs to know who
talked at the same time; `exclusiveDiarization` only if it is alone. Log lines before the first
printed turn and after the last one are passed over.

There are no cues: a file of turns has no utterances.
"""

from __future__ import annotations

from ..base import Format
from .read import parse
from .sniff import ANNOTATION, sniff

FORMAT = Format(
    name="pyannote",
    title="speaker turns as JSON, and as pyannote prints them",
    suffixes=(".json", ".txt", ".diarization.json"),
    sniff=sniff,
    parse=parse,
    kind="turns",
    rank=90,
    highest_bid=ANNOTATION,
)
