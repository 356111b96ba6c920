"""Chooses the turns of a file that belong to a transcript, by the names of recordings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from ...arguments import TEXT, Expected, takes
from ...errors import InputError, SettingsError
from ...models import Turn
from ...quantities import list_some

_MAX_LISTED = 8
"""How many names of recordings a message lists."""
_SUFFIX = re.compile(r"\.(?:wav|mp3|m4a|mp4|flac|ogg|opus|webm|mkv)\Z")
_SEPARATORS = re.compile(r"[\W_]+")
_BLANKS = re.compile(r"\s+")


TURN = Expected("a Turn", (Turn,))


@takes(name=TEXT.or_none(), stem=TEXT)
def select_recording(
    turns: Sequence[Turn], name: str | None = None, stem: str = ""
) -> tuple[Turn, ...]:
    """The turns of one recording: the one called `name`, else the only one, else the one that
    `stem` names.

    stem: the transcript's file name without its suffix. `meeting.en` belongs to the recording
    `meeting`, and `team.call-7` to `team.call-7`, but neither to `call-70` nor to `team`. Raises
    SettingsError if no recording is called `name`, InputError if none or several fit `stem`.
    """
    by_name: dict[str, list[Turn]] = {}
    for turn in TURN.check_each("turns", turns):
        by_name.setdefault(turn.recording or "", []).append(turn)
    if name is not None:
        if name not in by_name:
            raise SettingsError(
                f"no recording {name!r} in the turns; --recording takes one of: {_list(by_name)}"
            )
        return tuple(by_name[name])
    if len(by_name) <= 1:
        return tuple(turns)
    fitting = _find_named(by_name, stem)
    if len(fitting) != 1:
        raise InputError(
            f"turns of {len(by_name)} recordings; choose with --recording NAME: {_list(by_name)}"
        )
    return tuple(by_name[fitting[0]])


def _find_named(names: Collection[str], stem: str) -> list[str]:
    """The names that the stem may mean: the longest one between word boundaries, ignoring case.
    Several if none contains the others; none if the stem names another recording.
    """
    folded_stem = _fold(stem)
    folded = {name: _SUFFIX.sub("", _fold(name)) for name in names}
    endings: dict[str, list[str]] = {}
    for name, bare in folded.items():
        found = _find_endings(bare, folded_stem)
        if found:
            endings[name] = found
    if not endings:
        return []
    longest = max(endings, key=lambda name: len(folded[name]))
    chosen = folded[longest]
    rivals = [name for name in endings if _is_rival(folded[name], chosen)]
    if len(rivals) > 1:
        return rivals
    if any(_may_follow(ending, chosen, folded.values()) for ending in endings[longest]):
        return [longest]
    return []


def _is_rival(name: str, chosen: str) -> bool:
    """Whether another name in the stem is more than a part of the chosen one."""
    return name == chosen or name not in chosen


def _fold(name: str) -> str:
    """A name without its folder, case-folded, and with all blanks written alike."""
    bare = unicodedata.normalize("NFC", name).rpartition("/")[2]
    return _BLANKS.sub("_", bare.casefold())


def _find_endings(name: str, stem: str) -> list[str]:
    """Find the text after `name` in `stem`, wherever the name is between word boundaries."""
    if not name:
        return []
    endings: list[str] = []
    for match in re.finditer(re.escape(name), stem):
        before = stem[: match.start()]
        after = stem[match.end() :]
        if not before[-1:].isalnum() and not after[:1].isalnum():
            endings.append(after)
    return endings


def _may_follow(ending: str, name: str, names: Iterable[str]) -> bool:
    """Whether a stem with this ending still names the recording `name`.

    A number in the ending makes it another recording, and so does a part if another name has a
    different part there: `call` is neither `call-7`, nor `call-day` if there is a `call-night`.
    """
    if not ending:
        return True
    if any(part[:1].isdigit() for part in _SEPARATORS.split(ending)):
        return False
    prefix = name + ending[0]
    return not any(other.startswith(prefix) for other in names)


def _list(names: Collection[str]) -> str:
    return list_some([name or "(unnamed)" for name in sorted(names)], _MAX_LISTED)
