"""Moments and durations, worded for people. Moments are shown in the time zone of the computer."""

from __future__ import annotations

from datetime import UTC, datetime

_DAYS_NAMED_BY_WEEKDAY = 7


def render_clock(moment: datetime, now: datetime) -> str:
    """`14:32`, `Friday 14:32`, `3 May 14:32`: as much as `now` leaves open."""
    here = moment.astimezone()
    days = (here.date() - now.astimezone().date()).days
    if days == 0:
        return f"{here:%H:%M}"
    if days < _DAYS_NAMED_BY_WEEKDAY:
        return f"{here:%A} {here:%H:%M}"
    return f"{here.day} {here:%B} {here:%H:%M}"


def to_iso(moment: datetime | None) -> str | None:
    """ISO 8601, for JSON; None stays None."""
    if moment is None:
        return None
    return moment.isoformat()


def seconds_to_iso(seconds: float | None) -> str | None:
    """ISO 8601 in UTC, of seconds since 1970; None stays None."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat()
