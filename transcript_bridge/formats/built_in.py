"""Tables of the formats of this package, for use without importing the formats.

Importing all of them takes 0.15 s, a third of planning a small archive, so each is imported when a
file may be its own. tests/formats/test_registry.py compares these tables with the formats.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from ..line_joining import has_any

BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "srt": (".srt",),
    "vtt": (".vtt", ".webvtt"),
    "whisper_json": (".json", ".jsonl", ".ndjson", ".dote", ".js"),
    "rttm": (".rttm",),
    "pyannote": (".json", ".txt", ".diarization.json"),
    "turn_lines": (".lab", ".txt", ".turns.txt"),
    "turn_table": (".turns.csv", ".diarization.csv"),
    "text": (".txt", ".text", ".md", ".docx"),
    "ass": (".ass", ".ssa"),
    "ttml": (".ttml", ".dfxp", ".itt", ".xml"),
    "omi": (".json",),
    "limitless": (".md", ".json"),
    "bee": (".json", ".md"),
    "granola": (".json",),
    "plaud": (".json",),
    "meetings": (".json",),
    "sbv": (".sbv",),
    "lrc": (".lrc",),
    "tsv": (".tsv", ".csv"),
    "podcast_json": (".json",),
    "podcast_html": (".html", ".htm"),
    "timed_html": (".html", ".htm", ".otr"),
    "ctm": (".ctm",),
    "stm": (".stm",),
    "youtube": (".json3", ".srv3", ".srv2", ".srv1"),
    "sami": (".smi", ".sami"),
    "line_captions": (".sub", ".mpl", ".stl"),
    "scc": (".scc",),
    "textgrid": (".textgrid",),
    "elan": (".eaf",),
    "exmaralda": (".exb",),
    "chat": (".cha",),
    "transcriber": (".trs",),
}
"""Each package of this folder that holds a format, with the suffixes of its files."""
HOLDING_MANY = ("omi", "limitless", "bee", "granola", "plaud", "meetings")
"""The formats whose files can hold many conversations."""
OF_TURNS = ("rttm", "pyannote", "turn_lines", "turn_table")
"""Those of speaker turns."""
SIGNS: Mapping[str, tuple[str, ...]] = {
    "omi": ('"transcript_segments"', '"structured"'),
    "limitless": ("#startMs=", '"lifelog', '"contents"', '"markdown"'),
    "bee": ('"transcriptions"', '"spoken_at"', '"realtime"', '"next_cursor"', "# Conversation "),
    "granola": ('"cache"', '"source"'),
    "plaud": ('"trans_result"', '"original_speaker"', '"data_file_list"'),
    "meetings": (
        '"sentences"',
        '"speaker_blocks"',
        '"recording_start_time"',
        '"matched_calendar_invitee_email"',
    ),
}
"""A text without any of these is not theirs, and they need not be asked. It saves 4 of the 13 ms
that finding the format of a long JSON file takes, and importing them."""
_WHISPER = re.compile(
    r'\s*\{(?:\s*"(?:text|task|language|duration|model)"\s*:\s*(?:"(?:[^"\\]++|\\.)*+"|[\d.]+)\s*,){0,5}+'
    r'\s*"segments"\s*:\s*\[\s*\{\s*"(?:id|seek|start|end|text)"'
)
"""The beginning of WhisperX's JSON and similar files. They are none of the formats with SIGNS, for
which it need not be searched: that was a sixth of the time of reading one with words."""


def find_possible(names: Collection[str], text: str) -> Collection[str]:
    """Return the formats whose sign a text has, and those without a sign."""
    if SIGNS.keys().isdisjoint(names):
        return names
    if _WHISPER.match(text):
        return [name for name in names if name not in SIGNS]
    return [name for name in names if name not in SIGNS or has_any(text, SIGNS[name])]
