"""Moments and durations, worded for people. Moments are shown in the time zone of the computer."""

from __future__ import annotations

from datetime import datetime, timedelta

from .output import plural

_DAYS_NAMED_BY_WEEKDAY = 7
_SHOWN_IN_SECONDS = 120
_SHOWN_IN_MINUTES = 5400
_MINUTES = 60
"""In an hour."""


def render_clock(moment: datetime, now: datetime) -> str:
    """`14:32`, `Friday 14:32`, `3 May 14:32`: as much as `now` leaves open."""
    here = moment.astimezone()
    days = (here.date() - now.astimezone().date()).days
    if days == 0:
        return f"{here:%H:%M}"
    if days < _DAYS_NAMED_BY_WEEKDAY:
        return f"{here:%A} {here:%H:%M}"
    return f"{here.day} {here:%B} {here:%H:%M}"


def render_wait(seconds: float) -> str:
    """`40 s`, `51 min`, `3.2 h`."""
    if seconds < _SHOWN_IN_SECONDS:
        return f"{seconds:.0f} s"
    if seconds < _SHOWN_IN_MINUTES:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def render_days(needed: timedelta) -> str:
    """`less than a minute`, `20 minutes`, `8 hours`, `2 days 3 hours`."""
    minutes = round(needed.total_seconds() / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < _MINUTES:
        return plural(minutes, "minute")
    hours = round(minutes / _MINUTES)
    days, hours_left = divmod(hours, 24)
    parts = []
    if days:
        parts.append(plural(days, "day"))
    if hours_left:
        parts.append(plural(hours_left, "hour"))
    return " ".join(parts)


def render_length(length: timedelta) -> str:
    """`40 seconds`, `12 minutes`, `3.4 hours`."""
    seconds = length.total_seconds()
    minutes = seconds / 60
    if seconds < _SHOWN_IN_SECONDS:
        return plural(round(seconds), "second")
    if minutes < 60:
        return plural(round(minutes), "minute")
    return f"{minutes / 60:,.1f} hours"
