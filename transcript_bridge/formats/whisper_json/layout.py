"""Finds the roles of the keys in the entries of a list, by the table in json_keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any, NamedTuple

from ..json_keys import Role, meanings
from ..json_text import as_list, as_object, as_text, find_all, first_of, is_number
from .moments import RANGE, is_duration
from .values import find_name, is_blank, is_label

_SOURCES = frozenset(("microphone", "system", "mic", "speaker"))
"""Values of `source` that tell speakers apart: Granola's. Others name a program or a file."""
LIKE_SPEAKER = re.compile(r"(?i)(?:speaker|spk|sprecher|person|user)(?:[\s_-]\w{1,3}|\d{1,3})")
"""`SPEAKER_00`, `speaker 1`, `spk_A`."""
_NUMERALS = ("text", "word")
"""Keys whose value may be a number: a numeral that lost its quotes."""
_ALL, _EVERY = 1000, 8
"""Of a long list the first entries are looked at, and then one of so many."""
_TIMES_SAMPLE = 20
"""Entries whose times are looked at."""
_WORDS_SAMPLE = 500
"""Words of a list's entries that are looked at."""


class Layout(NamedTuple):
    """The keys of each role, the preferred first."""

    start: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    duration: tuple[str, ...] = ()
    span: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    speaker: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    is_whisper: bool = False
    """Whether the entries have WhisperX's keys and kinds of values, and no others that count."""

    @property
    def text_key(self) -> str:
        """The preferred key of the text; empty if there is none."""
        return "".join(self.text[:1])

    @property
    def kind_key(self) -> str:
        """The preferred key of the kind; empty if there is none."""
        return "".join(self.kind[:1])

    @property
    def has_start(self) -> bool:
        """Whether entries have a key for their start."""
        return bool(self.start + self.span)

    @property
    def has_times(self) -> bool:
        """Whether entries have keys for their start and their end."""
        return bool(self.start) and self.has_end

    @property
    def lacks_ends(self) -> bool:
        """Whether entries have a key for their start, and none for their end."""
        return bool(self.start) and not self.has_end

    @property
    def has_end(self) -> bool:
        """Whether entries have a key for their end or length."""
        return bool(self.end + self.duration)


WHISPER_LAYOUT = Layout(
    start=("start",),
    end=("end",),
    text=("text", "word"),
    speaker=("speaker",),
    words=("words",),
    is_whisper=True,
)
"""WhisperX's keys."""


def find_layout(rows: Sequence[Any]) -> Layout:
    """Find the layout of a list of segments or words."""
    values = _first_values(rows)
    keys: dict[Role, list[tuple[int, bool, str]]] = {}
    for key, value in values.items():
        for role, meaning in meanings(key).items():
            if _can_be(role, key, value):
                # `start_ms` before `start`, which may be a clock.
                preference = (meaning.order, meaning.unit is None, key)
                keys.setdefault(role, []).append(preference)
    found = {role: tuple([key for _, _, key in sorted(keys[role])]) for role in keys}
    layout = Layout(**found)  # type: ignore[arg-type]  # the roles are its fields
    return layout._replace(is_whisper=_is_whisper(rows, layout, values))


def find_word_layout(rows: Sequence[Any], keys: tuple[str, ...]) -> Layout:
    """Find the layout of the words in entries."""
    if not keys:
        return Layout(is_whisper=True)
    lists = (as_list(first_value(as_object(row), keys)) for row in rows)
    return find_layout(sample_words(lists))


def sample_words(lists: Iterable[list[Any]]) -> list[Any]:
    """Return some words of the first entries: the first two and the last of each."""
    sample: list[Any] = []
    for words in lists:
        sample += words[:2]
        sample += words[-1:]
        if len(sample) >= _WORDS_SAMPLE:
            break
    return sample


def first_value(row: dict[str, Any], keys: tuple[str, ...]) -> Any:
    """Return the value of the first key that has one; None, blank and NaN do not count."""
    for key in keys:
        value = row.get(key)
        if not is_blank(value):
            return value
    return None


