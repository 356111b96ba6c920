"""Captions within JSON: a document of SRT or WebVTT as one of its texts.

    Wistia (captions of a video)        [{"language": "eng", "text": "1\\n00:00:01,200 --> …"}]
    Cloudflare Workers AI, other APIs   {"text": "…", "vtt": "WEBVTT\\n\\n00:01.200 --> …"}
    servers that take `response_format=srt`     {"text": "1\\n00:00:01,200 --> …"}

The same captions are often there as SRT and as WebVTT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from operator import attrgetter
from typing import Any, NamedTuple

from ..errors import MalformedError
from ..language_codes import TAG_OF_CODE, tag_of
from ..problems import Problem, shorten
from .json_text import as_list, as_object, as_text, load_json, replace_surrogates

_ARROW = "-->"
_TIME_LINE = re.compile(r"^[ \t]*\d[\d:]*[.,]?(\d*)[ \t]*-->[ \t]*\d[\d:]*[.,]?(\d*)", re.MULTILINE)
"""A time line, and the fractions in it, which SRT and WebVTT write alike."""
_WEBVTT = "WEBVTT"
_LANGUAGE_KEYS = ("language", "language_code", "languageCode", "lang", "locale")
_TAGS = frozenset(TAG_OF_CODE.values())
_LONGEST_KEY = 30
_DEEPEST = 20
"""Levels of a document that are searched."""


class Captions(NamedTuple):
    """A text of a document that is captions."""

    text: str
    key: str
    language: str | None
    format: str
    times: tuple[tuple[str, str], ...]
    """The fractions of all times: they tell captions of one recording from those of another."""


class Found(NamedTuple):
    """The captions to read, and what is said of the document."""

    text: str
    format: str
    """`srt` or `vtt`"""
    language: str | None
    problem: Problem


def find_captions(text: str) -> Found | None:
    """The captions of a document; None for any other text.

    Of the same captions as SRT and as WebVTT the latter are taken; of several languages the first.
    Raises MalformedError for captions of several recordings.
    """
    if _ARROW not in text:
        return None
    found: list[Captions] = []
    with suppress(MalformedError):
        found.extend(_search(load_json(text), {}, "", _DEEPEST))
    if not found:
        return None
    first = found[0]
    forms = [one for one in found if one.language == first.language]
    if any(one.times != first.times for one in forms):
        keys = ", ".join(dict.fromkeys(one.key for one in forms))
        raise MalformedError(
            f"this JSON has several texts with captions (in {keys}); keep one of them per file"
        )
    chosen = max(forms, key=attrgetter("format"))  # `vtt` is behind `srt`
    return Found(chosen.text, chosen.format, chosen.language, _describe(chosen, found))


def _describe(chosen: Captions, found: list[Captions]) -> Problem:
    message = f"the captions are a text of this JSON (in {chosen.key}), whose lines are counted"
    left_out = [f"{one.key} ({one.language})" for one in found if one is not chosen]
    if left_out:
        message += f"; the same in another form or language was left out: {', '.join(left_out)}"
    return Problem("captions-in-json", message)


def _search(value: Any, around: dict[str, Any], key: str, depth: int) -> Iterator[Captions]:
    """The captions in a value. around: the object that has it under `key`."""
    times = tuple(_TIME_LINE.findall(as_text(value)))
    if times:
        text = replace_surrogates(value).replace("\r\n", "\n").lstrip("\ufeff")
        format = "vtt" if text.startswith(_WEBVTT) else "srt"
        yield Captions(text, shorten(key, _LONGEST_KEY), _find_language(around, key), format, times)
    if not depth:
        return
    for inner_key, inner in as_object(value).items():
        yield from _search(inner, value, inner_key, depth - 1)
    for inner in as_list(value):
        yield from _search(inner, around, key, depth - 1)


def _find_language(fields: dict[str, Any], key: str) -> str | None:
    """The language that an object names beside its captions, or as their key: `{"de": "1…"}`."""
    if key in _TAGS:
        return key
    tags = [tag_of(as_text(fields.get(name))) for name in _LANGUAGE_KEYS]
    return next(filter(None, tags), None)
