"""Text with times from a transcript."""

from __future__ import annotations

from ...models import Transcript
from ...timecode import render_clock
from ..cues.writing import label_utterances


def render(transcript: Transcript) -> str:
    """One line for each utterance: `[00:00:01.000 --> 00:00:02.500] Alice: Good morning.`"""
    lines = []
    for start, end, text in label_utterances(transcript.utterances):
        lines.append(f"[{render_clock(start)} --> {render_clock(end)}] {text}\n")
    return "".join(lines)
