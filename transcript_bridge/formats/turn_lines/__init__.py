"""Speaker turns, one in each line: two times and a label, in this order or with the label first.

    0.000000	2.000000	A
        labels of Audacity, LAB; HTK counts in units of 100 ns
    0.318 -- 6.865 speaker_00
        sherpa-onnx
    Speaker "A" speaks between t=0.0s and t=2.0s.
        an old README of pyannote.audio
    SPEAKER_00: 0:00:00.5 - 0:00:02.3
        what people's own scripts print

Log lines before the first turn and after the last one are passed over. Times are seconds unless
they say otherwise. There are no cues: a file of turns has no utterances.
"""

from __future__ import annotations

from ..base import Format
from .read import parse
from .sniff import sniff

FORMAT = Format(
    name="turn_lines",
    title="speaker turns in lines (Audacity, LAB, sherpa-onnx …)",
    suffixes=(".lab", ".txt", ".turns.txt"),
    sniff=sniff,
    parse=parse,
    kind="turns",
    rank=90,
    highest_bid=60,
)
