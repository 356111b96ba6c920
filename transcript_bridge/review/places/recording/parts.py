"""Lines whose speaker is not the one of their label: the form, and the parts given so far."""

from __future__ import annotations

from collections.abc import Sequence

from ....errors import SettingsError
from ....models import Utterances
from ....quantities import count_of
from ....report.html import Markup, tag
from ....shaping.relabeling import LabelChange, add_change, exchange_labels, give_rest
from ....timecode import render_span
from ...answers import ChoiceOutcome, Fields
from ...opened import OpenedRecording, VoiceRow
from ...session import Session
from ...shown_names import show_name

_NO_LABEL = "speech without a label"
_AGAIN = ChoiceOutcome(data={"again": True})
"""The page shows its lines again: everything on it may have changed."""


def choose_part(session: Session, fields: Fields) -> ChoiceOutcome:
    """Give lines to another voice, or to a new speaker.

    first, last: places of lines; among these, the lines of the first line's voice are given. at:
    when the first begins, in ms. voice or name: the new speaker.
    """
    opened = session.open_recording(fields.number("number"))
    first, last = fields.number("first"), fields.number("last")
    starts = opened.utterances.starts
    is_there = first <= last < len(starts)
    if not is_there or starts[first] != fields.number("at"):
        raise SettingsError("the lines have changed; load the page again")
    label = opened.utterances.speakers[first]
    speaker = _read_speaker(opened, fields)
    if speaker == label:
        raise SettingsError(f"{_call(label)} says that already")
    part = LabelChange(starts[first], _find_end(opened.utterances, first, last), label, speaker)
    labeled = opened.loaded.labeled or opened.utterances
    changes = add_change(labeled, opened.options.during, part)
    owner_of_all = opened.voices[0].person if opened.labels == [None] else None
    if owner_of_all is not None:  # `*` in the map no longer names everybody
        changes = give_rest(changes, owner_of_all.name)
    count = opened.utterances.speakers[first : last + 1].count(label)
    said = f"{count_of(count, 'line')} of {_call(label)} given to {_call(speaker)}"
    file = opened.form.absolute
    session.decide(said, lambda to: [to.set_label_changes(file, changes)])
    return _AGAIN


def _read_speaker(opened: OpenedRecording, fields: Fields) -> str | None:
    """The label of the new speaker: of a voice, of the voice with this name, or a new one."""
    if fields.has("voice"):
        return opened.find_voice(fields.number("voice")).label
    name = " ".join(fields.text("name").split())
    if not name:
        raise SettingsError("say who it is")
    for voice in opened.voices:
        names = {voice.name.casefold(), (voice.label or "").casefold()}
        if name.casefold() in names:
            return voice.label
    return name


def _find_end(utterances: Utterances, first: int, last: int) -> int:
    """The end of a part, in ms: with its last line, but before the next of the same voice."""
    label = utterances.speakers[first]
    while utterances.speakers[last] != label:
        last -= 1
    start = utterances.starts[last]
    end = utterances.ends[last]
    for place in range(last + 1, len(utterances)):
        following = utterances.starts[place]
        if following >= end:
            break
        if utterances.speakers[place] == label and following > start:
            return following
    return end


def choose_part_back(session: Session, fields: Fields) -> ChoiceOutcome:
    """Give a part back to the label of its lines."""
    opened = session.open_recording(fields.number("number"))
    changes = list(opened.options.during)
    place = fields.number("place")
    if place >= len(changes):
        raise SettingsError("the parts have changed; load the page again")
    change = changes.pop(place)
    said = f"{_call(change.label)} says {_describe_times(change)} again"
    file = opened.form.absolute
    session.decide(said, lambda to: [to.set_label_changes(file, changes)])
    return _AGAIN


def choose_exchange(session: Session, fields: Fields) -> ChoiceOutcome:
    """Exchange two voices in the whole recording: each gets the lines of the other."""
    opened = session.open_recording(fields.number("number"))
    voices = [opened.find_voice(place) for place in fields.numbers("voices")]
    if len(voices) != 2:
        raise SettingsError("tick the two voices that are to be exchanged")
    one, other = voices
    labeled = opened.loaded.labeled or opened.utterances
    changes = exchange_labels(labeled, opened.options.during, one.label, other.label)
    file = opened.form.absolute
    said = f"{one.name} and {other.name} are exchanged"
    session.decide(said, lambda to: [to.set_label_changes(file, changes)])
    return _AGAIN


def _call(label: str | None) -> str:
    return show_name(label or _NO_LABEL)


def _describe_times(change: LabelChange) -> str:
    if change.end is None:
        return f"all from {render_span(change.start)} on"
    return f"{render_span(change.start)} to {render_span(change.end)}"


# ---- on the page


def render_given(opened: OpenedRecording) -> Markup:
    """The parts that were given to other voices."""
    changes: Sequence[LabelChange] = opened.options.during
    if not changes:
        return tag("section", id="given")
    items = []
    for place, change in enumerate(changes):
        words = [
            f"{_describe_times(change)}: ",
            tag("bdi", _call(change.label)),
            " → ",
            tag("bdi", _call(change.speaker)),
        ]
        back = tag(
            "button",
            "Take back",
            type="button",
            id=f"part-back{place}",
            data_act="part-back",
            data_place=place,
            aria_label=f"Take back {_describe_times(change)}",
        )
        items.append(tag("li", words, " ", back))
    summary = tag("summary", f"{count_of(len(changes), 'part')} given to another speaker")
    return tag("section", tag("details", summary, tag("ul", items, class_="dates")), id="given")


def render_part_form(opened: OpenedRecording) -> Markup:
    """The form for the speaker of the selected lines; its script fills in the lines, and shows
    it."""
    buttons = [_render_voice(voice) for voice in opened.voices]
    name = tag(
        "input",
        id="part-name",
        list="people",
        autocomplete="off",
        spellcheck="false",
        size=14,
        placeholder="somebody else",
        aria_label="Somebody else",
    )
    lines = [
        tag("button", "−", type="button", id="part-less", aria_label="One line less"),
        tag("span", id="part-count", aria_live="polite"),
        tag("button", "+", type="button", id="part-more", aria_label="The next line, too"),
        tag("button", "all to the end", type="button", id="part-all"),
    ]
    rename = tag("button", "Name this voice everywhere", type="button", id="part-rename")
    close = tag("button", "Close", type="button", id="part-close")
    return tag(
        "form",
        tag("p", tag("b", "Who says this?"), " ", tag("q", id="part-what", dir="auto")),
        tag("p", lines),
        tag(
            "p", buttons, name, tag("button", "Save", type="submit", id="part-save"), rename, close
        ),
        id="part",
        class_="part",
        aria_label="Who says this?",
        hidden=True,
    )


def _render_voice(voice: VoiceRow) -> Markup:
    return tag(
        "button",
        tag("i", class_=f"dot c{voice.color}"),
        tag("bdi", voice.name),
        type="button",
        data_act="give",
        data_voice=voice.place,
    )
