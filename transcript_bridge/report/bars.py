"""The chart of an archive by month: hours of speech, by state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..calendar_words import MONTH_NAMES
from .html import Markup, tag
from .states import TONES, Tone
from .summary import Month

MAX_BARS = 240
"""Months; a longer archive is drawn by years."""
_YEARS_LABELED = 8
"""As many as fit next to each other on a phone."""
_FEW_BARS = 6
_BARS_WITH_NAMES = 12
"""Up to this number of bars, each has its month below it; with more, only years are labeled."""
_BAR_WIDTH = 7
_BAR_STEP = 10
_MIN_HEIGHT = 0.6
"""Percent of the height; a smaller part would be invisible."""
_STEPS = (1, 2, 4, 6, 8, 10)
_UNITS = ((3600, "h"), (60, "min"), (1, "s"))


class Bar(NamedTuple):
    """A month or a year."""

    name: str
    tick: str
    """The label below it, if there is room."""
    link: str | None
    files: int
    conversations: int
    seconds: Mapping[Tone, float]

    @property
    def height(self) -> float:
        """The sum in seconds."""
        return sum(self.seconds.values())


class BarScale(NamedTuple):
    """The highest value of an axis in its unit, and the unit's name and length."""

    top: float
    unit: str
    unit_seconds: int


def bars_of(months: Sequence[Month]) -> list[Bar]:
    """One bar per month, or per year if there are too many."""
    if len(months) <= MAX_BARS:
        return [_month_bar(month, len(months)) for month in months]
    years: dict[int, list[Month]] = {}
    for month in months:
        years.setdefault(month.year, []).append(month)
    return [_year_bar(year, own) for year, own in years.items()]


def _month_bar(month: Month, count: int) -> Bar:
    name = MONTH_NAMES[month.month - 1]
    tick = name[:3]
    if count > _BARS_WITH_NAMES:
        tick = ""
        if month.month == 1:
            tick = str(month.year)
    link = None
    if month.files:
        link = f"m{month.year}-{month.month}"
    return Bar(f"{name} {month.year}", tick, link, month.files, month.conversations, month.seconds)


def _year_bar(year: int, months: Sequence[Month]) -> Bar:
    seconds: dict[Tone, float] = {}
    for tone in TONES:
        seconds[tone] = sum(month.seconds.get(tone, 0.0) for month in months)
    files = sum(month.files for month in months)
    conversations = sum(month.conversations for month in months)
    return Bar(str(year), str(year), None, files, conversations, seconds)


def draw_months(bars: Sequence[Bar]) -> Markup:
    """The whole chart with its scale."""
    scale = round_scale(max(bar.height for bar in bars))
    rects: list[Markup] = []
    for number, bar in enumerate(bars):
        rects += _draw_bar(bar, number, scale)
    first, last = bars[0].name, bars[-1].name
    picture = tag(
        "svg",
        rects,
        viewBox=f"0 0 {len(bars) * _BAR_STEP} 100",
        preserveAspectRatio="none",
        role="img",
        aria_label=f"Speech by month, {first} to {last}; the table below has the numbers",
    )
    marks = [tag("span", f"{value:g} {scale.unit}") for value in (scale.top, scale.top / 2)]
    return tag(
        "div",
        tag("div", marks, tag("span", "0"), class_="scale", aria_hidden="true"),
        tag("div", picture, class_="plot"),
        tag("div", _ticks(bars), class_="ticks", aria_hidden="true"),
        class_="months few" if len(bars) <= _FEW_BARS else "months",
    )


def _draw_bar(bar: Bar, number: int, scale: BarScale) -> Iterator[Markup]:
    """One rectangle per tone, stacked from the bottom."""
    y = 100.0
    left = number * _BAR_STEP + (_BAR_STEP - _BAR_WIDTH) / 2
    for tone in TONES:
        height = 100 * bar.seconds.get(tone, 0.0) / (scale.top * scale.unit_seconds)
        if not height:
            continue
        height = max(height, _MIN_HEIGHT)
        y -= height
        yield tag(
            "rect",
            class_=tone,
            x=f"{left:g}",
            y=f"{y:.2f}",
            width=_BAR_WIDTH,
            height=f"{height:.2f}",
        )


def _ticks(bars: Sequence[Bar]) -> Iterator[Markup]:
    named = [(number, bar.tick) for number, bar in enumerate(bars) if bar.tick]
    if not named:  # months of two years, neither of which begins here
        named = [(0, bars[0].name)]
    step = 1
    offset = 0.5  # the middle of its bar
    css_class: str | None = "centered"
    if len(bars) > _BARS_WITH_NAMES:
        step = -(-len(named) // _YEARS_LABELED)
        offset = 0.0
        css_class = None
    for number, tick in named[::step]:
        left = 100 * (number + offset) / len(bars)
        yield tag("span", tick, style=f"left:{left:.3f}%", class_=css_class)


def round_scale(highest: float) -> BarScale:
    """The smallest round scale that reaches `highest` seconds."""
    seconds, unit = _UNITS[-1]
    for unit_seconds, name in _UNITS:
        if highest >= unit_seconds:
            seconds, unit = unit_seconds, name
            break
    power = 1.0
    while True:
        for step in _STEPS:
            if step * power * seconds >= highest:
                return BarScale(step * power, unit, seconds)
        power *= 10
