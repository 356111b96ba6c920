"""One line with a turn: two times, and the label before or after them."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from ...problems import ProblemLog, shorten
from .values import CLOCK, Entry, read_time

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
_QUOTED = re.compile(r"(?:speaker\s*)?[\"'“‘]([^\"'“”‘’]+)[\"'”’]", re.I)
_ENUMERATION = re.compile(r"[#(]?\d{1,6}[.):]?")
_SIGN_OF_LABEL = re.compile(r"(?:speaker|label)\s*[=:]\s*", re.I)
_README_LABEL = re.compile(r"speaker[_ ](?=speaker_)", re.I)


def find_turns(
    text: str, read: Callable[[str], Entry | None], log: ProblemLog
) -> list[tuple[int, Entry]]:
    """The turns of a text with the numbers of their lines, by a function that reads a line.

    Log lines before and after them are passed over; those among them are lost turns.
    """
    turns: list[tuple[int, Entry]] = []
    other: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        turn = read(line)
        if turn is not None:
            turns.append((number, turn))
        elif line.strip():
            other.append((number, line.strip()))
    if turns:
        _report_other(other, turns[0][0], turns[-1][0], log)
    return turns


def _report_other(other: list[tuple[int, str]], first: int, last: int, log: ProblemLog) -> None:
    """first, last: the numbers of the lines that the turns begin and end with."""
    outside = []
    for number, line in other:
        if first < number < last:
            log.add("bad-line", f"this is not a turn: {shorten(line)!r}", number)
        else:
            outside.append(number)
    if outside:
        log.add("skipped-line", f"lines before or after the turns: {len(outside)}", outside[0])


def read_line(line: str) -> Entry | None:
    """The turn of a line; None if it has none."""
    if len(line) > _LONGEST_LINE or not _TWO_NUMBERS.match(line):
        return None
    columns = [column.strip() for column in line.split("\t")]
    if len(columns) > 2:
        found = _read_columns(columns)
        if found is not None:
            return found
    times = list(_TIME.finditer(line))
    for first, second in pairwise(times):
        found = _read_pair(line, first, second)
        if found is not None:
            return found
    return None


def _read_columns(columns: list[str]) -> Entry | None:
    """Tabs between the columns, so that a decimal comma is certain."""
    first, second, third = columns[:3]
    for begin, stop, label in ((first, second, third), (second, third, first)):
        start, end = read_time(begin), read_time(stop)
        if start is not None and end is not None and _is_label(label):
            return Entry(start, end, label)
    return None


def _read_pair(line: str, first: re.Match[str], second: re.Match[str]) -> Entry | None:
    """The turn of a line with its times at these two places."""
    between = line[first.end() : second.start()]
    words = set(re.findall(r"[^\W_]+", between.lower()))
    if not between or not words <= _BETWEEN | _LENGTH:
        return None
    if (":" in first[0]) != (":" in second[0]):  # a number of a list, and a time
        return None
    start, end = read_time(first[0]), read_time(second[0])
    if start is None or end is None:
        return None
    if words & _LENGTH:
        end = start.later(end)
    label = _find_label(line[: first.start()], line[second.end() :])
    if label is None or end.seconds < start.seconds:
        return None
    return Entry(start, end, label)


def _find_label(before: str, after: str) -> str | None:
    """The label, of which one side of the times has all; None if both have something, or none."""
    before = _WORDS_BEFORE.sub("", before.strip(_PUNCTUATION)).strip(_PUNCTUATION)
    after = after.strip(_PUNCTUATION)
    if after and _ENUMERATION.fullmatch(before):
        before = ""
    if before and after:
        return None
    label = _SIGN_OF_LABEL.sub("", before or after, count=1)
    quoted = _QUOTED.fullmatch(label)
    if quoted:
        label = quoted[1]
    label = _README_LABEL.sub("", label).strip()
    if _is_label(label):
        return label
    return None


def _is_label(text: str) -> bool:
    """Whether a text may be a label: some letters or a whole number, and no time."""
    if not text or len(text) > _LONGEST_LABEL:
        return False
    if text.isdecimal():
        return True
    begins_with_time = _TIME.match(text)
    if begins_with_time and not begins_with_time[0].isdecimal():
        return False
    return any(map(str.isalnum, text))
