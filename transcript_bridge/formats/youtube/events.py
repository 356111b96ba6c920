"""What is shown when: the events of json3, and the same in XML."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from ...timecode import milliseconds_in_range
from ..json_text import as_list, as_object, is_number

_ROLLING = ("1", "true", "yes")
"""Values of `a` and `append` in XML."""


class Event(NamedTuple):
    """A text with its times (ms)."""

    start: int
    length: int | None
    """None if it has no end."""
    pieces: tuple[str | int, ...]
    """Texts, and before each one that has it, its time."""
    is_appended: bool = False
    """Whether it goes below what is shown, as in automatic captions."""

    @property
    def text(self) -> str:
        """The texts without the times."""
        return "".join([piece for piece in self.pieces if isinstance(piece, str)])

    @property
    def has_word_times(self) -> bool:
        """Whether a part of it has a time of its own."""
        return any(isinstance(piece, int) and piece > self.start for piece in self.pieces)


# ---- json3


def read_json3(document: Any) -> Iterator[Event]:
    """The events that have a start and texts; windows and styles have none."""
    for event in as_list(as_object(document).get("events")):
        fields = as_object(event)
        start = _read_ms(fields.get("tStartMs"))
        segments = fields.get("segs")
        if start is None or not isinstance(segments, list):
            continue
        pieces: list[str | int] = []
        for segment in segments:
            part = as_object(segment)
            text = part.get("utf8")
            if not isinstance(text, str):
                continue
            offset = _read_ms(part.get("tOffsetMs"))
            if offset is not None or not pieces:
                pieces.append(start + (offset or 0))
            pieces.append(text)
        length = _read_ms(fields.get("dDurationMs"))
        yield Event(start, length, tuple(pieces), bool(fields.get("aAppend")))


def _read_ms(value: Any) -> int | None:
    if not is_number(value):
        return None
    return milliseconds_in_range(value / 1000)


# ---- XML


def read_xml(root: Element) -> Iterator[Event]:
    """The paragraphs of srv3, or the texts of srv2 and srv1, that have a start."""
    for element in root.iter():
        if element.tag == "p":
            yield from _read_paragraph(element)
        elif element.tag == "text":
            yield from _read_text(element)


def _read_paragraph(element: Element) -> Iterator[Event]:
    start = _read_number(element.get("t"))
    if start is None:
        return
    pieces: list[str | int] = [start, element.text or ""]
    for child in element:
        if child.tag == "br":
            pieces.append("\n")
        else:
            offset = _read_number(child.get("t"))
            if offset is not None:
                pieces.append(start + offset)
            pieces.append("".join(child.itertext()))
        pieces.append(child.tail or "")
    length = _read_number(element.get("d"))
    yield Event(start, length, tuple(pieces), element.get("a") in _ROLLING)


def _read_text(element: Element) -> Iterator[Event]:
    """srv2 counts in ms (`t`, `d`), srv1 in seconds (`start`, `dur`)."""
    start = _read_number(element.get("t"))
    length = _read_number(element.get("d"))
    if start is None:
        start = _read_number(element.get("start"), 1000)
        length = _read_number(element.get("dur"), 1000)
    if start is None:
        return
    text = html.unescape("".join(element.itertext()))
    yield Event(start, length, (start, text), element.get("append") in _ROLLING)


def _read_number(value: str | None, unit: int = 1) -> int | None:
    """ms. unit: ms of what the number counts."""
    if value is None:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return milliseconds_in_range(number * unit / 1000)
