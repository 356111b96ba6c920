"""Markup to text: entities, tags, voices, inline times (WebVTT section 6.4, "cue text parsing
rules")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, groupby
from math import nan
from operator import attrgetter
from typing import NamedTuple

from ...line_joining import has_any
from ...models import Utterance
from ...timecode import share_time
from .cue import Cue, FindingLog
from .inline_times import InlinePiece, join_pieces, time_words
from .lines import clean_lines
from .timestamps import STAMP, read_stamp

# ---- entities

_ENTITY = re.compile(r"&(?:#(?:[0-9]++|[xX][0-9a-fA-F]++)|[A-Za-z][A-Za-z0-9]*+);?")
_COMMON_ENTITIES = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#39;": "'",
    "&apos;": "'",
    "&nbsp;": "\xa0",
}
_LONGEST_NUMBER = 12
"""Characters of `&#x10ffff;` and some zeros; html.unescape raises on thousands of digits."""


def decode_entities(text: str) -> str:
    """Replace HTML's character references by characters, also those without `;`."""
    if "&" in text:
        return _ENTITY.sub(_decode, text)
    return text


def _decode(match: re.Match[str]) -> str:
    entity = match[0]
    known = _COMMON_ENTITIES.get(entity)
    if known is None:
        return _decode_rare(entity)
    return known


@lru_cache(maxsize=256)
def _decode_rare(entity: str) -> str:
    if entity[1] == "#" and len(entity) > _LONGEST_NUMBER:
        return "\ufffd"
    from html import unescape  # slow to import, and rarely needed

    return unescape(entity)


# ---- by the standard

_ANY_TAG = re.compile(r"<([^>]*+)>?")
_VOICE = re.compile(r"v(?:\.\S*+)?(?:\s++([^>]*+))?|/\s*v\s*")
"""The inside of a voice's tag, with the name, or of its end tag, without a name."""
_TELLING_TAG = re.compile(r"<\s*+(?:/?\s*+v\b|\d)")
"""The beginning of either, of an inline time, and of some other tags."""


def standard_text(raw: str) -> str:
    """Plain text by the standard: from each `<` to the next `>`, or to the end, is a tag."""
    texts = _ANY_TAG.split(raw)[::2]
    return "".join([decode_entities(text) for text in texts])


def standard_voice(raw: str) -> str | None:
    """The first voice of a cue, by the standard."""
    voices = map(_VOICE.fullmatch, _ANY_TAG.findall(raw))
    names = [clean_name(voice[1]) for voice in voices if voice]
    return next(filter(None, names), None)


def clean_name(annotation: str | None) -> str | None:
    """A voice's name: entities decoded, blanks collapsed; None if nothing is left."""
    if not annotation:
        return None
    return " ".join(decode_entities(annotation).split()) or None


# ---- as people read it

# Texts that people read as a tag: `< i>` and `</ b>`, but not `a < b` or `I <3 you`.
_TAG = re.compile(
    r"<(?:(?=/?[A-Za-z])([^<>]*+)>|\s*+((?:/\s*+)?(?:[bciuv]|ruby|rt|lang)\s*+)>|(/?)>"
    rf"|((?:{STAMP}|\d++))>)"
)
_ONE_VOICE = re.compile(r"(?:<v(?:\.[^\s<>]*+)?[ \t]([^<>]*+)>)?+([^<]*+)(?:</v>)?")


class VoiceText(NamedTuple):
    """The speech of one voice in a cue."""

    speaker: str | None
    pieces: Sequence[InlinePiece]

    @property
    def text(self) -> str:
        """The texts without the times, with clean lines."""
        return clean_lines(join_pieces(self.pieces))


def read_speeches(raw: str) -> list[VoiceText]:
    """The voices of a cue in order.

    Neighbors of one name are joined; voices without a text are left out.
    """
    alone = _ONE_VOICE.fullmatch(raw)
    if alone:  # nearly every cue
        speeches = [VoiceText(clean_name(alone[1]), [InlinePiece(decode_entities(alone[2]))])]
    else:
        speeches = _read_tags(raw)
    spoken = filter(_TEXT, speeches)
    return [
        VoiceText(speaker, list(chain.from_iterable(map(_PIECES, same))))
        for speaker, same in groupby(spoken, _SPEAKER)
    ]


_TEXT = attrgetter("text")
_SPEAKER = attrgetter("speaker")
_PIECES = attrgetter("pieces")


def has_stray_angle(raw: str) -> bool:
    """Whether some `<` begins no tag."""
    return "<" in _TAG.sub("", raw)


def _read_tags(raw: str) -> list[VoiceText]:
    """Return the text of each voice, on separate lines."""
    speaker: str | None = None
    pieces: list[InlinePiece] = []
    speeches = [VoiceText(speaker, pieces)]
    for tag, text in _split_tags(raw):
        voice = _VOICE.fullmatch(tag)
        if voice and clean_name(voice[1]) != speaker:
            speaker = clean_name(voice[1])
            pieces = [InlinePiece("\n")]
            speeches.append(VoiceText(speaker, pieces))
        pieces.append(InlinePiece(decode_entities(text), _read_time(tag)))
    return speeches


def _split_tags(raw: str) -> Iterator[tuple[str, str]]:
    """Split a text into the inside of each tag and the text after it; the first has no tag."""
    tag = ""
    at = 0
    for match in _TAG.finditer(raw):
        yield tag, raw[at : match.start()]
        tag = match[match.lastindex or 0].strip()
        at = match.end()
    yield tag, raw[at:]


def _read_time(tag: str) -> float:
    """The ms of an inline time; NaN for any other tag."""
    if tag[:1].isdecimal() and ":" in tag:
        return read_stamp(tag)
    return nan


def plain_text(raw: str) -> str:
    """Remove markup; empty if the markup has information that the text lacks.

    That is a voice, an inline time, or a `<` that does not begin a tag.
    """
    if not has_any(raw, "<&"):
        return raw
    texts = [text for _, text in _split_tags(raw)]
    if _TELLING_TAG.search(raw) or "<" in "".join(texts):
        return ""
    return clean_lines("".join(map(decode_entities, texts)))


# ---- utterances

_MAX_VOICES = 100
"""A text with more voices is not a cue; an utterance for every six characters fills the memory."""


def to_utterances(cue: Cue, log: FindingLog, speaker: str | None = None) -> list[Utterance]:
    """A cue as one utterance for each of its voices; [] and a problem if it has no text.

    The voices share the cue's time in proportion to the lengths of their texts. speaker: of what
    no voice says.
    """
    raw = cue.text
    if raw.count("<v") > _MAX_VOICES:
        message = "a cue with over a hundred voices was kept as one, without names"
        log.add("crowded-cue", message, cue.line)
        raw = raw.replace("<v", "<c")
    if has_stray_angle(raw):
        log.count("stray-angle", cue.line, raw)
    speeches = read_speeches(raw)
    if not speeches:
        log.add("empty-cue", "a cue without text was left out", cue.line, 1)
    elif len(speeches) > 1:
        log.add("speaker-split", "a cue of several voices was split", cue.line, 1 - len(speeches))
        cue = cue._replace(words=())
    made = []
    texts = list(map(_TEXT, speeches))
    spans = share_time(cue.start, cue.end, list(map(len, texts)))
    for speech, text, (start, end) in zip(speeches, texts, spans, strict=True):
        words = cue.words or time_words(speech.pieces, start, end, cue.end)
        name = speech.speaker or speaker
        made.append(Utterance(start, end, text, name, words, cue.id or None, cue.line))
    return made
