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
from ...timecode import count_spoken, guess_end
from ..cues.lines import number_matches
from .words import read_words

_TIMES = re.compile(r"[\x15\u2022](\d{1,9})_(\d{1,9})-?[\x15\u2022]")
_LINE = re.compile(r"^([*%@])([^:\t\n]{1,60})(?::[ \t]*(.*(?:\n[\t ].*)*))?$", re.MULTILINE)
"""Its kind, name and content, with the lines that continue it."""
_PARTICIPANT = re.compile(r"(\w{1,12})((?:[ \t]+[\w'’-]+)*)")
_DATE = re.compile(r"(\d{2})-([A-Z]{3})-(\d{4})")
_NO_TIMES = (
    "this CHAT file is not linked to a recording: no line has times; link it in CLAN, or export it "
    "with times"
)


class _Said(NamedTuple):
    """A line of speech; times (ms): None if it has none."""

    code: str
    text: str
    times: tuple[int, int] | None
    line: int


def parse(text: str) -> Transcript:
    """Read the lines of speech; MalformedError if none has times."""
    log = ProblemLog()
    said: list[_Said] = []
    headers: dict[str, str] = {}
    for number, line in number_matches(_LINE, text):
        kind, name, body = line.groups("")
        body = body.replace("\n", " ")
        if kind == "*":
            words = read_words(_TIMES.sub(" ", body))
            said.append(_Said(name, words, _read_times(body), number))
        elif kind == "@":
            headers.setdefault(name, body)
        elif name == "wor" and said:  # the times of the words
            last = said.pop()
            said.append(last._replace(times=last.times or _read_times(body)))
    if not any(line.times for line in said):
        raise MalformedError(_NO_TIMES)
    names = _read_names(headers.get("Participants", ""))
    languages = headers.get("Languages", "").replace(",", " ").split()
    return Transcript(
        Utterances.of(_place(said, names, log)),
        language=next(iter(languages), None),
        started_at=_read_date(headers.get("Date", "")),
        problems=log.problems(),
        cues=len(said),
    )


def _read_times(body: str) -> tuple[int, int] | None:
    """From the first to the last time of a line (ms)."""
    found = _TIMES.findall(body)
    if not found:
        return None
    return int(found[0][0]), int(found[-1][1])


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
    starts = [line.times[0] if line.times else None for line in said]
    latest = 0
    for line, following in zip_longest(said, starts[1:]):
        times = line.times
        if not line.text:
            log.add("empty-cue", "a line without words was left out", line.line, 1)
        else:
            if times is None:
                times = latest, guess_end(latest, count_spoken(line.text), following)
                message = "a line without times was put after the one before it"
                log.add("time-guessed", message, line.line)
            start, end = times
            yield Utterance(start, end, line.text, names.get(line.code, line.code), line=line.line)
        latest = max([latest, *(times or ())])


def _read_date(header: str) -> datetime | None:
    """The day of `26-AUG-1996`, at midnight without an offset."""
    found = _DATE.search(header)
    if found is None:
        return None
    try:
        return datetime(int(found[3]), month_number(found[2]), int(found[1]))
    except ValueError:  # no month, or a day that it does not have
        return None
