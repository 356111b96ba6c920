"""YouTube's own captions, as yt-dlp and other programs download them.

    {"events": [{"tStartMs": 80, "dDurationMs": 4400, "segs": [{"utf8": "hey"}, {"utf8": " there",
    "tOffsetMs": 320}]}, {"tStartMs": 2310, "aAppend": 1, "segs": [{"utf8": "\\n"}]}]}
        json3: ms. `aAppend` with a line break rolls the captions up
    {…: {"transcriptSegmentRenderer": {"startMs": "80", "endMs": "4400", "snippet": {"runs":
    [{"text": "hey there"}]}}}}
        the panel beside a video (get_transcript); youtubei.js has `start_ms`, `end_ms`
    <timedtext format="3"><body><p t="80" d="4400"><s>hey</s><s t="320"> there</s></p>
        srv3: ms, the same in XML
    <timedtext><text t="80" d="4400">hey there</text>
        srv2: ms
    <transcript><text start="0.08" dur="4.4">hey there</text>
        srv1: seconds; text is escaped twice

Automatic captions have the times of words, and stay on the screen while the next ones come: they
end where the next begin. Lists of youtube-transcript-api are read by whisper_json.
"""

from __future__ import annotations

import re

from ..base import Format
from ..json_text import has_signs
from .read import parse

_SURE = 98
_XML_ROOT = re.compile(r"<timedtext\b|<transcript>\s*<text\s[^>]*\bstart=")
_MAX_PROLOG = 4000
"""Characters in which the root element begins."""
_JSON_SIGNS = tuple(map(re.compile, ('"events"', '"segs"', '"utf8"', '"tStartMs"')))
_PANEL_SIGNS = tuple(
    map(re.compile, ('"snippet"', '"runs"', r'"TranscriptSegment"|"transcriptSegmentRenderer"'))
)
_MAGIC = re.compile(r'\s*\{\s*"wireMagic"\s*:\s*"pb3"')
"""How json3 begins, with captions or without."""


def sniff(text: str) -> int:
    """The keys of json3 or of the panel, or the root element."""
    is_json = _MAGIC.match(text) or has_signs(text, _JSON_SIGNS, _PANEL_SIGNS)
    if is_json or _XML_ROOT.search(text[:_MAX_PROLOG]):
        return _SURE
    return 0


FORMAT = Format(
    name="youtube",
    title="YouTube's captions (json3, srv1 to srv3)",
    suffixes=(".json3", ".srv3", ".srv2", ".srv1"),
    sniff=sniff,
    parse=parse,
    names_in_text=True,
    rank=15,
    highest_bid=_SURE,
    owns_suffixes=True,
)
