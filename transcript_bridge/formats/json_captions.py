"""Finds captions within JSON: a document of SRT or WebVTT, or text with times, as one of its texts.

    Wistia (captions of a video)        [{"language": "eng", "text": "1\\n00:00:01,200 --> …"}]
    Cloudflare Workers AI, other APIs   {"text": "…", "vtt": "WEBVTT\\n\\n00:01.200 --> …"}
    servers that take `response_format=srt`     {"text": "1\\n00:00:01,200 --> …"}
    Vocode (calls), servers for YouTube's captions
                                        {"transcript": "[00:00.17] BOT: Hey\\n[00:10.32] HUMAN: …"}

The same captions are often there as SRT and as WebVTT.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from operator import attrgetter
from typing import Any, NamedTuple

from ..errors import MalformedError
from ..language_codes import TAG_OF_CODE, tag_of
from ..problems import Problem, shorten
from .base import SNIFF_WINDOW
from .json_text import as_list, as_object, as_text, load_json, replace_surrogates

_LINE_BREAK = "\\n"
"""A line break as JSON writes it; a text without one does not have captions."""
_TIME_LINE = re.compile(r"^[ \t]*\d[\d:]*[.,]?(\d*)[ \t]*-->[ \t]*\d[\d:]*[.,]?(\d*)", re.MULTILINE)
"""A time line with its fractions, in the form of SRT or WebVTT."""
_CLOCK = re.compile(r"^[^\n\d]{0,40}(\d{1,2}:[0-5]\d)((?::[0-5]\d)?(?:[.,]\d{1,3})?)", re.MULTILINE)
"""The first time of a line, near its beginning."""
_FEWEST_CLOCKS = 2
_LEAST_BID = 50
"""Of the format `text`, for what may be chapters or a summary."""
_WEBVTT = "WEBVTT"
_LANGUAGE_KEYS = ("language", "language_code", "languageCode", "lang", "locale")
_TAGS = frozenset(TAG_OF_CODE.values())
_FORMATS = {_TIME_LINE: "srt", _CLOCK: "text"}
_LONGEST_KEY = 30
_DEEPEST = 20
"""Levels of a document that are searched."""


class Captions(NamedTuple):
    """A text of a document that has captions."""

    text: str
    key: str
    language: str | None
    format: str
    times: tuple[tuple[str, str], ...]
    """Of captions the fractions: they tell those of one recording from those of another."""


class FoundCaptions(NamedTuple):
    """The captions to read, and the facts about the document."""

    text: str
    format: str
    """`srt`, `text` or `vtt`"""
    language: str | None
    problem: Problem


def find_captions(text: str, sniff_text: Callable[[str], int]) -> FoundCaptions | None:
    """Find the captions of a document, else its text with times; None for any other text.

    sniff_text: how sure the format `text` is of a text.

    If the same captions are there as SRT and WebVTT, WebVTT is used; of several languages, the
    first. Raises MalformedError for captions of several recordings.
    """
    if _LINE_BREAK not in text:
        return None
    found: list[Captions] = []
    with suppress(MalformedError):
        document = load_json(text)
        found.extend(_search(document, {}, "", _TIME_LINE))
        if not found:
            timed = _search(document, {}, "", _CLOCK)
            found.extend(captions for captions in timed if _is_speech(captions, sniff_text))
    if not found:
        return None
    first = found[0]
    forms = [captions for captions in found if captions.language == first.language]
    if any(captions.times != first.times for captions in forms):
        keys = ", ".join(dict.fromkeys(captions.key for captions in forms))
        raise MalformedError(
            f"this JSON has several texts with captions (in {keys}); keep one of them per file"
        )
    chosen = max(forms, key=attrgetter("format"))  # `vtt` sorts after `srt`
    return FoundCaptions(chosen.text, chosen.format, chosen.language, _describe(chosen, found))


def _is_speech(captions: Captions, sniff_text: Callable[[str], int]) -> bool:
    """Whether text with times is a transcript."""
    is_long_enough = len(captions.times) >= _FEWEST_CLOCKS
    return is_long_enough and sniff_text(captions.text[:SNIFF_WINDOW]) >= _LEAST_BID


def _describe(chosen: Captions, found: list[Captions]) -> Problem:
    message = f"the transcript is a text of this JSON (in {chosen.key}), whose lines are counted"
    left_out = [
        f"{captions.key} ({captions.language})" for captions in found if captions is not chosen
    ]
    if left_out:
        message += f"; the same in another form or language was left out: {', '.join(left_out)}"
    return Problem("captions-in-json", message)


def _search(
    value: Any, around: dict[str, Any], key: str, time: re.Pattern[str], depth: int = _DEEPEST
) -> Iterator[Captions]:
    """The texts of a value that have times. around: the object that has it under `key`."""
    times = tuple(time.findall(as_text(value)))
    if times:
        text = replace_surrogates(value).replace("\r\n", "\n").lstrip("\ufeff")
        format = "vtt" if text.startswith(_WEBVTT) else _FORMATS[time]
        yield Captions(text, shorten(key, _LONGEST_KEY), _find_language(around, key), format, times)
    if not depth:
        return
    for inner_key, inner in as_object(value).items():
        yield from _search(inner, value, inner_key, time, depth - 1)
    for inner in as_list(value):
        yield from _search(inner, around, key, time, depth - 1)


def _find_language(fields: dict[str, Any], key: str) -> str | None:
    """Find the language that an object names beside its captions, or as their key: `{"de":
    "1…"}`."""
    if key in _TAGS:
        return key
    tags = [tag_of(as_text(fields.get(name))) for name in _LANGUAGE_KEYS]
    return next(filter(None, tags), None)
