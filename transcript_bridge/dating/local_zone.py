"""The computer's own time zone, by name: what times without an offset are in if nobody says more.

Only entrances call this (the command line, `read` and `load`): a name can be shown, stored and
compared, and means the same on another machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from ..errors import SettingsError


def find_local_zone(environ: Mapping[str, str]) -> str:
    """The IANA name of the computer's zone: by TZ, else by the system's configuration, else UTC.

    Raises SettingsError if it has no such name.
    """
    stated = environ.get("TZ")
    if stated is not None:
        return _check(stated.removeprefix(":") or "UTC", "$TZ")
    import tzlocal  # here, for it is rarely needed and takes a while to import

    try:
        name = tzlocal.get_localzone_name()
    except LookupError:  # two configurations that contradict each other
        name = "in several places"
    return _check(name or "UTC", "the system's time zone")


def _check(name: str, place: str) -> str:
    try:
        ZoneInfo(name)
    except Exception:  # zoneinfo raises exceptions of several types for a bad name
        raise SettingsError(
            f"{place} is {name!r}, which is not a zone such as Europe/Berlin; set --timezone"
        ) from None
    return name
