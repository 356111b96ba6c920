"""Segments of a stream (HLS), joined to one file: headers between the cues, and cues twice.

A cue is in every segment that it touches (RFC 8216, section 3.5): fixtures/vtt/hls-segments.vtt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..cues.cue import Cue, FindingLog
from ..cues.lines import blank_out
from .header import SIGNATURE

# Below an empty line, or directly below a text if the map of a stream follows, which no text has.
_INNER_HEADER = re.compile(
    rf"(?:(?<=\n\n){SIGNATURE}(?:[ \t][^\n]*)?(?=\n|$)"
    rf"|(?<=\n){SIGNATURE}[^\n]*(?=\nX-TIMESTAMP-MAP))"
    r"(?:\n(?:X-TIMESTAMP-MAP=|Kind:|Language:)[^\n]*)*+"
)


def remove_inner_headers(text: str, start: int) -> tuple[str, bool]:
    """`text` with empty lines in place of the headers after `start`, and whether there are any."""
    if text.find(f"\n{SIGNATURE}", start) < 0:
        return text, False
    body = _INNER_HEADER.sub(blank_out, text[start:])
    is_joined = len(body) < len(text) - start
    return text[:start] + body, is_joined


def drop_segment_repeats(cues: Iterable[Cue], log: FindingLog) -> Iterator[Cue]:
    """Leave out each cue that is the same as the one before: identifier, times and text."""
    last: Cue | None = None
    for cue in cues:
        if last is not None and cue == last._replace(line=cue.line):
            log.count("segment-repeat", cue.line, cues=1)
            continue
        last = cue
        yield cue
