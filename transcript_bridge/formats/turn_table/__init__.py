"""Speaker turns as a table with a header: CSV of pyannote's dataframe, and tables like it.

    ,segment,label,speaker,start,end
    0,[ 00:00:00.030 -->  00:00:00.824],A,SPEAKER_00,0.03,0.824
        WhisperX: diarize_df.to_csv()
    start;duration;speaker
        any order of columns; `,`, `;` or a tab between them

Times are seconds unless the column or the value says otherwise. There are no cues: a file of turns
has no utterances. A table with a column of text is a transcript, and none of this format.
"""

from __future__ import annotations

from ..base import Format
from .read import parse, sniff

FORMAT = Format(
    name="turn_table",
    title="speaker turns as CSV (pyannote's dataframe)",
    suffixes=(".turns.csv", ".diarization.csv"),
    sniff=sniff,
    parse=parse,
    kind="turns",
    rank=90,
    highest_bid=70,
)
