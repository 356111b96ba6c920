"""Who speaks where a cue does not say so: some files label only the changes of speaker."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import dropwhile, pairwise

from ...sounds import is_silent, is_sound
from .prefixes import DASHES, UNNAMED, Attribution
from .strip_labels import StrippedCues

_UNLABELED_PER_REPEATED = 4
"""Labels carry over if more than this number of passages have no label for each label that repeats
the one before it. A file that labels every cue repeats (fixtures/labels/every-cue.srt)."""
_MIN_DIALOGUES = 2
_CUES_PER_DIALOGUE = 50
"""A file counts as a film from _MIN_DIALOGUES on, if at least one of this number of cues is one."""


def labels_carry_over(stripped: StrippedCues, texts: Sequence[str]) -> bool:
    """Whether a label is valid until the next one, as in podcasts that label only the changes.

    In a file that labels every cue, a cue without a label has no speaker. In films with dialogue
    dashes, it may be anybody's (fixtures/labels/film-names.srt). `texts` are the cues with labels.
    """
    if None not in stripped.attributions:
        return False
    attributions = list(dropwhile(lambda one: one is None, stripped.all_attributions()))
    repeated = sum(before == after for before, after in pairwise(attributions) if after)
    if attributions.count(None) <= _UNLABELED_PER_REPEATED * repeated:
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
    cues = zip(stripped.attributions, stripped.texts, strict=True)
    spoken = [attribution for attribution, text in cues if not is_silent(text)]
    if spoken[:1] == [None] or not any(map(is_sound, stripped.texts)):
        return False
    return 2 * spoken.count(None) <= len(spoken)


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
        self._current = UNNAMED
        """Who says all passages without a label."""
        self._next = UNNAMED
        """Who says the next one: a label without text is for it."""

    def advance(self, attribution: Attribution, text: str) -> str | None:
        """Who says the next passage."""
        if attribution is None:
            if is_sound(text):
                return None
            speaker, self._next = self._next, self._current
            return speaker or None
        is_valid = self.carries_over and attribution not in self._passing
        self._current = attribution if is_valid else UNNAMED
        self._next = self._current if text else attribution
        return attribution or None
