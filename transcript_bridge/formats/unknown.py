"""The error for a text that no format reads."""

from __future__ import annotations

import re

from ..errors import InputError, UnknownFormatError
from .base import Format

_LIKE_TIMES = re.compile(r"\d[^\n\d]{1,20}\d|^[^\w\n]*\d\S*[ \t]+\S", re.MULTILINE)
"""Two numbers in a line, as in `0:12`, or a line that begins with one."""
_WEB_PAGE = re.compile(r"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html)\b", re.I | re.S)
_NO_FILE_BUT_PAGE = (
    "this is a web page, which a browser saves instead of a file that needs a login; log in "
    "and download the transcript again"
)
_NO_TRANSCRIPTS = (
    (_WEB_PAGE, _NO_FILE_BUT_PAGE),
    (
        re.compile(r"\s*(?:;;.*\n)*\S+[ \t]+(?:\d|NA)(?:[ \t]+\d+(?:\.\d+)?){2}[ \t]*(?:\n|\Z)"),
        "this lists the scored parts of recordings (UEM), not who spoke or what was said; "
        "use the transcript or the turns beside it (STM, CTM, RTTM)",
    ),
)
"""How files begin that no format reads, and what to do."""
_CLOCK = re.compile(r"(?<!\d)\d{1,2}:[0-5]\d(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_LOOKED_AT = 200_000
"""Characters."""
_LEAST_WORDS = 50
_WORDS_PER_TIME = 100
"""So many words without a time are prose, or a transcript that has lost its times."""
_UNKNOWN = "no known transcript format fits this; export it as SRT, WebVTT or JSON"
_NO_TIMES = (
    "this has no times, so nothing says when each sentence was spoken; export it with "
    "times, as SRT, WebVTT or JSON"
)

_FEW_TIMES = (
    "this has {times} in {words:,} words, so nothing says when each sentence was spoken; export it "
    "with times, as SRT, WebVTT or JSON"
)


def explain_unknown(text: str, named: Format | None) -> InputError:
    """Make the error for a text in no known format: what it is instead, or what it lacks.

    named: the format of the file's suffix, whose own error is more precise.
    """
    for begins, message in _NO_TRANSCRIPTS:
        if begins.match(text):
            return UnknownFormatError(message)
    if named is not None:
        try:
            named.parse(text)
        except InputError as error:
            return error
    if _LIKE_TIMES.search(text) is None:
        return UnknownFormatError(_NO_TIMES)
    beginning = text[:_LOOKED_AT]
    words = len(_WORD.findall(beginning))
    times = len(_CLOCK.findall(beginning))
    if words >= max(_LEAST_WORDS, _WORDS_PER_TIME * times):
        found = {0: "no time", 1: "one time"}.get(times, f"only {times} times")
        return UnknownFormatError(_FEW_TIMES.format(words=words, times=found))
    return UnknownFormatError(_UNKNOWN, option="format")
