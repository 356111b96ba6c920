"""Lifelogs of the Limitless pendant: the Markdown of the app's export, and JSON of the API.

    2025-10-08_07h00m25s_Title.md
        # A title
        ## A summary
        > [1](#startMs=1759906825250&endMs=1759906826090): What was said.

    {data: {lifelogs: [{id, title, startTime, updatedAt, contents: [
      {type: "heading1" … "blockquote", content, startTime, endTime: ISO, startOffsetMs,
       endOffsetMs, speakerName, speakerIdentifier: "user"|null, children: []}]}]}}

Only the quotes are speech; Limitless made the headings of it. The first moment is time 0. In
Markdown, speaker 1 is the owner, as Omi's own importer of these files has it; in JSON,
speakerIdentifier says it. The app exports a ZIP file with a Markdown file for each lifelog. An
answer of the API holds many, and each is a part, `answer.json!ID`.
"""

from __future__ import annotations

from ..base import Format, Parts
from ..json_parts import JsonParts
from ..json_text import has_signs
from . import lifelog, markdown
from .lifelog import is_lifelog
from .read import parse

_SURE = 98
"""The bid."""
_BEGINNING = r"\s*(?:\{[^\[\]]{0,2000}?\"lifelogs\"\s*:\s*)?\["


def sniff(text: str) -> int:
    """Decide by a quote with its moments, or by the keys of a lifelog."""
    if markdown.QUOTE.search(text) or has_signs(text, *lifelog.SIGNS):
        return _SURE
    return 0


def holds_many(text: str) -> bool:
    """Whether it begins with a list of lifelogs, be it of one."""
    return _parts.begins(text) and sniff(text) > 0


_parts = JsonParts(_BEGINNING, is_lifelog)

FORMAT = Format(
    name="limitless",
    title="Limitless lifelogs (Markdown, JSON)",
    suffixes=(".md", ".json"),
    sniff=sniff,
    parse=parse,
    parts=Parts(holds_many, _parts.find),
    rank=70,  # of its Markdown, as of other notes; its JSON is called like that of recognizers
)
