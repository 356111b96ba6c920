"""Messages and data about what was uploaded before with other content or settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from ..quantities import count_of
from ..transfer.events import SourceChanged
from ..transfer.states import Difference, SameWords

CHANGED_CHOICES = "--changed upload|skip|replace"

_NAMES: Mapping[Difference, str] = {
    "content": "other content",
    "options": "other options",
    "speakers": "other speakers",
    "date": "another date",
}


def name_differences(differs: tuple[Difference, ...]) -> str:
    """`other speakers and another date`."""
    return " and ".join(_NAMES[kind] for kind in differs)


def describe_change(event: SourceChanged, zone: tzinfo) -> str:
    """Describe what was uploaded before, and how it differs, without the name of the source.

    zone: of the dates in it.
    """
    clauses = []
    if event.uploaded:
        clauses.append(_describe_former(event))
    for same in event.same_words:
        clauses.append(_describe_same_words(same, zone))
    return "; ".join(clauses)


def _describe_former(event: SourceChanged) -> str:
    one = "conversation of it was sent"
    sent = count_of(event.uploaded, one, "conversations of it were sent")
    if not event.differs:
        return f"it has changed since {sent}"
    return f"it has changed since {sent}: {name_differences(event.differs)}"


def _describe_same_words(same: SameWords, zone: tzinfo) -> str:
    line = "the same words are in Omi already"
    if same.sent_at is not None:
        sent = datetime.fromtimestamp(same.sent_at, zone)
        line += f", sent on {sent:%Y-%m-%d}"
    if same.path:
        line += f" as {same.path}"
    if same.differs:
        line += f", with {name_differences(same.differs)}"
    if "date" in same.differs:
        line += f" ({same.started_at.astimezone(zone):%Y-%m-%d %H:%M %Z})"
    return line


def change_as_data(event: SourceChanged) -> dict[str, Any]:
    """The same, ready for json.dumps."""
    same_words = []
    for same in event.same_words:
        sent_at = None
        if same.sent_at is not None:
            sent_at = datetime.fromtimestamp(same.sent_at, UTC).isoformat(timespec="seconds")
        same_words.append(
            {
                "path": same.path,
                "id": same.conversation_id,
                "sent_at": sent_at,
                "started_at": same.started_at.isoformat(),
                "differs": list(same.differs),
            }
        )
    return {
        "uploaded": event.uploaded,
        "new": event.fresh,
        "differs": list(event.differs),
        "same_words": same_words,
    }
