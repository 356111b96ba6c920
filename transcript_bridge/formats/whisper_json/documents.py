"""Finds the lists of a document: segments, words, and what belongs to them.

Every object down to a depth is looked through. A list counts if its entries have a text and a time
under keys of json_keys. Among several, one under a known name is preferred, and one with speakers
if it has all of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..json_keys import fold_key
from ..json_text import as_list, as_object
from .frames import find_stated_rate, open_frames
from .kinds import drop_interim, drop_unspoken
from .languages import find_language
from .layout import Layout, find_layout, find_word_layout, first_value
from .letters import spell_keys
from .nesting import join_lines, lift_values, open_channels, open_entries
from .parallel import open_parallel
from .pictures import are_of_pictures
from .spans import open_spans
from .speaker_names import find_names
from .tables import name_columns, name_word_columns, read_table
from .tokens import read_whisper_cpp

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
"""An empty list of one of these names means that nobody spoke."""
_KEYS_OF_MS = (frozenset(("utterances", "audio_duration")),)
_LISTS_IN_MS = frozenset(("trans_result",))
"""AssemblyAI's keys, and the name of Plaud's list: their times are milliseconds."""
_WRAPPERS = frozenset(("output", "result", "results", "data", "response", "segment"))
"""Names of objects around a document."""
_MAX_DEPTH = 6
_MAX_OBJECTS = 200
"""Objects of a document that are looked through, apart from entries."""
WHOLE = 0.9
"""A list with this share of the longest list's text has all of it."""
_WORD_KEYS = ("word", "punctuated_word")
_WORD_KINDS = frozenset(
    ["word", "pronunciation", "punctuation", "spacing", "audio_event", "entity", "text", "punct"]
)


class _RawList(NamedTuple):
    """A list of a document as it is in the file, and what is known around it."""

    name: str
    rows: list[Any]
    language: str | None
    names: Mapping[str, str]
    """Of speakers, by their identifiers."""
    is_in_ms: bool = False
    frame_rate: float = 0.0


class EntryList(NamedTuple):
    """A list of segments or words, opened: nested entries and spans are gone."""

    name: str
    rows: list[Any]
    language: str | None
    names: Mapping[str, str]
    layout: Layout
    is_in_ms: bool = False
    """Whether it is a product's whose times are milliseconds, so that the unit is no guess."""
    is_nested: bool = False
    """Whether the rows were inside of entries: those of one speaker after those of another."""
    problems: tuple[tuple[str, str], ...] = ()
    """(code, message), of its times and of what is no speech in it."""

    @property
    def has_text(self) -> bool:
        """Whether its entries have texts, or words."""
        return bool(self.layout.text or self.layout.words)

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
        kinds = [as_object(row).get(key) for key in self.layout.kind for row in self.rows[:50]]
        named = [kind.lower() for kind in kinds if isinstance(kind, str)]
        return bool(kinds) and _WORD_KINDS.issuperset(named)

    def count_characters(self) -> int:
        """The length of all texts; an entry without one has its words."""
        count = 0
        for row in self.rows:
            fields = as_object(row)
            text = first_value(fields, self.layout.text)
            if isinstance(text, str):
                count += len(text.strip())
                continue
            words = first_value(fields, self.layout.words)
            for word in as_list(words):
                text = as_object(word).get("text") or as_object(word).get("word")
                if isinstance(text, str):
                    count += len(text.strip()) + 1
        return count


class Lists:
    """The lists of a document that have texts."""

    def __init__(self) -> None:
        self.of_segments: list[EntryList] = []
        self.untimed: list[EntryList] = []
        """Lists of texts without times."""
        self.of_turns: list[EntryList] = []
        """Lists without texts that say who speaks when."""
        self.empty: list[str] = []
        """Names of empty lists."""
        self.language: str | None = None
        self.has_pictures = False
        """Whether a list was left out that has texts found in pictures."""
        self._of_words: list[EntryList] = []
        self._unread: list[_RawList] = []

    def add(self, raw: _RawList) -> None:
        """Add a list. Lists of words are only looked at when they are asked for."""
        self.language = self.language or raw.language
        if not raw.rows:
            self.empty.append(raw.name)
        elif raw.name in WORD_LISTS:
            self._unread.append(raw)
        else:
            self._sort_in(_open_list(raw))

    def may_have_words(self) -> bool:
        """Whether there is a list of words, looked at or not."""
        return bool(self._unread or self._of_words)

    def of_words(self) -> list[EntryList]:
        """The lists whose entries are words."""
        # WhisperX repeats all words of a file in `word_segments`, which nobody needs.
        unread, self._unread = self._unread, []
        for raw in unread:
            self._sort_in(_open_list(raw))
        return self._of_words

    def _sort_in(self, listed: EntryList) -> None:
        if not listed.has_text:
            if listed.layout.speaker and listed.layout.has_start and listed.layout.has_end:
                self.of_turns.append(listed)
            return
        if not listed.has_times:
            self.untimed.append(listed)
        elif are_of_pictures(listed.rows, listed.layout):
            self.has_pictures = True
        elif listed.is_of_words:
            self._of_words.append(listed)
        else:
            self.of_segments.append(listed)


