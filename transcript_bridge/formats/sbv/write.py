"""SubViewer captions from a transcript."""

from __future__ import annotations

from ...models import Transcript
from ...timecode import render_clock
from ..cues.writing import label_utterances


def render(transcript: Transcript) -> str:
    """`00:00:01.200,00:00:03.529` and the text below it, with a blank line after each cue."""
    cues = []
    for start, end, text in label_utterances(transcript.utterances):
        cues.append(f"{render_clock(start)},{render_clock(end)}\n{text}\n\n")
    return "".join(cues)
