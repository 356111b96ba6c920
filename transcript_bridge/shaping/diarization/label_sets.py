"""Whether the labels that a transcript has already and those of the turns name the same people.

A recognizer and a diarizer that ran apart both call somebody SPEAKER_00, and seldom the same
person. As one transcript, two people would have one label.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from ...errors import InputError
from ...models import Utterance
from ...quantities import list_some
from .blocks import make_blocks
from .speech import Speech
from .timeline import Timeline

_NUMBERED = re.compile(r"(?:speaker|spk|spkr|s)?[\s_:-]*(?:\d+|[a-z])", re.IGNORECASE)
_MAX_LISTED = 4
"""Labels of each set to list in a message."""


def check_labels(
    kept: Sequence[Utterance], given: Collection[str | None], timeline: Timeline
) -> None:
    """Raises InputError if labels of the `kept` utterances mean somebody else in the turns.

    kept: utterances that stay as they are. given: the labels that other words take from the turns.
    """
    own = {utterance.speaker for utterance in kept} - {None}
    new = set(given) - {None}
    if not own or not new:
        return
    counts = _count_heard(kept, timeline)
    for label in sorted(filter(None, own)):
        if _is_in_question(label, new) and not _agrees(label, counts.get(label, Counter())):
            raise InputError(
                f"its own labels ({_list(own)}) and those of the turns ({_list(new)}) do not name "
                "the same people; --reassign takes all speakers from the turns"
            )


def _is_in_question(label: str, new: Collection[str | None]) -> bool:
    """Whether a label is one of the new ones, or a number like them."""
    if label in new:
        return True
    if not _is_number(label):
        return False
    return any(other is not None and _is_number(other) for other in new)


def _is_number(label: str) -> bool:
    """Whether a label numbers somebody: `SPEAKER_00`, `Speaker 1`, `2`, `A`."""
    return _NUMBERED.fullmatch(label.strip()) is not None


def _count_heard(kept: Sequence[Utterance], timeline: Timeline) -> dict[str, Counter[str]]:
    """By label of the transcript, for how long (ms) each label of the turns is heard with it."""
    labeled = [utterance for utterance in kept if utterance.speaker is not None]
    starts = [utterance.start for utterance in labeled]
    ends = [max(utterance.start, utterance.end) for utterance in labeled]
    blocks = make_blocks(Speech(starts, ends, {}, set()), timeline, cap=0)
    heard: dict[str, Counter[str]] = {}
    spans = zip(blocks.firsts, blocks.firsts[1:], blocks.shares, strict=False)
    for first, stop, shares in spans:
        for at in range(first, stop):
            label = labeled[at].speaker
            assert label is not None
            counts = heard.setdefault(label, Counter())
            for other, share in shares.items():
                counts[other] += round(share * (ends[at] - starts[at]))
    return heard


def _agrees(label: str, heard: Counter[str]) -> bool:
    """Whether the turns hear somebody of the same label where the transcript has `label`.

    Where they hear nobody, a name is the same name, and a number says nothing.
    """
    if not heard:
        return not _is_number(label)
    return heard[label] == max(heard.values())


def _list(labels: Collection[str | None]) -> str:
    return list_some(sorted(filter(None, labels)), _MAX_LISTED)
