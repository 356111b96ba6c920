"""Reads one line as the heading of a block of speech: a time and a name, in any order.

A time is a clock (`0:03`, `1:02:03.5`, `10:05 AM`). In brackets, it may also be `62.5s` or `1m 2s`.
Two times are a start and an end. Markdown, list signs and links around them are removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..cues.timestamps import read_stamp

_HALF = r"(?:[ \u202f]?[AaPp]\.?[Mm]\.?(?!\w))?"
CLOCK = rf"(?:\d{{1,3}}:)?\d{{1,2}}:[0-5]\d(?:[.,]\d{{1,3}}|:\d{{3}}(?!\d))?{_HALF}"
_SECONDS = r"\d{1,6}(?:\.\d{1,3})?[ ]?s(?:ec)?"
_UNITS = r"(?:\d{1,2}[ ]?h[ ]?)?\d{1,3}[ ]?m(?:in)?[ ]?\d{1,2}[ ]?s(?:ec)?"
_DECIMAL = r"\d{1,6}\.\d{1,3}"
TO = r"[ \t]*(?:-{0,2}>|[-–—→~〜～]|to|bis)[ \t]*"
_IN_BRACKETS = rf"{CLOCK}|{_SECONDS}|{_UNITS}"
_NAME_END = r"[^\s\[\](),.:：;!?<>|@·•→/–—-]\.?"
NAME = rf"(?=[^\W\d_])[^\n\[\]()<>|\t:：]{{1,59}}{_NAME_END}"
EARLY_NAME = NAME.replace("{1,59}", "{1,59}?")
"""The same, as short as it can be."""
SIGN = r"[-–—|·•@,→/]"
"""Between a name and a time."""
_NUMBER = rf"{_IN_BRACKETS}|{_DECIMAL}"
_TWO_TIMES = rf"(?P<start2>{_NUMBER})(?:[\])]?{TO}[\[(]?|[ ]?[,;|/][ ]?|[ ]:[ ])(?P<end2>{_NUMBER})"
_BRACKETED = rf"[\[(][ ]?(?:{_TWO_TIMES}|(?P<start>{_IN_BRACKETS}))[ ]?[\])]"
_BARE = rf"(?P<bare>{CLOCK})(?:{TO}(?P<bare_end>{CLOCK}))?"
_NAME_FIRST = re.compile(
    rf"(?P<open>[\[(])?(?P<speaker>{NAME})(?(open)[\])])"
    rf"(?:(?::?[ \t]{{0,4}}|[ \t]*{SIGN}[ \t]*){_BRACKETED}:?(?P<text>[ \t]*[^\s:].*)?"
    rf"|(?::?[ \t]{{1,4}}|：[ \t]{{0,4}}|[ \t]*{SIGN}[ \t]+){_BARE}:?)"
)
_ZOOM = re.compile(rf"\[(?P<speaker>[^\]\n]{{1,80}})\][ \t]+(?P<start>{CLOCK})(?P<text>)")
_TIME_FIRST = re.compile(
    rf"(?:{_BRACKETED}:?|[@~]?{_BARE}(?:(?=\s|$)|[:,](?=\s|$)|，|(?=\|))"
    rf"|(?P<bare2>{_SECONDS}){TO}(?P<bare_end2>{_SECONDS}):?(?=\s|$))"
    r"(?:[ \t]*(?:[-–—·•→/](?=\s)|\|))?(?P<text>.*)"
)
_OF_SUBTITLE = re.compile(rf"{CLOCK}[ \t]*-->[ \t]*{CLOCK}(?![\d:.,])")
_GLUED = re.compile(
    r"(?P<start>(?:\d{1,2}:)?\d{1,2}:[0-5]\d)(?!(?i:[ap]m|h|s|sec|min|uhr)\b)(?P<text>(?:[^\W\d_]|[\[♪]).*)"
)
_CLEAR = re.compile(rf"(?:[ \t]{{2}}|\t|:?[ \t][\[(]|[ \t]{SIGN}[ \t]+)\d|[\])]:?[ \t]*[\[(]\d")
_TIMED = re.compile(r"\d(?::[0-5]\d| ?s(?:ec)?\b)|[\[(] ?\d{1,6}\.\d")
"""The fields of every heading."""
_MOST_WORDS_OF_A_NAME = 6
_LONGEST_ABBREVIATION = 4
"""With its point: `Jr.`, `Inc.`"""
LIST_SIGNS = (
    r"(?:(?:[>#*+-]{1,6}|\d{1,4}[.)]|\[[ xX]\]|\[![a-z-]{1,20}\][+-]?"
    r"|[\u2600-\u27bf\U0001f300-\U0001faff][\ufe0f\u200d]?)[ \t]+)+(?=\S)"
)
"""Signs of lists, tasks, and boxes of Obsidian; pictures."""
_LIST_SIGNS = re.compile(LIST_SIGNS)
_NUMBER_OF_ROW = re.compile(r"\A\d{1,4}[ \t]{0,4}\|[ \t]{0,4}")
_FRAMED = re.compile(r"([-=*_~#])(?P<frame>\1{0,9})[ \t]+(?P<inside>\S.*\S)[ \t]+\1(?P=frame)")
"""`--- Ann [0:03] ---`."""
_BOLD = re.compile(r"\*\*")
_EMPHASIS = re.compile(
    r"(?P<before>[\[(]?[\d:.,]{0,12}[\])]?[ \t]{0,4}(?:[-–—|:][ \t]{1,4})?)"
    r"(?P<mark>\*|__|_)(?=[^\s*_])(?P<inside>[^*\n]{1,80}?)(?<=[^\s*_])(?P=mark)(?!\w)"
)
"""Emphasis in Markdown around a name, before or after a time."""
_MARKED_TIME = re.compile(rf"([*`_])([\[(]?{CLOCK}[\])]?)\1")
_LINK = re.compile(r"\[([^\W\d_][^\[\]\n]{0,200})\]\(https?://[^)\s]{1,400}\)")
_LINK_OF_TIME = re.compile(r"(?<=[\d\])])\(https?://[^)\s]{1,400}\)")
_UNIT = re.compile(
    r"(?:(\d{1,2}) ?h ?)?(?:(\d{1,3}) ?m(?:in)? ?)?(\d{1,6}(?:\.\d{1,3})?) ?(?:s(?:ec)?)?"
)
_HALF_OF_A_DAY = re.compile(r"[ \u202f]?([AaPp])\.?[Mm]\.?")
_HOURS_BEFORE = {"A": 0, "P": 12}
TIME_WORD = (
    r"(?i:tcr?|ts|t|time(?:[ ]?(?:code|stamp))?|start|from|until|min(?:ut[eo])?"
    r"|zeit(?:marke)?|tiempo|temps|tempo|время|час|时间|時間|시간)"
)
"""A word before a time."""
_TIME_WORD = re.compile(rf"{TIME_WORD}|(?i:at|end)")
_AT = re.compile(r"[ ](?:at|à|um|alle|om)$")
"""A word between a name and a time."""
AN_HOUR = 60 * 60 * 1000


class Heading(NamedTuple):
    """The heading of a block of speech. start, end: ms. row: the number of its line, from 0."""

    row: int
    start: int
    end: int
    """The same as `start` if the heading has no end."""
    speaker: str
    """Empty if it has none."""
    text: str
    """The rest of its line."""
    is_of_day: bool = False
    """Whether the form shows that it is a time of day: Zoom's form, AM and PM."""
    is_astray: bool = False
    """Whether the time is not between those around it. Such times do not count for the pace."""

    def move(self, later: int) -> Heading:
        """The same some ms later."""
        return self._replace(start=self.start + later, end=self.end + later)


