"""Joins neighboring utterances of one speaker, if the user asks for it."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from ..line_joining import join_texts
from ..models import Transcript, Utterance
from ..problems import Problem
from ..quantities import count_of


class MergeLimits(NamedTuple):
    """The limits of joining. With the defaults, a sentence can still be found in a merged segment.

    gap: the longest silence between two neighbors, in ms. characters, ms: the maximum of a merged
    segment.
    """

    gap: int
    characters: int = 1_500
    ms: int = 120_000


def merge_neighbors(transcript: Transcript, limits: MergeLimits) -> Transcript:
    """Join neighbors of one speaker with little silence between them.

    Utterances keep their order. Speech without a speaker (None) counts as one speaker. Overlapping
    utterances have no silence between them.

    Texts are joined like the lines of a cue, and words are concatenated. Start, id and line are
    those of the first utterance; the end is the latest.
    """
    runs = _find_runs(transcript, limits)
    merged_count = len(transcript.utterances) - len(runs)
    if merged_count == 0:
        return transcript
    message = (
        f"{count_of(merged_count, 'utterance')} joined to the one before, by the same speaker "
        f"within {limits.gap / 1000:g} s"
    )
    problem = Problem("merged", message, cues=merged_count)
    return transcript.evolve([_merge(run) for run in runs], [problem])


def _find_runs(transcript: Transcript, limits: MergeLimits) -> list[list[Utterance]]:
    runs: list[list[Utterance]] = []
    end = characters = 0
    for utterance in transcript.utterances:
        length = len(utterance.text)
        is_near = utterance.start - end <= limits.gap
        if runs and is_near and utterance.speaker == runs[-1][0].speaker:
            latest = max(end, utterance.end)
            is_short = latest - runs[-1][0].start <= limits.ms
            if is_short and characters + 1 + length <= limits.characters:
                runs[-1].append(utterance)
                end = latest
                characters += 1 + length
                continue
        runs.append([utterance])
        end = utterance.end
        characters = length
    return runs


def _merge(run: list[Utterance]) -> Utterance:
    if len(run) == 1:
        return run[0]
    return run[0]._replace(
        end=max(utterance.end for utterance in run),
        text=join_texts(utterance.text for utterance in run),
        words=tuple(chain.from_iterable(utterance.words for utterance in run)),
    )
