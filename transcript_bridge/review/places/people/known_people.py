"""The people of an archive, and the voices without a name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ....archive.summary import SpeakerSummary
from ....archive.voices.anonymous_labels import is_anonymous
from ....archive.voices.similar_names import Proposal
from ....shaping.speakers import Person
from ....workspace.speaker_map_draft import propose_aliases
from ...contents import ArchiveContents, Listed
from ...session import Session
from ...shown_names import show_name


@dataclass
class KnownPerson:
    """A person with a name. spellings: the labels of this person. ms: talk time in all
    recordings."""

    name: str
    is_user: bool = False
    person_id: str | None = None
    spellings: dict[str, None] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    ms: int = 0

    def add(self, path: str, speaker: SpeakerSummary) -> None:
        """Count a recording in which the person speaks."""
        if speaker.label is not None and not is_anonymous(speaker.label):
            self.spellings[speaker.label] = None
        self.files.add(path)
        self.ms += speaker.ms
        self.is_user = self.is_user or speaker.is_user

    @property
    def shown_name(self) -> str:
        """The name for people to read; a long one is cut."""
        return show_name(self.name)

    @property
    def in_omi(self) -> str:
        """The name in Omi."""
        if self.is_user:
            return "You"
        if self.person_id is not None:
            return "the person of that id"
        return "Speaker and a number"


def list_people(session: Session, contents: ArchiveContents) -> list[KnownPerson]:
    """Everybody with a name, the owner first, then by talk time."""
    people: dict[str, KnownPerson] = {}
    for known in session.archive.options.speakers.people:
        people[known.name] = _start(known)
    for entry in contents.plan.ready:
        for speaker in entry.summary.speakers:
            name = speaker.name
            if name is None and not is_anonymous(speaker.label):
                name = speaker.label
            if name is not None:
                people.setdefault(name, KnownPerson(name)).add(entry.summary.path, speaker)
    heard = [person for person in people.values() if person.files or person.is_user]
    return sorted(heard, key=lambda person: (not person.is_user, -person.ms))


def list_in_order(session: Session, contents: ArchiveContents) -> list[KnownPerson]:
    """Everybody with a name, in an order that stays the same in a run: new people come last."""
    people = {person.name: person for person in list_people(session, contents)}
    order = session.order_people(people)
    return [people[name] for name in order]


def _start(known: Person) -> KnownPerson:
    return KnownPerson(known.name, known.is_user, known.person_id)


def list_proposals(session: Session, contents: ArchiveContents) -> list[Proposal]:
    """Labels that are probably one person, except those that the speaker map joins or keeps
    apart."""
    speakers = session.archive.options.speakers
    names: dict[str | None, str | None] = {}
    labels = contents.plan.labels()
    for label in labels:
        names[label.label] = label.name
    found = []
    for proposal in propose_aliases(labels, speakers.distinct):
        known = {names.get(label) or label for label in proposal.labels}
        if len(known) > 1:
            found.append(proposal)
    return found


class ListedVoice(NamedTuple):
    """A voice without a name. place: of the recording and the label, for its address."""

    row: Listed
    speaker: SpeakerSummary

    @property
    def key(self) -> str:
        """A key that no other voice has in this run."""
        label = self.speaker.label or ""
        digest = hashlib.sha256(label.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.row.number}.{min(label, digest, key=len)}"


def list_unnamed(session: Session, contents: ArchiveContents) -> Sequence[ListedVoice]:
    """The voices without a name, by the time of their recordings, those heard most first.

    Voices that the user has left unnamed in this run are not listed.
    """
    return list(_find_unnamed(session, contents))


def _find_unnamed(session: Session, contents: ArchiveContents) -> Iterator[ListedVoice]:
    for row in contents.rows:
        if row.entry is None or row.number is None:
            continue
        for speaker in sorted(row.entry.summary.speakers, key=lambda one: -one.ms):
            voice = ListedVoice(row, speaker)
            if speaker.is_unnamed and voice.key not in session.left_unnamed:
                yield voice
