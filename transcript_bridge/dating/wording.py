"""The words of messages for the source of a recording's date."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from .finder import Began


class _Words(NamedTuple):
    """The words for a source in a column of sources, and in a sentence."""

    name: str
    origin: str


_SOURCES = {
    "option": _Words("you", "set by you"),
    "header": _Words("the transcript", "stated in the transcript"),
    "name": _Words("its name", "from the file's name"),
    "sidecar": _Words("JSON beside it", "from the JSON beside it"),
    "media": _Words("the media file", "from the media file"),
    "folder": _Words("its folder", "from the folder's name"),
    "made": _Words("the file's date", "guessed from when the file says it was made"),
    "file": _Words("the file's time", "guessed from the file's time"),
    "now": _Words("the present time", "guessed from the present time"),
}


def show_moment(at: datetime, zone: str) -> str:
    """`2024-01-24 15:04 CET`: always in the given zone, also if the date was stated in another.

    zone: IANA name, that of `--timezone` or the computer's.
    """
    shown = at
    if zone == "UTC":
        shown = at.astimezone(UTC)
    else:
        from zoneinfo import ZoneInfo  # takes 7 ms to import

        with suppress(OverflowError):  # 0001-01-01 in a zone west of Greenwich
            shown = at.astimezone(ZoneInfo(zone))
    return f"{shown:%Y-%m-%d %H:%M %Z}"


def describe_began(began: Began, zone: str) -> str:
    """`2024-01-24 15:04 CET, from the file's name (Europe/Berlin)`, if that zone was assumed."""
    if began.at is None:
        return "at an unknown time (the date of its upload is not used); --started-at sets it"
    moment = f"{show_moment(began.at, zone)}, {describe_source(began.source)}"
    if began.zone and began.start_source == "stated":
        return f"{moment} ({began.zone})"
    return moment


def name_source(source: str) -> str:
    """`its name`, for a column with the title "date from"; `its name, its folder` for two."""
    return ", ".join(words.name for words in _find_words(source))


def describe_source(source: str) -> str:
    """`from the file's name`; `from the file's name and from the media file` for two."""
    return " and ".join(words.origin for words in _find_words(source))


def _find_words(source: str) -> list[_Words]:
    return [_SOURCES.get(name, _Words(name, name)) for name in source.split(" and ")]
