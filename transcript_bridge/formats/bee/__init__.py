"""Conversations of the Bee wristband, as bee-cli writes them with `--json`.

    {conversation: {id, start_time, updated_at: ms since 1970, short_summary, primary_location,
      transcriptions: [{realtime, utterances: [{id, start, end: s|null, spoken_at: ms since 1970,
        text, speaker}]}]}, timezone}
    {conversationId, transcript: [the same utterances]}

One conversation, or a list of them, each of which is a part: `bee.json!ID`. An utterance begins
when it was spoken. Parts of a live transcription that a later one repeats are left out.
Bee's Markdown (`bee sync`) says when a conversation began, and not when each sentence was spoken,
so that it is refused.
"""

from __future__ import annotations

import re

from ..base import Format, Parts
from ..json_parts import JsonParts
from ..json_text import has_signs
from .read import is_conversation, parse

_SURE = 98
"""The bid."""
_UTTERANCES = re.compile(r'"(?:utterances|transcript)"\s*:\s*\[')
_MOMENT = re.compile(r'"start_time"\s*:\s*\d{13}\b')
_SPOKEN = re.compile(r'"(?:spoken_at|realtime)"\s*:')
_TRANSCRIPTIONS = re.compile(r'"transcriptions"\s*:\s*\[')
_ANSWER = re.compile(
    r'\A\s*\{\s*"conversations"\s*:\s*\[(?:\s*\]|[^\[]{0,9999}?"start_time"\s*:\s*\d{13}\b)'
)
_CURSOR = re.compile('"next_cursor"')
_SIGNS = (
    (_UTTERANCES, _SPOKEN),
    (_TRANSCRIPTIONS, _UTTERANCES),
    (_TRANSCRIPTIONS, _MOMENT),
    (_CURSOR, _ANSWER),
)
_BEGINNING = r"\s*(?:\{\s*\"conversations\"\s*:\s*)?\["
MARKDOWN = re.compile(r"# Conversation \d+\s*\n(?=(?:.*\n){0,12}- (?:start_time|device_type): )")


def sniff(text: str) -> int:
    """Decide by the names of the keys, or by the heading and the fields of Bee's Markdown."""
    if MARKDOWN.match(text) or has_signs(text, *_SIGNS):
        return _SURE
    return 0


def holds_many(text: str) -> bool:
    """Whether it begins with a list of conversations, or one conversation, with speech."""
    if not _parts.begins(text) or sniff(text) == 0:
        return False
    return _TRANSCRIPTIONS.search(text) is not None


_parts = JsonParts(_BEGINNING, is_conversation, holder="conversation")

FORMAT = Format(
    name="bee",
    title="Bee conversations (JSON)",
    suffixes=(".json", ".md"),
    sniff=sniff,
    parse=parse,
    parts=Parts(holds_many, _parts.find),
    rank=70,  # of its Markdown, as of other notes; its JSON is called like that of recognizers
)
