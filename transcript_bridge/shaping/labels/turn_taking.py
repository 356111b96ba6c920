"""Decides who speaks in cues without a label: some files label only the changes of speaker."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import dropwhile, pairwise

from ...sounds import is_silent, is_sound
from .prefixes import DASHES, UNNAMED, Attribution
from .strip_labels import StrippedCues

_UNLABELED_PER_REPEATED = 4
"""Labels are carried over if, per label that repeats the one before it, more than this number of
passages have none. A file that labels every cue repeats labels (fixtures/labels/every-cue.srt)."""
_MIN_DIALOGUES = 2
_CUES_PER_DIALOGUE = 50
"""A file counts as a film with at least _MIN_DIALOGUES, if at least one of this number of cues is
one."""


def labels_carry_over(stripped: StrippedCues, texts: Sequence[str]) -> bool:
    """Whether a label is valid until the next one, as in podcasts that label only the changes.

    In a file that labels every cue, a cue without a label has no speaker. In films with dialogue
    dashes, it may be anybody's (fixtures/labels/film-names.srt). texts: the cues with labels.
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
    """Whether the only label of a file is its only speaker: it opens the file, starts half of the
    speech, and is repeated after remarks in brackets.

    Otherwise it may be a phrase, or somebody who interrupts, and the other speakers are unknown.
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
    """Determines the speaker of each passage, from the first to the last of a file."""

    def __init__(self, carries_over: bool, passing: Collection[str] = ()) -> None:
        """carries_over: whether a label is valid until the next one (`labels_carry_over`), except
        for labels in `passing`, which are valid only in their own cue."""
        self.carries_over = carries_over
        self._passing = passing
        self._current = UNNAMED
        """The speaker of all passages without a label."""
        self._next = UNNAMED
        """The speaker of the next passage: that of a label without text."""

    def advance(self, attribution: Attribution, text: str) -> str | None:
        """The speaker of the next passage."""
        if attribution is None:
            if is_sound(text):
                return None
            speaker, self._next = self._next, self._current
            return speaker or None
        is_valid = self.carries_over and attribution not in self._passing
        self._current = attribution if is_valid else UNNAMED
        self._next = self._current if text else attribution
        return attribution or None
