"""Finds the lists of a document: of segments, of words, and of turns.

The search goes through all objects, the outer ones first, up to a number of them. A list counts if
its entries have a text and a time under keys of json_keys. Of several, a list under a known name is
preferred, then one with speakers if it has all of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..chat_signs import are_of_chat
from ..json_keys import fold_key
from ..json_text import (
    as_list,
    as_object,
    as_text,
    find_all,
    first_object,
    list_values,
)
from .entries import find_text
from .frames import find_stated_rate, open_frames
from .layout import Layout, find_layout, find_word_layout, first_value
from .moments import open_spans
from .nesting import join_lines, lift_values, open_channels, open_entries
from .parallel import open_parallel
from .recording import find_language, find_names
from .tables import name_columns, name_word_columns, read_table, spell_keys
from .tokens import read_whisper_cpp
from .tracks import read_tracks
from .unspoken import are_of_pictures, drop_interim, drop_unspoken

SEGMENT_LISTS = (
    "turn_level_transcription",
    "segments",
    "transcription",
    "chunks",
    "utterances",
    "sentences",
    "speaker_segments",
    "audio_segments",
    "trans_result",
    "transcript_object",
    "transcript",
    "transcripts",
    "turns",
    "paragraphs",
    "speaker_blocks",
    "speakers",
    "monologues",
    "lines",
    "captions",
    "subtitles",
    "cues",
    "recognized_phrases",
    "phrases",
    "entries",
    "events",
    "dialogue",
    "dialog",
    "conversation",
    "fragments",
    "detailed_result",
    "results",
    "",
)
"""Names of lists of segments, the preferred first; a document that is a list has no name."""
WORD_LISTS = (
    "word_segments",
    "words",
    "word_level_transcription",
    "word_timestamps",
    "time_stamps",
    "words_info",
)
"""Names of lists of words, the preferred first."""
SPEECH_LISTS = frozenset(
    (*SEGMENT_LISTS[:6], "word_segments", "words", "word_level_transcription", "")
)
"""An empty list under one of these names means that nobody spoke."""
_KEYS_OF_MS = frozenset(("utterances", "audio_duration"))
"""AssemblyAI's keys, whose times are milliseconds."""
_WRAPPERS = frozenset(("output", "result", "results", "data", "response", "segment"))
"""Names of objects around a document."""
_MAX_OBJECTS = 200
"""The most objects of a document that are searched, not counting entries."""
_TRANSLATED = "translat"
WHOLE = 0.9
"""A list with this share of the longest list's text counts as complete."""
_WORD_KEYS = ("word", "punctuated_word")
_WORD_KINDS = frozenset(
    (
        "word",
        "pronunciation",
        "punctuation",
        "spacing",
        "audio_event",
        "entity",
        "text",
        "punct",
        "speaker_change",
        "pause",
        "silence",
        "",
    )
)
"""Kinds of words; "" is that of a null."""
_KINDS_SAMPLE = 50


class Around(NamedTuple):
    """Facts about a list from the objects that contain it."""

    language: str | None = None
    names: Mapping[str, str] = {}
    """Of speakers, by their identifiers."""
    is_in_ms: bool = False
    """Whether they are of a product that is known to write milliseconds."""
    frame_rate: float = 0.0
    path: str = ""
    """The names of these objects, the outermost first, each with a slash after it."""


class _RawList(NamedTuple):
    """A list of a document, unchanged."""

    name: str
    rows: list[Any]
    around: Around


