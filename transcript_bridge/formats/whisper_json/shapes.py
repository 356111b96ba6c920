"""What a document holds, in WhisperX's keys, whatever keys and nesting it has."""

from __future__ import annotations

from typing import Any

from ..json_text import rename_keys
from .beside import attach_words, have_speakers, name_by_turns
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
from .found import Found
from .languages import find_common_language
from .plain import find_plain
from .products import rewrite
from .refusals import (
    refuse_chat,
    refuse_pictures,
    refuse_product,
    refuse_several,
    refuse_unknown,
    refuse_untimed,
    require_no_text,
)
from .rows import convert_rows
from .timed import end_of, has_time, sort_rows, start_of, text_of, words_of
from .whole_text import find_whole_text, take_whole_text
from .word_lists import are_single_words, are_words

_LONG_SEGMENT = 120
"""Seconds, which no segment of a recognizer lasts."""
_LONGEST_WORD = 5
"""Seconds; what Whisper hears in silence, such as "you", lasts as long as its window."""
_FEWEST = 2
"""Entries of which the last may repeat the others."""
_MANY = 20
"""Entries inside of others, none of which is longer than a word: these are words."""
_MAYBE_WORDS = frozenset(("chunks", "speakers", "transcription", "items", "line", ""))
"""Lists whose entries may be words: transformers with return_timestamps="word", whisper.cpp with
`--max-len 1 --split-on-word`, autoEdit's lines."""
_SPOKEN_LISTS = frozenset(SEGMENT_LISTS[: SEGMENT_LISTS.index("phrases")])
"""Names that only lists of speech have."""
_WRITTEN_TEXTS = frozenset(("text", "content", "message", "body", "value"))
"""Keys that messages have, too."""
_CHAPTERS = ("chapters", "value")
"""A list and the key of its texts: Podcasting 2.0's chapters have payments there."""
_OFTEN_WORDS = "body"
"""A key of Podcasting 2.0, whose segments are often words."""


def find_lists(document: Any) -> Found:
    """The segments or words of a document.

    Raises MalformedError, with the keys that were seen, if there are none that can be read.
    """
    plain = find_plain(document)
    if plain is not None:
        return plain
    return search_lists(document)


def search_lists(document: Any) -> Found:
    """The same for a document of any shape."""
    lists = find_entry_lists(rewrite(document))
    segments = choose_list(lists.of_segments, SEGMENT_LISTS)
    if segments is not None:
        return _read_segments(segments, lists)
    words = choose_list(lists.of_words(), WORD_LISTS)
    if words is not None:
        named = _find_with_speakers(lists.of_segments, words)
        if named is not None:
            return _read_segments(named, lists)
        return _read_words(words, lists, find_whole_text(document))
    return _read_unknown(lists, document)


def _find_with_speakers(segments: list[EntryList], words: EntryList) -> EntryList | None:
    """The only list of segments, if it has all of the text, and speakers, which words lack."""
    if words.layout.speaker or len(segments) != 1 or not segments[0].layout.speaker:
        return None
    has_all = segments[0].count_characters() >= WHOLE * words.count_characters()
    if has_all:
        return segments[0]
    return None


def _read_unknown(lists: Lists, document: Any) -> Found:
    """The only list of timed texts under an unknown name; else no speech, or a refusal."""
    candidates = filter(_is_no_list_of_chapters, [*lists.of_segments, *lists.of_words()])
    unknown = _drop_parts(list(candidates))
    if len(unknown) == 1 and unknown[0].is_of_words:
        return _read_words(unknown[0], lists, find_whole_text(document))
    if len(unknown) == 1:
        return _read_segments(unknown[0], lists)
    if lists.has_pictures and not unknown:
        refuse_pictures()
    refuse_product(document)
    if not unknown and any(name in SPEECH_LISTS for name in lists.empty):
        require_no_text(document)
        return Found([], [], lists.language)  # nobody spoke
    if unknown:
        refuse_several([listed.name for listed in unknown])
    if lists.untimed:
        refuse_untimed(lists.untimed[0].rows)
    return refuse_unknown(document)


def _is_no_list_of_chapters(listed: EntryList) -> bool:
    return (listed.name, listed.layout.text_key) != _CHAPTERS


def _drop_parts(listed: list[EntryList]) -> list[EntryList]:
    """One of those with the same text, if one was opened: it holds the others, or has speakers."""
    best: dict[int, EntryList] = {}
    for one in sorted(listed, key=_lacks_speakers):
        if one.is_nested:
            best.setdefault(one.count_characters(), one)
    return [one for one in listed if best.get(one.count_characters(), one) is one]


