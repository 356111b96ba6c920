"""HTML whose elements say when their text is spoken: interactive transcripts, and oTranscribe's.

    <p><span class="speaker">Nora: </span><span data-m="1230" data-d="300">Good </span><span
    data-m="1530" data-d="420">morning. </span></p>
        Hyperaudio, Trint: words, ms
    <span class="able-transcript-seekpoint" data-start="1.23" data-end="3.5">Good morning.</span>
        Able Player and other players: seconds, milliseconds or clocks, under the names of json_keys
    <p><a name="ts_1230_3500_S01">Nora: Good morning.</a></p>
        noScribe: ms
    {"text": "<p><span class=\\"timestamp\\" data-timestamp=\\"1.23\\">00:01</span>Good…"}
        oTranscribe's .otr: the text after a mark
    <turn startTime="1.2" endTime="3.4" speaker="Nora">Good morning.</turn>
        XML that nothing else reads, and HTML with such attributes
    <turn><start>1.2</start><speaker>Nora</speaker><text>Good morning.</text></turn>
        the same with an element for each field
    <div><span>0:01</span><span>Good morning.</span></div>
        pages without such elements: clocks that are alone in an element

A paragraph of words is one utterance, and so is any other element with a time. Speakers are
in an attribute (`data-speaker`), in an element whose class says so, or bold before a colon; the one
before continues.

    fields      elements for fields as attributes
    page        the elements of a page
    times       reads times from their attributes
    clocks      clocks as texts
    pieces      elements and what belongs to them
    columns     names of speakers beside clocks
    utterances  pieces as utterances
    read        the parser
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from ..base import SNIFF_WINDOW, Format
from .clocks import TIME
from .fields import write_attributes
from .read import parse

_SURE, _CLOCKS, _INLINE, _LONG_PAGE = 95, 60, 50, 10
"""Bids. Podcasting 2.0's HTML, which has clocks too, has a higher one of its own. Clocks with only
marks of letters beside them (`<u>Ann</u> [0:01]: Good morning.`) are lines of text, which bids
more. Of a long page the transcript may be in the middle."""
_XML = re.compile(r"\s*<(?:\?xml|tt\b|timedtext|transcript|sami)(?!.{0,500}<html)", re.I | re.S)
_TIMED_TEXT = re.compile(r"<(?:\w+:)?(?:tt|timedtext|transcript|sami)\b", re.IGNORECASE)
"""XML that other formats read."""
_XML_HEAD = 500
_PAGE = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_OTR = re.compile(r'\s*\{\s*"text"\s*:\s*"(?:[^"\\]|\\.){0,5000}?data-timestamp')
_TIMED = re.compile(
    r"""
    <(?!ol\s)[a-z][a-z0-9-]{0,40}\s(?:[^<>]{0,500}\s)?
    (?:(?:start|begin|time(?:stamp)?)[\w-]{0,5}|data-(?:m|t|ts|tc|seek\w*|[\w-]{0,30}(?:start|begin|time(?!zone|out)|stamp|seconds)[\w-]{0,30})|m)
    \s*=\s*["']?\d[\d:.,]*(?:m?s)?["'\s>]
    |<[a-z][^<>]{0,300}\s(?:data-)?(?:from|offset|in)\s*=\s*["']?\d[\d:.,]*(?:m?s)?["']?
    \s[^<>]{0,99}(?:to|out|dur)
    |<a\s[^<>]{0,200}name\s*=\s*["']?ts_\d+_\d+
    |<a\s[^<>]{0,200}href\s*=\s*["']?[^"'\s<>]{0,300}[\#?&]t=\d
    |<a\s[^<>]{0,200}href\s*=\s*["']?\#\d{1,2}:\d\d
    |<[a-z][^<>]{0,200}\sonclick\s*=\s*["'][^"'<>]{0,100}(?:seek|jump|play|skip|goto|time)\w{0,20}\(\s*[\d"']
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CLOCK = re.compile(
    rf">\s*(?:\[(?:{TIME})\]|[\[(]?(?:{TIME})(?:\s*(?:-->|–|-)\s*(?:{TIME}))?[\])]?\s*</)", re.ASCII
)
_BLOCK = re.compile(
    r"<(?:html|body|p|div|li|t[dhr]|d[dt]|h\d|section|article|main|blockquote|figure|pre)\b", re.I
)
_OWN_REPORT = '<meta name="generator" content="Transcript Bridge '
"""It has clocks, and says nothing that was not said in a transcript."""


def sniff(text: str) -> int:
    """The bid for the first sign that a text has."""
    if "<" not in text or _OWN_REPORT in text:
        return 0
    return next((bid for bid, has_sign in _SIGNS if has_sign(text)), 0)


def _has_fields(text: str) -> bool:
    return write_attributes(text) is not text


def _is_other_xml(text: str) -> bool:
    """Whether it is XML that other formats read, or without times."""
    if _XML.match(text) is None:
        return False
    return _TIMED_TEXT.search(text, 0, _XML_HEAD) is not None or not _has_times(text)


def _has_times(text: str) -> bool:
    return _has_two(_TIMED, text)


def _has_clocks(text: str) -> bool:
    return _has_two(_CLOCK, text)


def _has_clocks_in_blocks(text: str) -> bool:
    return _BLOCK.search(text) is not None and _has_clocks(text)


def _may_have_times_later(text: str) -> bool:
    return len(text) >= SNIFF_WINDOW and _PAGE.match(text) is not None


def _has_two(pattern: re.Pattern[str], text: str) -> bool:
    return len(list(islice(pattern.finditer(text), 2))) == 2


_SIGNS: tuple[tuple[int, Callable[[str], object]], ...] = (
    (_INLINE, _has_fields),
    (0, _is_other_xml),
    (_INLINE, _XML.match),
    (_SURE, _OTR.match),
    (_SURE, _has_times),
    (_CLOCKS, _has_clocks_in_blocks),
    (_INLINE, _has_clocks),
    (_LONG_PAGE, _may_have_times_later),
)

FORMAT = Format(
    name="timed_html",
    title="HTML with times (Hyperaudio, Able Player, noScribe, oTranscribe …)",
    suffixes=(".html", ".htm", ".otr"),
    sniff=sniff,
    parse=parse,
    names_in_text=True,
    rank=55,
    highest_bid=_SURE,
)
