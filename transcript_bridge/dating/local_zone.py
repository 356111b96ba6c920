"""The name of the computer's own time zone, for times without an offset if no setting has a zone.

Only entry points call this (the command line, `read` and `load`). A name can be shown, stored and
compared, and means the same on another machine.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..errors import SettingsError


def find_local_zone(environ: Mapping[str, str]) -> str:
    """The IANA name of the computer's zone: from TZ, else from the system's configuration, else
    UTC.

    Raises SettingsError if it has no such name.
    """
    stated = environ.get("TZ")
    if stated is not None:
        return _check(stated.removeprefix(":") or "UTC", "$TZ")
    linked = _read_link()
    if linked is not None:
        return linked
    import tzlocal  # rarely needed on Linux and macOS, and takes 5 ms to import

    try:
        name = tzlocal.get_localzone_name()
    except LookupError:  # two configurations that contradict each other
        name = "in several places"
    return _check(name or "UTC", "the system's time zone")


def _read_link() -> str | None:
    """The target of the link `/etc/localtime`, on Linux and macOS."""
    try:
        target = os.readlink("/etc/localtime")  # noqa: PTH115  # a text is needed
    except OSError:
        return None
    _, folder, name = target.partition("/zoneinfo/")
    if not folder or not os.path.exists("/etc/localtime"):  # noqa: PTH110
        return None
    if name in ("Etc/UTC", "Etc/GMT"):
        return name.removeprefix("Etc/")
    return name


def _check(name: str, place: str) -> str:
    if name == "UTC":
        return name
    from zoneinfo import ZoneInfo  # takes 7 ms to import

    try:
        ZoneInfo(name)
    except Exception:  # zoneinfo raises exceptions of several types for a bad name
        raise SettingsError(
            f"{place} is {name!r}, which is not a zone such as Europe/Berlin; set --timezone"
        ) from None
    return name
