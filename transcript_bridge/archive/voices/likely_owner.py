"""Proposes who the owner of an archive may be, with the reason.

The facts, the strongest first: the speaker map; what files say about their own speakers, if these
are heard in other files, too; labels that products write for their user (`You`, `Alice (me)`); who
is heard in nearly all recordings; and recordings of one voice, such as memos. A proposal alone
never makes anybody the owner.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nlargest
from itertools import chain
from typing import Literal, NamedTuple

from ...quantities import count_of
from ..summary import RecordingSummary
from .anonymous_labels import is_anonymous
from .similar_names import Proposal

Evidence = Literal["map", "files", "label", "most recordings", "one voice"]

_OWN_LABELS = frozenset(
    {"you", "me", "myself", "ich", "du", "sie (ich)", "moi", "vous", "yo", "tú", "io", "eu", "ik"}
)
"""How products name their user, in the languages in which this was seen."""
_OWN_MARK = re.compile(r"\((?:me|you|host|ich|moi|yo|organi[sz]er)\)\s*$", re.IGNORECASE)
_SHARE = 0.8
"""The share of the recordings with evidence in which the owner must speak."""
_AHEAD = 2
"""How many times as many recordings the owner must have as the next person."""
_MIN_MEMOS = 3


class OwnerProposal(NamedTuple):
    """A person who may be the owner.

    name: of the person; None for voices without a label. labels: those of this person in the files.
    reason: for people, without the name. recordings, of: in how many recordings, of how many that
    can tell.
    """

    name: str | None
    labels: tuple[str, ...]
    evidence: Evidence
    reason: str
    recordings: int
    of: int

    @property
    def is_known(self) -> bool:
        """Whether the map says so, so that it is more than a proposal."""
        return self.evidence == "map"


def propose_owner(
    recordings: Iterable[RecordingSummary], spellings: Iterable[Proposal] = ()
) -> OwnerProposal | None:
    """The most likely owner; None if nobody is clearly ahead.

    spellings: labels that are probably one person.
    """
    ready = [recording for recording in recordings if recording.state == "ready"]
    one_person = _join_spellings(spellings)
    for fact in _FACTS:
        tally = _OwnerTally()
        for recording in ready:
            for hint in fact.find(recording):
                name = hint.name or one_person.get(hint.label, hint.label)
                tally.add(recording, name, hint.label)
        found = tally.find_first(fact)
        if found is not None and (found.is_known or _says_more(found, ready)):
            return found
    return _find_one_voice(ready)


def _says_more(found: OwnerProposal, recordings: Sequence[RecordingSummary]) -> bool:
    """Whether the proposal marks the owner in any recording in which the files do not."""
    labels = set(found.labels)  # there may be thousands
    voices = chain.from_iterable(recording.speakers for recording in recordings)
    return any(voice.label in labels and not voice.is_user for voice in voices)


def _join_spellings(spellings: Iterable[Proposal]) -> dict[str, str]:
    """Each label with another spelling, and the spelling with the most talk time."""
    joined = {}
    for proposal in spellings:
        for label in proposal.labels:
            joined[label] = proposal.labels[0]
    return joined


class _Hint(NamedTuple):
    """A person who may be the owner of a recording. name: from the map, if it has one."""

    label: str
    name: str | None = None


class _Fact(NamedTuple):
    """One kind of fact about who the owner is.

    reason: with {found} and {of}, numbers of recordings. least: how many a person must be in.
    """

    evidence: Evidence
    reason: str
    find: Callable[[RecordingSummary], Iterator[_Hint]]
    least: int = 1


class _HeardCount:
    """The recordings in which a person is heard, and the labels."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.recordings: set[str] = set()
        self.labels: dict[str, None] = {}


class _OwnerTally:
    """The people that one kind of fact suggests."""

    def __init__(self) -> None:
        self._people: dict[str, _HeardCount] = {}
        self._recordings: set[str] = set()

    def add(self, recording: RecordingSummary, name: str, label: str) -> None:
        count = self._people.setdefault(name, _HeardCount(name))
        count.recordings.add(recording.path)
        count.labels[label] = None
        self._recordings.add(recording.path)

    def find_first(self, fact: _Fact) -> OwnerProposal | None:
        """The person who is clearly ahead."""
        nobody = _HeardCount("")
        people = (*self._people.values(), nobody, nobody)
        first, second = nlargest(2, people, key=lambda one: len(one.recordings))
        found = len(first.recordings)
        of = len(self._recordings)
        most_of_next = found / _AHEAD
        if found < max(fact.least, _SHARE * of) or len(second.recordings) > most_of_next:
            return None
        words = fact.reason.format(found=f"{found:,}", of=count_of(of, "recording"))
        return OwnerProposal(first.name, tuple(first.labels), fact.evidence, words, found, of)


def _list_claimed(recording: RecordingSummary) -> list[str]:
    """The labels that are the owner according to the file."""
    return [known.label for known in recording.known_speakers if known.is_user]


def _find_in_map(recording: RecordingSummary) -> Iterator[_Hint]:
    """The owner according to the map, unless the file already says so."""
    claimed = set(_list_claimed(recording))
    for voice in recording.speakers:
        if voice.is_user and voice.label not in claimed:
            yield _Hint(voice.label or "", voice.name)


def _find_in_files(recording: RecordingSummary) -> Iterator[_Hint]:
    for label in _list_claimed(recording):
        yield _Hint(label)


def _find_own_label(recording: RecordingSummary) -> Iterator[_Hint]:
    for voice in recording.speakers:
        label = voice.label or ""
        is_own = label.strip().casefold() in _OWN_LABELS
        if is_own or _OWN_MARK.search(label):
            yield _Hint(label, voice.name)


def _find_all_named(recording: RecordingSummary) -> Iterator[_Hint]:
    """All named speakers of recordings whose files do not say who the owner is."""
    if _list_claimed(recording):
        return
    for voice in recording.speakers:
        if voice.label is not None and not voice.is_unnamed:
            yield _Hint(voice.label, voice.name)


_FACTS = (
    _Fact("map", "the settings say so", _find_in_map),
    _Fact("files", "the files of {found} of {of} say so", _find_in_files),
    _Fact(
        "label",
        "programs use this label for their user, in {found} of {of} with such a label",
        _find_own_label,
    ),
    _Fact("most recordings", "heard in {found} of {of} with names", _find_all_named, least=2),
)
"""From the strongest to the weakest."""


def _find_one_voice(recordings: Sequence[RecordingSummary]) -> OwnerProposal | None:
    """Find the voice of memos with a single speaker: the weakest fact of all."""
    alone = [
        recording.speakers[0].label for recording in recordings if len(recording.speakers) == 1
    ]
    labels = [label for label in alone if is_anonymous(label)]
    found = len(labels)
    if found < _MIN_MEMOS:
        return None
    reason = f"{count_of(found, 'recording')} with one voice each and no name"
    different = tuple(dict.fromkeys(label for label in labels if label))
    return OwnerProposal(None, different, "one voice", reason, found, found)
