"""The pictures of the report: SVG that stretches with the page, with all its words beside it as
HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..timecode import render_span
from .html import Markup, join, tag
from .sources import COLUMNS, Lane
from .states import TONES, Tone
from .summary import FileReport, Month

_LANES_SHOWN = 12
_MOST_BARS = 240
"""Twenty years of months; a longer archive is drawn by years."""
_YEARS_NAMED = 8
"""As many as fit beside each other on a phone."""
_STEPS = (1, 2, 4, 6, 8, 10)
_UNITS = ((3600, "h"), (60, "min"), (1, "s"))
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

Paint = Callable[[str | None, bool], str]
"""Gives the class that colours a label; it is the same on the whole page."""


def name_label(label: str | None, name: str | None = None) -> Markup:
    """A speaker in words.

    A label may hold letters that turn the rest of a line around: not beyond <bdi>.
    """
    if label is None:
        return tag("i", "nobody named")
    known = name and name.casefold() != label.casefold()
    return join([tag("bdi", label), tag("small", " is ", tag("bdi", name)) if known else None])


# ---- who spoke when


def draw_lanes(file: FileReport, title: str, paint: Paint) -> Markup:
    """One lane a speaker, in the order of their first words, and the time below."""
    shown = list(file.lanes)
    rest: list[Lane] = []
    if len(shown) > _LANES_SHOWN:
        most = set(sorted(shown, key=lambda lane: -lane.ms)[: _LANES_SHOWN - 1])
        rest = [lane for lane in shown if lane not in most]
        shown = [lane for lane in shown if lane in most]
    rows = [_lane(name_label(lane.label, lane.name), [lane], lane.is_user, paint) for lane in shown]
    if rest:
        rows.append(
            _lane(tag("i", f"{len(rest):,} more"), rest, False, lambda label, is_user: "c7")
        )
    length = round(file.seconds * 1000)
    axis = tag(
        "div", (tag("span", render_span(ms)) for ms in (0, length // 2, length)), class_="axis"
    )
    return tag(
        "table",
        tag(
            "caption",
            "Who spoke when in ",
            tag("bdi", title),
            ", and for how long",
            class_="unseen",
        ),
        tag("colgroup", [tag("col")] * 3),
        tag("tbody", rows),
        tag("tfoot", tag("tr", tag("td"), tag("td", axis), tag("td"))),
        class_="lanes",
    )


def _lane(name: Markup, lanes: Sequence[Lane], is_user: bool, paint: Paint) -> Markup:
    picture = tag(
        "svg",
        tag("path", d="".join(_strokes(lanes))),
        viewBox=f"0 0 {COLUMNS} 10",
        preserveAspectRatio="none",
        aria_hidden="true",
        class_=paint(lanes[0].label, is_user),
    )
    you = tag("small", " you") if is_user else None
    time = render_span(sum(lane.ms for lane in lanes))
    return tag(
        "tr",
        tag("th", name, you, scope="row"),
        tag("td", picture),
        tag("td", time, class_="number"),
    )


def _strokes(lanes: Sequence[Lane]) -> Iterator[str]:
    """Strokes as thick as the picture is high: of all ways to write so many small blocks, the
    shortest."""
    for lane in lanes:
        yield "M0 5"
        at = 0
        for first, width in lane.blocks:
            yield f"m{first - at} 0h{width}"
            at = first + width


# ---- how much of something


def draw_share(parts: Mapping[Tone, float], what: str) -> Markup:
    """One bar, cut into stretches of a colour each; `parts` by what colours them."""
    total = sum(parts.values()) or 1
    rects, at = [], 0.0
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
        aria_label=what,
        class_="share",
    )


# ---- the archive by month


class Bar(NamedTuple):
    """A month, or a year."""

    name: str
    tick: str
    """What stands below it, if there is room."""
    link: str | None
    files: int
    conversations: int
    seconds: Mapping[Tone, float]

    @property
    def height(self) -> float:
        """In seconds."""
        return sum(self.seconds.values())


def bars_of(months: Sequence[Month]) -> list[Bar]:
    """A bar a month, or a year where there are too many."""
    if len(months) <= _MOST_BARS:
        return [
            Bar(
                f"{MONTH_NAMES[m.month - 1]} {m.year}",
                _tick(m, len(months)),
                f"m{m.year}-{m.month}" if m.files else None,
                m.files,
                m.conversations,
                m.seconds,
            )
            for m in months
        ]
    years: dict[int, list[Month]] = {}
    for month in months:
        years.setdefault(month.year, []).append(month)
    return [
        Bar(
            str(year),
            str(year),
            None,
            sum(m.files for m in own),
            sum(m.conversations for m in own),
            {tone: sum(m.seconds.get(tone, 0.0) for m in own) for tone in TONES},
        )
        for year, own in years.items()
    ]


def _tick(month: Month, count: int) -> str:
    if count > 12:
        return str(month.year) if month.month == 1 else ""
    return MONTH_NAMES[month.month - 1][:3]


def draw_months(bars: Sequence[Bar]) -> Markup:
    """Hours of speech, a bar a month, coloured by what became of them."""
    top, unit, seconds = _scale(max(bar.height for bar in bars))
    rects = []
    for number, bar in enumerate(bars):
        at = 100.0
        for tone in TONES:
            height = 100 * bar.seconds.get(tone, 0.0) / (top * seconds)
            if height:
                height = max(height, 0.6)
                at -= height
                rects.append(
                    tag(
                        "rect",
                        class_=tone,
                        x=f"{number * 10 + 1.5:g}",
                        y=f"{at:.2f}",
                        width=7,
                        height=f"{height:.2f}",
                    )
                )
    told = f"Speech by month, {bars[0].name} to {bars[-1].name}; the table below has the numbers"
    picture = tag(
        "svg",
        rects,
        viewBox=f"0 0 {len(bars) * 10} 100",
        preserveAspectRatio="none",
        role="img",
        aria_label=told,
    )
    scale = [tag("span", f"{value:g} {unit}") for value in (top, top / 2)]
    return tag(
        "div",
        tag("div", scale, tag("span", "0"), class_="scale", aria_hidden="true"),
        tag("div", picture, class_="plot"),
        tag("div", _ticks(bars), class_="ticks", aria_hidden="true"),
        class_="months" + (" few" if len(bars) <= 6 else ""),
    )


def _ticks(bars: Sequence[Bar]) -> Iterator[Markup]:
    named = [(number, bar.tick) for number, bar in enumerate(bars) if bar.tick]
    if not named:  # months of two years, neither of which begins here
        named = [(0, bars[0].name)]
    every = 1 if len(bars) <= 12 else -(-len(named) // _YEARS_NAMED)
    centred = 0.5 if len(bars) <= 12 else 0.0
    for number, tick in named[::every]:
        yield tag(
            "span",
            tick,
            style=f"left:{100 * (number + centred) / len(bars):.3f}%",
            class_="centred" if centred else None,
        )


def _scale(most: float) -> tuple[float, str, int]:
    """The round number at or above the highest bar, its unit, and the unit's seconds."""
    seconds, unit = next((one for one in _UNITS if most >= one[0]), _UNITS[-1])
    power = 1.0
    while True:
        for step in _STEPS:
            if step * power * seconds >= most:
                return step * power, unit, seconds
        power *= 10
