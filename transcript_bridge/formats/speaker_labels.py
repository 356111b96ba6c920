"""Collects the labels of one conversation, and the facts about them.

In some products single utterances can be given to the owner or to a person, so that one
label means several people. Each of them gets a separate label.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter

from ..models import KnownSpeaker

_OWNER_LABELS = frozenset(("you", "me", "myself", "user", "owner"))
"""Labels that products use for the person who records."""
_NO_NAME = re.compile(
    r"(?!(?-i:SPEAKER_[0-9]{1,3})\Z)"
    r"(?:\d+|you|me|myself|user|owner|mic|microphone|system|unknown"
    r"|(?:speaker|person|participant)(?:[ _-]*\d+)?)",
    re.IGNORECASE,
)
"""Labels that only distinguish voices. Omi's are not among them: no text has them as names
anyway."""

_MOST_LABELS = 0.67
"""Different ones for each label of a file."""


def are_repeated(labels: Sequence[str]) -> bool:
    """Whether the labels beside the texts are repeated, as names are, and sentences hardly
    ever."""
    return len(set(labels)) <= _MOST_LABELS * len(labels)


def marks_owner(label: str | None) -> bool:
    """Whether a label marks the person who records."""
    return label is not None and label.casefold() in _OWNER_LABELS


class SpeakerLabels:
    """Gives each combination of a label, the owner and a person id a separate label."""

    def __init__(self) -> None:
        self._labels: dict[tuple[str, bool, str | None], str] = {}
        self._used: set[str] = set()
        self._made_up: set[str] = set()

    def label_of(
        self, label: str | None, *, is_user: bool = False, person_id: str | None = None
    ) -> str | None:
        """Return the label of an entry; None if it names nobody."""
        if label is None:
            if not is_user and person_id is None:
                return None
            label = "owner"
            if not is_user:
                label = f"person {person_id}"
            self._made_up.add(label)
        key = (label, is_user, person_id)
        if key not in self._labels:
            self._labels[key] = self._make_unique(label)
        return self._labels[key]

    def known(self) -> tuple[KnownSpeaker, ...]:
        """The labels about which the file states something, the owner first."""
        found = []
        for (original, is_user, person_id), label in self._labels.items():
            name = self._find_name(original, label)
            if is_user or person_id or name is not None:
                found.append(KnownSpeaker(label, is_user, person_id, name))
        return tuple(sorted(found, key=attrgetter("is_user"), reverse=True))

    def _find_name(self, original: str, label: str) -> str | None:
        """Find the name of a speaker in texts, if it is not the label; empty without a name."""
        if original in self._made_up or _NO_NAME.fullmatch(original):
            return ""
        if original != label:
            return original
        return None

    def _make_unique(self, label: str) -> str:
        candidate = label
        number = 2
        while candidate in self._used:
            candidate = f"{label} ({number})"
            number += 1
        self._used.add(candidate)
        return candidate
