"""Recognizes documents with several recordings. They are refused: a file is one recording.

{"first talk": {segments: […]}, "second talk": {segments: […]}}
[{video: "a.mp4", start, text}, …, {video: "b.mp4", start, text}, …]     times begin again
[{file: "a.wav", words: […]}, {file: "b.wav", words: […]}]
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ..json_keys import fold_key
from ..json_text import as_object, first_object
from .documents import EntryList
from .entries import find_text
from .entry import Entry

_WORDS = """
    file filename file_name file_path filepath path audio audio_file audio_path audio_filepath wav
    wav_path video video_id video_title video_name video_file video_url url recording recording_id
    recording_name media media_id media_file uri session session_id episode episode_id
    episode_title meeting_id call_id conversation_id source_file talk talk_id document_id
"""
"""Keys of an entry that name its recording."""
_NAMES = frozenset(_WORDS.split())
_PART = re.compile(r"(?i).*(?:chunk|part|seg(?:ment)?|split|piece|clip)[\s_-]?\d+(?:\.\w+)?")
"""Names that programs give to parts of one recording."""
_VERSION = re.compile(
    r"/[a-z]{2}(?:_[a-z]{2})?/|translat|original|source|target|raw|clean|edited|corrected|aligned"
    r"|diari[sz]|english"
)
"""Names of objects that repeat the same speech in another language or version."""
_SAMPLE = 50
"""How many texts of another list are searched for in the chosen one."""
_FEWEST_WORDS = 2


def hold_others(chosen: EntryList, listed: Sequence[EntryList]) -> bool:
    """Whether lists with the same name have texts that the chosen one lacks."""
    twins = [one for one in listed if one.name == chosen.name and one is not chosen]
    if not twins or any(_VERSION.search(one.around.path) for one in (chosen, *twins)):
        return False
    whole = "".join(_list_texts(chosen, None))
    return any(_are_mostly_missing(_list_texts(one, _SAMPLE), whole) for one in twins)


def _list_texts(listed: EntryList, most: int | None) -> list[str]:
    """Return the texts of the first entries, without blanks."""
    return ["".join(find_text(row, listed.layout).split()) for row in listed.rows[:most]]


def _are_mostly_missing(texts: list[str], whole: str) -> bool:
    missing = [text for text in texts if text not in whole]
    return 2 * len(missing) > len(texts)


def are_of_several(listed: EntryList, entries: Sequence[Entry]) -> bool:
    """Whether the entries of a list are of several recordings whose times each begin near 0."""
    if listed.layout.words and not listed.layout.has_start and not listed.layout.has_end:
        have_words = all(len(entry.words) >= _FEWEST_WORDS for entry in entries)
        return have_words and _all_begin_again(list(pairwise(entries)))
    names = [key for key in first_object(listed.rows) if fold_key(key) in _NAMES]
    return any(_begin_again_by(key, listed.rows, entries) for key in names)


def _begin_again_by(key: str, rows: Sequence[Any], entries: Sequence[Entry]) -> bool:
    """Whether times start again wherever the value of a key, a recording's name, changes."""
    names = [str(as_object(row).get(key)) for row in rows]
    pairs = zip(pairwise(names), pairwise(entries), strict=True)
    changes = [both for (before, after), both in pairs if before != after]
    return _all_begin_again(changes) and not all(map(_PART.fullmatch, set(names)))


def _all_begin_again(pairs: Sequence[tuple[Entry, Entry]]) -> bool:
    return bool(pairs) and all(after.start <= before.start for before, after in pairs)
