"""Where the date of a recording comes from, in words."""

from __future__ import annotations

from ..dating.finder import Began
from ..dating.wording import describe_source


def describe_began(began: Began) -> str:
    """`2024-01-24 15:04 UTC, from the file's name (Europe/Berlin)`, if that zone was assumed."""
    if began.at is None:
        return "at an unknown time (the date of its upload is not used); --started-at sets it"
    moment = f"{began.at:%Y-%m-%d %H:%M %Z}, {describe_source(began.source)}"
    if began.zone and began.start_source == "stated":
        return f"{moment} ({began.zone})"
    return moment
