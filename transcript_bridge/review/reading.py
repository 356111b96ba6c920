"""What a page says as long as the archive is being read."""

from __future__ import annotations

from .session import Progress


def describe_reading(progress: Progress) -> str:
    """`The archive is being read: 3 of 8 recordings.`"""
    if not progress.total:
        return "The archive is being read."
    return f"The archive is being read: {progress.done:,} of {progress.total:,} recordings."
