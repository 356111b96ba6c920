"""One line with a turn: two times, and the label before or after them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain, pairwise

from ...problems import ProblemLog, shorten
from .values import CLOCK, TurnEntry, make_entry, read_time

_LONGEST_LINE = 300
_LONGEST_LABEL = 60
_SECONDS = r"\d{1,15}(?:\.\d{1,20})?"
_TIME = re.compile(
    rf"(?:^-|(?<![\w.:]))(?:{CLOCK}|{_SECONDS})(?:\s?(?:seconds?|secs?|ms|s)\b)?(?!\w|[:.]\d)", re.A
)
_TWO_NUMBERS = re.compile(r"[^\d\n]*+\d[^\n]*?[^\w.:\n]\d", re.A)
"""Any line without them has no turn. To look for times in each line of a text took a tenth of
reading a small one."""
_PUNCTUATION = " \t()[]|,;:=-–—>→~."
_BETWEEN = frozenset(["to", "until", "till", "and", "through", "end", "stop", "t"])
"""Words that may be between the two times."""
_LENGTH = frozenset(["for", "duration", "dur", "lasting", "length"])
"""Words before the second time if it is how long the turn lasts."""
_BEFORE = "speaks|talks|speaking|talking|is|from|between|at|start|starts|begin|turn|segment|t"
_WORDS_BEFORE = re.compile(rf"(?:^|\s)(?:\b(?:{_BEFORE})\b[\W_]*)+$", re.I)
_ENUMERATION = re.compile(r"\A[#(]?\d{1,6}[.):]?\Z")
_AROUND_LABEL = (
    re.compile(r"(?:speaker|label)\s*[=:]\s*()", re.I),
    re.compile(r"\A(?:speaker\s*)?[\"'“‘]([^\"'“”‘’]+)[\"'”’]\Z", re.I),
    re.compile(r"speaker[_ ](?=speaker_)()", re.I),
)
"""Marks around a label; the group is the label without them."""


def find_turns(
    text: str, read: Callable[[str], TurnEntry | None], log: ProblemLog
) -> list[tuple[int, TurnEntry]]:
    """The turns of a text with the numbers of their lines, by a function that reads a line.

    Log lines before and after them are passed over; those among them are lost turns.
    """
    lines = {number: line for number, line in enumerate(text.split("\n"), 1) if line.strip()}
    entries = ((number, read(line)) for number, line in lines.items())
    turns = [(number, entry) for number, entry in entries if entry is not None]
    if not turns:
        return []
    first, last = turns[0][0], turns[-1][0]
    others = lines.keys() - dict(turns).keys()
    among = sorted(number for number in others if first < number < last)
    for number in among:
        log.add("bad-line", f"this is not a turn: {shorten(lines[number].strip())!r}", number)
    outside = others - set(among)
    if outside:
        log.add("skipped-line", f"lines before or after the turns: {len(outside)}", min(outside))
    return turns


def read_line(line: str) -> TurnEntry | None:
    """The turn of a line; None if it has none."""
    if len(line) > _LONGEST_LINE or not _TWO_NUMBERS.match(line):
        return None
    times = pairwise(_TIME.finditer(line))
    pairs = (_read_pair(line, first, second) for first, second in times)
    return next(filter(None, chain(_read_columns(line), pairs)), None)


def _read_columns(line: str) -> Iterator[TurnEntry | None]:
    """Tabs between the columns, so that a decimal comma is certain."""
    columns = [column.strip() for column in line.split("\t")]
    if len(columns) > 2:
        first, second, third = columns[:3]
        yield make_entry(read_time(first), read_time(second), _check_label(third))
        yield make_entry(read_time(second), read_time(third), _check_label(first))


def _read_pair(line: str, first: re.Match[str], second: re.Match[str]) -> TurnEntry | None:
    """The turn of a line with its times at these two places."""
    between = line[first.end() : second.start()]
    words = set(re.findall(r"[^\W_]+", between.lower()))
    # A number of a list may be before a time.
    are_alike = (":" in first[0]) == (":" in second[0])
    start, end = read_time(first[0]), read_time(second[0])
    if not between or not words <= _BETWEEN | _LENGTH or not are_alike or not start or not end:
        return None
    if words & _LENGTH:
        end = start.later(end)
    if end.seconds < start.seconds:
        return None
    return make_entry(start, end, _find_label(line[: first.start()], line[second.end() :]))


def _find_label(before: str, after: str) -> str | None:
    """Find the label on one side of the times; None if both sides have a text, or none."""
    before = _WORDS_BEFORE.sub("", before.strip(_PUNCTUATION)).strip(_PUNCTUATION)
    after = after.strip(_PUNCTUATION)
    if after:
        before = _ENUMERATION.sub("", before)
    if before and after:
        return None
    label = before or after
    for around in _AROUND_LABEL:
        label = around.sub(r"\1", label)
    return _check_label(label.strip())


def _check_label(text: str) -> str | None:
    """A text that may be a label: it has letters or is a whole number, and begins with no time."""
    time = _TIME.match(text)
    is_time = time is not None and not time[0].isdecimal()
    if is_time or len(text) > _LONGEST_LABEL or not any(map(str.isalnum, text)):
        return None
    return text
