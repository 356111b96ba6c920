"""Reads the segments or words of a document with any keys and nesting."""

from __future__ import annotations

from typing import Any

from ..chat_signs import refuse_chat
from .beside import attach_words, list_speakers, name_by_turns
from .captions import end_at_next
from .documents import (
    SEGMENT_LISTS,
    SPEECH_LISTS,
    WHOLE,
    WORD_LISTS,
    EntryList,
    Lists,
    choose_list,
    find_entry_lists,
)
from .entry import Entry, Found, collect_words, sort_entries
from .products import rewrite
from .recording import find_common_language
from .refusals import (
    refuse_other_texts,
    refuse_pictures,
    refuse_product,
    refuse_several,
    refuse_times_that_begin_again,
    refuse_unknown,
    refuse_untimed,
    require_no_text,
)
from .rows import ListReader
from .words import are_single_words, are_words, find_whole_text, take_whole_text
from .wrapped import list_written

_LONG_SEGMENT = 120_000
"""ms: longer than any segment of a recognizer."""
_LONGEST_WORD = 5000
"""ms. A word that Whisper invents in silence, such as "you", lasts as long as its window."""
_MANY = 20
"""If so many nested entries all have texts as short as a word, they are words."""
_MAYBE_WORDS = frozenset(("chunks", "speakers", "transcription", "items", "line", ""))
"""Lists whose entries may be words: transformers with return_timestamps="word", whisper.cpp with
`--max-len 1 --split-on-word`, autoEdit's lines."""
_SPOKEN_LISTS = frozenset(SEGMENT_LISTS[: SEGMENT_LISTS.index("phrases")])
"""Names that are only used for lists of speech."""
_WRITTEN_TEXTS = frozenset(("text", "content", "message", "body", "value"))
"""Keys that messages of a chat also have."""
_CHATS = frozenset(
    ("comments", "chat", "chats", "chat_messages", "live_chat", "livechat", "chat_log", "danmaku")
)
"""Names of lists of messages."""
_CROWD = 8
"""The fewest speakers of a chat."""
_CHAPTERS = ("chapters", "value")
"""A list and the key of its texts: Podcasting 2.0's chapters have payments there."""


def find_lists(document: Any) -> Found:
    """Read the segments or words of a document.

    Raises MalformedError, with the keys of the document, if there are none that can be read.
    """
    lists = find_entry_lists(rewrite(document))
    segments = choose_list(lists.of_segments, SEGMENT_LISTS)
    if segments is not None:
        refuse_other_texts(segments, lists.of_segments)
        return _read_segments(segments, lists)
    words = choose_list(lists.of_words, WORD_LISTS)
    if words is not None:
        if _have_speakers_of(lists.of_segments, words):
            return _read_segments(lists.of_segments[0], lists)
        return _read_words(words, lists, find_whole_text(document))
    if lists.has_timed_texts():
        return _read_unknown(lists, document)
    for inner in list_written(document):
        if find_entry_lists(rewrite(inner)).has_timed_texts():
            return find_lists(inner)
    return _read_unknown(lists, document)


def _have_speakers_of(segments: list[EntryList], words: EntryList) -> bool:
    """Whether the only list of segments has all of the text, and speakers that words lack."""
    if words.layout.speaker or len(segments) != 1 or not segments[0].layout.speaker:
        return False
    return segments[0].count_characters() >= WHOLE * words.count_characters()


def _read_unknown(lists: Lists, document: Any) -> Found:
    """Read the only list of timed texts under an unknown name, else nothing, or raise an error."""
    candidates = filter(_is_no_list_of_chapters, [*lists.of_segments, *lists.of_words])
    unknown = _drop_parts(list(candidates))
    if unknown:
        return _read_only(unknown, lists, document)
    if lists.has_pictures:
        refuse_pictures()
    refuse_product(document)
    if lists.has_messages:
        refuse_chat()
    if not SPEECH_LISTS.isdisjoint(lists.empty):
        require_no_text(document)
        return Found([], language=lists.language)  # nobody spoke
    if lists.untimed:
        refuse_untimed(lists.untimed[0].rows)
    return refuse_unknown(document)


def _read_only(unknown: list[EntryList], lists: Lists, document: Any) -> Found:
    first, *others = unknown
    if others:
        refuse_product(document)
        refuse_several([listed.name for listed in unknown])
    if first.is_of_words:
        return _read_words(first, lists, find_whole_text(document))
    return _read_segments(first, lists)


def _is_no_list_of_chapters(listed: EntryList) -> bool:
    return (listed.name, listed.layout.text_key) != _CHAPTERS


def _drop_parts(listed: list[EntryList]) -> list[EntryList]:
    """Of lists with the same text, keep one with nested entries, if possible with speakers."""
    best: dict[int, EntryList] = {}
    for entries in sorted(listed, key=_lacks_speakers):
        if entries.is_nested:
            best.setdefault(entries.count_characters(), entries)
    return [
        entries for entries in listed if best.get(entries.count_characters(), entries) is entries
    ]


