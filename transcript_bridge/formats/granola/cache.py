"""The meetings in Granola's cache, and where the transcript of each is.

The cache is one JSON text inside of another, and both say things of a meeting: the transcripts what
was said, the documents what it is called. A part is the transcript as it is in the file, with a
line before it that has what the document says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..base import BinaryReader, Part
from ..json_parts import CUT_OFF, JsonParts, clean_name
from ..json_text import as_object
from .read import unescape
from .signs import CACHE, LIST_BEGINNING

_HEAD = 65_536
_MAX_CACHE = 256 * 1024 * 1024
"""Bytes. A cache has some megabytes; this much and a quarter more is in memory while its meetings
are looked for."""
_NO_MEETINGS = (
    "this cache holds no transcripts; Granola fetches one when you open its meeting in the app"
)
_SHOWN_KEYS = ("id", "title", "created_at", "updated_at")
_list_parts = JsonParts(
    LIST_BEGINNING,
    lambda value: isinstance(value, dict) and "transcript" in value,
)


def find_meetings(stream: BinaryReader) -> Iterator[Part]:
    """Every meeting that has a transcript."""
    head = stream.read(_HEAD)
    text = head.decode("latin-1").removeprefix("\xef\xbb\xbf")
    begins = CACHE.match(text)
    if begins is None:
        yield from _list_parts.find(_Replayed(head, stream))
        return
    data = head + stream.read(_MAX_CACHE)
    yield from _Cache(data.decode("latin-1"), is_escaped=bool(begins["escaped"])).find()


class _Replayed:
    """A stream whose beginning was read already."""

    def __init__(self, head: bytes, stream: BinaryReader) -> None:
        self._head = head
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        """The next bytes, `size` at most."""
        if not self._head:
            return self._stream.read(size)
        data, self._head = self._head[:size], self._head[size:]
        return data


class _Syntax(NamedTuple):
    """The way in which JSON is written: plain, or inside of a text."""

    tokens: re.Pattern[str]
    """A text, or a bracket."""
    key: re.Pattern[str]
    """`"key":`, and blanks around."""
    next: re.Pattern[str]
    """A comma and blanks."""


_PLAIN = _Syntax(
    re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL),
    re.compile(r'\s*"([^"\\]{1,200})"\s*:\s*'),
    re.compile(r"\s*,?"),
)
_BLANKS = r"(?:\s|\\[nrt])*"
_ESCAPED = _Syntax(
    re.compile(r'\\"[^"\\]*(?:\\(?:\\(?:\\["\\]|[^"\\])|[^"\\])[^"\\]*)*\\"|[\[\]{}]', re.DOTALL),
    re.compile(rf'{_BLANKS}\\"([^"\\]{{1,200}})\\"{_BLANKS}:{_BLANKS}'),
    re.compile(rf"{_BLANKS},?"),
)


class _Cache:
    """Searches the text of a cache; each character is a byte."""

    def __init__(self, text: str, *, is_escaped: bool) -> None:
        self._text = text
        self._syntax = _ESCAPED if is_escaped else _PLAIN
        self._quote = '\\"' if is_escaped else '"'

    def find(self) -> Iterator[Part]:
        """A part for each transcript; the last one tells that the cache is cut off."""
        titles = {}
        for entry in self._entries("documents", "{"):
            if entry.end is not None:
                titles[entry.key] = self._describe(entry)
        is_whole = self._text.rstrip().endswith("}")
        count = 0
        for entry in self._entries("transcripts", "["):
            if entry.end is None:
                break
            count += 1
            about = {"document": {"id": entry.key, **titles.get(entry.key, {})}}
            before = json.dumps(about).encode() + b"\n"
            size = entry.end - entry.start
            yield Part(clean_name(entry.key), entry.start, size, before=before)
        if not is_whole:
            yield Part("end", len(self._text), 0, CUT_OFF)
        elif not count:
            yield Part("end", len(self._text), 0, _NO_MEETINGS)

    def _describe(self, entry: _Entry) -> dict[str, Any]:
        """Read the document of a meeting; empty if it cannot be read."""
        written = self._text[entry.start : entry.end].encode("latin-1").decode("utf-8", "replace")
        try:
            fields = as_object(json.loads(unescape(written), strict=False))
        except ValueError:
            return {}
        return {key: fields[key] for key in _SHOWN_KEYS if isinstance(fields.get(key), str)}

    def _entries(self, name: str, opening: str) -> Iterator[_Entry]:
        """The entries of an object whose values begin with a bracket.

        The end of an entry that is cut off is None, and it is the last one.
        """
        place = self._find_object(name, opening)
        if place is None:
            return
        while True:
            found = self._syntax.key.match(self._text, place)
            if found is None:
                break
            start = found.end()
            end = self._find_end(start)
            key = found[1].encode("latin-1").decode("utf-8", "replace")
            yield _Entry(key, start, end)
            if end is None:
                return
            passed = self._syntax.next.match(self._text, end)
            place = end
            if passed:
                place = passed.end()

    def _find_object(self, name: str, opening: str) -> int | None:
        """Find the first entry of an object with a name and a kind of values."""
        quote = re.escape(self._quote)
        key = rf"{quote}[^\"\\]{{1,200}}{quote}{_BLANKS}:{_BLANKS}\{opening}"
        pattern = rf"{quote}{name}{quote}{_BLANKS}:{_BLANKS}\{{{_BLANKS}(?={key}|\}})"
        found = re.search(pattern, self._text)
        if found is None:
            return None
        return found.end()

    def _find_end(self, start: int) -> int | None:
        """Find the end of the value that begins at a bracket."""
        depth = 0
        for token in self._syntax.tokens.finditer(self._text, start):
            bracket = token[0]
            if bracket in ("[", "{"):
                depth += 1
            elif bracket in ("]", "}"):
                depth -= 1
                if depth == 0:
                    return token.end()
        return None


class _Entry(NamedTuple):
    """A key and where its value is, in characters. end: None if it is cut off."""

    key: str
    start: int
    end: int | None
