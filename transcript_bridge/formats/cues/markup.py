"""Markup to text: entities, tags, voices, inline times (WebVTT section 6.4, "cue text parsing
rules")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ...models import Utterance
from ...timecode import share_time
from .cue import Cue, FindingLog
from .inline_times import time_words
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
    """HTML's character references as characters, also those without `;`, as HTML has it."""
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


def standard_text(raw: str) -> str:
    """Plain text by the standard: from each `<` to the next `>`, or to the end, is a tag."""
    if "<" not in raw:
        return decode_entities(raw)
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

# What a person takes for a tag: not `a < b`, not `I <3 you`, but `< i>` and `</ b>`.
_TAG = re.compile(
    r"<(?:(?=/?[A-Za-z])([^<>]*+)>|\s*+((?:/\s*+)?(?:[bciuv]|ruby|rt|lang)\s*+)>|(/?)>"
    rf"|((?:{STAMP}|\d++))>)"
)
_ONE_VOICE = re.compile(r"<v(?:\.[^\s<>]*+)?[ \t]([^<>]*+)>([^<]*+)(?:</v>)?")


class Speech(NamedTuple):
    """What one voice says in a cue: texts, and among them the inline times (ms)."""

    speaker: str | None
    pieces: list[str | int]

    @property
    def text(self) -> str:
        """The texts without the times, with clean lines."""
        return clean_lines("".join([piece for piece in self.pieces if isinstance(piece, str)]))


def read_speeches(raw: str) -> tuple[list[Speech], bool]:
    """The voices of a cue in order, and whether some `<` begins no tag.

    Neighbors of one name are joined; voices without a text are left out.
    """
    alone = _ONE_VOICE.fullmatch(raw)
    if alone:  # nearly every cue that has markup at all
        speech = Speech(clean_name(alone[1]), [decode_entities(alone[2])])
        return _join_neighbors([speech]), False
    speeches = [Speech(None, [])]
    has_stray_angle = False
    for text, tag in _split_tags(raw):
        if text:
            has_stray_angle = has_stray_angle or "<" in text
            speeches[-1].pieces.append(decode_entities(text))
        if tag is not None:
            _add_tag(tag, speeches)
    return _join_neighbors(speeches), has_stray_angle


def _split_tags(raw: str) -> Iterator[tuple[str, str | None]]:
    """Each text with the inside of the tag after it; None after the last one."""
    at = 0
    for match in _TAG.finditer(raw):
        yield raw[at : match.start()], match[match.lastindex or 0].strip()
        at = match.end()
    yield raw[at:], None


def _add_tag(tag: str, speeches: list[Speech]) -> None:
    current = speeches[-1]
    if tag[:1].isdecimal():
        if ":" in tag:
            current.pieces.append(read_stamp(tag))
        return
    voice = _VOICE.fullmatch(tag)
    if voice is None:
        return
    name = clean_name(voice[1])
    if name != current.speaker:
        speeches.append(Speech(name, []))


def _join_neighbors(speeches: list[Speech]) -> list[Speech]:
    joined: list[Speech] = []
    for speech in speeches:
        if not speech.text:
            continue
        if joined and joined[-1].speaker == speech.speaker:
            joined[-1].pieces.append("\n")
            joined[-1].pieces.extend(speech.pieces)
        else:
            joined.append(speech)
    return joined


def plain_text(raw: str) -> str:
    """`raw` without its markup; empty if the markup says more than the text does.

    That is a voice, an inline time, or a `<` that begins no tag.
    """
    for _, tag in _split_tags(raw):
        if tag and (tag[0].isdecimal() or _VOICE.fullmatch(tag)):
            return ""
    speeches, has_stray_angle = read_speeches(raw)
    if has_stray_angle or not speeches:
        return ""
    return speeches[0].text


# ---- utterances

_MAX_VOICES = 100
"""A text with more voices is not a cue; an utterance for every six characters fills the memory."""


def to_utterances(cue: Cue, log: FindingLog) -> list[Utterance]:
    """A cue as one utterance for each of its voices; [] and a problem if it has no text.

    The voices share the cue's time in proportion to the lengths of their texts.
    """
    if "<" in cue.text:
        made = _split_voices(cue, log)
    else:
        made = _one_utterance(cue)
    if not made:
        log.add("empty-cue", "a cue without text was left out", cue.line, 1)
    elif len(made) > 1:
        log.add("speaker-split", "a cue of several voices was split", cue.line, 1 - len(made))
    return made


def _one_utterance(cue: Cue) -> list[Utterance]:
    text = cue.text
    if "&" in text:
        text = clean_lines(decode_entities(text))
    if not text:
        return []
    return [Utterance(cue.start, cue.end, text, None, cue.words, cue.id, cue.line)]


def _split_voices(cue: Cue, log: FindingLog) -> list[Utterance]:
    raw = cue.text
    if raw.count("<v") > _MAX_VOICES:
        message = "a cue with over a hundred voices was kept as one, without names"
        log.add("crowded-cue", message, cue.line)
        raw = raw.replace("<v", "<c")
    speeches, has_stray_angle = read_speeches(raw)
    if has_stray_angle:
        log.count("stray-angle", cue.line, cue.text)
    if len(speeches) == 1:
        return [_to_utterance(cue, speeches[0], cue.start, cue.end)]
    cue = cue._replace(words=())
    spans = share_time(cue.start, cue.end, [len(speech.text) for speech in speeches])
    return [
        _to_utterance(cue, speech, start, end)
        for speech, (start, end) in zip(speeches, spans, strict=True)
    ]


def _to_utterance(cue: Cue, speech: Speech, start: int, end: int) -> Utterance:
    words = cue.words or time_words(speech.pieces, start, end, cue.end)
    return Utterance(start, end, speech.text, speech.speaker, words, cue.id, cue.line)
