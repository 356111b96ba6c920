"""Who the owner of an archive may be, with the reason: a proposal for a person to look at.

The facts that decide, in this order: the speaker map; what files say of their own speakers; labels
that products write for their user (`You`, `Alice (me)`); who is heard in nearly all recordings; and
recordings of one voice, such as memos. Nothing is the owner because of a proposal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

from ..quantities import count_of
from .anonymous_labels import is_anonymous
from .similar_names import Proposal
from .summary import RecordingSummary, SpeakerSummary

Evidence = Literal["map", "files", "label", "most recordings", "one voice"]

_OWN_LABELS = frozenset(
    {"you", "me", "myself", "ich", "du", "sie (ich)", "moi", "vous", "yo", "tú", "io", "eu", "ik"}
)
"""What products call their user, in the languages that they were seen in."""
_OWN_MARK = re.compile(r"\((?:me|you|host|ich|moi|yo|organi[sz]er)\)\s*$", re.IGNORECASE)
_SHARE = 0.8
"""Of the recordings that can tell, so many must have the owner."""
_AHEAD = 2
"""Times as many recordings as the next one."""
_MIN_MEMOS = 3


class OwnerProposal(NamedTuple):
    """Who may be the owner.

    name: what the person is called; None for voices without a label. labels: what means this person
    in the files. reason: for people, without the name. recordings, of: in how many, of how many
    that can tell.
    """

    name: str | None
    labels: tuple[str, ...]
    evidence: Evidence
    reason: str
    recordings: int
    of: int

    @property
    def is_known(self) -> bool:
        """Whether it is more than a proposal: the map says so."""
        return self.evidence == "map"


def propose_owner(
    recordings: Iterable[RecordingSummary], spellings: Iterable[Proposal] = ()
) -> OwnerProposal | None:
    """The most likely owner; None if nobody is clearly ahead.

    spellings: labels that are probably one person.
    """
    ready = [recording for recording in recordings if recording.state == "ready"]
    one_person = _join_spellings(spellings)
    for find in _FACTS:
        found = find(ready, one_person)
        if found is not None:
            return found
    return None


def _join_spellings(spellings: Iterable[Proposal]) -> dict[str, str]:
    """Each label that has another spelling, and the one that speaks most."""
    joined = {}
    for proposal in spellings:
        for label in proposal.labels:
            joined[label] = proposal.labels[0]
    return joined


class _Count:
    """In which recordings somebody is heard, and under which labels."""

    def __init__(self) -> None:
        self.recordings: set[str] = set()
        self.labels: dict[str, None] = {}


class _Tally:
    """The people that one kind of fact points at."""

    def __init__(self) -> None:
        self._people: dict[str, _Count] = {}
        self._recordings: set[str] = set()

    def add(self, recording: RecordingSummary, name: str, label: str) -> None:
        count = self._people.setdefault(name, _Count())
        count.recordings.add(recording.path)
        count.labels[label] = None
        self._recordings.add(recording.path)

    def find_first(self, evidence: Evidence, reason: str, least: int = 1) -> OwnerProposal | None:
        """Who is clearly ahead. reason: with {found} and {of}, numbers of recordings."""
        ranked = sorted(self._people.items(), key=lambda one: -len(one[1].recordings))
        if not ranked:
            return None
        name, first = ranked[0]
        found = len(first.recordings)
        of = len(self._recordings)
        if found < least or found < _SHARE * of:
            return None
        if len(ranked) > 1 and len(ranked[1][1].recordings) * _AHEAD > found:
            return None
        words = reason.format(found=f"{found:,}", of=count_of(of, "recording"))
        return OwnerProposal(name, tuple(first.labels), evidence, words, found, of)


def _find_in_map(
    recordings: Sequence[RecordingSummary], _one_person: dict[str, str]
) -> OwnerProposal | None:
    """Recordings whose file says who is the owner do not count here."""
    tally = _Tally()
    for recording in recordings:
        claimed = {one.label for one in recording.known_speakers if one.is_user}
        for voice in recording.speakers:
            if voice.is_user and voice.label not in claimed:
                tally.add(recording, voice.name or voice.label or "", voice.label or "")
    return tally.find_first("map", "the settings say so")


def _find_in_files(
    recordings: Sequence[RecordingSummary], one_person: dict[str, str]
) -> OwnerProposal | None:
    tally = _Tally()
    for recording in recordings:
        for known in recording.known_speakers:
            if known.is_user:
                name = one_person.get(known.label, known.label)
                tally.add(recording, name, known.label)
    return tally.find_first("files", "so say the files of {found} of {of} that tell")


def _find_own_label(
    recordings: Sequence[RecordingSummary], one_person: dict[str, str]
) -> OwnerProposal | None:
    tally = _Tally()
    for recording in recordings:
        for voice in recording.speakers:
            label = voice.label
            if label is None:
                continue
            is_own = label.strip().casefold() in _OWN_LABELS
            if is_own or _OWN_MARK.search(label):
                tally.add(recording, _name(voice, label, one_person), label)
    reason = "programs call their user so; it is in {found} of {of} with such a label"
    return tally.find_first("label", reason)


def _find_most_heard(
    recordings: Sequence[RecordingSummary], one_person: dict[str, str]
) -> OwnerProposal | None:
    tally = _Tally()
    for recording in recordings:
        for voice in recording.speakers:
            if voice.label is not None and (voice.name or not is_anonymous(voice.label)):
                tally.add(recording, _name(voice, voice.label, one_person), voice.label)
    return tally.find_first("most recordings", "heard in {found} of {of} with names", least=2)


def _find_one_voice(
    recordings: Sequence[RecordingSummary], _one_person: dict[str, str]
) -> OwnerProposal | None:
    """Memos: nobody else is heard in them."""
    labels: dict[str, None] = {}
    found = 0
    for recording in recordings:
        voices = recording.speakers
        if len(voices) != 1 or not is_anonymous(voices[0].label):
            continue
        found += 1
        if voices[0].label is not None:
            labels[voices[0].label] = None
    if found < _MIN_MEMOS:
        return None
    reason = f"{count_of(found, 'recording')} with one voice each and no name"
    return OwnerProposal(None, tuple(labels), "one voice", reason, found, found)


def _name(voice: SpeakerSummary, label: str, one_person: dict[str, str]) -> str:
    return voice.name or one_person.get(label, label)


_Find = Callable[[Sequence[RecordingSummary], dict[str, str]], OwnerProposal | None]
_FACTS: tuple[_Find, ...] = (
    _find_in_map,
    _find_in_files,
    _find_own_label,
    _find_most_heard,
    _find_one_voice,
)
"""From the strongest to the weakest."""