class TextBlock(NamedTuple):
    """A heading and the lines of speech below it, stripped, without blank lines."""

    heading: Heading
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of the speech, in lines."""
        return "\n".join(filter(None, (self.heading.text, *self.lines)))

    @property
    def is_empty(self) -> bool:
        """Whether it has no speech."""
        return not self.lines and not self.heading.text

    def move(self, later: int) -> TextBlock:
        """The same some ms later."""
        return TextBlock(self.heading.move(later), self.lines)

    def write_hours(self) -> TextBlock:
        """The same with hours and minutes in the place of minutes and seconds."""
        head = self.heading._replace(start=60 * self.heading.start, end=60 * self.heading.end)
        return TextBlock(head, self.lines)


def plain_line(line: str) -> str:
    """Remove list signs and Markdown that may surround a heading."""
    line = line.strip()
    if line[:1] == line[-1:] == "|":  # a row of a table
        line = _NUMBER_OF_ROW.sub("", line[1:-1].strip(), count=1)
    frame = _FRAMED.fullmatch(line)
    if frame is not None:
        line = frame["inside"]
    signs = _LIST_SIGNS.match(line)
    if signs:
        line = line[signs.end() :]
    if "*" in line or "`" in line or "_" in line:
        line = _MARKED_TIME.sub(r"\2", _BOLD.sub("", line))
        emphasis = _EMPHASIS.match(line)
        if emphasis is not None:
            line = emphasis["before"] + emphasis["inside"] + line[emphasis.end() :]
    if "(http" in line:
        line = _LINK_OF_TIME.sub("", _LINK.sub(r"\1", line)).replace("[[", "[").replace("]]", "]")
    return line.strip()


def may_be_heading(line: str) -> bool:
    """Whether a line contains anything similar to a time."""
    return _TIMED.search(line) is not None


def read_zoom(row: int, line: str) -> Heading | None:
    """Read `[Jane Doe] 14:02:33`; None for another line."""
    found = _ZOOM.fullmatch(line)
    if found is None:
        return None
    heading = make_heading(row, found["start"], "", found["speaker"], "")
    return heading._replace(is_of_day=True)


def read_name_first(row: int, line: str) -> Heading | None:
    """Read `Jane Doe  0:03`, `Jane (00:02): text`, `Jane - 0:03`, `Jane [0.5s - 2.0s]: text`."""
    found = _NAME_FIRST.fullmatch(line)
    if found is None or not is_name(found["speaker"]):
        return None
    start = find_group(found, "start", "start2", "bare")
    end = find_group(found, "end2", "bare_end")
    return make_heading(row, start, end, found["speaker"], find_group(found, "text"))


def read_clear_name(row: int, line: str) -> Heading | None:
    """The same, but with brackets, a sign or two blanks before the time, as no sentence has."""
    if _CLEAR.search(line) is None:
        return None
    return read_name_first(row, line)


def read_time_first(row: int, line: str) -> Heading | None:
    """Read `[0:03] Jane: text`, `00:00:02 Speaker 1`, `0:03 - Jane`, `[0:01 - 0:05] Jane: text`."""
    found = _TIME_FIRST.fullmatch(line)
    if found is None or _OF_SUBTITLE.match(line):
        return None
    start = find_group(found, "start", "start2", "bare", "bare2")
    end = find_group(found, "end2", "bare_end", "bare_end2")
    return make_heading(row, start, end, "", found["text"])


def read_glued_time(row: int, line: str) -> Heading | None:
    """Read `0:03where is the harbour`, as copied from YouTube's page."""
    found = _GLUED.fullmatch(line)
    if found is None:
        return None
    return make_heading(row, found["start"], "", "", found["text"])


