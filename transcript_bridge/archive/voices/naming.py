"""Applies the speaker map to the summary of a recording.

Summaries are stored without the speaker map (archive/plan_cache.py), so that no file is read again
after a choice about a voice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ...errors import SettingsError
from ...options import Options
from ...shaping.speakers import Person, SpeakerMap, add_known_speakers
from ..grouping import Recording
from ..summary import LONGEST_NAMES, RecordingSummary, SpeakerSummary, describe_person


def without_people(options: Options) -> Options:
    """The options for reading files whose voices are named later."""
    return replace(options, speakers=SpeakerMap())


class Named(NamedTuple):
    """A summary with the names of its voices.

    is_exact: whether the number of its conversations is right with these names. Names and ids take
    space in a request, which matters only if a recording nearly fills one: then it must be read
    again.
    """

    summary: RecordingSummary
    is_exact: bool = True


def name_voices(recording: Recording, summary: RecordingSummary, options: Options) -> Named:
    """Name the voices with the speaker map of the options.

    summary: made with `without_people`. A failed one is returned unchanged; a map that contradicts
    this file makes it fail.
    """
    if not summary.speakers:
        return Named(summary)
    # Without names, the summary needs no change. This saves 9 of the 55 µs that each file
    # takes in a plan in which nothing changed.
    if not options.speakers.names_anybody and not summary.known_speakers:
        return Named(summary, not summary.depends_on_names)
    labels = [speaker.label for speaker in summary.speakers]
    try:
        speakers = _find_map(recording, summary, options)
        if speakers.me is not None:
            speakers.assign(labels)
    except SettingsError as error:
        return Named(RecordingSummary(summary.path, "failed", error.message))
    people = speakers.people_of(labels)
    longest = max(_measure_name(person) for person in people.values())
    is_exact = longest <= LONGEST_NAMES and not summary.depends_on_names
    named = _name_speakers(summary.speakers, people)
    if named == summary.speakers:
        return Named(summary, is_exact)
    return Named(summary._replace(speakers=named), is_exact)


def _measure_name(person: Person | None) -> int:
    """Characters of a name and an id together."""
    if person is None:
        return 0
    return len(person.name) + len(person.person_id or "")


def _find_map(recording: Recording, summary: RecordingSummary, options: Options) -> SpeakerMap:
    """The map for the form that was read, with what the file says about its speakers."""
    speakers = options.speakers
    if speakers.rules:
        speakers = speakers.for_file(recording.form(summary.path).rule_path)
    if not summary.known_speakers:
        return speakers
    labels = [speaker.label for speaker in summary.speakers]
    return add_known_speakers(speakers, summary.known_speakers, labels)


def _name_speakers(
    voices: Sequence[SpeakerSummary], people: Mapping[str | None, Person | None]
) -> tuple[SpeakerSummary, ...]:
    named = []
    for voice in voices:
        name, is_user = describe_person(people[voice.label])
        named.append(voice._replace(name=name, is_user=is_user))
    return tuple(named)
