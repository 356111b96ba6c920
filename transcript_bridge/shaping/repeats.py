"""Removes repeated utterances: of those with the same times, one is kept.

A file was appended to itself, or a program writes each cue twice (fixtures/srt/file-twice.srt,
fixtures/srt/each-cue-twice.srt). Nobody says the same words twice at the same time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..models import Transcript, Utterances
from ..problems import Problem
from ..quantities import count_of

_SECOND = 1000
_MOST_COPIES = 3
_MOSTLY = 3
"""If at most one of this number of starts falls within a second, the times are whole seconds: two
sentences may have the same times."""


def drop_repeats(transcript: Transcript) -> Transcript:
    """Keep the first of the utterances that have the same times, speaker and text.

    If times are whole seconds, only if the file repeats all of its utterances equally often,
    because a short word may be said twice in a second. Utterances without length stay.

    Problems: `cue-repeat`, one for the file, with all that were left out.
    """
    utterances = transcript.utterances
    repeated = _find_repeated(utterances)
    if not repeated:
        return transcript
    if _has_whole_seconds(utterances) and not _has_all_equally_often(utterances):
        return transcript
    left_out = set(repeated)
    kept = [row for index, row in enumerate(utterances) if index not in left_out]
    count = count_of(len(repeated), "cue was", "cues were")
    message = f"{count} left out because the file has the same cues before, with the same times"
    problem = Problem("cue-repeat", message, utterances.lines[repeated[0]], len(repeated))
    return transcript.evolve(kept, (problem,))


_Row = tuple[int, int, str | None, str]


def _compared(utterances: Utterances) -> Iterator[_Row]:
    """The values that two utterances have in common if one repeats the other."""
    columns = (utterances.starts, utterances.ends, utterances.speakers, utterances.texts)
    return zip(*columns, strict=True)


def _find_repeated(utterances: Utterances) -> list[int]:
    """The indices of utterances that occurred before."""
    seen: set[_Row] = set()
    repeated: list[int] = []
    for index, row in enumerate(_compared(utterances)):
        start, end, _, _ = row
        if row not in seen:
            seen.add(row)
        elif end > start:
            repeated.append(index)
    return repeated


def _has_whole_seconds(utterances: Utterances) -> bool:
    fractions = 0
    for start in utterances.starts:
        fractions += start % _SECOND != 0
    return _MOSTLY * fractions <= len(utterances)


def _has_all_equally_often(utterances: Utterances) -> bool:
    counts = Counter(_compared(utterances)).values()
    return len(counts) > 1 and min(counts) == max(counts) <= _MOST_COPIES
