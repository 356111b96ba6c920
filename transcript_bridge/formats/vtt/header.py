"""The header of WebVTT: the signature, and the metadata that say something of the text."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..cues.cue import FindingLog, quote
from ..cues.lines import EDGES, number_matches
from ..speech import refuse_track

SIGNATURE = "WEBVTT"
_KIND = re.compile(r"[\s]kind[ \t]*:[ \t]*([a-z]+)", re.IGNORECASE)
_UNSPOKEN = {
    "metadata": "data for programs (metadata)",
    "chapters": "chapters",
    "thumbnails": "pictures of a preview (thumbnails)",
    "storyboard": "pictures of a preview (thumbnails)",
}
"""Kinds of tracks that are not for people who listen (HTML, section 4.8.11.11), and what they
hold. `subtitles`, `captions` and `descriptions` are."""
_LANGUAGE = re.compile(
    r"^(?:NOTE[ \t]+)?lang(?:uage)?[ \t]*:[ \t]*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_TIMESTAMP_MAP = re.compile(r"^X-TIMESTAMP-MAP[^\n]*[1-9]", re.MULTILINE)
_METADATA_LINES = re.compile(
    r"(?:(?:kind|lang(?:uage)?)[ \t]*:.*|X-TIMESTAMP-MAP=.*|region:[ \t]*\w+=.*|\n)++",
    re.IGNORECASE,
)
_METADATA = r"(?:kind|lang(?:uage)?)[ \t]*:[^\n]*|X-TIMESTAMP-MAP=[^\n]*"
_HEADER = re.compile(
    rf"[{EDGES}]*+{SIGNATURE}[^\n]*+(?:\n(?!\n|[^\n]*-->)[^\n]*+)*+"
    # Below an empty line: a second signature, as whisper-timestamped writes it
    # (fixtures/vtt/whisper-timestamped.vtt), and metadata (fixtures/vtt/metadata-below.vtt).
    rf"(?:(?:\n[ \t]*)+\n(?:{SIGNATURE}(?:[ \t][^\n]*)?|{_METADATA})(?:\n(?:{_METADATA}))*+"
    r"(?=\n[ \t]*(?:\n|$)|$))*+",
    re.IGNORECASE,
)
"""Up to the first cue, comment or text below an empty line."""
_QUOTED = 20
"""Characters of an odd beginning that are quoted."""


class VttHeader(NamedTuple):
    """The header block; where its last line break is, and the 1-based line of that."""

    text: str
    """Empty if there is no signature."""
    end: int
    line: int


def find_header(text: str, log: FindingLog) -> VttHeader:
    """The header of `text`."""
    found = _HEADER.match(text)
    if found is None:
        log.add(
            "bad-signature", "'WEBVTT' is missing at the beginning; the file was read without it", 1
        )
        return VttHeader("", 0, 1)
    if not has_signature(text):
        message = f"the file begins with {quote(text[:_QUOTED])!r} instead of 'WEBVTT'"
        log.add("bad-signature", message, 1)
    return VttHeader(found[0], found.end(), found[0].count("\n") + 1)


def has_signature(text: str) -> bool:
    """Whether `text` begins as the standard says."""
    return text.startswith(SIGNATURE) and text[6:7] in ("", " ", "\t", "\n")


def refuse_unspoken(header: str) -> None:
    """Raise NoSpeechError if the header says that the track is not speech: `Kind: metadata`."""
    found = _KIND.search(header)
    if found is None:
        return
    kind = found[1].lower()
    if kind in _UNSPOKEN:
        reason = f"its header says 'Kind: {kind}'; if it is speech, remove that line"
        raise refuse_track(_UNSPOKEN[kind], reason)


def read_header(header: str, log: FindingLog) -> None:
    """`Language: en` and `X-TIMESTAMP-MAP=…` (HLS, RFC 8216 section 3.5)."""
    read_language(header, log)
    for number, _ in number_matches(_TIMESTAMP_MAP, header):
        message = "X-TIMESTAMP-MAP, which shifts the times of a stream, was ignored"
        log.add("timestamp-map", message, number)


def is_metadata(text: str) -> bool:
    """Whether lines say something of the track, as in a header: `Kind: captions`."""
    return _METADATA_LINES.fullmatch(text) is not None


def read_language(text: str, log: FindingLog) -> None:
    """Take the language from the first line that names it, if none was found before."""
    found = _LANGUAGE.search(text)
    if found and log.language is None:
        log.language = found[1]
