"""SAMI: tags -> utterances."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...timecode import count_spoken, find_following, guess_end
from ..cues.cue import FindingLog, quote
from ..cues.lines import clean_lines, number_matches
from ..cues.markup import decode_entities

_SYNC = re.compile(r"<SYNC\b([^<>]*)>(.*?)(?=<SYNC\b[^<>]*>|\Z)", re.IGNORECASE | re.DOTALL)
_PARAGRAPH = re.compile(r"<P\b([^<>]*)>", re.IGNORECASE)
_START = re.compile(r"\bStart\s*=\s*[\"']?\s*(\d{1,10})", re.IGNORECASE)
_END = re.compile(r"\bEnd\s*=\s*[\"']?\s*(\d{1,10})", re.IGNORECASE)
_CLASS = re.compile(r"\bClass\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_SOURCE = re.compile(r"\bID\s*=\s*[\"']?Source\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_TEXT = attrgetter("text")
_BLANKS = re.compile(r"[ \t\n\r]+")
_LANGUAGE = r"\.%s\s*\{[^{}]{0,300}?\blang\s*:\s*([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)"


class _SamiParagraph(NamedTuple):
    """A paragraph, also one that only ends the one before (ms)."""

    start: int
    end: int
    """The time that the tag states; 0 without one."""
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
        raise MalformedError("nothing here has a time (<SYNC Start=…>); export it again")
    track = _choose_track(paragraphs)
    own = [paragraph for paragraph in paragraphs if paragraph.track == track]
    spoken = filter(_TEXT, paragraphs)
    others = [paragraph for paragraph in spoken if paragraph.track != track]
    if others:
        names = ", ".join(dict.fromkeys(paragraph.track or "no class" for paragraph in others))
        message = f"captions in another language were left out ({names}): {len(others)}"
        log.add("other-language", message, others[0].line, len(others))
    utterances = Utterances.of(_join(own))
    language = re.compile(_LANGUAGE % re.escape(track), re.IGNORECASE)
    return Transcript(
        utterances,
        language=_find(language, text) or None,
        problems=log.problems(),
        cues=len(utterances) + len(others) + log.unreadable,
    )


def _read_paragraphs(text: str, log: FindingLog) -> Iterator[_SamiParagraph]:
    speakers: dict[str, str] = {}
    for line, sync in number_matches(_SYNC, text):
        attributes, body = sync.groups()
        start = _find(_START, attributes)
        if not start:
            log.unreadable += 1
            message = f"a moment without a start was left out: {quote(f'<SYNC{attributes}>')!r}"
            log.add("unreadable-times", message, line, 1)
            continue
        end = _find(_END, attributes, "0")
        for attributes, said in _split(body):
            track = _find(_CLASS, attributes).lower()
            if _SOURCE.search(attributes):
                speakers[track] = said
            else:
                speaker = speakers.get(track) or None
                yield _SamiParagraph(int(start), int(end), track, speaker, said, line)


def _find(pattern: re.Pattern[str], text: str, other: str = "") -> str:
    """Return the group of a pattern in a text, else another text."""
    found = pattern.search(text)
    if found is None:
        return other
    return found[1]


def _split(body: str) -> Iterator[tuple[str, str]]:
    """The attributes and the text of each paragraph of a moment."""
    pieces = _PARAGRAPH.split(_COMMENT.sub("", body))
    if len(pieces) == 1:
        yield "", _read_text(pieces[0])
    for attributes, said in zip(pieces[1::2], pieces[2::2], strict=True):
        yield attributes, _read_text(said)


def _read_text(body: str) -> str:
    """The words: blanks count as in HTML, `<br>` begins a line."""
    lines = _BREAK.sub("\n", _BLANKS.sub(" ", body))
    return clean_lines(decode_entities(_TAG.sub("", lines)))


def _choose_track(paragraphs: Sequence[_SamiParagraph]) -> str:
    """The class with the most captions; the first of several."""
    counts = Counter(paragraph.track for paragraph in filter(_TEXT, paragraphs))
    return max(counts, key=counts.__getitem__, default=paragraphs[0].track)


def _join(paragraphs: Sequence[_SamiParagraph]) -> Iterator[Utterance]:
    """An utterance for each paragraph with text; it ends where the next one begins."""
    following = find_following([paragraph.start for paragraph in paragraphs])
    for paragraph, next_start in zip(paragraphs, following, strict=True):
        if paragraph.text:
            end = (
                paragraph.end
                or next_start
                or guess_end(paragraph.start, count_spoken(paragraph.text), None)
            )
            yield Utterance(
                paragraph.start, end, paragraph.text, paragraph.speaker, line=paragraph.line
            )
