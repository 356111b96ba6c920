"""Speaker turns as pyannote writes them, apart from RTTM.

    [{start, end, speaker}, …]                                      the list that everybody dumps
    {diarization | segments | turns | speaker_diarization: […]}      pyannoteAI, pyannote.audio 4's
    serialize()
    {pyannote: "Annotation", content: [{segment: {start, end}, track, label}]}      pyannote.core's
    for_json()
    [ 00:00:00.030 -->  00:00:00.824] A SPEAKER_02                  str(Annotation)
    start=0.2s stop=1.5s speaker_SPEAKER_00                         the loop of pyannote.audio's own
    README

Times are seconds. Of pyannoteAI's two, `diarization` is read, which keeps overlapping speech, and
`exclusiveDiarization` only where it stands alone: joining with words needs to know who talked at
the same time. There are no cues here: a file of turns has no utterances.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..errors import MalformedError
from ..models import Transcript, Turn
from ..problems import ProblemLog
from ..timecode import milliseconds
from .base import Format
from .json_text import load_json

_LISTS = (
    "diarization",
    "speaker_diarization",
    "turns",
    "segments",
    "content",
    "exclusiveDiarization",
    "exclusive_diarization",
    "exclusive_speaker_diarization",
)
_WRAPPERS = ("output", "result", "results", "data", "response", "diarization")
_LABELS = ("speaker", "label", "track")
_LATEST = 1e10
"""Seconds. Beyond three hundred years a number is no time."""


def parse(text: str) -> Transcript:
    """Read turns. Raises MalformedError where there is no list of them."""
    log = ProblemLog()
    if text.lstrip()[:1] == "{" or re.match(r"\s*\[\s*[\]{]", text):
        turns, found = _read_json(load_json(text), log)
    else:
        turns, found = _read_printed(text, log)
    if not found:
        raise MalformedError(
            "this has no turns ({start, end, speaker} or `[ start --> end] track label`)"
        )
    return Transcript(turns=tuple(turns), problems=log.problems())


# ---- JSON


def _read_json(document: Any, log: ProblemLog) -> tuple[list[Turn], bool]:
    items = _find_list(document)
    if items is None:
        return [], False
    turns: list[Turn] = []
    empty = 0
    for index, item in enumerate(items):
        turn = _turn(item)
        if turn is None:
            log.add("bad-item", f"entry {index + 1} is no turn (start, end, speaker)")
        elif turn.end <= turn.start:
            empty += 1
        else:
            if _SURROGATE.search(turn.speaker):
                log.add(
                    "torn-character",
                    f"the label of entry {index + 1} holds half a character; it became \ufffd",
                )
                turn = turn._replace(speaker=_SURROGATE.sub("\ufffd", turn.speaker))
            turns.append(turn)
    _tell_empty(empty, log)
    if isinstance(document, dict) and any(
        _holds_words(d) for d in (document, document.get("output"))
    ):
        log.add("words-ignored", "there are words in it too; read them with --format whisper_json")
    return turns, bool(turns) or empty > 0 or not items


def _holds_words(document: Any) -> bool:
    keys = ("turnLevelTranscription", "wordLevelTranscription")
    return isinstance(document, dict) and any(document.get(key) for key in keys)


def _find_list(document: Any) -> list[Any] | None:
    for _ in range(4):  # a wrapper in a wrapper occurs, no deeper
        if isinstance(document, list):
            return document
        if not isinstance(document, dict):
            return None
        for key in _LISTS:
            if isinstance(document.get(key), list):
                found: list[Any] = document[key]
                return found
        document = next(
            (document[key] for key in _WRAPPERS if isinstance(document.get(key), dict)), None
        )
    return None


def _turn(item: Any) -> Turn | None:
    """A turn; one that says no speaker or no time is none."""
    if not isinstance(item, dict):
        return None
    span = item["segment"] if isinstance(item.get("segment"), dict) else item
    start, end = _ms(span.get("start")), _ms(span.get("end"))
    label = next((item[key] for key in _LABELS if item.get(key) is not None), None)
    if isinstance(label, int) and not isinstance(label, bool) and abs(label) < 10**9:
        label = str(label)
    if start is None or end is None or not isinstance(label, str) or not label.strip():
        return None
    return Turn(start, end, label.strip())


def _ms(value: Any) -> int | None:
    if isinstance(value, str) and len(value) < 30:
        try:
            value = float(value)
        except ValueError:
            return None
    if type(value) not in (int, float) or not -_LATEST < value < _LATEST:
        return None
    return milliseconds(value)


_SURROGATE = re.compile("[\ud800-\udfff]")


def _tell_empty(count: int, log: ProblemLog, line: int | None = None) -> None:
    if count:
        log.add("empty-turn", f"turns left out because they have no length: {count}", line)


# ---- as printed

_CLOCK = r"(-?\d{1,4}):(\d\d):(\d\d)\.(\d{1,6})"
_ROW = re.compile(rf"\s*\[\s*{_CLOCK}\s*-->\s*{_CLOCK}\s*\]\s*(?:(\S+)\s+)?(\S.*)", re.ASCII)
_LOOP = re.compile(
    r"\s*start=(\d+(?:\.\d+)?)s? (?:stop|end)=(\d+(?:\.\d+)?)s? (?:speaker_|speaker=)?(\S.*)",
    re.ASCII,
)


def _read_printed(text: str, log: ProblemLog) -> tuple[list[Turn], bool]:
    turns: list[Turn] = []
    empty = 0
    for number, turn in enumerate(_printed_turns(text), 1):
        if turn is None:
            continue
        if isinstance(turn, str):
            log.add("bad-line", f"this is no turn: {turn!r}", number)
        elif turn.end <= turn.start:
            empty += 1
        else:
            turns.append(turn)
    _tell_empty(empty, log)
    return turns, bool(turns) or empty > 0


def _printed_turns(text: str) -> Iterator[Turn | str | None]:
    """For each line its turn, None if it is blank, the beginning of its text if it is something
    else."""
    for line in text.split("\n"):
        if row := _ROW.fullmatch(line[:1000].rstrip()):
            clock = row.groups()
            # with a track before it the label is the last; a label with blanks has a track before
            # it, too
            yield Turn(_clock(*clock[:4]), _clock(*clock[4:8]), clock[9])
        elif loop := _LOOP.fullmatch(line[:1000].rstrip()):
            start, end = _ms(loop[1]), _ms(loop[2])
            yield Turn(start, end, loop[3]) if start is not None and end is not None else line[:40]
        else:
            yield line.strip()[:40] or None


def _clock(hours: str, minutes: str, seconds: str, fraction: str) -> int:
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + round(int(f"{fraction:0<6}") / 1000)


# ---- detection

_LIST_OF_TURNS = re.compile(
    r"\"(?:diarization|speaker_diarization|exclusive_?[dD]iarization|exclusive_speaker_diarization|turns|segments)\"\s*:\s*\[\s*[\]{]"
)
_ANNOTATION = re.compile(
    r"\"(?:pyannote|segment)\"\s*:\s*(?:\"Annotation\"|\{\s*\"(?:start|end)\"\s*:)"
)
_TEXT_KEY = re.compile(r"\"(?:text|words?|tokens)\"\s*:")


def sniff(text: str) -> int:
    """By its keys, or its first line as printed; where there is text, the file is a transcript and
    none of ours."""
    start = text[:2000].lstrip("\ufeff \t\n")
    first = start.split("\n", 1)[0]
    # The blank after the bracket is pyannote's alone: recognisers print `[00:00:01.000 -->
    # 00:00:02.000] words`.
    if (first[1:2].isspace() and _ROW.fullmatch(first.rstrip())) or _LOOP.fullmatch(first.rstrip()):
        return 95
    if start[:1] not in ("[", "{") or _TEXT_KEY.search(text):
        return 0
    if _ANNOTATION.search(text):
        return 97
    timed = '"start"' in text and '"end"' in text and ('"speaker"' in text or '"label"' in text)
    if timed and (start[0] == "[" or _LIST_OF_TURNS.search(text)):
        return 95
    return 90 if re.search(r"\"(?:exclusive)?_?[dD]iarization\"\s*:\s*\[\s*\]", text) else 0


FORMAT = Format(
    name="pyannote",
    title="pyannote speaker turns (JSON or as printed)",
    suffixes=(".json", ".txt", ".diarization.json"),
    sniff=sniff,
    parse=parse,
    kind="turns",
    rank=90,
)
