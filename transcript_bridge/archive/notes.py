"""Decides which Markdown notes are transcripts: a vault has thousands that are not."""

from __future__ import annotations

import re
from collections import Counter

from ..errors import BridgeError
from ..reading import read_bytes

_NAME = r"transcri|transkri|文字起こし|逐字稿|转录|轉錄|녹취"
_NAMED = re.compile(_NAME, re.IGNORECASE)
_HEADED = re.compile(rf"^#{{1,6}}[ \t][^\n]{{0,80}}?(?:{_NAME})", re.MULTILINE | re.IGNORECASE)
_LEAST = 2
"""The least number of times at which somebody speaks."""


def is_transcript(name: str, data: bytes) -> bool:
    """Whether a note with times and texts is a transcript: it says so, or names are repeated.

    name: of the file. data: its first kilobytes.
    """
    if _NAMED.search(name):
        return True
    try:
        transcript = read_bytes(data, format="text")
    except BridgeError:
        return False
    speakers = Counter(transcript.utterances.speakers)
    del speakers[None]
    if max(speakers.values(), default=0) >= _LEAST:
        return True
    return _HEADED.search(data.decode("utf-8", "replace")) is not None
