"""Windows of whisper.cpp's live recognizer (`whisper-stream` where it waits for speech).

    ### Transcription 3 START | t0 = 12480 ms | t1 = 22480 ms

    [00:00:00.000 --> 00:00:02.000]   Good morning.

    ### Transcription 3 END

Times count from the beginning of the window, whose line states when that was. Windows overlap: each
repeats about the last ten seconds of the one before, and recognizes them better.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from math import inf

from ...models import Utterance
from ..cues.cue import FindingLog
from .line_rows import match_rows

_BEGINNING = re.compile(r"### Transcription \d{1,9} START \| t0 = (\d{1,12}) ms \| t1 = \d")
SIGN = "### Transcription "


def place_windows(
    utterances: Sequence[Utterance], lines: Sequence[str], log: FindingLog
) -> list[Utterance]:
    """Move utterances to the times of the recording; where windows overlap, keep the later one.

    lines: those of the text, by their numbers.
    """
    found = match_rows(_BEGINNING, lines)
    rows = [0, *found]
    begins = [0, *[int(match[1]) for match in found.values()]]
    heard: dict[int, list[Utterance]] = {}
    """The text of each window, by its number; windows without speech are left out."""
    for utterance in utterances:
        window = bisect(rows, utterance.line or 0) - 1
        heard.setdefault(window, []).append(utterance.move(begins[window]))
    limits = [*[begins[window] for window in heard][1:], inf]
    kept = []
    for said, limit in zip(heard.values(), limits, strict=True):
        kept += [utterance for utterance in said if utterance.start < limit]
    repeated = len(utterances) - len(kept)
    if repeated:
        message = f"cues that a later window of the live recognizer repeats: {repeated}"
        log.add("live-repeat", message, cues=repeated)
    return kept
