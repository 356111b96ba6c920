"""The date of a recording and its source, in words."""

from __future__ import annotations

from ..dating.finder import Began
from ..dating.wording import describe_source, show_moment


def describe_began(began: Began, zone: str) -> str:
    """`2024-01-24 15:04 CET, from the file's name (Europe/Berlin)`, if that zone was assumed."""
    if began.at is None:
        return "at an unknown time (the date of its upload is not used); --started-at sets it"
    moment = f"{show_moment(began.at, zone)}, {describe_source(began.source)}"
    if began.zone and began.start_source == "stated":
        return f"{moment} ({began.zone})"
    return moment
