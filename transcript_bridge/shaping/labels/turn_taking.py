"""Who speaks where a cue does not say so: some files label only the changes of speaker."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from ...sounds import is_sound
from .prefixes import DASHES, Attribution
from .strip_labels import StrippedCues

_UNLABELED_PER_REPEATED = 4
"""Labels carry over if for each label that repeats the one before it, more than so many passages
have none. A file that labels every cue repeats (fixtures/labels/every-cue.srt)."""
_MIN_DIALOGUES = 2
_CUES_PER_DIALOGUE = 50
"""From so many dialogue cues on, and one in so many cues, a file counts as a film."""


def labels_carry_over(stripped: StrippedCues, texts: Sequence[str]) -> bool:
    """Whether a label is valid until the next one, as in podcasts that label only the changes.

    In a file that labels every cue, a cue without a label has no speaker. In films with dialogue
    dashes, it may be anybody's (fixtures/labels/film-names.srt). `texts` are the cues with labels.
    """
    if None not in stripped.attributions:
        return False
    attributions = stripped.all_attributions()
    unlabeled = attributions.count(None) - _count_leading_none(attributions)
    if unlabeled == 0:
        return False
    repeated = 0
    for before, after in pairwise(attributions):
        if after and before == after:
            repeated += 1
    if unlabeled <= _UNLABELED_PER_REPEATED * repeated:
        return False
    names = set(attributions) - {None}
    if len(names) == 1 and not _is_monologue(stripped):
        return False
    dialogues = sum(map(_is_dialogue, texts))
    return dialogues < _MIN_DIALOGUES or dialogues * _CUES_PER_DIALOGUE < len(texts)


def _is_monologue(stripped: StrippedCues) -> bool:
    """Whether the only label of a file is its only speaker: it opens the file, starts half of what
    is spoken, and returns after remarks in brackets.

    Else it may be a phrase, or somebody who interrupts, and nobody knows who says the rest.
    """
    spoken = labeled = remarks = 0
    for attribution, text in zip(stripped.attributions, stripped.texts, strict=True):
        if not text:
            continue
        if is_sound(text):
            remarks += 1
            continue
        if not spoken and attribution is None:
            return False
        spoken += 1
        labeled += attribution is not None
    return remarks > 0 and 2 * labeled >= spoken


def _count_leading_none(attributions: Sequence[Attribution]) -> int:
    count = 0
    for attribution in attributions:
        if attribution is not None:
            break
        count += 1
    return count


def _is_dialogue(text: str) -> bool:
    """Whether two lines of a cue start with a dash."""
    if not text.startswith(DASHES):
        return False
    return any(f"\n{dash}" in text for dash in DASHES)


class CurrentSpeaker:
    """Names the speaker of each passage, from the first to the last of a file."""

    def __init__(self, carries_over: bool, passing: Collection[str] = ()) -> None:
        """carries_over: whether a label is valid until the next one (`labels_carry_over`), except
        for those in `passing`, which are valid for their own cue."""
        self.carries_over = carries_over
        self._passing = passing
        self._current: Attribution = None
        self._pending: Attribution = None
        """The attribution of a label without text, for the next passage that has none."""

    def advance(self, attribution: Attribution, text: str) -> str | None:
        """Who says the next passage."""
        if attribution is not None:
            self._current = None if attribution in self._passing else attribution
            self._pending = None if text else attribution
            return attribution or None
        if is_sound(text):
            return None
        if self._pending is not None:
            pending = self._pending
            self._pending = None
            return pending or None
        if self.carries_over:
            return self._current or None
        return None
