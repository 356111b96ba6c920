"""Joins the words of a transcript with the speaker turns of a diarization.

    join_turns        a stage: every word gets its speaker, and utterances are split where the
                      speaker changes
    split_speakers    a stage: the same split for transcripts whose words already have speakers
    select_recording  which of a file's turns belong to this transcript

Inside: `joining` has the first stage. `timeline` has who speaks when, and `speech` when each word
is said; `blocks` combines them. `deciding` chooses labels, at the `costs` of changing them, with
the help of words that begin `answers`. `split_utterance` splits utterances and `text_cuts` their
texts, after an `alignment` with the words. `recordings` chooses turns; `label_sets` and `offsets`
check whether they fit. docs/diarization.md describes the method.

Each name is loaded at its first use: most files come without turns, and loading the join takes a
tenth of the time of converting a small file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...on_demand import load_name

if TYPE_CHECKING:
    from .costs import Costs as Costs
    from .joining import Joined as Joined
    from .joining import JoinStatistics as JoinStatistics
    from .joining import Mode as Mode
    from .joining import join_turns as join_turns
    from .recordings import select_recording as select_recording
    from .split_utterance import split_speakers as split_speakers

_MODULES = {
    "Costs": "costs",
    "JoinStatistics": "joining",
    "Joined": "joining",
    "Mode": "joining",
    "join_turns": "joining",
    "select_recording": "recordings",
    "split_speakers": "split_utterance",
}

__all__ = [*_MODULES]  # each name is a string; the linter cannot tell


def __getattr__(name: str) -> Any:
    return load_name(__name__, _MODULES, name)
