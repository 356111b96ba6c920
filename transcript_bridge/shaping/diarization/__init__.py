"""Who said it: joins the words of a transcript with the speaker turns of a diarization.

    join_turns        a stage: every word gets its speaker, utterances are cut where the speaker
                      changes
    split_speakers    a stage: the same cut for transcripts whose words already have speakers
    select_recording  which of a file's turns belong to this transcript

Inside: `timeline` says who is heard when, `speech` when each word is said, `blocks` brings both
together, `deciding` gives labels at the `costs` of changing them, `cutting` cuts utterances,
`recordings` chooses and compares files. docs/diarization.md tells how it works.
"""

from .costs import Costs
from .joining import Joined, JoinStatistics, Mode, join_turns
from .recordings import select_recording
from .split_utterance import split_speakers

__all__ = [
    "Costs",
    "JoinStatistics",
    "Joined",
    "Mode",
    "join_turns",
    "select_recording",
    "split_speakers",
]