def find_group(found: re.Match[str], *names: str) -> str:
    """Return the first of these groups that is not empty; empty if all are."""
    return next(filter(None, map(found.group, names)), "")


def is_name(text: str) -> bool:
    """Whether a text can be a name: it is short, and is not part of a sentence."""
    words = text.split()
    is_short = len(words) <= _MOST_WORDS_OF_A_NAME
    ends_sentence = text.endswith(".") and len(words[-1]) > _LONGEST_ABBREVIATION
    return is_short and not ends_sentence and not (text[0].islower() and len(words) > 2)


def are_capitalized(texts: Iterable[str]) -> bool:
    """Whether no word of the texts begins with a small letter."""
    words = " ".join(texts).split()
    return not any(word[0].islower() for word in words)


def have_time_words(headings: Sequence[Heading]) -> bool:
    """Whether all headings have a word such as `Time:` in place of a name."""
    return all(is_time_word(heading.speaker) for heading in headings)


def is_time_word(text: str) -> bool:
    """Whether a text is a word for a time, such as `Time`."""
    return _TIME_WORD.fullmatch(text) is not None


def make_heading(row: int, start: str, end: str, speaker: str, text: str) -> Heading:
    """Make a heading from the texts of a line. end, speaker: empty if there is none."""
    start_ms = _read_time(start)
    end_ms = _read_time(end) if end else start_ms
    is_of_day = _HALF_OF_A_DAY.search(start) is not None
    name = _AT.sub("", speaker.strip())
    return Heading(row, start_ms, end_ms, name, text.strip(), is_of_day)


def hour_of_day(hour: int, half: str) -> int:
    """The hour of day, 0 to 23. half: `a` or `P` for AM and PM, in any case; empty for 24 hours."""
    if not half:
        return hour
    return hour % 12 + _HOURS_BEFORE[half.upper()]


def _read_time(text: str) -> int:
    """Read a clock, seconds, or `1h 2m 3s`, as ms."""
    half = _HALF_OF_A_DAY.search(text)
    if half:
        hour, _, rest = text[: half.start()].partition(":")
        whole = rest if ":" in rest else f"{rest}:00"
        return read_stamp(f"{hour_of_day(int(hour), half[1])}:{whole}")
    if ":" in text:
        return read_stamp(text)
    found = _UNIT.fullmatch(text)
    assert found is not None
    hours, minutes, seconds = found.groups("0")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)
