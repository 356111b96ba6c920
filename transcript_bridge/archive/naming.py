"""Who speaks in a recording, applied to a summary of what is in its file.

Summaries are kept without the speaker map (plan_cache.py), so that a choice about a voice does not
make anybody read a file again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import SettingsError
from ..options import Options
from ..shaping.speakers import SpeakerMap, add_known_speakers
from .grouping import Recording
from .summary import LONGEST_NAMES, RecordingSummary, SpeakerSummary, describe_person


def without_people(options: Options) -> Options:
    """The options for reading files whose voices are named later."""
    return replace(options, speakers=SpeakerMap())


def name_voices(
    recording: Recording, summary: RecordingSummary, options: Options
) -> RecordingSummary:
    """The summary with the people of the options' speaker map.

    summary: made with `without_people`. One that failed stays as it is; a map that does not fit
    this file makes it fail.
    """
    if not summary.speakers:
        return summary
    try:
        speakers = _find_map(recording, summary, options)
        if speakers.me is not None:
            speakers.assign([speaker.label for speaker in summary.speakers])
    except SettingsError as error:
        return RecordingSummary(summary.path, "failed", error.message)
    named = _name_speakers(summary.speakers, speakers)
    if named == summary.speakers:
        return summary
    return summary._replace(speakers=named)


def needs_exact_count(recording: Recording, summary: RecordingSummary, options: Options) -> bool:
    """Whether the number of conversations has to be counted with the names.

    Names and ids take room in a request. That matters only where a recording nearly fills one.
    """
    if not summary.speakers:
        return False
    if summary.depends_on_names:
        return True
    try:
        speakers = _find_map(recording, summary, options)
    except SettingsError:
        return False
    for voice in summary.speakers:
        person = speakers.person(voice.label)
        if person is not None and len(person.name) + len(person.person_id or "") > LONGEST_NAMES:
            return True
    return False


def _find_map(recording: Recording, summary: RecordingSummary, options: Options) -> SpeakerMap:
    """The map for the form that was read, with what the file says of its speakers."""
    speakers = options.speakers
    if speakers.rules:
        speakers = speakers.for_file(recording.form(summary.path).rule_path)
    if not summary.known_speakers:
        return speakers
    labels = [speaker.label for speaker in summary.speakers]
    return add_known_speakers(speakers, summary.known_speakers, labels)


def _name_speakers(
    voices: Sequence[SpeakerSummary], speakers: SpeakerMap
) -> tuple[SpeakerSummary, ...]:
    people = speakers.people_of(voice.label for voice in voices)
    named = []
    for voice in voices:
        name, is_user = describe_person(people[voice.label])
        named.append(voice._replace(name=name, is_user=is_user))
    return tuple(named)
