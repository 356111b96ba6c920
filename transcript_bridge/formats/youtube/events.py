"""The texts and when they are shown: the events of json3, and the same in XML."""

from __future__ import annotations

import html
from collections.abc import Iterator
from math import isnan, nan
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from ...timecode import MS_PER_CHARACTER, count_spoken, milliseconds_in_range
from ..cues.inline_times import InlinePiece, join_pieces
from ..cues.lines import clean_lines
from ..json_text import as_list, as_number, as_object, as_text, rename_keys, replace_surrogates

_ROLLING = ("1", "true", "yes")
"""Values of `a` and `append` in XML."""


class Event(NamedTuple):
    """A text with its times (ms)."""

    start: float
    """NaN if it has none."""
    length: float
    """NaN if it has no end."""
    pieces: list[InlinePiece]
    is_appended: bool
    """Whether it goes below the text that is shown, as in automatic captions."""

    @property
    def text(self) -> str:
        """Its texts, with clean lines."""
        return clean_lines(join_pieces(self.pieces))

    @property
    def end(self) -> float:
        """The end that it states, or an estimate from its text."""
        if isnan(self.length):
            return self.start + count_spoken(join_pieces(self.pieces)) * MS_PER_CHARACTER
        return self.start + self.length

    @property
    def has_word_times(self) -> bool:
        """Whether a part of it has a time."""
        return any(piece.time > self.start for piece in self.pieces)

    def has_start(self) -> bool:
        """Whether it is shown at a time."""
        return not isnan(self.start)


def _make_piece(text: str | None, time: float = nan) -> InlinePiece:
    return InlinePiece(replace_surrogates(text or "").replace("\0", ""), time)


def _to_ms(seconds: float) -> float:
    """NaN if it is not a time."""
    ms = milliseconds_in_range(seconds)
    if ms is None:
        return nan
    return ms


# ---- json3


def read_json3(document: Any) -> Iterator[Event]:
    """The events; windows and styles have no texts."""
    for event in map(as_object, as_list(as_object(document).get("events"))):
        start = _read_ms(event, "tStartMs")
        pieces = []
        for segment in map(as_object, as_list(event.get("segs"))):
            time = start + _read_ms(segment, "tOffsetMs")
            pieces.append(_make_piece(as_text(segment.get("utf8")), time))
        yield Event(start, _read_ms(event, "dDurationMs"), pieces, bool(event.get("aAppend")))


def _read_ms(fields: dict[str, Any], key: str) -> float:
    return _to_ms(as_number(fields.get(key)) / 1000)


# ---- the panel beside a video

_DEEPEST = 30
_PANEL_NAMES = {"start_ms": "startMs", "end_ms": "endMs"}
"""youtubei.js renames all keys."""


def read_panel(document: Any) -> Iterator[Event]:
    """The segments of the panel; the headings between them, which are chapters, have no `runs`."""
    for fields in _find_segments(document, _DEEPEST):
        named = rename_keys(fields, _PANEL_NAMES)
        start = _read_number(named, "startMs")
        end = _read_number(named, "endMs")
        runs = as_list(as_object(fields.get("snippet")).get("runs"))
        pieces = [_make_piece(as_text(as_object(run).get("text"))) for run in runs]
        yield Event(start, end - start, pieces, is_appended=False)


def _find_segments(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The objects with a `snippet`, in the order of the document."""
    fields = as_object(value)
    if "snippet" in fields:
        yield fields
    elif depth:
        for inner in (*fields.values(), *as_list(value)):
            yield from _find_segments(inner, depth - 1)


# ---- XML


def read_xml(root: Element) -> Iterator[Event]:
    """The paragraphs of srv3, or the texts of srv2 and srv1."""
    for element in root.iter():
        if element.tag in _READERS:
            yield _READERS[element.tag](element)


def _read_paragraph(element: Element) -> Event:
    start = _read_number(element, "t")
    pieces = [_make_piece(element.text)]
    for child in element:
        said = "".join(child.itertext())
        if child.tag == "br":
            said = "\n"
        pieces.append(_make_piece(said, start + _read_number(child, "t")))
        pieces.append(_make_piece(child.tail))
    return Event(start, _read_number(element, "d"), pieces, element.get("a") in _ROLLING)


def _read_text(element: Element) -> Event:
    """srv2 counts in ms (`t`, `d`), srv1 in seconds (`start`, `dur`)."""
    start = _read_number(element, "t")
    length = _read_number(element, "d")
    if isnan(start):
        start = _read_number(element, "start", 1000)
        length = _read_number(element, "dur", 1000)
    text = html.unescape("".join(element.itertext()))
    return Event(start, length, [_make_piece(text)], element.get("append") in _ROLLING)


_READERS = {"p": _read_paragraph, "text": _read_text}


def _read_number(fields: Element | dict[str, Any], name: str, unit: int = 1) -> float:
    """The ms of an attribute or a key; NaN for none. unit: ms of what the number counts."""
    try:
        number = float(str(fields.get(name)))  # of `true` itself it would be 1.0
    except ValueError:
        return nan
    return _to_ms(number * unit / 1000)
