"""One voice without a name: what it says, and who it may be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ....archive.playable import find_sound
from ....archive.voices.samples import Sample
from ....quantities import count_of
from ....report.html import Child, Markup, filled, join, tag
from ....timecode import render_span
from ...controls import make_button
from ...opened import OpenedRecording, VoiceRow
from ...session import Session
from ...wording import name_beginning, name_source, shown_zone
from .known_people import KnownPerson, ListedVoice

_DIGITS = 9
_MAX_TEXT = 300
"""The most characters of a sample."""


class QueuePlace(NamedTuple):
    """The place of a voice among all voices without a name, from 1, and their number."""

    number: int
    voices: int


def render_voice(
    session: Session,
    people: Sequence[KnownPerson],
    opened: OpenedRecording,
    voice: VoiceRow,
    unnamed: ListedVoice,
    place: QueuePlace,
) -> Markup:
    """The page of one voice. people: who it may be."""
    samples = opened.speech.samples[voice.label]
    title = tag(
        "h1",
        f"{place.number:,} of {place.voices:,} ",
        tag("small", "voices without a name"),
    )
    return join(
        [
            title,
            _render_facts(session, opened, voice, unnamed),
            _render_others(opened, voice),
            _render_samples(opened, samples),
            _render_choices(people, opened, voice, unnamed),
        ]
    )


def _render_facts(
    session: Session, opened: OpenedRecording, voice: VoiceRow, unnamed: ListedVoice
) -> Markup:
    """Render when and where the voice speaks, and how much."""
    began = ""
    if unnamed.row.entry is not None:
        began = f"{name_beginning(unnamed.row.entry, shown_zone(session))} · "
    name = tag("bdi", name_source(session, unnamed.row.path))
    return tag(
        "p",
        began,
        tag("a", name, href=f"recording?number={opened.number}"),
        " · ",
        tag("bdi", voice.shown_label or "no label"),
        f" · {render_span(voice.ms)}, {voice.share:.0%}",
    )


def _render_others(opened: OpenedRecording, voice: VoiceRow) -> Markup | None:
    """Render the other speakers of the recording."""
    names: list[Child] = []
    for other in opened.voices:
        if other.place != voice.place:
            names += [", ", tag("bdi", other.name)]
    if not names:
        return None
    return tag("p", "Also here: ", names[1:], class_="quiet also")


def _render_samples(opened: OpenedRecording, samples: Sequence[Sample]) -> Markup:
    """Up to three things that the voice says, with the sound if there is any."""
    sound = find_sound(opened.recording)
    items = []
    for span in samples:
        button: Child = None
        if sound.is_playable:
            button = tag(
                "button",
                "▶",
                type="button",
                class_="listen",
                data_samples=f"{span.start}-{span.end}",
                aria_label=f"Listen at {render_span(span.start)}",
            )
        words = tag("q", _find_words(opened, span), dir="auto")
        items.append(tag("li", button, " ", tag("small", render_span(span.start)), " ", words))
    player: Child = None
    if sound.is_playable:
        player = tag("audio", src=f"sound?number={opened.number}", id="sound", preload="metadata")
    reason = filled("p", sound.reason, class_="quiet")
    unplayable = tag("p", "This browser cannot play the sound.", id="unplayable", hidden=True)
    return tag("section", tag("ul", items, class_="notices"), player, unplayable, reason)


def _find_words(opened: OpenedRecording, span: Sample) -> str:
    utterances = opened.utterances
    for start, text in zip(utterances.starts, utterances.texts, strict=True):
        if start == span.start:
            return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"
    return ""


def _render_choices(
    people: Sequence[KnownPerson],
    opened: OpenedRecording,
    voice: VoiceRow,
    unnamed: ListedVoice,
) -> Markup:
    """Buttons for the people of the archive, with digits as keys, in an order that stays the
    same."""
    here = {other.known_name for other in opened.voices}
    about = {"number": opened.number, "voice": voice.place, "key": unnamed.key}
    items = []
    for place, person in enumerate(people, 1):
        button = _render_person(place, person, about, is_here=person.name in here)
        items.append(tag("li", button))
    rest = [
        make_button([tag("b", "m "), "This is me"], "people-me", id_="me", **about),
        " ",
        make_button([tag("b", "u "), "Leave unnamed"], "people-leave", id_="leave", **about),
        " ",
        make_button([tag("b", "s "), "Later"], "people-later", id_="later", **about),
        " ",
        tag("a", "Back to People", href="people"),
    ]
    lists = tag("ul", items, class_="digits")
    return tag("section", lists, _render_new(about), tag("p", rest), id="choices")


def _render_person(
    place: int, person: KnownPerson, about: Mapping[str, object], *, is_here: bool
) -> Markup:
    """A button for a person; disabled for a person who speaks in this recording already."""
    digit = str(place) if place <= _DIGITS else None
    return tag(
        "button",
        tag("b", f"{digit} ") if digit else None,
        tag("bdi", person.shown_name),
        tag("small", f" {len(person.files):,}"),
        type="button",
        id=f"person{place}",
        title=f"in {count_of(len(person.files), 'recording')}",
        data_digit=digit,
        data_choice="people-name",
        data_fields=json.dumps({**about, "name": person.name}, ensure_ascii=False),
        disabled=is_here,
    )


def _render_new(about: Mapping[str, object]) -> Markup:
    """A field for a person who has no button."""
    return tag(
        "form",
        tag("label", tag("b", "n "), "A new name ", for_="new-name"),
        tag("input", id="new-name", autocomplete="off", spellcheck="false", dir="auto"),
        " ",
        tag("button", "Save", id="save-new"),
        id="new",
        data_fields=json.dumps(about),
    )
