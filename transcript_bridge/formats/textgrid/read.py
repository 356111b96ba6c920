"""TextGrid -> tiers."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript
from ...on_demand import on_demand
from ...problems import ProblemLog
from ..cues.lines import number_matches
from ..tiers import Tier, TierSpan, read_tiers

_read_json_tiers = on_demand(__package__, "read_json", "read_json_tiers")
_TEXT = r'"(?:[^"]|"")*"'
_NUMBER = r"-?\d{1,15}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,3})?"
_NAMED = re.compile(rf"=\s*({_TEXT}|{_NUMBER})")
_BARE = re.compile(rf"{_TEXT}|(?<![\w.]){_NUMBER}(?![\w.])")
_LONG_FORM = re.compile(r"\bxmin\s*=")
_MAX_SECONDS = 1e9
_INTERVALS = "IntervalTier"
CHRONOLOGICAL = "Praat chronological TextGrid text file"


class _Value(NamedTuple):
    text: str
    line: int

    @property
    def is_text(self) -> bool:
        return self.text.startswith('"')


class _Values:
    """The values of a file in their order; MalformedError if one is missing or another kind."""

    def __init__(self, text: str) -> None:
        self._values = deque(_find_values(text))
        self.line = 1

    def text(self) -> str:
        value = self._next()
        if not value.is_text:
            raise MalformedError("there is a number in place of a text", line=value.line)
        return value.text[1:-1].replace('""', '"')

    def number(self) -> float:
        value = self._next()
        if value.is_text or abs(float(value.text)) > _MAX_SECONDS:
            raise MalformedError("a number is missing", line=value.line)
        return float(value.text)

    def is_more(self) -> bool:
        """Whether there are values left."""
        return bool(self._values)

    def _next(self) -> _Value:
        if not self._values:
            raise MalformedError("this TextGrid is cut off; export it again", line=self.line)
        value = self._values.popleft()
        self.line = value.line
        return value


def parse(text: str) -> Transcript:
    """Read the tiers; MalformedError if values are missing or of another kind."""
    if text.lstrip().startswith("{"):
        return read_tiers(_read_json_tiers(text), ProblemLog())
    values = _Values(text)
    if values.text() == CHRONOLOGICAL:
        return read_tiers(_read_chronological(values), ProblemLog())
    values.text()
    values.number()
    values.number()
    count = int(values.number())
    return read_tiers([_read_tier(values) for _ in range(count)], ProblemLog())


def _read_chronological(values: _Values) -> Iterable[Tier]:
    """The tiers, whose intervals follow all of their names, each with the number of its tier."""
    values.number()
    values.number()
    tiers: dict[int, Tier] = {}
    spans: dict[int, list[TierSpan]] = {}
    for number in range(1, int(values.number()) + 1):
        is_of_points = values.text() != _INTERVALS
        spans[number] = []
        tiers[number] = Tier(values.text(), spans[number], is_other=is_of_points)
        values.number()
        values.number()
    while values.is_more():
        number = int(values.number())
        if number not in tiers:
            raise MalformedError(f"there is no tier {number}", line=values.line)
        spans[number].append(_read_span(values, tiers[number].is_other))
    return tiers.values()


def _read_tier(values: _Values) -> Tier:
    is_of_points = values.text() != _INTERVALS
    name = values.text()
    values.number()
    values.number()
    count = int(values.number())
    spans = [_read_span(values, is_of_points) for _ in range(count)]
    return Tier(name, spans, is_other=is_of_points)


def _read_span(values: _Values, is_point: bool) -> TierSpan:
    start = end = values.number()
    if not is_point:
        end = values.number()
    line = values.line
    return TierSpan(round(1000 * start), round(1000 * end), values.text(), line)


def _find_values(text: str) -> Iterator[_Value]:
    pattern = _BARE
    if _LONG_FORM.search(text):
        pattern = _NAMED
    for line, match in number_matches(pattern, text):
        yield _Value(match[match.lastindex or 0], line)
