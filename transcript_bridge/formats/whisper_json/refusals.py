"""Errors for documents that cannot be read. They name the product and what to export instead."""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn

from ...errors import MalformedError, NoSpeechError
from ...problems import shorten
from ..json_keys import find_items
from ..json_text import as_list, as_object, as_text, find_all, first_object
from .documents import find_entry_lists
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
    """Raise MalformedError for several lists of timed texts, of which none is the transcript."""
    quoted = _quote_keys(dict.fromkeys(names))
    raise MalformedError(
        f"this JSON has several lists of texts with times ({quoted}); keep one of them per file"
    )


def refuse_recordings() -> NoReturn:
    """Raise MalformedError for the transcripts of several recordings."""
    raise MalformedError("this JSON has several transcripts; keep one document per file")


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
    lists = find_entry_lists(value[0])
    return lists.of_segments != [] or lists.of_words != []


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