class EntryList(NamedTuple):
    """A list of segments or words whose entries were rewritten into flat objects."""

    name: str
    rows: list[Any]
    around: Around
    layout: Layout
    is_nested: bool = False
    """Whether the rows come from nested entries, so that they may be out of order."""
    problems: tuple[tuple[str, str], ...] = ()
    """(code, message) about its times, and about entries that are not speech."""

    @property
    def has_text(self) -> bool:
        """Whether its entries have texts, or words."""
        return bool(self.layout.text + self.layout.words)

    @property
    def has_times(self) -> bool:
        """Whether its entries, or their words, have times under known keys."""
        if self.layout.has_start or self.layout.has_end:
            return True
        return find_word_layout(self.rows, self.layout.words).has_start

    @property
    def is_of_words(self) -> bool:
        """Whether each entry is one word."""
        if self.name in WORD_LISTS:
            return True
        if self.layout.words:
            return False
        if self.layout.text_key in _WORD_KEYS:
            return True
        kinds = find_all(self.rows[:_KINDS_SAMPLE], f"*.{self.layout.kind_key}")
        return kinds != [] and _WORD_KINDS.issuperset(map(str.lower, map(as_text, kinds)))

    def count_rows(self) -> int:
        """The number of entries."""
        return len(self.rows)

    def count_characters(self) -> int:
        """The length of all texts; for an entry without one, that of its words."""
        return sum(len(find_text(row, self.layout)) for row in self.rows)


class Lists:
    """The lists of a document that have texts."""

    def __init__(self) -> None:
        self.of_segments: list[EntryList] = []
        self.untimed: list[EntryList] = []
        """Lists of texts without times."""
        self.of_words: list[EntryList] = []
        self.of_turns: list[EntryList] = []
        """Lists without texts that name speakers."""
        self.empty: list[str] = []
        """Names of empty lists."""
        self.language: str | None = None
        self.unit = 1000.0
        """Of the times of the list that was read (ms)."""
        self.has_pictures = False
        """Whether a list was left out that has texts found in pictures."""
        self.has_messages = False
        """Whether a list was left out that has messages of a chat."""

    def has_timed_texts(self) -> bool:
        """Whether there is a list of segments or words."""
        return bool(self.of_segments + self.of_words)

    def add(self, raw: _RawList) -> None:
        """Add a list."""
        self.language = self.language or raw.around.language
        if not raw.rows:
            self.empty.append(raw.name)
        elif _are_messages(raw.rows):
            self.has_messages = True
        else:
            self._sort_in(_open_list(raw))

    def _sort_in(self, listed: EntryList) -> None:
        if not listed.has_text:
            if listed.layout.speaker:
                self.of_turns.append(listed)
            return
        if not listed.has_times:
            self.untimed.append(listed)
        elif are_of_pictures(listed.rows, listed.layout):
            self.has_pictures = True
        elif listed.is_of_words:
            self.of_words.append(listed)
        else:
            self.of_segments.append(listed)


def _are_messages(rows: list[Any]) -> bool:
    """Whether the first entry, or an object in it, has the keys of a chat."""
    first = first_object(rows)
    return any(map(are_of_chat, [first, *map(as_object, first.values())]))


def find_entry_lists(document: Any) -> Lists:
    """Find all lists of a document, sorted by their content."""
    lists = Lists()
    for raw in _walk(document):
        lists.add(raw)
    return lists


def _open_list(raw: _RawList) -> EntryList:
    final, interim = drop_interim(raw.rows)
    spoken, left_out = drop_unspoken(final)
    rows = spell_keys(name_columns(open_channels(raw.name, spoken)))
    frames = open_frames(join_lines(open_parallel(lift_values(rows))), raw.around.frame_rate)
    rows = frames.rows
    layout = find_layout(rows)
    if layout.words:
        rows = name_word_columns(rows, layout.words[0])
    opened = open_entries(rows, layout)
    is_nested = opened is not rows
    if is_nested:
        layout = find_layout(opened)
    if not layout.start:
        opened = open_spans(read_whisper_cpp(opened), layout.span)
        layout = find_layout(opened)
    problems = (*interim, *left_out, *frames.problems)
    return EntryList(raw.name, opened, raw.around, layout, is_nested, problems)


