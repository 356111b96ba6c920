"""Questions that are asked below the names, before anything is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ....report.html import Child, Markup, tag
from ...opened import OpenedRecording, VoiceRow

_SAMPLE_CHARACTERS = 140


def ask_if_same(opened: OpenedRecording, voice: VoiceRow, same: VoiceRow) -> Markup:
    """For a name that another voice of the recording has already."""
    name = same.known_name or same.name
    fields = {"voices": [same.place, voice.place], "name": name}
    yes = _answer("Yes, one person", "recording-merge", fields)
    words = ["Is ", tag("bdi", voice.shown_label or "this voice"), " the same person as "]
    return _ask([*words, tag("bdi", name), "?"], opened, (same, voice), [yes])


def ask_which_name(opened: OpenedRecording, voices: Sequence[VoiceRow]) -> Markup:
    """For voices that the user ticked: are they one person, and which name stays?"""
    places = [voice.place for voice in voices]
    names = dict.fromkeys(voice.known_name for voice in voices if voice.known_name)
    if not names:
        names = dict.fromkeys(voice.name for voice in voices[:1] if voice.label)
    answers = []
    for name in names:
        fields = {"voices": places, "name": name}
        answers.append(_answer(f"One person: {name}", "recording-merge", fields))
    return _ask(["Are these voices one person?"], opened, voices, answers)


def ask_for_files(opened: OpenedRecording, voice: VoiceRow, name: str, files: int) -> Markup:
    """For the name of a label that other files have, too."""
    fields = {"voice": voice.place, "name": name, "anyway": True}
    here = _answer("In this file only", "recording-name", fields)
    all_fields = {**fields, "everywhere": True}
    everywhere = _answer(f"In all {files:,} files", "recording-name", all_fields)
    words = [tag("bdi", voice.shown_label), " speaks in ", f"{files:,} files. Is it "]
    return _ask([*words, tag("bdi", name), "?"], opened, (voice,), [everywhere, here])


def _ask(
    words: Child, opened: OpenedRecording, voices: Iterable[VoiceRow], answers: Sequence[Markup]
) -> Markup:
    samples = []
    for voice in voices:
        name = tag("b", tag("bdi", voice.name), class_=f"c{voice.color}")
        samples.append(tag("li", name, tag("q", _find_sample(opened, voice), dir="auto")))
    no = tag("button", "No, as before", type="button", id="answer-no")
    return tag(
        "div",
        tag("p", words, id="question-words"),
        tag("ul", samples),
        tag("p", answers, no),
        class_="question",
        role="group",
        aria_labelledby="question-words",
    )


def _answer(words: str, address: str, fields: Mapping[str, Any]) -> Markup:
    return tag(
        "button",
        words,
        type="button",
        data_act="answer-yes",
        data_address=address,
        data_fields=json.dumps(fields),
    )


def _find_sample(opened: OpenedRecording, voice: VoiceRow) -> str:
    """The longest text of a voice, shortened."""
    longest = ""
    columns = zip(opened.utterances.speakers, opened.utterances.texts, strict=True)
    for label, text in columns:
        if label == voice.label and len(text) > len(longest):
            longest = text
    line = " ".join(longest.split())
    if len(line) > _SAMPLE_CHARACTERS:
        return f"{line[:_SAMPLE_CHARACTERS]}…"
    return line
