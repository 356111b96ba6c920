"""Times as text for programs."""

from __future__ import annotations

from datetime import UTC, datetime


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
