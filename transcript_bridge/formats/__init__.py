"""Formats: from text to Transcript, and for some of them back.

base          `Format`, and how to write one
built_in      the formats of this package, known without importing them
registry      the formats that are known; which of them a text is written in
decode        bytes to text
cues          what SRT, WebVTT and plain text have in common
turns         what formats of speaker turns have in common
json_text     JSON documents and JSON Lines
json_captions SRT or WebVTT as a text of a JSON document
json_parts    the conversations in a long JSON list
recognizer_tokens  what recognizers leave in texts: `<|en|>`, `[BLANK_AUDIO]`
tiers         tiers of annotations, of linguists' programs
speech        files with texts that are not speech: pictures, chapters, measurements
json_keys     what the keys of timed JSON mean

Each other package here is one format: `__init__` has its description, its `FORMAT` and `sniff`,
`read.py` its `parse`, `write.py` its `render`. Formats do not import each other.
"""

from ..on_demand import on_demand
from .base import SNIFF_WINDOW, BinaryReader, Format, LineLimits, Part, Parts
from .registry import (
    ENTRY_POINT_GROUP,
    all_formats,
    detect,
    detect_turns,
    find_parts,
    get,
    is_owned,
    may_hold_many,
    rank,
    register,
    registered,
    turn_suffixes,
    with_suffix_of,
)

find_captions = on_demand(__name__, "json_captions", "find_captions")
"""Only for JSON without timed texts of its own."""

__all__ = [
    "ENTRY_POINT_GROUP",
    "SNIFF_WINDOW",
    "BinaryReader",
    "Format",
    "LineLimits",
    "Part",
    "Parts",
    "all_formats",
    "detect",
    "detect_turns",
    "find_captions",
    "find_parts",
    "get",
    "is_owned",
    "may_hold_many",
    "rank",
    "register",
    "registered",
    "turn_suffixes",
    "with_suffix_of",
]