def _lacks_speakers(listed: EntryList) -> bool:
    return not listed.layout.speaker


def _read_segments(listed: EntryList, lists: Lists) -> Found:
    found = _convert(listed, lists)
    entries = end_at_next(found.segments, listed.layout)
    if _repeats_all(entries):
        entries = entries[:-1]
        message = "the last entry repeats the text of all others without times; it was left out"
        found = found.with_problem("cue-repeat", message)
    words = _take_words(listed, entries)
    if words.words:
        return found._replace(segments=[], words=words)
    beside = choose_list(lists.of_words, WORD_LISTS)
    if beside is not None and not any(entry.words for entry in entries):
        words = collect_words(_convert(beside, lists, are_words=True).segments)
        entries = attach_words(entries, words.words)
    return found._replace(segments=_name_speakers(entries, lists), words=words)


def _read_words(listed: EntryList, lists: Lists, text: str) -> Found:
    found = _convert(listed, lists, are_words=True)
    words = collect_words(found.segments)
    taken, missing = take_whole_text(words.words, text)
    words = words._replace(words=tuple(taken))
    if missing:
        message = f"its text has {missing:,} more letters than its words, which have the times"
        found = found.with_problem("words-missing", message)
    (named,) = _name_speakers([words], lists)
    return found._replace(segments=[], words=named)


def _name_speakers(entries: list[Entry], lists: Lists) -> list[Entry]:
    """If no entry has a speaker, use the longest separate list of turns."""
    if not lists.of_turns or any(list_speakers(entries)):
        return entries
    listed = max(lists.of_turns, key=EntryList.count_rows)
    reader = ListReader(listed.rows, listed.layout, listed.around, beside=lists.unit)
    return name_by_turns(entries, reader.read_segments())


def _refuse_others(listed: EntryList, entries: list[Entry], *, has_dates: bool) -> None:
    """Raise an error for a chat, and for the entries of several recordings."""
    may_be_chat = has_dates or listed.name in _CHATS or _are_of_a_crowd(entries)
    if may_be_chat and _are_messages(listed):
        refuse_chat()
    refuse_times_that_begin_again(listed, entries)


def _are_of_a_crowd(entries: list[Entry]) -> bool:
    """Whether there are more people than in a recording: half of them speak once or twice."""
    speakers = {entry.speaker for entry in entries}
    return len(speakers) >= _CROWD and 2 * len(speakers) >= len(entries)


def _are_messages(listed: EntryList) -> bool:
    """Whether entries may be messages of a chat: they have no ends and no words."""
    if listed.layout.has_end or listed.layout.words or listed.name in _SPOKEN_LISTS:
        return False
    return listed.layout.text_key in _WRITTEN_TEXTS


def _convert(listed: EntryList, lists: Lists, *, are_words: bool = False) -> Found:
    """Read the entries of a list."""
    reader = ListReader(listed.rows, listed.layout, listed.around)
    entries = reader.read_words() if are_words else reader.read_segments()
    if not any(map(Entry.has_time, entries)):
        refuse_untimed(listed.rows)
    if not are_words:
        _refuse_others(listed, entries, has_dates=reader.has_dates)
    if listed.is_nested:
        entries = sort_entries(entries)
    lists.unit = reader.unit
    language = listed.around.language or lists.language or find_common_language(listed.rows)
    return Found(
        entries,
        language=language,
        started_at=reader.started_at,
        problems=(*listed.problems, *reader.problems),
    )


def _repeats_all(entries: list[Entry]) -> bool:
    """Whether the last entry repeats the text of all others, as the end of OpenAI's stream does."""
    if entries[-1].has_time():
        return False
    whole = _squeeze(entries[-1])
    place = 0
    for text in map(_squeeze, entries[:-1]):
        place = whole.find(text, place)
        if place < 0:
            return False
        place += len(text)
    return place > 0


def _squeeze(entry: Entry) -> str:
    """Return the text of an entry without blanks."""
    return "".join(entry.text.split())


def _take_words(listed: EntryList, entries: list[Entry]) -> Entry:
    """If the entries of a list of segments are in fact words, return these; else empty."""
    first = entries[0]
    if len(entries) == 1 and first.words and first.lasts(_LONG_SEGMENT):
        return first  # all words of a recording: Google's last result
    if _have_words_as_texts(listed, entries):
        return collect_words(entries)
    return Entry()


def _have_words_as_texts(listed: EntryList, entries: list[Entry]) -> bool:
    """Whether a list may be one of words, and each text is a single word."""
    if listed.layout.words:
        return False
    texts = [entry.text for entry in entries]
    if listed.is_nested and len(entries) >= _MANY:
        return are_single_words(texts)
    if listed.name not in _MAYBE_WORDS or not are_words(texts):
        return False
    longest = max([entry.end - entry.start for entry in entries])
    return not longest > _LONGEST_WORD
