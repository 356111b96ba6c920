"""Finds a document's list of names by identifiers of speakers: `speakers: [{id, name}]`."""

from __future__ import annotations

from typing import Any

from ..json_keys import fold_key
from ..json_text import as_object, as_text, find_objects
from .values import RESOURCE, find_name, is_label

_LISTS = ("speakers", "participants", "speaker_map", "speaker_names", "speakerMap", "speakerNames")
_IDENTIFIERS = frozenset(
    ("id", "speaker_id", "speaker", "label", "key", "participant_id", "spkid", "spk_id")
)
_NAMES = ("name", "display_name", "displayName")


def find_names(document: dict[str, Any]) -> dict[str, str]:
    """Return the names by identifiers; empty if the document lists none."""
    pairs: list[tuple[Any, Any]] = []
    for key in _LISTS:
        listed = document.get(key)
        pairs += as_object(listed).items()
        for speaker in find_objects(listed, "*") + find_objects(listed, f"{key}.*"):
            pairs += _read_listed(speaker)
    names = {
        str(identifier): _read_name(name) for identifier, name in pairs if is_label(identifier)
    }
    return {identifier: name for identifier, name in names.items() if name}


def _read_listed(speaker: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Return (identifier, name) for each identifier of a speaker."""
    if RESOURCE.fullmatch(str(speaker.get("name"))):
        users = find_objects(list(speaker.values()), "*")
        return [(speaker["name"], user.get("displayName")) for user in users]
    names = filter(None, map(speaker.get, _NAMES))
    name = next(names, None)
    return [(value, name) for key, value in speaker.items() if fold_key(key) in _IDENTIFIERS]


def _read_name(value: Any) -> str:
    return (find_name(value) or as_text(value)).strip()
