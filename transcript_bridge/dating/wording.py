"""Where the date of a recording comes from, in words."""

from __future__ import annotations

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
