"""Who speaks where a cue does not say: labels that hold until the next one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .likeness import is_sound
from .strip_labels import DASHES, Cuts, State


def carries(cuts: Cuts, texts: Sequence[str]) -> bool:
    """Whether a label holds until the next one, as in podcasts that write it at changes of speaker
    alone.

    It does if far more stretches lean on the label before them than repeat it: a file that names
    the speaker in every cue repeats, and a cue without a name has none there
    (fixtures/labels/every-cue.srt). It does not in films with their dashes, where a cue without a
    name may be anybody's (fixtures/labels/film-names.srt). `texts` are the cues as they were.
    """
    if None not in cuts.states:  # each cue says who speaks
        return False
    states = cuts.sequence()
    begun = next((i for i, state in enumerate(states) if state is not None), len(states))
    leaning = states.count(None) - begun
    if not leaning or leaning <= 4 * sum(a == b for a, b in pairwise(states) if b):
        return False
    dashes = sum(
        1
        for text in texts
        if text.startswith(DASHES) and any(f"\n{dash}" in text for dash in DASHES)
    )
    return dashes < 2 or 50 * dashes < len(texts)


class Floor:
    """Who has the floor, from one stretch of text to the next."""

    def __init__(self, carries: bool) -> None:
        self.carries = carries
        self._current: str | None = None
        self._awaited: State = None

    def speaker(self, state: State, text: str) -> str | None:
        """Who says `text`. A label without text is for the next stretch that names nobody else."""
        if state is not None:
            self._current = state or None
            self._awaited = None if text else state
            return self._current
        if is_sound(text):
            return None
        if self._awaited is not None:
            state, self._awaited = self._awaited, None
            return state or None
        return self._current if self.carries else None
