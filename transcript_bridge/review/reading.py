"""What a page says as long as the archive is being read."""

from __future__ import annotations

from ..quantities import count_of
from .session import Progress


def describe_reading(progress: Progress) -> str:
    """`The archive is being read: 3 of 8 recordings.`"""
    if not progress.total:
        return "The archive is being read."
    recordings = count_of(progress.total, "recording")
    return f"The archive is being read: {progress.done:,} of {recordings}."
