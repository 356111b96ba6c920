"""Formats: from text to Transcript, and for some of them back.

base          `Format`, and how to write one
built_in      the table of the formats of this package, without importing them
registry      all formats, and the detection of the format of a text
decode        bytes to text
cues          the common parts of SRT, WebVTT and plain text
turns         the common parts of formats of speaker turns
json_text     JSON documents and JSON Lines
json_captions SRT or WebVTT as a text of a JSON document
json_parts    the conversations in a long JSON list
recognizer_tokens  tokens of recognizers in texts: `<|en|>`, `[BLANK_AUDIO]`
tiers         tiers of annotations in programs of linguists
speech        files with texts that are not speech: pictures, chapters, measurements
json_keys     the roles of keys in timed JSON

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
