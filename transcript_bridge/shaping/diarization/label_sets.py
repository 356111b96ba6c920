"""Checks whether the labels of a transcript and those of the turns name the same people.

If a recognizer and a diarizer ran separately, both call somebody SPEAKER_00, but rarely the same
person. In one transcript, two people would then have one label.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from ...errors import InputError
from ...models import Utterance
from ...quantities import list_some
from .blocks import make_blocks
from .speech import Speech
from .timeline import Timeline

_NUMBERED = re.compile(r"(?:speaker|spk|spkr|s)?[\s_:-]*(?:\d+|[a-z])", re.IGNORECASE)
_MAX_LISTED = 4
"""How many labels of each set a message lists."""


def check_labels(
    kept: Sequence[Utterance], given: Collection[str | None], timeline: Timeline
) -> None:
    """Raises InputError if labels of the `kept` utterances mean somebody else in the turns.

    kept: utterances that keep their labels. given: the labels that other words take from the turns.
    """
    own = {utterance.speaker for utterance in kept if utterance.speaker}
    new = {label for label in given if label}
    if not own or not new:
        return
    heard = _count_heard(kept, timeline)
    for label in sorted(own):
        if _is_in_question(label, new) and not _agrees(label, heard[label]):
            raise InputError(
                f"its own labels ({_list(own)}) and those of the turns ({_list(new)}) do not name "
                "the same people; --reassign takes all speakers from the turns"
            )


def _is_in_question(label: str, new: Collection[str]) -> bool:
    """Whether a label is also one of the new ones, or is a number as they are."""
    return label in new or (_is_number(label) and any(map(_is_number, new)))


def _is_number(label: str) -> bool:
    """Whether a label only numbers a speaker: `SPEAKER_00`, `Speaker 1`, `2`, `A`."""
    return _NUMBERED.fullmatch(label.strip()) is not None


def _count_heard(
    kept: Sequence[Utterance], timeline: Timeline
) -> Mapping[str | None, Counter[str]]:
    """For each label of the transcript, for how long (ms) each label of the turns is heard with
    it."""
    starts = [utterance.start for utterance in kept]
    ends = [max(utterance.start, utterance.end) for utterance in kept]
    blocks = make_blocks(Speech(starts, ends, {}, set()), timeline, cap=0)
    heard: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    spans = zip(blocks.firsts, blocks.firsts[1:], blocks.shares, strict=False)
    for first, stop, shares in spans:
        for at in range(first, stop):
            counts = heard[kept[at].speaker]
            for other, share in shares.items():
                counts[other] += round(share * (ends[at] - starts[at]))
    return heard


def _agrees(label: str, heard: Counter[str]) -> bool:
    """Whether the turns have the same label where the transcript has `label`.

    If they have none there, equal names mean the same person, and equal numbers need not.
    """
    if not heard:
        return not _is_number(label)
    return heard[label] == max(heard.values())


def _list(labels: Collection[str]) -> str:
    return list_some(sorted(labels), _MAX_LISTED)