class _DocumentPlace(NamedTuple):
    """A value somewhere in a document."""

    name: str
    value: Any
    depth: int = 0
    around: Around = Around()

    def is_entry(self) -> bool:
        """Whether the whole document is one segment, alone or in a wrapper."""
        may_be = self.depth == 0 or self.name in _WRAPPERS
        return may_be and _is_entry(self.value)

    def list_rows(self) -> list[Any] | None:
        """The rows of a list, of a table, or of numbered entries; None for anything else."""
        if isinstance(self.value, list):
            return self.value
        if not isinstance(self.value, dict):
            return None
        numbered = list_values(self.value)
        if numbered and _is_entry(numbered[0]):
            return numbered
        named = list(self.value.values())
        if _are_alike(named) and _has_text_and_time(named[0]):
            return named
        return read_table(self.value) or read_tracks(self.value) or None

    def holder(self) -> dict[str, Any]:
        """The object to search: the value, or the only object in a list; else empty."""
        if len(as_list(self.value)) == 1:
            return as_object(self.value[0])
        return as_object(self.value)

    def list_inner(self, holder: dict[str, Any]) -> Iterator[_DocumentPlace]:
        """Yield the objects and lists in an object, with the facts that it states about them."""
        outer = self.around
        around = Around(
            find_language(holder) or outer.language,
            {**outer.names, **find_names(holder)},
            outer.is_in_ms or holder.keys() >= _KEYS_OF_MS,
            find_stated_rate(holder) or outer.frame_rate,
            f"{outer.path}{self.name}/",
        )
        for key, inner in holder.items():
            if isinstance(inner, dict | list):
                yield _DocumentPlace(fold_key(key), inner, self.depth + 1, around)


def _walk(document: Any) -> Iterator[_RawList]:
    """Yield all lists, the outer ones first."""
    pending = [_DocumentPlace("", document)]
    looked_through = 0
    for place in pending:  # grows while it is read
        if place.is_entry():
            yield _RawList("", [place.value], place.around)
            continue
        rows = place.list_rows()
        if rows is not None:
            yield _RawList(place.name, rows, place.around)
            if rows is not place.value:
                continue  # its columns, or its numbered entries
        holder = place.holder()
        if holder:
            looked_through += 1
            pending += place.list_inner(holder)
        if looked_through > _MAX_OBJECTS:
            return


def _is_entry(value: Any) -> bool:
    """Whether an object is a segment and not a document: it has a text and a time of its own."""
    return not _holds_segments(as_object(value)) and _has_text_and_time(value)


def _has_text_and_time(value: Any) -> bool:
    layout = find_layout([value])
    return layout.has_start and bool(as_text(first_value(as_object(value), layout.text)))


def _are_alike(values: list[Any]) -> bool:
    """Whether there are several objects with the same keys."""
    if len(values) < 2 or not isinstance(values[0], dict):
        return False
    return all(as_object(value).keys() == values[0].keys() for value in values)


def _holds_segments(value: dict[str, Any]) -> bool:
    lists = (as_list(value[key]) for key in value if fold_key(key) in SEGMENT_LISTS)
    return any(dict in map(type, rows) for rows in lists)


def choose_list(listed: list[EntryList], order: tuple[str, ...]) -> EntryList | None:
    """Choose the list to read; None if none has a known name.

    order: the known names, the preferred first. Of lists with all of the text, one with speakers is
    preferred. Translations are only read if there is nothing else.
    """
    known = [rows for rows in listed if rows.name in order]
    known = [rows for rows in known if _TRANSLATED not in rows.around.path] or known
    if len(known) < 2:
        return next(iter(known), None)
    counts = [rows.count_characters() for rows in known]
    longest = max(counts)
    whole = [rows for rows, count in zip(known, counts, strict=True) if count >= WHOLE * longest]

    def preference(one: EntryList) -> tuple[bool, int]:
        return not one.layout.speaker, order.index(one.name)

    return min(whole, key=preference)
