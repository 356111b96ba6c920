"""Labels such as `UNKNOWN`, which name no speaker, and speech without a label."""

from __future__ import annotations

_UNNAMED = frozenset({"unknown", "unknown speaker", "speaker unknown", "unk", "speaker unk"})


def is_unnamed(label: str) -> bool:
    """Whether a label such as `UNKNOWN`, `[unknown]` or `SPEAKER_UNKNOWN` names nobody."""
    bare = label.strip(" \t[]()<>?").replace("_", " ").casefold()
    return bare in _UNNAMED


def call_label(label: str | None) -> str:
    """Name the speaker with a label in messages; None is speech without a label."""
    return label or "speech without a label"
