"""The files beside a transcript that help to date it.

    talk.info.json  talk.meta.json  talk.json       a sidecar: JSON with a date in it
    talk.mp4  talk_1920x1080.mp4                    the recording itself

`talk.en.vtt` and `talk.wav.srt` share the companions of `talk`. This module works on names and
plain data; opening.py and archive/ look into folders and containers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from .media import MediaTime

_MEDIA = (
    "mp4 m4a m4v mov qt 3gp 3g2 m4b mp3 wav wave w64 flac ogg oga opus aac amr wma wmv avi mkv webm"
    " mka mpg mpeg ts mts m2ts aif aiff caf flv dss ds2"
)
MEDIA = frozenset(f".{name}" for name in _MEDIA.split())
SIDECARS = (".info.json", ".meta.json", ".metadata.json")
MARKS = (".transcript", ".captions", ".cc")
"""The parts that Zoom puts before the suffix, the better ones first: its `.cc.vtt` has no names."""
_LANGUAGE = re.compile(r"\.[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")
_FRAME = re.compile(r"_(?:[a-z]{2,8}_)?\d{3,4}x\d{3,4}$")


class Companions(NamedTuple):
    """Facts about a file apart from its content, read when it is opened. Plain data."""

    parts: tuple[str, ...] = ()
    """The folders from the root on, and the file's name; if empty, the path is used."""
    sidecar: bytes | None = None
    """The content of the JSON file beside it."""
    media: MediaTime | None = None
    """The date in the media file beside it."""
    media_name: str = ""
    media_modified: datetime | None = None
    """When the media file was last written, with an offset."""
    modified: datetime | None = None
    """When the transcript was last written. Without an offset if only the local time is known."""
    piped_at: datetime | None = None
    """When it was read from a pipe or standard input, with an offset."""


def find_companions(name: str, names: Iterable[str]) -> tuple[str | None, str | None]:
    """The names of a transcript's sidecar and media file. names: those of the files in its
    folder."""
    own_stem = recording_stem(name)
    sidecars: dict[str, str] = {}
    other_json: dict[str, str] = {}
    media: dict[str, str] = {}
    for other in sorted(names):
        suffix = suffix_of(other)
        if suffix in MEDIA:
            for stem in media_stems(other):
                media.setdefault(stem, other)
        elif suffix == ".json" and other != name:
            described = sidecar_stem(other)
            if described is None:
                other_json.setdefault(recording_stem(other), other)
            else:
                sidecars.setdefault(described, other)
    stems = shared_stems(own_stem)
    sidecar = _first(stems, sidecars) or other_json.get(own_stem)
    return sidecar, _first(stems, media)


def _first(stems: Iterable[str], names: dict[str, str]) -> str | None:
    for stem in stems:
        if stem in names:
            return names[stem]
    return None


def recording_stem(name: str) -> str:
    """`GMT20240124-202901_Recording` of `GMT20240124-202901_Recording.transcript.vtt`."""
    stem = stem_of(name)
    mark = find_ending(stem, MARKS)
    return stem[: len(stem) - len(mark)]


def shared_stems(stem: str) -> tuple[str, ...]:
    """The stems under which companions of a recording may be, the most specific first."""
    return stem, _LANGUAGE.sub("", stem), stem.partition(".")[0]


def media_stems(name: str) -> tuple[str, ...]:
    """The stems of recordings that a media file may belong to."""
    return _FRAME.sub("", stem_of(name)), name


def sidecar_stem(name: str) -> str | None:
    """The stem of the recording that a sidecar belongs to; None if it is not named like a
    sidecar."""
    ending = find_ending(name, SIDECARS)
    if not ending:
        return None
    return name[: -len(ending)]


def find_ending(name: str, endings: tuple[str, ...]) -> str:
    """The first of the endings, in lower case, that a name has; empty if there is none, or the
    ending is the whole name."""
    lower = name.lower()
    if not lower.endswith(endings):  # the usual case
        return ""
    for ending in endings:
        if lower.endswith(ending) and len(name) > len(ending):
            return ending
    return ""


def stem_of(name: str) -> str:
    """The name without its last suffix."""
    return name.rpartition(".")[0] or name


def suffix_of(name: str) -> str:
    """The suffix in lower case, with its dot; empty for a name without a suffix."""
    stem, _, suffix = name.rpartition(".")
    if not stem:
        return ""
    return f".{suffix.lower()}"
