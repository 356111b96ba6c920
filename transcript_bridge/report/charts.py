"""Charts of the report: SVG that stretches with the page; all text is in HTML beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..timecode import render_span
from .html import Markup, tag
from .lanes import COLUMNS, SHADES, Lane
from .states import Tone
from .summary import FileReport
from .wording import name_label

_LANES_SHOWN = 12
_REST_COLOR = "c7"

Paint = Callable[[str | None, bool, int], str]
"""Returns the class that colors a label. Takes whether it is the owner, and its place in the
card."""


# ---- who spoke when


def draw_speaker_lanes(file: FileReport, title: str, paint: Paint) -> Markup:
    """One lane per speaker, in the order of their first words, and the time axis."""
    shown, rest = _choose_lanes(file.lanes)
    rows = []
    for place, lane in enumerate(shown):
        color = paint(lane.label, lane.is_user, place)
        rows.append(_lane_row(name_label(lane.label, lane.name), [lane], lane.is_user, color))
    if rest:
        rows.append(_lane_row(tag("i", f"{len(rest):,} more"), rest, False, _REST_COLOR))
    length = round(file.seconds * 1000)
    times = [tag("span", render_span(ms)) for ms in (0, length // 2, length)]
    axis = tag("div", times, class_="axis")
    caption = tag(
        "caption",
        "Who spoke when in ",
        tag("bdi", title),
        ", and for how long",
        class_="unseen",
    )
    return tag(
        "table",
        caption,
        tag("colgroup", [tag("col")] * 3),
        tag("tbody", rows),
        tag("tfoot", tag("tr", tag("td"), tag("td", axis), tag("td"))),
        class_="lanes",
    )


def _choose_lanes(lanes: Sequence[Lane]) -> tuple[list[Lane], list[Lane]]:
    """The lanes that are drawn alone, and those that share the last one."""
    if len(lanes) <= _LANES_SHOWN:
        return list(lanes), []
    by_length = sorted(lanes, key=lambda lane: -lane.ms)
    most = set(by_length[: _LANES_SHOWN - 1])
    shown = [lane for lane in lanes if lane in most]
    rest = [lane for lane in lanes if lane not in most]
    return shown, rest


def _lane_row(name: Markup, lanes: Sequence[Lane], is_user: bool, color: str) -> Markup:
    picture = tag(
        "svg",
        [tag("path", d=d, class_=f"s{shade}") for shade, d in _strokes(lanes)],
        viewBox=f"0 0 {COLUMNS} 10",
        preserveAspectRatio="none",
        aria_hidden="true",
        class_=color,
    )
    you = None
    if is_user:
        you = tag("small", " you")
    talk_time = render_span(sum(lane.ms for lane in lanes))
    return tag(
        "tr",
        tag("th", name, you, scope="row"),
        tag("td", picture),
        tag("td", talk_time, class_="number"),
    )


def _strokes(lanes: Sequence[Lane]) -> Iterator[tuple[int, str]]:
    """(shade, path) for each shade that occurs.

    Strokes as thick as the picture is high are the shortest SVG for many small blocks.
    """
    for shade in range(1, SHADES + 1):
        path = ""
        for lane in lanes:
            own = [block for block in lane.blocks if block.shade == shade]
            if own:
                path += "M0 5"
            at = 0
            for block in own:
                path += f"m{block.first - at} 0h{block.width}"
                at = block.first + block.width
        if path:
            yield shade, path


# ---- shares


def draw_share(parts: Mapping[Tone, float], description: str) -> Markup:
    """One bar, divided into parts by tone."""
    total = sum(parts.values()) or 1
    rects = []
    at = 0.0
    for tone, count in parts.items():
        width = 1000 * count / total
        rects.append(tag("rect", class_=tone, x=f"{at:.2f}", y=0, width=f"{width:.2f}", height=10))
        at += width
    return tag(
        "svg",
        rects,
        viewBox="0 0 1000 10",
        preserveAspectRatio="none",
        role="img",
        aria_label=description,
        class_="share",
    )
