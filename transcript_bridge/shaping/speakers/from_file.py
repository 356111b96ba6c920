"""Adds what a file says about its own speakers to the user's speaker map.

Omi's export marks the owner and has the ids of people; a recorder knows which voice is its owner's.
The speaker map takes precedence: what a file says about a label of the map is ignored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ...models import KnownSpeaker
from .people import Person
from .speaker_map import SpeakerMap


def add_known_speakers(
    speakers: SpeakerMap, known: Iterable[KnownSpeaker], labels: Collection[str | None]
) -> SpeakerMap:
    """The map of one file, with what the file says about labels that the map does not have.

    speakers: without rules. labels: all labels of the file. Labels that are one person according to
    the file become one person: all of the owner, and all with one person id.
    """
    people = list(speakers.people)
    shown = dict(speakers.shown)  # of a map that was extended before
    is_said = _says_owner(speakers, labels)
    for speaker in known:
        if speaker.label not in labels or speakers.person(speaker.label) is not None:
            continue
        if speaker.name is not None:
            shown[speaker.label] = speaker.name
        if not speaker.is_user and speaker.person_id is None:
            continue
        is_user = speaker.is_user and not is_said
        same = _find_same(people, is_user, speaker.person_id)
        if same is None:
            people.append(Person(speaker.label, is_user, speaker.person_id))
            continue
        place = people.index(same)
        people[place] = same._replace(aliases=(*same.aliases, speaker.label))
    return SpeakerMap(people, me=speakers.me, has_owner=speakers.has_owner, shown=shown.items())


def _says_owner(speakers: SpeakerMap, labels: Iterable[str | None]) -> bool:
    """Whether the map says which speaker of this file is the owner, or that none is."""
    if speakers.me is not None or not speakers.has_owner:
        return True
    people = speakers.people_of(labels).values()
    return any(person is not None and person.is_user for person in people)


def _find_same(people: Iterable[Person], is_user: bool, person_id: str | None) -> Person | None:
    for person in people:
        are_owners = is_user and person.is_user
        if are_owners or person.person_id == person_id is not None:
            return person
    return None
