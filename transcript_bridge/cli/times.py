"""Times as text for programs."""

from __future__ import annotations

from datetime import UTC, datetime


def to_iso(moment: datetime | None) -> str | None:
    """ISO 8601, for JSON; None for None."""
    if moment is None:
        return None
    return moment.isoformat()


def seconds_to_iso(seconds: float | None) -> str | None:
    """Seconds since 1970 as ISO 8601 in UTC; None for None."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat()
