"""Names of speakers that a document lists by their identifiers: `speakers: [{id, name}]`."""

from __future__ import annotations

from typing import Any

from ..json_keys import fold_key
from ..json_text import as_list, as_object, is_number
from .values import RESOURCE, find_name

_LISTS = ("speakers", "participants", "speaker_map", "speaker_names", "speakerMap", "speakerNames")
_IDENTIFIERS = frozenset(
    ("id", "speaker_id", "speaker", "label", "key", "participant_id", "spkid", "spk_id")
)


def find_names(document: dict[str, Any]) -> dict[str, str]:
    """Identifiers -> names; empty if the document lists none."""
    names: dict[str, str] = {}
    for key in _LISTS:
        listed = document.get(key)
        if isinstance(listed, dict) and isinstance(listed.get(key), list):  # a page of an answer
            listed = listed[key]
        for speaker in as_list(listed):
            _add_listed(names, as_object(speaker))
        for identifier, speaker in as_object(listed).items():
            _add(names, identifier, speaker if isinstance(speaker, str) else find_name(speaker))
    return names


def _add_listed(names: dict[str, str], speaker: dict[str, Any]) -> None:
    if RESOURCE.fullmatch(str(speaker.get("name"))):
        for user in map(as_object, speaker.values()):
            _add(names, speaker["name"], user.get("displayName"))
        return
    name = speaker.get("name") or speaker.get("display_name") or speaker.get("displayName")
    for key, value in speaker.items():
        if fold_key(key) in _IDENTIFIERS:
            _add(names, value, name)


def _add(names: dict[str, str], identifier: Any, name: Any) -> None:
    is_identifier = isinstance(identifier, str) or is_number(identifier)
    if is_identifier and isinstance(name, str) and name.strip():
        names[str(identifier)] = name.strip()
