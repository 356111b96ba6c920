"""Whether a text is turns: the keys of JSON, or printed lines."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from itertools import dropwhile, islice
from typing import NamedTuple

from ...line_joining import has_any
from ..json_keys import has_entries_with_text
from ..turns.keys import KNOWN, TEXTS, fold
from ..turns.line import read_line
from .documents import LISTS, WRAPPERS
from .printed import SIGNS, read_turn
from .zoom import SIGN

ANNOTATION, _TURNS, _PRINTED, _NO_SPEECH, _OTHER = 97, 96, 95, 90, 70
"""Bids; the last is for keys that are not pyannote's."""
_BEGINNING = 8000
_OF_SIGNS = ">="
"""Each of SIGNS has one of these, which are found in a hundredth of the time."""
_LINES = 60
"""Characters and lines in which the first printed turn is looked for."""
_LIST_OF_TURNS = re.compile(
    r"\"(?:identification|diarization|speaker_diarization|turns|segments"
    r"|exclusive_?[dD]iarization|exclusive_speaker_diarization)\"\s*:\s*\[\s*[\]{]"
)
_EMPTY_LIST = re.compile(r"\"(?:exclusive)?_?[dD]iarization\"\s*:\s*\[\s*\]")
_ANNOTATION_KEYS = re.compile(
    r"\"(?:pyannote|segment)\"\s*:\s*(?:\"Annotation\"|\{\s*\"(?:start|end)\"\s*:)"
)
_CONTENT_TEXT = re.compile(r"\"content\"\s*:\s*\"")
_TEXT_KEY = re.compile(r"\"(?:text|words?|tokens)\"\s*:")
_KEYS_OF_TEXT = TEXTS - {"content"}
_NO_TURN = re.compile(r"\[(?!\s)")
_KEY = re.compile(r"\"([^\"\\\n]{1,60})\"\s*:")
_FIRST_ROW = re.compile(r"\s*\[\s*(\[[^\[\]]{1,200}\]|\"[^\"\n]{1,200}\")")
_HEADER_WITH_TEXT = re.compile(
    r"\s*\[\s*\[[^\[\]]{0,200}\"(?:text|transcript|sentence|content|word|utterance)\""
)
_SENTENCE = re.compile(r"\"[^\"]*(?:[^\W\d_][.?!…。？！]\s*\"|\w\s+\w+\s+\w)")
"""Texts that are not labels."""
_SPANS = re.compile(
    r"\s*\{\s*\"([^\"\n]{1,60})\"\s*:\s*\[\s*(?:\[[\d\s.,]{3,60}\]|\{\s*\"(?:start|begin|from)\")"
)
_TIME_KEYS = ("start", "begin", "from", "onset", "offset", "t0")
"""How a key of a beginning starts."""
_PLAIN_KEYS = frozenset(("start", "end", "speaker", "diarization", "exclusivediarization"))
"""Of turns without a text."""
_DOCUMENT_KEYS = frozenset(
    [fold(key) for key in (*LISTS, *WRAPPERS)]
    + ["jobid", "status", "createdat", "updatedat", "warning", "voiceprints", "numspeakers"]
)


def sniff(text: str) -> int:
    """Decide by the keys of JSON, or by the first printed lines.

    A file with text is a transcript, and none of this format.
    """
    beginning = text[:_BEGINNING].lstrip()
    if _is_printed(beginning):
        return _PRINTED
    if '"timeline' in beginning and SIGN.search(beginning):
        return _TURNS
    if beginning[:1] in ("[", "{"):
        return _sniff_json(text, is_list=beginning[0] == "[")
    return 0


class _JsonText(NamedTuple):
    """JSON without the usual keys of texts."""

    text: str
    keys: set[str]
    is_list: bool

    def has_other_texts(self) -> bool:
        """Whether entries have sentences under any key."""
        # Most files have plain keys alone. Their entries took a fifth of reading a small one.
        return not self.keys <= _PLAIN_KEYS and has_entries_with_text(self.text)

    def is_annotation(self) -> bool:
        """Whether it is an Annotation. Its list is called `content`, as texts are elsewhere."""
        return _ANNOTATION_KEYS.search(self.text) is not None

    def has_keys_of_texts(self) -> bool:
        return not self.keys.isdisjoint(_KEYS_OF_TEXT) or bool(_CONTENT_TEXT.search(self.text))

    def lists_turns(self) -> bool:
        is_list = self.is_list or _LIST_OF_TURNS.search(self.text) is not None
        has_label = "speaker" in self.keys or "label" in self.keys
        return is_list and has_label and self.keys >= {"start", "end"}

    def is_empty(self) -> bool:
        return _EMPTY_LIST.search(self.text) is not None

    def has_other_turns(self) -> bool:
        """Whether there are turns under any keys, or without keys."""
        if not self.keys:
            return _has_rows(self.text)
        return _are_of_turns(self.keys) or _has_spans(self.text)


_BIDS: tuple[tuple[int, Callable[[_JsonText], bool]], ...] = (
    (0, _JsonText.has_other_texts),
    (ANNOTATION, _JsonText.is_annotation),
    (0, _JsonText.has_keys_of_texts),
    (_TURNS, _JsonText.lists_turns),
    (_NO_SPEECH, _JsonText.is_empty),
    (_OTHER, _JsonText.has_other_turns),
)
"""The first that holds counts."""


def _sniff_json(text: str, *, is_list: bool) -> int:
    if _TEXT_KEY.search(text) or _HEADER_WITH_TEXT.match(text):
        return 0
    keys = set(map(fold, set(_KEY.findall(text))))
    document = _JsonText(text, keys, is_list)
    return next((bid for bid, holds in _BIDS if holds(document)), 0)


def _is_printed(beginning: str) -> bool:
    """Whether printed turns begin in the first lines, and continue."""
    # Most files have no such sign: looking at each line was a sixth of reading a small JSON file.
    if not has_any(beginning, _OF_SIGNS) or not has_any(beginning, SIGNS):
        return False
    lines = islice(filter(str.strip, beginning.split("\n")), _LINES)
    turns = list(dropwhile(operator.not_, map(_is_printed_turn, lines)))
    return bool(turns) and 2 * sum(turns) >= len(turns)


def _is_printed_turn(line: str) -> bool:
    # The blank after the bracket is pyannote's alone: recognizers print
    # `[00:00:01.000 --> 00:00:02.000] words`.
    return _NO_TURN.match(line) is None and read_turn(line) is not None


def _are_of_turns(keys: set[str]) -> bool:
    """Whether all keys are those of turns, with a label and times among them."""
    has_label = any(key.startswith(("speaker", "label", "spk", "name")) for key in keys)
    has_times = any(key.startswith(_TIME_KEYS) for key in keys)
    return has_label and has_times and keys <= KNOWN | _DOCUMENT_KEYS


def _has_spans(text: str) -> bool:
    """Whether it begins with a label and its turns: `{"A": [[0.5, 2.0], …`."""
    spans = _SPANS.match(text)
    return spans is not None and spans[1] not in (*LISTS, *WRAPPERS)


def _has_rows(text: str) -> bool:
    """Whether entries are lists or lines with times and a label."""
    row = _FIRST_ROW.match(text)
    if row is None or _SENTENCE.search(text[:_BEGINNING]):
        return False
    return read_line(row[1].strip('[]"').replace('"', " ")) is not None
