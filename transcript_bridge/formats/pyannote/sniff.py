"""Whether a text is turns: the keys of JSON, or printed lines."""

from __future__ import annotations

import re

from ...line_joining import has_any
from ..json_keys import has_entries_with_text
from ..turns.keys import KNOWN, TEXTS, fold
from ..turns.line import read_line
from .documents import LISTS, WRAPPERS
from .printed import SIGNS, read_turn
from .zoom import SIGN

_ANNOTATION, _TURNS, _PRINTED, _NO_SPEECH, _OTHER = 97, 95, 95, 90, 70
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
_KEY = re.compile(r"\"([^\"\\\n]{1,60})\"\s*:")
_FIRST_ROW = re.compile(r"\s*\[\s*(\[[^\[\]]{1,200}\]|\"[^\"\n]{1,200}\")")
_HEADER_WITH_TEXT = re.compile(
    r"\s*\[\s*\[[^\[\]]{0,200}\"(?:text|transcript|sentence|content|word|utterance)\""
)
_SENTENCE = re.compile(r"\"[^\"]*(?:[^\W\d_][.?!…。？！]\s*\"|\w\s+\w+\s+\w)")
"""What a label is not."""
_SPANS = re.compile(
    r"\s*\{\s*\"([^\"\n]{1,60})\"\s*:\s*\[\s*(?:\[[\d\s.,]{3,60}\]|\{\s*\"(?:start|begin|from)\")"
)
_TIME_KEYS = ("start", "begin", "from", "onset", "offset", "t0")
"""How a key of a beginning starts."""
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


def _sniff_json(text: str, *, is_list: bool) -> int:
    if _TEXT_KEY.search(text) or _HEADER_WITH_TEXT.match(text) or has_entries_with_text(text):
        return 0
    if _ANNOTATION_KEYS.search(text):
        return _ANNOTATION
    lists_turns = is_list or _LIST_OF_TURNS.search(text) is not None
    if lists_turns and _has_turn_keys(text) and not _has_text(text):
        return _TURNS
    if _EMPTY_LIST.search(text):
        return _NO_SPEECH
    if not _has_text(text) and _has_other_turns(text):
        return _OTHER
    return 0


def _is_printed(beginning: str) -> bool:
    """Whether printed turns begin in the first lines, and go on."""
    # Most files have no such sign: looking at each line was a sixth of reading a small JSON file.
    if not has_any(beginning, _OF_SIGNS) or not has_any(beginning, SIGNS):
        return False
    lines = [line for line in beginning.split("\n") if line.strip()][:_LINES]
    turns = [_is_printed_turn(line) for line in lines]
    if True not in turns:
        return False
    rest = turns[turns.index(True) :]
    return 2 * sum(rest) >= len(rest)


def _is_printed_turn(line: str) -> bool:
    # The blank after the bracket is pyannote's alone: recognizers print
    # `[00:00:01.000 --> 00:00:02.000] words`.
    if line[:1] == "[" and not line[1:2].isspace():
        return False
    return read_turn(line) is not None


def _has_turn_keys(text: str) -> bool:
    has_times = '"start"' in text and '"end"' in text
    has_label = '"speaker"' in text or '"label"' in text
    return has_times and has_label


def _has_text(text: str) -> bool:
    """Whether a key of an entry is one of text; the list `content` is that of an Annotation."""
    keys = set(map(fold, _KEY.findall(text)))
    return bool((keys & TEXTS) - {"content"}) or _CONTENT_TEXT.search(text) is not None


def _has_other_turns(text: str) -> bool:
    """Whether all keys are those of turns; or entries are lists or lines with times and a label."""
    keys = set(map(fold, _KEY.findall(text)))
    if keys:
        by_label = _SPANS.match(text)
        if by_label and by_label[1] not in (*LISTS, *WRAPPERS):
            return True
        has_label = any(key.startswith(("speaker", "label", "spk", "name")) for key in keys)
        has_times = any(key.startswith(_TIME_KEYS) for key in keys)
        return has_label and has_times and keys <= KNOWN | _DOCUMENT_KEYS
    row = _FIRST_ROW.match(text)
    if row is None or _SENTENCE.search(text[:_BEGINNING]):
        return False
    return read_line(row[1].strip('[]"').replace('"', " ")) is not None
