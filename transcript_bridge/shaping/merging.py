"""Neighbouring utterances of one speaker become one, if the user asks for it."""

from __future__ import annotations

from itertools import chain

from ..line_joining import join_texts
from ..models import Transcript, Utterance
from ..problems import Problem


def merge_neighbours(transcript: Transcript, gap: int) -> Transcript:
    """Join each run of neighbours with one speaker and at most `gap` ms of silence between one and
    the next.

    The texts are joined as the lines of a cue are, the words one after the other; the first
    utterance gives the start, the id and the line, whichever ends last the end. Nobody (None) is a
    speaker here like any other. Overlapping utterances have no silence between them. Utterances are
    taken in the order in which they stand.
    """
    runs: list[list[Utterance]] = []
    end = 0
    for utterance in transcript.utterances:
        if runs and utterance.speaker == runs[-1][0].speaker and utterance.start - end <= gap:
            runs[-1].append(utterance)
            end = max(end, utterance.end)
        else:
            runs.append([utterance])
            end = utterance.end
    gone = len(transcript.utterances) - len(runs)
    if not gone:
        return transcript
    message = (
        f"{gone} utterances were joined to the one before, by the same speaker within {gap} ms"
    )
    return transcript.evolve(
        [run[0] if len(run) == 1 else _merged(run) for run in runs],
        [Problem("merged", message, cues=gone)],
    )


def _merged(run: list[Utterance]) -> Utterance:
    return run[0]._replace(
        end=max(utterance.end for utterance in run),
        text=join_texts(utterance.text for utterance in run),
        words=tuple(chain.from_iterable(utterance.words for utterance in run)),
    )
