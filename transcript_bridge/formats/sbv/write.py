"""SubViewer captions from a transcript."""

from __future__ import annotations

from ...models import Transcript
from ...timecode import render_clock
from ..base import LineLimits
from ..cues.fitting import ONE_LINE
from ..cues.writing import label_utterances


def render(transcript: Transcript) -> str:
    """`00:00:01.200,00:00:03.529` and the text below it, with a blank line after each cue."""
    return render_lines(transcript, ONE_LINE)


def render_lines(transcript: Transcript, limits: LineLimits) -> str:
    """The same with short lines; each cue has the speaker before its first line."""
    cues = []
    for start, end, text in label_utterances(transcript.utterances, limits):
        cues.append(f"{render_clock(start)},{render_clock(end)}\n{text}\n\n")
    return "".join(cues)
