"""The conversations in a long JSON list, without loading the list.

Python's `json` needs ten times the size of a file in memory, and an export of 7,000 conversations
has 500 MB. So the file is read piece by piece, and each element of the list is decoded alone. An
element that is not JSON is skipped up to the next conversation, so that no other is lost.

Bytes are decoded as Latin-1 here: then a character's index is its byte's, and the syntax of JSON
is ASCII. The text of a conversation is read elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from .base import BinaryReader, Part
from .json_text import as_object

_STEP = 1024 * 1024
"""Bytes that are read at once."""
_MAX_ELEMENT = 256 * 1024 * 1024
"""Bytes; a longer element is not a conversation."""
_UNTERMINATED = "Unterminated string"
_NEAR_THE_END = 16
"""Characters before the end of what was read in which an error may come from the cut."""
_UTF8_MARK = r"(?:\xef\xbb\xbf)?"
_SEPARATORS = re.compile(r"[\s,]*")
_NEXT_DOCUMENT = re.compile(r"[}\]]\s*(?=[\[{])")
_LONGEST_BEGINNING = 4096
"""Characters from the end of a document to the list in the next one, at most."""
_NEXT_OBJECT = re.compile(r",\s*(?=\{)")
_LONGEST_NAME = 100
_UNSAFE = re.compile(r"[^\w.:@+= -]")
"""Characters that the name of a part must not have: it is in paths and in commands."""
CUT_OFF = "the file is cut off here, and conversations may be missing; export it again"
SEVERAL = (
    "these are several conversations in one JSON text; put them into one list, [{…}, {…}], or keep "
    "one per file"
)

_DECODER = json.JSONDecoder(strict=False)


def clean_name(name: str) -> str:
    """Remove characters from the name of a part that must not be in paths and commands."""
    return _UNSAFE.sub("_", name.strip())[:_LONGEST_NAME]


class JsonParts:
    """Finds the elements of one list.

    beginning: a pattern of the text from the beginning of the file up to the list and its `[`.
    is_conversation: whether a value is an element of the list rather than of a list inside it.
    id_keys: where an element has its name. holder: the key of an object around that, if any.
    """

    def __init__(
        self,
        beginning: str,
        is_conversation: Callable[[Any], bool],
        id_keys: tuple[str, ...] = ("id",),
        holder: str = "",
    ) -> None:
        self._begins = re.compile(_UTF8_MARK + beginning)
        self._begins_with_object = re.compile(beginning + r"\s*\{")
        self._is_conversation = is_conversation
        self._id_keys = id_keys
        self._holder = holder
        keys = "|".join(map(re.escape, id_keys))
        self._broken_id = re.compile(rf'"(?:{keys})"\s*:\s*"([^"\\]+)"')

    def begins(self, text: str) -> bool:
        """Whether a text begins with such a list that contains an object."""
        return self._begins_with_object.match(text) is not None

    def find(self, stream: BinaryReader) -> Iterator[Part]:
        """Every element of the list, read or not; its name is unique."""
        window = _TextWindow(stream)
        start = self._begins.match(window.text)
        used: set[str] = set()
        number = 0
        is_whole = True
        while start is not None:
            window.skip_to(start.end())
            while window.go_to_element():
                number += 1
                value, end = self._measure(window)
                name = self._name(value, window.text[window.at : end]) or str(number)
                yield Part(_make_unique(name, used), window.offset, end - window.at)
                window.skip_to(end)
                is_whole = value is not None
            start = self._find_next_list(window)
        if window.is_cut and is_whole:  # otherwise the last part reports it
            yield Part(_make_unique("end", used), window.offset, 0, CUT_OFF)

    def _find_next_list(self, window: _TextWindow) -> re.Match[str] | None:
        """A list that begins after the end of another: several answers in one file."""
        while True:
            for found in _NEXT_DOCUMENT.finditer(window.text, window.at):
                start = self._begins.match(window.text, found.end())
                if start is not None:
                    return start
            window.skip_to(max(window.at, len(window.text) - _LONGEST_BEGINNING))
            if not window.read_more():
                return None

    def _measure(self, window: _TextWindow) -> tuple[Any, int]:
        """The value of the next element (None if it is not JSON), and where it ends."""
        decoded = window.decode(window.at)
        if decoded is not None:
            return decoded
        return None, self._find_next(window)

    def _find_next(self, window: _TextWindow) -> int:
        """Find where the next conversation begins after a broken one; else the end of the file."""
        at = window.at + 1
        while True:
            found = _NEXT_OBJECT.search(window.text, at)
            if found is None:
                at = max(at, len(window.text) - _STEP // 2)
                if not window.read_more():
                    return len(window.text)
                continue
            decoded = window.decode(found.end())
            if decoded is not None and self._is_conversation(decoded[0]):
                return found.start()
            at = found.end()

    def _name(self, value: Any, text: str) -> str:
        fields = as_object(value)
        named = as_object(fields.get(self._holder)) or fields
        name = str(next(filter(None, map(named.get, self._id_keys)), ""))
        found = self._broken_id.search(text)
        if found and not fields:
            name = found[1]
        return clean_name(name.encode("latin-1", "replace").decode("utf-8", "replace"))


class _TextWindow:
    """The piece of a file that is in memory. at: the place in `text` that is looked at."""

    def __init__(self, stream: BinaryReader) -> None:
        self._stream = stream
        self._before = 0
        """Bytes of the file before `text`."""
        self._is_at_end = False
        self.text = ""
        self.at = 0
        self.is_cut = False
        """Whether the file ends within the list."""
        self.read_more()

    @property
    def offset(self) -> int:
        """The place in the file, in bytes."""
        return self._before + self.at

    def read_more(self) -> bool:
        """Twice as much text; False at the end of the file."""
        wanted = max(_STEP, len(self.text) - self.at)
        data = b""
        if not self._is_at_end and len(self.text) < _MAX_ELEMENT:
            data = self._stream.read(wanted)
        self._is_at_end = not data
        self.text += data.decode("latin-1")
        return bool(data)

    def skip_to(self, place: int) -> None:
        """Continue at a place, and drop the text before it when it is long."""
        self.at = place
        if place >= _STEP:
            self._before += place
            self.text = self.text[place:]
            self.at = 0

    def go_to_element(self) -> bool:
        """Go to the next element of the list; False at its end."""
        while True:
            found = _SEPARATORS.match(self.text, self.at)
            assert found is not None
            if found.end() < len(self.text):
                self.at = found.end()
                return self.text[self.at] != "]"
            if not self.read_more():
                self.at = found.end()
                self.is_cut = True
                return False

    def decode(self, place: int) -> tuple[Any, int] | None:
        """The value at a place, and where it ends; None if it is not JSON, or cut off."""
        while True:
            try:
                return _DECODER.raw_decode(self.text, place)
            except json.JSONDecodeError as error:
                near_the_end = error.pos >= len(self.text) - _NEAR_THE_END
                if not (near_the_end or error.msg.startswith(_UNTERMINATED)):
                    return None
            except (ValueError, RecursionError):
                return None
            if not self.read_more():
                return None


def _make_unique(name: str, used: set[str]) -> str:
    candidate = name
    number = 2
    while candidate in used:
        candidate = f"{name} ({number})"
        number += 1
    used.add(candidate)
    return candidate
