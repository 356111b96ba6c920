"""The shapes in which recognisers of the Whisper family write JSON, all brought to WhisperX's.

    WhisperX, openai-whisper, faster-whisper, whisper-timestamped, OpenAI API (verbose_json,
    diarized_json)
        {segments: [{start, end, text, speaker?, words?}], language?}; OpenAI keeps the words beside
        the segments
    whisper.cpp (-oj, -ojf)
        {transcription: [{offsets: {from, to} in ms, text, speaker?, tokens?}]}
    transformers, insanely-fast-whisper
        {chunks: [{timestamp: [start, end|null], text}], speakers?: [the same with a speaker]}
    pyannoteAI
        {output: {turnLevelTranscription, wordLevelTranscription}}, both [{start, end, text,
        speaker}]
    a bare list of any of these, JSON Lines of them, or one of them in a wrapper (`output`, `result`
    …)

Nothing is judged here: times and texts go on as they stand, segments.py mends them.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from typing import Any, NamedTuple

WRAPPERS = ("output", "result", "results", "data", "response", "transcript", "transcription")
"""Keys under which services (Replicate, RunPod, pyannoteAI) put the recogniser's own document."""
_SEGMENT_LISTS = ("segments", "transcription", "chunks", "turnLevelTranscription")
_WORD_LISTS = ("word_segments", "words", "wordLevelTranscription")


class Found(NamedTuple):
    """What a document holds, in WhisperX's keys (times in s, or whatever stands there)."""

    segments: list[Any]
    words: list[Any]
    """Words that stand in no segment: all there is where `segments` is empty."""
    language: str | None


def find(document: Any) -> Found | None:
    """The segments or words of a document of any shape above; None where it has none."""
    language = None
    for _ in range(4):  # a wrapper in a wrapper occurs, no deeper
        if isinstance(document, list):
            if len(document) == 1 and isinstance(document[0], dict) and _holds_lists(document[0]):
                document = document[0]
                continue
            return _from_list(document, language)
        if not isinstance(document, dict):
            return None
        language = _language(document) or language
        if _holds_lists(document):
            return _from_object(document, language)
        document = next(
            (document[k] for k in WRAPPERS if isinstance(document.get(k), (dict, list))), None
        )
    return None


def _holds_lists(document: dict[str, Any]) -> bool:
    return any(isinstance(document.get(key), list) for key in (*_SEGMENT_LISTS, *_WORD_LISTS))


def _from_list(items: list[Any], language: str | None) -> Found | None:
    sample = next((item for item in items if isinstance(item, dict)), None)
    if sample is None:
        return None if items else Found([], [], language)
    if "timestamp" in sample:
        return _chunks(items, language)
    if "offsets" in sample:
        return _whisper_cpp(items, language)
    if "word" in sample and "text" not in sample:
        return Found([], items, language)
    if "text" in sample or "words" in sample:
        return Found(items, [], language)
    return None


def _from_object(document: dict[str, Any], language: str | None) -> Found | None:
    lists = {
        key: document[key]
        for key in (*_SEGMENT_LISTS, *_WORD_LISTS)
        if isinstance(document.get(key), list)
    }
    words: list[Any] = next((lists[key] for key in _WORD_LISTS if lists.get(key)), [])
    for key in ("turnLevelTranscription", "segments"):
        if lists.get(key):
            segments = lists[key]
            if isinstance(segments[0], dict) and (
                "offsets" in segments[0] or "timestamp" in segments[0]
            ):
                return _from_list(segments, language)
            return Found(_attach(segments, words), [], language)
    if lists.get("transcription"):
        return _from_list(lists["transcription"], language)
    if lists.get("chunks"):
        # insanely-fast-whisper says it all again with speakers; `"speakers": []` means that none
        # were asked for
        named = document.get("speakers")
        named = (
            named
            if isinstance(named, list) and any(isinstance(n, dict) and n.get("text") for n in named)
            else None
        )
        return _chunks(named or lists["chunks"], language)
    return Found([], words, language)


# ---- one product each


def _chunks(items: list[Any], language: str | None) -> Found:
    rows = [_chunk(item) for item in items]
    if _are_words(rows):
        return Found([], [_as_word(row) for row in rows], language)
    return Found(rows, [], language)


