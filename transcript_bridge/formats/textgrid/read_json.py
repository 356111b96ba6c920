"""The tiers of a TextGrid as JSON, as praatio and Montreal Forced Aligner write it.

{"start": 0, "end": 3.4, "tiers": {"jane - words": {"type": "interval",
                                   "entries": [[0.5, 2.1, "good"], …]}}}
{"xmin": 0, "xmax": 3.4, "tiers": [{"class": "IntervalTier", "name": "jane",
                                    "entries": [[0.5, 2.1, "good morning"], …]}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...errors import MalformedError
from ...timecode import milliseconds_in_range
from ..json_text import as_list, as_number, as_object, as_text, load_json
from ..tiers import Tier, TierSpan

_POINTS = frozenset(("point", "TextTier"))


def read_json_tiers(text: str) -> Iterator[Tier]:
    """Raises MalformedError for an entry without times."""
    tiers = as_object(load_json(text)).get("tiers")
    named = as_object(tiers).items() or [
        (as_object(tier).get("name"), tier) for tier in as_list(tiers)
    ]
    for name, value in named:
        tier = as_object(value)
        is_other = bool(_POINTS.intersection((tier.get("type"), tier.get("class"))))
        entries = [] if is_other else as_list(tier.get("entries"))
        yield Tier(as_text(name), list(map(_read_span, entries)), is_other=is_other)


def _read_span(entry: Any) -> TierSpan:
    start, end, text = [*as_list(entry), None, None, None][:3]
    times = [milliseconds_in_range(as_number(time)) for time in (start, end)]
    if None in times:
        raise MalformedError("an interval of this TextGrid has no times")
    return TierSpan(times[0] or 0, times[1] or 0, as_text(text))
