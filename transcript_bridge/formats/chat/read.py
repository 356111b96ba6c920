"""CHAT: lines -> utterances."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from ...calendar_words import month_number
from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...problems import ProblemLog
from ...timecode import MS_PER_CHARACTER
from .words import read_words

_TIMES = re.compile(r"[\x15\u2022](\d{1,9})_(\d{1,9})-?[\x15\u2022]")
_LINE = re.compile(r"([*%@])([^:\t\n]{1,60})(?::[ \t]*(.*))?", re.DOTALL)
_PARTICIPANT = re.compile(r"(\w{1,12})((?:[ \t]+[\w'’-]+)*)")
_DATE = re.compile(r"(\d{2})-([A-Z]{3})-(\d{4})")
_NO_TIMES = (
    "this CHAT file is not linked to a recording: no line has times; link it in CLAN, or export it "
    "with times"
)


class _Said(NamedTuple):
    """A line of speech (ms); None where it has no times."""

    code: str
    text: str
    start: int | None
    end: int | None
    line: int


def parse(text: str) -> Transcript:
    """Read the lines of speech; MalformedError if none has times."""
    log = ProblemLog()
    said: list[_Said] = []
    headers: dict[str, str] = {}
    for number, kind, name, body in _read_lines(text):
        if kind == "*":
            said.append(_read_speech(name, body, number))
        elif kind == "@" and body:
            headers.setdefault(name, body)
        elif kind == "%" and name == "wor" and said:
            said[-1] = _take_times(said[-1], body)
    if not any(one.start is not None for one in said):
        raise MalformedError(_NO_TIMES)
    names = _read_names(headers.get("Participants", ""))
    utterances = Utterances.of(_place(said, names, log))
    return Transcript(
        utterances,
        language=headers.get("Languages", "").replace(",", " ").split(" ")[0].strip() or None,
        started_at=_read_date(headers.get("Date", "")),
        problems=log.problems(),
        cues=len(said),
    )


def _read_lines(text: str) -> Iterator[tuple[int, str, str, str]]:
    """Number, kind (`*`, `%`, `@`), name and content of each line with those that go on with it."""
    first = 0
    lines: list[str] = []
    for number, line in enumerate([*text.removeprefix("\ufeff").split("\n"), "@End"], 1):
        if line[:1] in ("\t", " ") and lines:
            lines.append(line)
            continue
        found = _LINE.fullmatch(" ".join(lines)) if lines else None
        if found:
            yield first, found[1], found[2], found[3] or ""
        first, lines = number, [line]


def _read_speech(code: str, body: str, number: int) -> _Said:
    times = _TIMES.findall(body)
    start = end = None
    if times:
        start, end = int(times[0][0]), int(times[-1][1])
    return _Said(code, read_words(_TIMES.sub(" ", body)), start, end, number)


def _take_times(one: _Said, body: str) -> _Said:
    """The times of the words, if the line itself has none."""
    times = _TIMES.findall(body)
    if one.start is not None or not times:
        return one
    return one._replace(start=int(times[0][0]), end=int(times[-1][1]))


def _read_names(header: str) -> dict[str, str]:
    """Names by codes: `CHI Ross Target_Child` has one, `CHI Target_Child` has none."""
    names: dict[str, str] = {}
    for entry in header.split(","):
        found = _PARTICIPANT.fullmatch(entry.strip())
        if found:
            words = found[2].split()
            names[found[1]] = " ".join(words[:-1]) or found[1]
    counts = Counter(names.values())
    return {code: name if counts[name] == 1 else code for code, name in names.items()}


def _place(said: list[_Said], names: dict[str, str], log: ProblemLog) -> Iterator[Utterance]:
    """Utterances; one without times is between its neighbors."""
    last = 0
    for one, following in zip_longest(said, said[1:]):
        start, end = one.start, one.end
        if start is None or end is None:
            start = last
            end = start + len(one.text) * MS_PER_CHARACTER
            if following is not None and following.start is not None:
                end = max(start, min(end, following.start))
            if one.text:
                message = "a line without times was put behind the one before it"
                log.add("time-guessed", message, one.line)
        last = max(last, end)
        if one.text:
            yield Utterance(start, end, one.text, names.get(one.code, one.code), line=one.line)
        else:
            log.add("empty-cue", "a line without words was left out", one.line, 1)


def _read_date(header: str) -> datetime | None:
    """The day of `26-AUG-1996`, at midnight without an offset."""
    found = _DATE.search(header)
    if found is None:
        return None
    try:
        return datetime(int(found[3]), month_number(found[2]), int(found[1]))
    except ValueError:  # no month, or a day that it does not have
        return None