def _chunk(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    times = item.get("timestamp")
    start, end = times if isinstance(times, list) and len(times) == 2 else (None, None)
    row = {"start": start, "end": end, "text": item.get("text")}
    if item.get("speaker") is not None:
        row["speaker"] = item["speaker"]
    return row


def _whisper_cpp(items: list[Any], language: str | None) -> Found:
    rows = [_whisper_cpp_row(item) for item in items]
    if _are_words(rows):  # --max-len 1 --split-on-word
        return Found([], [_as_word(row) for row in rows], language)
    return Found(rows, [], language)


def _whisper_cpp_row(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    row = {**_offsets(item), "text": item.get("text")}
    if item.get("speaker") not in (None, "?"):  # `?` is its "could not tell", with --diarize
        row["speaker"] = item["speaker"]
    if words := _words_of_tokens(item):
        row["words"] = words
    return row


def _offsets(item: dict[str, Any]) -> dict[str, Any]:
    offsets = item.get("offsets")
    if not isinstance(offsets, dict):
        return {"start": None, "end": None}
    return {"start": _thousandth(offsets.get("from")), "end": _thousandth(offsets.get("to"))}


def _thousandth(value: Any) -> Any:
    return value / 1000 if type(value) in (int, float) and abs(value) < 1e15 else value


def _words_of_tokens(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Words from the tokens of `-ojf`: a token that begins with a blank begins a word.

    Empty where the tokens do not make up the text: they are bytes of a model's vocabulary, and a
    character beyond ASCII can be torn between two of them (fixture whisper-cpp-full).
    """
    tokens = item.get("tokens")
    if not isinstance(tokens, list):
        return []
    words: list[dict[str, Any]] = []
    for token in tokens:
        text = token.get("text") if isinstance(token, dict) else None
        if not isinstance(text, str):
            return []
        if text.startswith("[_") and text.endswith("]"):  # [_BEG_], [_TT_350]: marks, not speech
            continue
        times = _offsets(token)
        if text.startswith(" ") or not words:
            words.append({"word": text, **times})
        else:
            words[-1]["word"] += text
            words[-1]["end"] = times["end"]
    spelled = "".join(word["word"] for word in words)
    return words if spelled == item.get("text") else []


# ---- words


def _are_words(rows: list[Any]) -> bool:
    """Whether each row is one word rather than a sentence: transformers with
    return_timestamps="word" writes so."""
    texts = [
        row["text"].strip()
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("text"), str)
    ]
    if len(texts) < 4 or len(texts) < len(rows):
        return False
    if any(" " in text for text in texts) or max(map(len, texts)) > 40:
        return False
    # Japanese sentences have no blanks either, but more than two characters; "Yes." "No." are
    # sentences by their stops
    short = sum(len(text) for text in texts) / len(texts) < (
        12 if all(map(str.isascii, texts)) else 8
    )
    return short and sum(text.endswith((".", "?", "!", "。")) for text in texts) < len(texts) / 2


def _as_word(row: dict[str, Any]) -> dict[str, Any]:
    return {"word": row["text"], **{key: value for key, value in row.items() if key != "text"}}


def _attach(segments: list[Any], words: list[Any]) -> list[Any]:
    """Segments with the words that stand beside them put in, speaker by speaker in the order of
    time.

    OpenAI's verbose_json and pyannoteAI keep the two apart; WhisperX repeats in `word_segments`
    what its segments have. A word belongs to the first segment of its speaker that it does not
    begin after.
    """
    if not words or not all(isinstance(s, dict) and not s.get("words") for s in segments):
        return segments
    waiting: defaultdict[str, deque[Any]] = defaultdict(deque)
    for word in words:
        if not isinstance(word, dict) or type(word.get("start")) not in (int, float):
            return segments
        waiting[str(word.get("speaker"))].append(word)
    rows = []
    for segment in segments:
        queue, end = waiting[str(segment.get("speaker"))], segment.get("end")
        taken = []
        if type(end) in (int, float):
            while queue and queue[0]["start"] < end:
                taken.append(queue.popleft())
        rows.append({**segment, "words": taken} if taken else segment)
    return rows


# ---- language

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
# OpenAI's API spells the language out; these are the ones that Whisper knows, as it spells them.
_SPELLED_OUT = """
afrikaans:af albanian:sq amharic:am arabic:ar armenian:hy assamese:as azerbaijani:az bashkir:ba basque:eu
belarusian:be bengali:bn bosnian:bs breton:br bulgarian:bg burmese:my cantonese:yue castilian:es catalan:ca
chinese:zh croatian:hr czech:cs danish:da dutch:nl english:en estonian:et faroese:fo finnish:fi flemish:nl
french:fr galician:gl georgian:ka german:de greek:el gujarati:gu haitian:ht hausa:ha hawaiian:haw hebrew:he
hindi:hi hungarian:hu icelandic:is indonesian:id italian:it japanese:ja javanese:jv kannada:kn kazakh:kk
khmer:km korean:ko lao:lo latin:la latvian:lv lingala:ln lithuanian:lt luxembourgish:lb macedonian:mk
malagasy:mg malay:ms malayalam:ml maltese:mt mandarin:zh maori:mi marathi:mr moldavian:ro mongolian:mn
myanmar:my nepali:ne norwegian:no nynorsk:nn occitan:oc panjabi:pa pashto:ps persian:fa polish:pl
portuguese:pt punjabi:pa pushto:ps romanian:ro russian:ru sanskrit:sa serbian:sr shona:sn sindhi:sd sinhala:si
sinhalese:si slovak:sk slovenian:sl somali:so spanish:es sundanese:su swahili:sw swedish:sv tagalog:tl
tajik:tg tamil:ta tatar:tt telugu:te thai:th tibetan:bo turkish:tr turkmen:tk ukrainian:uk urdu:ur uzbek:uz
valencian:ca vietnamese:vi welsh:cy yiddish:yi yoruba:yo
"""
_TAG_OF = dict(pair.split(":") for pair in _SPELLED_OUT.split())


def _language(document: dict[str, Any]) -> str | None:
    result = document.get("result")  # whisper.cpp keeps it there
    inner = result.get("language") if isinstance(result, dict) else None
    for value in (document.get("language"), document.get("detected_language"), inner):
        if isinstance(value, str):
            value = value.strip()
            if tag := _TAG_OF.get(value.lower()):
                return tag
            if _TAG.fullmatch(value):
                return value.replace("_", "-")
    return None
