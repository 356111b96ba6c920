"""Meetings of Fireflies, Fathom and Read.ai, as their APIs answer: one, or a list of many.

    Fireflies
        {data: {transcript: {id, title, date: ms since 1970, sentences: [{speaker_name, text,
          start_time, end_time: s}]}}}; `transcripts` is a list of these
    Fathom
        {items: [{recording_id, title, recording_start_time: ISO, transcript: [{speaker:
          {display_name}, text, timestamp: "00:05:32"}]}]}
    Read.ai
        {session_id, title, start_time: ISO, transcript: {speaker_blocks: [{start_time, end_time: ms
          since 1970, speaker: {name}, words}]}}

Each meeting of a list is a part: `answer.json!ID`. Nothing in these files says who the owner is.
A list of sentences alone is read by whisper_json.
"""

from __future__ import annotations

import re

from ..base import Format, Parts
from ..json_parts import JsonParts
from ..json_text import has_signs
from .read import ID_KEYS, is_meeting, parse

_SURE = 97
"""The bid."""
_FIREFLIES = re.compile(r'"sentences"\s*:\s*(?:null|\[\s*(?:\]|\{))')
_SENTENCE = re.compile(r'"(?:speaker_name|speaker_id|raw_text)"\s*:')
_DASHSCOPE = re.compile(r'"(?:begin_time|sentence_id)"\s*:')
"""Keys of a recognizer's sentences."""
_FATHOM = re.compile(r'"transcript"\s*:\s*(?:null|\[\s*(?:\]|\{\s*"speaker"\s*:\s*\{))')
_FATHOM_KEYS = re.compile(r'"(?:recording_start_time|matched_calendar_invitee_email)"\s*:')
_READ_AI = re.compile(r'"speaker_blocks"\s*:\s*\[')
_BEGINNING = r"\s*(?:\{[^\[\]]{0,2000}?\"(?:transcripts|items|meetings)\"\s*:\s*)?\["


def sniff(text: str) -> int:
    """Decide by the names of the keys."""
    if has_signs(text, (_READ_AI,), (_FATHOM_KEYS, _FATHOM)):
        return _SURE
    if has_signs(text, (_FIREFLIES, _SENTENCE)) and not _DASHSCOPE.search(text):
        return _SURE
    return 0


def holds_many(text: str) -> bool:
    """Whether it begins with a list of meetings, be it of one."""
    return _parts.begins(text) and sniff(text) > 0


_parts = JsonParts(_BEGINNING, is_meeting, ID_KEYS)

FORMAT = Format(
    name="meetings",
    title="Meetings of Fireflies, Fathom and Read.ai (JSON)",
    suffixes=(".json",),
    sniff=sniff,
    parse=parse,
    parts=Parts(holds_many, _parts.find),
    rank=10,
)