def _lacks_speakers(listed: EntryList) -> bool:
    return not listed.layout.speaker


def _read_segments(listed: EntryList, lists: Lists) -> Found:
    found = _convert(listed, lists)
    rows = end_at_next(found.segments, listed.layout)
    if _repeats_all(rows):
        rows = rows[:-1]
        message = "the last entry has the text of all others again, without times"
        found = found.with_problem("cue-repeat", message)
    words = _take_words(listed, rows)
    if words:
        return found._replace(segments=[], words=words)
    if lists.may_have_words() and not any(map(words_of, rows)):
        beside = choose_list(lists.of_words(), WORD_LISTS)
        if beside is not None:
            rows = attach_words(rows, _convert(beside, lists, are_words=True).segments)
    return found._replace(segments=_name_speakers(rows, lists))


def _read_words(listed: EntryList, lists: Lists, text: str) -> Found:
    found = _convert(listed, lists, are_words=True)
    rows = found.segments
    if text and not listed.is_nested:
        rows, missing = take_whole_text(rows, text)
        if missing:
            message = f"its text has {missing:,} letters more than its words, which have the times"
            found = found.with_problem("words-missing", message)
    return found._replace(segments=[], words=_name_speakers(rows, lists))


def _name_speakers(rows: list[Any], lists: Lists) -> list[Any]:
    """Rows without speakers get those of the longest list of turns beside them."""
    if not lists.of_turns or have_speakers(rows):
        return rows
    listed = max(lists.of_turns, key=EntryList.count_rows)
    converted = convert_rows(listed.rows, listed.layout, listed.around.names, are_words=False)
    return name_by_turns(rows, converted.rows)


def _are_messages(listed: EntryList) -> bool:
    """Whether entries with dates may have been written: nothing says how long they lasted."""
    if listed.layout.has_end or listed.layout.words or listed.name in _SPOKEN_LISTS:
        return False
    return listed.layout.text_key in _WRITTEN_TEXTS


def _convert(listed: EntryList, lists: Lists, *, are_words: bool = False) -> Found:
    """The entries of a list in WhisperX's keys, as segments."""
    converted = convert_rows(listed.rows, listed.layout, listed.around.names, are_words=are_words)
    rows = converted.rows
    if not any(map(has_time, rows)):
        refuse_untimed(listed.rows)
    if converted.has_dates and not are_words and _are_messages(listed):
        refuse_chat()
    if listed.is_nested:
        rows = sort_rows(rows)
    problems = converted.problems
    if listed.is_in_ms:
        problems = tuple([problem for problem in problems if problem[0] != "unit-guessed"])
    language = listed.around.language or lists.language or find_common_language(listed.rows)
    return Found(rows, [], language, converted.started_at, (*listed.problems, *problems))


def _repeats_all(rows: list[Any]) -> bool:
    """Whether the last entry is the end of OpenAI's stream, which has all of the text again."""
    if len(rows) < _FEWEST or has_time(rows[-1]):
        return False
    whole = _squeeze(rows[-1])
    place = 0
    for row in rows[:-1]:
        text = _squeeze(row)
        place = whole.find(text, place)
        if place < 0:
            return False
        place += len(text)
    return place > 0


def _squeeze(row: Any) -> str:
    """The text of an entry without blanks."""
    return "".join(text_of(row).split())


def _take_words(listed: EntryList, rows: list[Any]) -> list[Any]:
    """The words of a list of segments that are none; empty for any other."""
    first = rows[0]
    if len(rows) == 1 and end_of(first) - start_of(first) > _LONG_SEGMENT and words_of(first):
        return words_of(first)  # all words of a recording: Google's last result
    if _have_words_as_texts(listed, rows):
        return [rename_keys(row, {"text": "word"}) for row in rows]
    return []


def _have_words_as_texts(listed: EntryList, rows: list[Any]) -> bool:
    if listed.layout.words:
        return False
    if listed.layout.text_key == _OFTEN_WORDS or (listed.is_nested and len(rows) >= _MANY):
        return are_single_words(rows)
    return listed.name in _MAYBE_WORDS and are_words(rows) and not any(map(_is_long, rows))


def _is_long(row: Any) -> bool:
    """Whether an entry lasts longer than a word."""
    return end_of(row) - start_of(row) > _LONGEST_WORD
