"""Where the date of a recording comes from, in words."""

from __future__ import annotations

from ..dating.finder import Began
from ..dating.wording import describe_source

_NAMES = {
    "option": "you",
    "header": "the transcript",
    "name": "its name",
    "sidecar": "JSON beside it",
    "media": "the media file",
    "folder": "its folder",
    "file": "the file's time",
}


def name_source(source: str) -> str:
    """`its name`, for a column with the title "date from"."""
    return ", ".join(_NAMES.get(one, one) for one in source.split(" and "))


def describe_began(began: Began) -> str:
    """`2024-01-24 15:04 UTC, from the file's name (Europe/Berlin)`, if that zone was assumed."""
    if began.at is None:
        return "at an unknown time: when it was uploaded is another date; --started-at sets it"
    moment = f"{began.at:%Y-%m-%d %H:%M %Z}, {describe_source(began.source)}"
    if began.zone and began.start_source == "stated":
        return f"{moment} ({began.zone})"
    return moment
