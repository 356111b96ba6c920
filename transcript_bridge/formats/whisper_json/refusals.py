"""Errors for documents that cannot be read. They name the product and what to export instead.

Documents with several recordings are refused, too: a file is one recording.

    {"first talk": {segments: […]}, "second talk": {segments: […]}}
    [{video: "a.mp4", start, text}, …, {video: "b.mp4", start, text}, …]     times begin again
    [{file: "a.wav", words: […]}, {file: "b.wav", words: […]}]
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

from ...errors import MalformedError, NoSpeechError
from ...problems import shorten
from ..json_keys import find_items, fold_key
from ..json_text import as_list, as_object, as_text, find_all, first_object
from .documents import EntryList, find_entry_lists
from .entries import find_text
from .entry import Entry
from .values import quote_value

_SHOWN_KEYS = 8
_LONGEST_KEY = 30


class _RefusedProduct(NamedTuple):
    name: str
    keys: tuple[str, ...]
    """Paths; a document of the product has something at all of them."""
    advice: str


_WRITTEN = "its messages were written, not spoken; give the transcript of a recording"
_PRODUCTS = (
    _RefusedProduct(
        "Deepgram's answer",
        ("results.channels",),
        "convert it to SRT or WebVTT with deepgram-captions, or ask Deepgram for utterances=true",
    ),
    _RefusedProduct(
        "Amazon Transcribe's result",
        ("results.transcripts", "results.items"),
        "let the job also write subtitles (SRT or WebVTT)",
    ),
    _RefusedProduct(
        "Azure's batch result",
        ("recognizedPhrases",),
        "convert it to SRT or WebVTT in Speech Studio",
    ),
    _RefusedProduct("Rev's transcript", ("monologues",), "download it from Rev as SRT or WebVTT"),
    _RefusedProduct(
        "Google Speech-to-Text's result",
        ("results.*.alternatives.*.transcript", "results.*.languageCode"),
        "let Google write SRT or WebVTT (output format of batch recognition)",
    ),
    _RefusedProduct(
        "the state of an Amazon Transcribe job",
        ("TranscriptionJob.TranscriptionJobStatus",),
        "download the file at its TranscriptFileUri",
    ),
    _RefusedProduct(
        "an AssemblyAI transcript that is not finished, or failed",
        ("audio_url", "status", "utterances"),
        "fetch it again when its status is completed",
    ),
    _RefusedProduct(
        "Zoom's list of recordings",
        ("recording_files.*.download_url",),
        "download the file of the type TRANSCRIPT, which is WebVTT",
    ),
    _RefusedProduct(
        "yt-dlp's description of a video",
        ("automatic_captions", "formats"),
        "let yt-dlp write the captions with --write-subs --write-auto-subs",
    ),
    _RefusedProduct("Telegram's export", ("messages.*.text_entities",), _WRITTEN),
    _RefusedProduct(
        "Google Chat's export", ("messages.*.creator", "messages.*.created_date"), _WRITTEN
    ),
    _RefusedProduct(
        "Twitch's chat", ("comments.*.content_offset_seconds", "comments.*.commenter"), _WRITTEN
    ),
    _RefusedProduct("YouTube's live chat", ("replayChatItemAction.actions",), _WRITTEN),
    _RefusedProduct("ChatGPT's export", ("mapping", "create_time"), _WRITTEN),
)
"""Products that are known by their keys, the surest first."""
_CHAPTERS = ("chapters.*.startTime", "chapters.*.start_time", "chapters.*.start")
"""Podcasting 2.0's chapters, and ffprobe's."""
_EXPORT = "export it as the recognizer's own JSON, SRT or WebVTT"


def refuse_product(document: Any) -> None:
    """Raise an error for known files that are not read: products, and chapters (NoSpeechError)."""
    first = first_object(as_list(document)) or document
    for product in _PRODUCTS:
        if all(find_all(first, path) for path in product.keys):
            raise MalformedError(
                f"this JSON has no segments that can be read; it looks like {product.name}; "
                f"{product.advice}"
            )
    if any(find_all(first, path) for path in _CHAPTERS):
        raise NoSpeechError(
            "this holds chapters, not speech; use the file with the transcript instead"
        )


def refuse_several(names: list[str]) -> NoReturn:
    """Raise MalformedError for several lists of timed texts; it is not clear which to read."""
    quoted = _quote_keys(dict.fromkeys(names))
    raise MalformedError(
        f"this JSON has several lists of texts with times ({quoted}); keep one of them per file"
    )


def refuse_unknown(document: Any) -> NoReturn:
    """Raise MalformedError for a document without a list of texts."""
    if _are_documents(document) or any(map(_are_timed, as_object(document).values())):
        refuse_recordings()
    raise MalformedError(
        "this JSON has no segments or words with times under known keys"
        f"{_list_keys(document)}; {_EXPORT}"
    )


def refuse_untimed(rows: list[Any]) -> NoReturn:
    """Raise MalformedError for a list of texts without times, or with times of an unknown form."""
    sample = first_object(rows)
    for key, value in find_items(sample, "start"):
        if value is not None:
            raise MalformedError(
                f"this JSON has times in an unknown form: {_quote_keys({key: value})} is "
                f"{quote_value(value)}; {_EXPORT}"
            )
    raise MalformedError(
        "this JSON has no times under known keys: there are texts, but nothing says when they "
        f"were spoken (keys of an entry: {_quote_keys(sample)}); {_EXPORT}"
    )


def require_no_text(document: Any) -> None:
    """Raise MalformedError if a document without segments has a text, because it has no times."""
    for key, value in find_items(as_object(document), "text"):
        if as_text(value).strip():
            raise MalformedError(
                f"this JSON has a text (in {_quote_keys({key: value})}), but no segments or words "
                f"that say when it was spoken; {_EXPORT}"
            )


def refuse_pictures() -> NoReturn:
    """Raise NoSpeechError for texts that were found in pictures."""
    raise NoSpeechError(
        "this holds texts found in pictures, with their places (OCR), not speech; use the "
        "file with the transcript instead"
    )


def _are_documents(value: Any) -> bool:
    """Whether a value is a list of objects with lists, or of lists of objects."""
    rows = as_list(value)
    if len(rows) < 2:
        return False
    return all(map(_holds_objects, rows))


def _holds_objects(value: Any) -> bool:
    """Whether a value is a list of objects, or an object with one, which may be empty."""
    lists = [inner for inner in (value, *as_object(value).values()) if isinstance(inner, list)]
    return any(inner == [] or first_object(inner) for inner in lists)


def _are_timed(value: Any) -> bool:
    """Whether a value is a list of transcripts, by the first of them."""
    if not _are_documents(value):
        return False
    return find_entry_lists(value[0]).has_timed_texts()


def _list_keys(document: Any) -> str:
    fields = as_object(document) or first_object(as_list(document))
    if not fields:
        return ""
    return f" (its keys: {_quote_keys(fields)})"


def _quote_keys(fields: dict[str, Any]) -> str:
    shown = [ascii(shorten(key, _LONGEST_KEY))[1:-1] for key in list(fields)[:_SHOWN_KEYS]]
    if len(fields) > _SHOWN_KEYS:
        shown.append("…")
    return ", ".join(shown)


# ---- several recordings

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


def refuse_recordings() -> NoReturn:
    """Raise MalformedError for the transcripts of several recordings."""
    raise MalformedError("this JSON has several transcripts; keep one document per file")


def refuse_other_texts(chosen: EntryList, listed: Sequence[EntryList]) -> None:
    """Raise MalformedError if lists with the same name have texts that the chosen one lacks."""
    twins = [one for one in listed if one.name == chosen.name]
    paths = " ".join([one.around.path for one in twins])
    if len(twins) == 1 or _VERSION.search(paths):
        return
    whole = "".join(_list_texts(chosen, None))
    for twin in twins:
        texts = _list_texts(twin, _SAMPLE)
        found = [text in whole for text in texts]
        if 2 * sum(found) < len(texts):
            refuse_recordings()


def _list_texts(listed: EntryList, most: int | None) -> list[str]:
    """Return the texts of the first entries, without blanks."""
    return ["".join(find_text(row, listed.layout).split()) for row in listed.rows[:most]]


def refuse_times_that_begin_again(listed: EntryList, entries: Sequence[Entry]) -> None:
    """Raise MalformedError for entries of several recordings whose times each begin near 0."""
    if listed.layout.has_start or listed.layout.has_end:
        keys = [key for key in first_object(listed.rows) if fold_key(key) in _NAMES]
        begin_again = any(_begin_again_by(key, listed.rows, entries) for key in keys)
    else:  # the times are those of words, and each entry may be a recording
        have_words = all(len(entry.words) >= _FEWEST_WORDS for entry in entries)
        begin_again = have_words and _all_begin_again(list(pairwise(entries)))
    if begin_again:
        refuse_recordings()


def _begin_again_by(key: str, rows: Sequence[Any], entries: Sequence[Entry]) -> bool:
    """Whether times start again wherever the value of a key, a recording's name, changes."""
    names = [str(as_object(row).get(key)) for row in rows]
    if all(map(_PART.fullmatch, names)):
        return False
    pairs = zip(pairwise(names), pairwise(entries), strict=True)
    return _all_begin_again([both for (before, after), both in pairs if before != after])


def _all_begin_again(pairs: Sequence[tuple[Entry, Entry]]) -> bool:
    return bool(pairs) and all(after.start <= before.start for before, after in pairs)