def _first_values(rows: Sequence[Any]) -> dict[str, Any]:
    """The first value of each key that is not null; null if all are.

    A boolean is neither a label nor a time or text, so later entries are looked at, too.
    """
    values: dict[str, Any] = {}
    nulls: dict[str, Any] = {}
    known = values.keys()
    sample = sample_rows(rows)
    for row in sample:
        # Nearly all entries have the same keys: one comparison in C, 0.2 microseconds.
        if type(row) is not dict or row.keys() <= known:
            continue
        for key in row.keys() - known:
            found = nulls if row[key] is None else values
            found[key] = row[key]
    for key, value in values.items():
        if type(value) is bool:
            others = find_all(sample, f"*.{key}")
            values[key] = next(filter(_is_no_boolean, others), value)
    return {**nulls, **values}


def _is_no_boolean(value: Any) -> bool:
    return value is not None and type(value) is not bool


def sample_rows(rows: Sequence[Any]) -> Sequence[Any]:
    """Return the entries that are examined: all, or some of a long list.

    Looking at each of 60,000 segments takes a tenth of the time of reading them.
    """
    if len(rows) <= 2 * _ALL:
        return rows
    return [*rows[:_ALL], *rows[_ALL::_EVERY]]


def _can_be(role: Role, key: str, value: Any) -> bool:
    """Whether a value is of the kind that a role needs."""
    if value is None:
        return role not in _NEVER_NULL
    return _KINDS[role](key, value)


def _can_be_time(key: str, value: Any) -> bool:
    if isinstance(value, str):
        return not RANGE.fullmatch(value)
    return is_number(value) or is_duration(value)


def _can_be_span(key: str, value: Any) -> bool:
    if isinstance(value, str):
        return RANGE.fullmatch(value) is not None
    if isinstance(value, dict):
        return list not in map(type, value.values())
    if key == "instances":  # Video Indexer's; a sentence has one
        return isinstance(first_of(value), dict)
    kinds = list(map(type, as_list(value)))
    return len(kinds) == 2 and kinds[0] is not list


def _can_be_text(key: str, value: Any) -> bool:
    return isinstance(value, str) or (key in _NUMERALS and is_number(value))


def _can_be_speaker(key: str, value: Any) -> bool:
    return _SPEAKERS.get(key, is_label)(value)


def _is_source(value: Any) -> bool:
    return as_text(value) in _SOURCES


def _is_like_speaker(value: Any) -> bool:
    return LIKE_SPEAKER.fullmatch(as_text(value)) is not None


def _has_name(value: Any) -> bool:
    """Whether a value is an object with the name of a speaker."""
    return find_name(value) != ""


_SPEAKERS: dict[str, Callable[[Any], bool]] = {
    "source": _is_source,
    "label": _is_like_speaker,
    "from": _has_name,
}
"""Keys that may hold something else: a program, what a set of data calls its entries, or a time."""
_KINDS: dict[Role, Callable[[str, Any], bool]] = {
    "start": _can_be_time,
    "end": _can_be_time,
    "duration": _can_be_time,
    "span": _can_be_span,
    "text": _can_be_text,
    "speaker": _can_be_speaker,
    "words": lambda key, value: isinstance(value, list),
    "kind": lambda key, value: isinstance(value, str),
}
_WHISPER = frozenset(
    product(
        [((), ()), (("start",), ("end",))],  # both, or none
        [("text",), ("word",)],
        [(), ("speaker",)],
        [(), ("words",)],
        [()],
    )
)
"""Keys of WhisperX's entries: of the times, the text, the speaker, the words and the kind."""
_NEVER_NULL: frozenset[Role] = frozenset(("span", "words"))
"""Roles that a key without any value cannot have."""


def _is_whisper(rows: Sequence[Any], layout: Layout, values: dict[str, Any]) -> bool:
    times = (layout.start[:1], layout.end[:1])
    keys = (times, layout.text[:1], layout.speaker, layout.words, layout.kind)
    holds_objects = dict in map(type, map(values.get, ("speaker", "start", "end")))
    if keys not in _WHISPER or holds_objects:
        return False
    return not _are_mostly_texts(rows, "start") and not _are_mostly_texts(rows, "end")


def _are_mostly_texts(rows: Sequence[Any], key: str) -> bool:
    """Whether times are written as text; a single one is an oddity that is reported."""
    sample = rows[:_TIMES_SAMPLE]
    kinds = list(map(type, find_all(sample, f"*.{key}")))
    return 2 * kinds.count(str) > len(sample)
