"""Markup to text: entities, tags, voices, inline times (WebVTT section 6.4, "cue text parsing
rules")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ...models import Utterance, Word
from .cue import Cue, Findings
from .stretch import clean_lines
from .timestamps import STAMP, read_stamp

_ENTITY = re.compile(r"&(?:#(?:[0-9]++|[xX][0-9a-fA-F]++)|[A-Za-z][A-Za-z0-9]*+);?")
_COMMON = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#39;": "'",
    "&apos;": "'",
    "&nbsp;": "\xa0",
}


def decode_entities(text: str) -> str:
    """HTML's character references as characters, those without `;` included, as HTML has it."""
    return _ENTITY.sub(_decode, text) if "&" in text else text


def _decode(match: re.Match[str]) -> str:
    found = match[0]
    known = _COMMON.get(found)
    return known if known is not None else _decode_rare(found)


@lru_cache(maxsize=256)
def _decode_rare(found: str) -> str:
    if found[1] == "#" and len(found) > 12:  # html.unescape lets int() raise on thousands of digits
        return "\ufffd"
    from html import unescape  # slow to import, and rarely needed

    return unescape(found)


_ANY_TAG = re.compile(r"<([^>]*+)>?")
_VOICE = re.compile(r"v(?:\.\S*+)?(?:\s++([^>]*+))?|/\s*v\s*")
"""What a voice's tag holds, with its name, or what ends one, without."""


def standard_text(raw: str) -> str:
    """Plain text by the standard: from each `<` to the next `>`, or to the end, is a tag."""
    if "<" not in raw:
        return decode_entities(raw)
    return "".join(map(decode_entities, _ANY_TAG.split(raw)[::2]))


def standard_voice(raw: str) -> str | None:
    """The first voice of a cue, by the standard."""
    for tag in _ANY_TAG.findall(raw):
        if (voice := _VOICE.fullmatch(tag)) and (name := clean_name(voice[1])):
            return name
    return None


# What a person takes for a tag: not `a < b`, not `I <3 you`, but `< i>` and `</ b>`.
_TAG = re.compile(
    r"<(?:(?=/?[A-Za-z])([^<>]*+)>|\s*+((?:/\s*+)?(?:[bciuv]|ruby|rt|lang)\s*+)>|(/?)>"
    rf"|((?:{STAMP}|\d++))>)"
)


class Part(NamedTuple):
    """What one voice says in a cue: texts, and among them the inline times (ms)."""

    speaker: str | None
    bits: list[str | int]

    @property
    def text(self) -> str:
        return clean_lines("".join([bit for bit in self.bits if isinstance(bit, str)]))


_ONE_VOICE = re.compile(r"<v(?:\.[^\s<>]*+)?[ \t]([^<>]*+)>([^<]*+)(?:</v>)?")


def read_parts(raw: str) -> tuple[list[Part], bool]:
    """The voices of a cue in order, neighbours of one name joined, none without text.

    And whether some `<` is no tag.
    """
    if alone := _ONE_VOICE.fullmatch(raw):  # nearly every cue that has markup at all
        return _joined([Part(clean_name(alone[1]), [decode_entities(alone[2])])]), False
    parts = [Part(None, [])]
    stray = False
    for text, tag in _pieces(raw):
        if text:
            stray = stray or "<" in text
            parts[-1].bits.append(decode_entities(text))
        if tag is None:
            continue
        if tag[:1].isdecimal():
            if ":" in tag:
                parts[-1].bits.append(read_stamp(tag))
        elif voice := _VOICE.fullmatch(tag):
            name = clean_name(voice[1])
            if name != parts[-1].speaker:
                parts.append(Part(name, []))
    return _joined(parts), stray


def plain_text(raw: str) -> str:
    """`raw` without its markup; empty where that has a voice, an inline time or a stray `<`, too."""
    if any(tag and (tag[0].isdecimal() or _VOICE.fullmatch(tag)) for _, tag in _pieces(raw)):
        return ""
    parts, stray = read_parts(raw)
    return parts[0].text if parts and not stray else ""


def _pieces(raw: str) -> Iterator[tuple[str, str | None]]:
    at = 0
    for match in _TAG.finditer(raw):
        yield raw[at : match.start()], match[match.lastindex or 0].strip()
        at = match.end()
    yield raw[at:], None


def _joined(parts: list[Part]) -> list[Part]:
    kept: list[Part] = []
    for part in parts:
        if not part.text:
            continue
        if kept and kept[-1].speaker == part.speaker:
            kept[-1].bits.append("\n")
            kept[-1].bits.extend(part.bits)
        else:
            kept.append(part)
    return kept


def clean_name(annotation: str | None) -> str | None:
    """A voice's name: entities decoded, blanks collapsed; None where nothing is left."""
    return " ".join(decode_entities(annotation or "").split()) or None


_CROWD = 100
"""Whatever has more voices is no cue; and an utterance for every six characters is more than memory
should bear."""


def to_utterances(cue: Cue, findings: Findings) -> list[Utterance]:
    """A cue as one utterance for each of its voices; [] and a problem where it has no text.

    The voices share the cue's time by the length of their texts.
    """
    if "<" not in cue.text:
        text = clean_lines(decode_entities(cue.text)) if "&" in cue.text else cue.text
        made = (
            [Utterance(cue.start, cue.end, text, None, cue.words, cue.id, cue.line)] if text else []
        )
    else:
        raw = cue.text
        if raw.count("<v") > _CROWD:
            findings.tell(
                "crowded-cue",
                "a cue with over a hundred voices was kept whole and names nobody",
                cue.line,
            )
            raw = raw.replace("<v", "<c")
        parts, stray = read_parts(raw)
        if stray:
            findings.count("stray-angle", cue.line, cue.text)
        made = _share(cue, parts)
    if not made:
        findings.tell("empty-cue", "a cue without text was left out", cue.line, 1)
    elif len(made) > 1:
        findings.tell("speaker-split", "a cue of several voices was split", cue.line, 1 - len(made))
    return made


def _share(cue: Cue, parts: list[Part]) -> list[Utterance]:
    texts = [part.text for part in parts]
    whole = sum(map(len, texts))
    spent = 0
    start = cue.start
    made = []
    for part, text in zip(parts, texts, strict=True):
        spent += len(text)
        end = cue.start + (cue.end - cue.start) * spent // whole
        words = (cue.words if len(parts) == 1 else ()) or _words(part, start, end, cue)
        made.append(Utterance(start, end, text, part.speaker, words, cue.id, cue.line))
        start = end
    return made


def _words(part: Part, start: int, end: int, cue: Cue) -> tuple[Word, ...]:
    """The words between inline times; a time outside of the cue is none."""
    if all(isinstance(bit, str) for bit in part.bits):
        return ()
    words: list[Word] = []
    said: list[str] = []
    for bit in part.bits:
        if isinstance(bit, str):
            said.append(bit)
        elif start <= bit <= cue.end:
            words.extend(_spread("".join(said), start, bit))
            start, said = bit, []
    words.extend(_spread("".join(said), start, max(start, end)))
    return tuple(words)


def _spread(text: str, start: int, end: int) -> Iterator[Word]:
    """The words of `text`, which share its time by their lengths."""
    tokens = text.split()
    whole = sum(map(len, tokens))
    spent = 0
    for token in tokens:
        begin = start + (end - start) * spent // whole
        spent += len(token)
        yield Word(token, begin, start + (end - start) * spent // whole)
