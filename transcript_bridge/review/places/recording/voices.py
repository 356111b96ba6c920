"""The HTML of the voices of a recording: each with its name, its lane, and its name in Omi."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ....archive.playable import find_sound
from ....archive.voices.samples import Sample
from ....report.html import Child, Markup, tag
from ....report.lanes import COLUMNS, SHADES, LaneBlock
from ....timecode import render_span
from ...controls import make_box
from ...opened import OpenedRecording, VoiceRow

_NOBODY = "none"
"""The value of the choice that the owner does not speak in this recording."""
_EXPLANATION = (
    "Omi shows names only for you and for people with an id. Everybody else is “Speaker” and a "
    "number there, whatever the name is here."
)


def render_voices(opened: OpenedRecording, people: Iterable[str], question: Child = None) -> Markup:
    """Render the table. people: the names to choose from. question: to be answered first."""
    heads = ("Name", "Me", "Listen", "Who spoke when", "Talk", "", "In Omi", "Choose")
    has_sound = find_sound(opened.recording).is_playable
    samples = opened.speech.samples
    rows = []
    head_cells = []
    for name in heads:
        is_left_out = name == "Listen" and not has_sound
        if is_left_out or (name == "Choose" and len(opened.voices) < 2):
            continue
        head_cells.append(tag("th", name or tag("span", "Share", class_="unseen"), scope="col"))
    for voice in opened.voices:
        spans = samples[voice.label] if has_sound else ()
        rows.append(_render_voice(voice, spans, can_choose=len(opened.voices) > 1))
    table = tag(
        "table",
        tag("caption", "Voices", class_="unseen"),
        tag("thead", tag("tr", head_cells)),
        tag("tbody", rows),
        class_="who",
    )
    return tag(
        "section",
        tag("div", tag("h2", "Who speaks"), _render_zoom(opened), class_="said"),
        table,
        _render_below(opened),
        tag("div", question, id="question"),
        tag("datalist", [tag("option", value=name) for name in people], id="people"),
        id="voices",
    )


def _render_zoom(opened: OpenedRecording) -> Markup:
    """Buttons that zoom in and out of the lanes."""
    length = render_span(opened.transcript.duration)
    return tag(
        "p",
        tag("button", "−", type="button", data_act="zoom", data_by=2, aria_label="Show more time"),
        tag(
            "button", "+", type="button", data_act="zoom", data_by=0.5, aria_label="Show less time"
        ),
        tag("span", f"0:00 – {length}", id="zoomed", class_="quiet"),
        class_="zoom",
    )


def _render_voice(voice: VoiceRow, samples: Sequence[Sample], *, can_choose: bool) -> Markup:
    me = make_box(
        f"{voice.name} is me",
        type="radio",
        name_="me",
        value=voice.place,
        id=f"me{voice.place}",
        checked=voice.voice.is_user,
    )
    merge = make_box(
        f"Choose {voice.name}, to merge or exchange",
        type="checkbox",
        class_="merge",
        value=voice.place,
        id=f"merge{voice.place}",
    )
    cells: list[tuple[str, Child]] = [("Me", me)]
    if samples:
        cells.append(("", _render_listen(voice, samples)))
    cells += [
        ("", _draw_lane(voice, voice.blocks)),
        ("", render_span(voice.ms)),
        ("", f"{voice.share:.0%}"),
        ("In Omi", voice.in_omi),
    ]
    if can_choose:
        cells.append(("Choose", merge))
    marked = [tag("td", cell, data_head=head or None) for head, cell in cells]
    return tag("tr", _render_name(voice), marked, data_voice=voice.place, class_="voice")


def _render_name(voice: VoiceRow) -> Markup:
    """The field of its name, and the label of the file if it differs."""
    field = tag(
        "input",
        value=voice.known_name,
        placeholder=voice.name,
        list="people",
        autocomplete="off",
        spellcheck="false",
        dir="auto",
        id=f"name{voice.place}",
        class_="name",
        aria_label=f"Name of {voice.shown_label or 'the voice without a label'}",
        data_voice=voice.place,
    )
    label = None
    if voice.label is not None and voice.known_name not in ("", voice.label):
        label = tag("small", tag("bdi", voice.shown_label))
    return tag("th", tag("i", class_=f"dot c{voice.color}"), field, label, scope="row")


def _render_listen(voice: VoiceRow, samples: Sequence[Sample]) -> Markup:
    spans = [f"{span.start}-{span.end}" for span in samples]
    return tag(
        "button",
        "▶",
        type="button",
        class_="listen",
        data_samples=" ".join(spans),
        id=f"listen{voice.place}",
        aria_label=f"Listen to {voice.name}",
    )


def draw_lanes(opened: OpenedRecording, start: int, end: int) -> dict[str, Markup]:
    """The lanes between two times (ms), by the ids of the elements that they replace."""
    blocks = opened.speech.find_blocks(start, end)
    lanes = {}
    for voice in opened.voices:
        lanes[_lane_id(voice)] = _draw_lane(voice, blocks[voice.label])
    return lanes


def _lane_id(voice: VoiceRow) -> str:
    return f"lane{voice.place}"


def _draw_lane(voice: VoiceRow, blocks: Sequence[LaneBlock]) -> Markup:
    """When this voice speaks; a click jumps there. The transcript offers the same to the
    keyboard."""
    paths = [tag("path", d=stroke, class_=f"s{shade}") for shade, stroke in _draw_strokes(blocks)]
    return tag(
        "svg",
        paths,
        viewBox=f"0 0 {COLUMNS} 10",
        preserveAspectRatio="none",
        aria_hidden="true",
        class_=f"lane c{voice.color}",
        id=_lane_id(voice),
    )


def _draw_strokes(blocks: Iterable[LaneBlock]) -> Iterator[tuple[int, str]]:
    """(shade, path) for each shade that occurs."""
    by_shade: dict[int, list[LaneBlock]] = {}
    for block in blocks:
        by_shade.setdefault(block.shade, []).append(block)
    for shade in range(1, SHADES + 1):
        own = by_shade.get(shade)
        if own:
            yield shade, "".join(f"M{block.first} 5h{block.width}" for block in own)


def _offer_ticked() -> Iterator[Child]:
    """The buttons for the ticked voices; the script enables them."""
    yield tag("button", "Merge the ticked voices", type="button", id="merge", disabled=True)
    yield " "
    yield tag(
        "button", "Exchange the two ticked voices", type="button", id="exchange", disabled=True
    )


def _render_below(opened: OpenedRecording) -> Markup:
    is_absent = not opened.options.speakers.has_owner
    nobody = tag(
        "input",
        type="radio",
        name_="me",
        value=_NOBODY,
        id="me-none",
        checked=is_absent,
    )
    keep = tag(
        "input",
        type="checkbox",
        id="keep-names",
        checked=opened.options.keep_names,
    )
    return tag(
        "div",
        tag("p", tag("label", nobody, " I am not in this recording")),
        tag("p", list(_offer_ticked())) if len(opened.voices) > 1 else None,
        tag("p", _EXPLANATION, class_="quiet"),
        tag("p", tag("label", keep, " Put names in front of the words")),
        class_="below",
    )
