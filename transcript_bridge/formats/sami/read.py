"""SAMI: tags -> utterances."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...timecode import MS_PER_CHARACTER
from ..cues.cue import FindingLog, quote
from ..cues.lines import clean_lines
from ..cues.markup import decode_entities

_SYNC = re.compile(r"<SYNC\b([^<>]*)>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<P\b([^<>]*)>", re.IGNORECASE)
_START = re.compile(r"\bStart\s*=\s*[\"']?\s*(\d{1,10})", re.IGNORECASE)
_END = re.compile(r"\bEnd\s*=\s*[\"']?\s*(\d{1,10})", re.IGNORECASE)
_CLASS = re.compile(r"\bClass\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_SOURCE = re.compile(r"\bID\s*=\s*[\"']?Source\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_BLANKS = re.compile(r"[ \t\n\r]+")
_LANGUAGE = r"\.%s\s*\{[^{}]{0,300}?\blang\s*:\s*([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)"


class _Paragraph(NamedTuple):
    """A paragraph, also one that only ends the one before (ms)."""

    start: int
    end: int | None
    """Where the tag states it."""
    track: str
    """Its class in lower case; empty if it has none."""
    speaker: str | None
    text: str
    line: int


def parse(text: str) -> Transcript:
    """Read the language with the most captions; MalformedError if no paragraph has a time."""
    log = FindingLog()
    paragraphs = list(_read_paragraphs(text, log))
    if not paragraphs:
        raise MalformedError("nothing in this has a time (<SYNC Start=…>)")
    track = _choose_track(paragraphs)
    own = [one for one in paragraphs if one.track == track]
    others = [one for one in paragraphs if one.track != track and one.text]
    if others:
        names = ", ".join(dict.fromkeys(one.track or "no class" for one in others))
        message = f"captions in another language were left out ({names}): {len(others)}"
        log.add("other-language", message, others[0].line, len(others))
    utterances = Utterances.of(list(_join(own))[::-1])
    language = re.search(_LANGUAGE % re.escape(track), text, re.IGNORECASE)
    return Transcript(
        utterances,
        language=language[1] if language else None,
        problems=log.problems(),
        cues=len(utterances) + len(others) + log.unreadable,
    )


def _read_paragraphs(text: str, log: FindingLog) -> Iterator[_Paragraph]:
    syncs = list(_SYNC.finditer(text))
    ends = [match.start() for match in syncs[1:]] + [len(text)]
    line = 1
    at = 0
    speakers: dict[str, str] = {}
    for sync, end in zip(syncs, ends, strict=False):
        line += text.count("\n", at, sync.start())
        at = sync.start()
        start = _START.search(sync[1])
        if start is None:
            log.unreadable += 1
            message = f"a moment without a start was left out: {quote(sync[0])!r}"
            log.add("unreadable-times", message, line, 1)
            continue
        stated = _END.search(sync[1])
        until = int(stated[1]) if stated else None
        for attributes, said in _split(text[sync.end() : end]):
            found = _CLASS.search(attributes)
            track = found[1].lower() if found else ""
            if _SOURCE.search(attributes):
                speakers[track] = said
                continue
            speaker = speakers.get(track) or None
            yield _Paragraph(int(start[1]), until, track, speaker, said, line)


def _split(body: str) -> Iterator[tuple[str, str]]:
    """The attributes and the text of each paragraph of a moment."""
    pieces = _PARAGRAPH.split(_COMMENT.sub("", body))
    if len(pieces) == 1:
        yield "", _read_text(pieces[0])
    for attributes, said in zip(pieces[1::2], pieces[2::2], strict=True):
        yield attributes, _read_text(said)


def _read_text(body: str) -> str:
    """The words: blanks count as in HTML, `<br>` begins a line."""
    lines = []
    for piece in _BREAK.split(body):
        plain = _TAG.sub("", _BLANKS.sub(" ", piece))
        lines.append(decode_entities(plain))
    return clean_lines("\n".join(lines))


def _choose_track(paragraphs: Sequence[_Paragraph]) -> str:
    """The class with the most captions; the first of several."""
    counts = {one.track: 0 for one in paragraphs}
    for one in paragraphs:
        counts[one.track] += one.text != ""
    return max(counts, key=counts.__getitem__)


def _join(paragraphs: Sequence[_Paragraph]) -> Iterator[Utterance]:
    """An utterance for each paragraph with text, the last one first; it ends where the next one
    begins."""
    following: int | None = None
    last: int | None = None
    for one in reversed(paragraphs):
        if last is not None and last > one.start:
            following = last
        last = one.start
        if not one.text:
            continue
        end = one.end or following or one.start + len(one.text) * MS_PER_CHARACTER
        yield Utterance(one.start, end, one.text, one.speaker, line=one.line)
