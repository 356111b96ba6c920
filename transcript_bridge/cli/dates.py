"""Where the date of a recording comes from, in words."""

from __future__ import annotations

from ..dating.finder import Began

_NAMES = {
    "option": "you",
    "header": "the transcript",
    "name": "its name",
    "sidecar": "JSON beside it",
    "media": "the media file",
    "folder": "its folder",
    "file": "the file's time",
}
_SOURCES = {
    "option": "set by you",
    "header": "stated in the transcript",
    "name": "from the file's name",
    "sidecar": "from the JSON beside it",
    "media": "from the media file",
    "folder": "from the folder's name",
    "file": "guessed from the file's time",
}


def describe_source(source: str) -> str:
    """`from the file's name`; `from the file's name and from the media file` for two."""
    return " and ".join(_SOURCES.get(one, one) for one in source.split(" and "))


def name_source(source: str) -> str:
    """`its name`, for a column with the title "date from"."""
    return ", ".join(_NAMES.get(one, one) for one in source.split(" and "))


def describe_began(began: Began) -> str:
    """`2024-01-24 15:04 UTC, from the file's name (Europe/Berlin)`, if that zone was assumed."""
    moment = f"{began.at:%Y-%m-%d %H:%M %Z}, {describe_source(began.source)}"
    if began.zone and began.start_source == "stated":
        return f"{moment} ({began.zone})"
    return moment
