"""Recordings of the Plaud recorder, as its service answers and as exporters keep them.

    {data_file_list: [recording, …]}, a list of recordings, one of them, or a list of entries
    recording
        {id, filename, start_time: ms since 1970, duration, version_ms, trans_result: [entry, …]}
    entry
        {start_time, end_time: ms from the beginning, content, speaker, original_speaker}

Each recording of a list is a part: `recordings.json!ID`. `speaker` is the name that was given to
`original_speaker`; it is empty if none was given.
"""

from __future__ import annotations

import re

from ..base import Format, Parts
from ..json_parts import JsonParts
from ..json_text import has_signs
from .read import is_recording, parse

_SURE = 98
"""The bid."""
_RESULT = re.compile(r'"trans_result"\s*:\s*(?:null|\[\s*(?:\]|\{))')
_OWN_KEYS = re.compile(r'"(?:content|is_trans|data_file_list|filename|file_name)"\s*:')
_LIST = re.compile('"data_file_list"')
_ENTRY = re.compile(r'"original_speaker"\s*:')
_BEGINNING = r"\s*(?:\{[^\[\]]{0,2000}?\"data_file_list\"\s*:\s*)?\["


def sniff(text: str) -> int:
    """Decide by the names of the keys."""
    if has_signs(text, (_RESULT, _OWN_KEYS), (_ENTRY, _OWN_KEYS), (_LIST, _OWN_KEYS)):
        return _SURE
    return 0


def holds_many(text: str) -> bool:
    """Whether it begins with a list of recordings, be it of one."""
    if not _parts.begins(text) or sniff(text) == 0:
        return False
    return has_signs(text, (_RESULT,), (_LIST,))


_parts = JsonParts(_BEGINNING, is_recording, ("id", "file_id"))

FORMAT = Format(
    name="plaud",
    title="Plaud's recordings (JSON)",
    suffixes=(".json",),
    sniff=sniff,
    parse=parse,
    parts=Parts(holds_many, _parts.find),
    rank=10,
)
