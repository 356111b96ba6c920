"""The labels of one conversation, and what the file says of them.

In some products single stretches of speech can be given to the owner or to a person, so that one
label means several people. Each of them gets a label of its own.
"""

from __future__ import annotations

from ..models import KnownSpeaker

_OWNER_LABELS = frozenset(("you", "me", "myself", "user", "owner"))
"""What products call the person who records."""


def means_owner(label: str | None) -> bool:
    """Whether a label says that somebody is the one who records."""
    return label is not None and label.casefold() in _OWNER_LABELS


class SpeakerLabels:
    """Gives each combination of a label, the owner and a person id a label of its own."""

    def __init__(self) -> None:
        self._labels: dict[tuple[str, bool, str | None], str] = {}
        self._used: set[str] = set()

    def label_of(
        self, label: str | None, *, is_user: bool = False, person_id: str | None = None
    ) -> str | None:
        """The label of a stretch of speech; None if it names nobody."""
        if label is None:
            if not is_user and person_id is None:
                return None
            label = "owner" if is_user else f"person {person_id}"
        key = (label, is_user, person_id)
        if key not in self._labels:
            self._labels[key] = self._make_unique(label)
        return self._labels[key]

    def known(self) -> tuple[KnownSpeaker, ...]:
        """What the file says of its labels, the owner first."""
        found = []
        for (_, is_user, person_id), label in self._labels.items():
            if is_user or person_id:
                found.append(KnownSpeaker(label, is_user, person_id))
        return tuple(sorted(found, key=_is_not_user))

    def _make_unique(self, label: str) -> str:
        candidate = label
        number = 2
        while candidate in self._used:
            candidate = f"{label} ({number})"
            number += 1
        self._used.add(candidate)
        return candidate


def _is_not_user(speaker: KnownSpeaker) -> bool:
    return not speaker.is_user