def find_entry_lists(document: Any) -> Lists:
    """All lists of a document that have texts."""
    lists = Lists()
    for raw in _walk(document):
        lists.add(raw)
    return lists


def _open_list(raw: _RawList) -> EntryList:
    final, interim = drop_interim(raw.rows)
    spoken, left_out = drop_unspoken(final)
    rows = spell_keys(name_columns(open_channels(raw.name, spoken)))
    frames = open_frames(open_parallel(join_lines(lift_values(rows))), raw.frame_rate)
    rows = frames.rows
    layout = find_layout(rows)
    if layout.words:
        rows = name_word_columns(rows, layout.words[0])
    opened = open_entries(rows, layout)
    is_nested = opened is not rows or raw.name == "channels"
    if opened is not rows:
        layout = find_layout(opened)
    if layout.span and not layout.start:
        opened = open_spans(read_whisper_cpp(opened), layout.span)
        layout = find_layout(opened)
    return EntryList(
        raw.name,
        opened,
        raw.language,
        raw.names,
        layout,
        raw.is_in_ms,
        is_nested,
        (*interim, *left_out, *frames.problems),
    )


class _Place(NamedTuple):
    """A value somewhere in a document."""

    name: str
    value: Any
    depth: int = 0
    language: str | None = None
    names: Mapping[str, str] = {}
    is_in_ms: bool = False
    frame_rate: float = 0.0

    def is_entry(self) -> bool:
        """Whether the whole document is one segment, alone or in a wrapper."""
        may_be = self.depth == 0 or self.name in _WRAPPERS
        return may_be and _is_entry("", self.value)

    def as_list(self) -> _RawList | None:
        """The value, if it is a list or numbered entries."""
        rows = self.value
        if isinstance(rows, dict) and not _is_entry(self.name, rows):
            rows = read_table(rows) or rows
        if _is_numbered(self.name, rows):
            rows = list(rows.values())
        if isinstance(rows, list):
            return self.make_list(self.name, rows)
        return None

    def make_list(self, name: str, rows: list[Any]) -> _RawList:
        """A list at this place."""
        is_in_ms = self.is_in_ms or self.name in _LISTS_IN_MS
        return _RawList(name, rows, self.language, self.names, is_in_ms, self.frame_rate)

    def holder(self) -> dict[str, Any] | None:
        """The object whose values are looked through: the value, or the only one of a list."""
        value = self.value
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, dict) or _is_entry(self.name, value):
            return None
        return value

    def list_inner(self, holder: dict[str, Any]) -> Iterator[_Place]:
        """The places inside of the object here, with what it says of them."""
        language = find_language(holder) or self.language
        names = {**self.names, **find_names(holder)}
        is_in_ms = self.is_in_ms or any(holder.keys() >= keys for keys in _KEYS_OF_MS)
        rate = find_stated_rate(holder) or self.frame_rate
        for key, inner in holder.items():
            if isinstance(inner, dict | list):
                name = fold_key(key)
                yield _Place(name, inner, self.depth + 1, language, names, is_in_ms, rate)


def _walk(document: Any) -> Iterator[_RawList]:
    """All lists, the outer ones first."""
    pending = [_Place("", document)]
    looked_through = 0
    for place in pending:  # grows while it is read
        if place.is_entry():
            yield place.make_list("", [place.value])
            continue
        listed = place.as_list()
        if listed is not None:
            yield listed
            if isinstance(place.value, dict):
                continue  # its columns, or its numbered entries
        holder = place.holder()
        if holder is None or place.depth >= _MAX_DEPTH:
            continue
        looked_through += 1
        if looked_through > _MAX_OBJECTS:
            return
        pending += place.list_inner(holder)


def _is_numbered(name: str, value: Any) -> bool:
    """Whether an object has entries under their numbers: `{"0": {…}, "1": {…}}`."""
    if not isinstance(value, dict) or not value:
        return False
    return all(key.isdecimal() for key in value) and _is_entry(name, next(iter(value.values())))


def _is_entry(name: str, value: Any) -> bool:
    """Whether an object is a segment and not a document: it has a text and a time of its own."""
    if name not in SEGMENT_LISTS or not isinstance(value, dict) or _holds_segments(value):
        return False
    layout = find_layout([value])
    texts = [value[key] for key in layout.text if isinstance(value[key], str)]
    return bool(texts) and layout.has_start


def _holds_segments(value: dict[str, Any]) -> bool:
    for key, inner in value.items():
        is_known = fold_key(key) in SEGMENT_LISTS
        if is_known and any(isinstance(entry, dict) for entry in as_list(inner)):
            return True
    return False


def choose_list(listed: list[EntryList], order: tuple[str, ...]) -> EntryList | None:
    """The list to read: under a known name, with speakers if it has all of the text."""
    known = [one for one in listed if one.name in order]
    if len(known) < 2:
        if known:
            return known[0]
        return None
    counts = [one.count_characters() for one in known]
    longest = max(counts)
    whole = [one for one, count in zip(known, counts, strict=True) if count >= WHOLE * longest]

    def preference(one: EntryList) -> tuple[bool, int]:
        return not one.layout.speaker, order.index(one.name)

    return min(whole, key=preference)
