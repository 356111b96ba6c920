"""Transcriber: turns -> utterances."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...problems import ProblemLog
from ...timecode import milliseconds
from ..xml_text import load_xml

_SECONDS = re.compile(r"\d{1,9}(?:\.\d{0,9})?", re.ASCII)
_VOICES = "0123456789"
"""More people never speak at once."""


class _SpokenPiece(NamedTuple):
    """The speech of one person from one mark on (ms)."""

    start: int
    voice: int
    """The number of the speaker in the turn, from 0."""
    text: str


def parse(text: str) -> Transcript:
    """Read the turns; MalformedError for XML in which none has times."""
    root = load_xml(text)
    log = ProblemLog()
    names = _read_names(root)
    utterances: list[Utterance] = []
    is_any = False
    for turn in root.iter("Turn"):
        start = _read_time(turn.get("startTime"))
        end = _read_time(turn.get("endTime"))
        if min(start, end) < 0:
            said = " ".join(" ".join(turn.itertext()).split())
            if said:
                log.add("unreadable-times", "a turn without times was left out", None, 1)
            continue
        is_any = True
        codes = turn.get("speaker", "").split()
        speakers = [names.get(code) or code for code in codes]
        utterances += _to_utterances(list(_read_pieces(turn, start)), end, speakers)
    if not is_any:
        raise MalformedError('no turn has times (<Turn startTime="…" endTime="…">)')
    lost = sum(problem.cues for problem in log.problems())
    return Transcript(
        Utterances.of(utterances),
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang") or None,
        problems=log.problems(),
        cues=len(utterances) + lost,
    )


def _read_names(root: Element) -> dict[str, str]:
    """The names of the speakers by their ids."""
    names = {}
    for speaker in root.iter("Speaker"):
        names[speaker.get("id", "")] = " ".join(speaker.get("name", "").split())
    return names


def _read_pieces(turn: Element, start: int) -> Iterator[_SpokenPiece]:
    voice = 0
    at = start
    yield _SpokenPiece(at, voice, turn.text or "")
    for mark in turn:
        if mark.tag == "Sync":
            at = _read_time(mark.get("time"), at)
            voice = 0
        elif mark.tag == "Who":
            voice = _VOICES.find(mark.get("nb", "")) - 1
        yield _SpokenPiece(at, voice, mark.tail or "")


def _to_utterances(
    pieces: list[_SpokenPiece], end: int, speakers: list[str]
) -> Iterator[Utterance]:
    """An utterance for each mark and voice, until the next mark."""
    names = dict(enumerate(speakers))
    texts: dict[tuple[int, int], str] = {}
    for piece in pieces:
        key = (piece.start, piece.voice)
        texts[key] = f"{texts.get(key, '')} {piece.text}"
    moments = sorted({piece.start for piece in pieces})
    ends: Mapping[int, int] = dict(zip(moments, [*moments[1:], end], strict=True))
    for (start, voice), text in texts.items():
        said = " ".join(text.split())
        if said:
            yield Utterance(start, max(ends[start], start), said, names.get(voice))


def _read_time(value: str | None, other: int = -1) -> int:
    """The ms of a number of seconds; another one for anything else."""
    if value is None or _SECONDS.fullmatch(value.strip()) is None:
        return other
    return milliseconds(float(value))
