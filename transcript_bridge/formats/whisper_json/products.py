"""Documents whose shape the table of keys cannot describe, with entries that it can.

Watson Speech to Text
    {results: [{alternatives: [{transcript, timestamps: [["word", start, end]]}]}],
    speaker_labels: [{from, to, speaker}]}, seconds; a label begins where its word does
    an asynchronous job has a list of such answers as its `results`
Otter's own API
    {speech: {transcripts: [{start_offset, end_offset, transcript, speaker_name, alignment}]}},
    samples of 16 kHz
NeMo's hypotheses
    {text, timestamp: {word: [{word, start, end}], segment: [{segment: "Good morning.", start,
    end}]}}, seconds, alone or in a list
Vosk with several hearings
    {alternatives: [{confidence, text, result: [{word, start, end}]}]}; the first is the best
AmiVoice
    {results: [{starttime, endtime, text, tokens: [{written, starttime, endtime, label}]}]}, ms;
    a job has segments of such results. A token whose `spoken` is `_` is a mark of punctuation
Screenpipe's search results, the latest first
    {data: [{type: "Audio", content: {transcription, timestamp, start_time, end_time, speaker}},
    {type: "OCR", content: {text, …}}]}; `timestamp` is when the chunk of audio began, from which
    the seconds of its speech count
3Play Media
    {words: [["880", "Good"], ["1230", "morning."]], paragraphs: ["880"], speakers: {"880":
    "NORA"}}, ms; a speaker speaks from that moment on
Speechmatics' first version, and Hyperaudio's
    {words: [{name: "Good", time: "0.5", duration: "0.3"}], speakers: [{name: "M1", time: "0.5",
    duration: "2.1"}]}; or each word has the number of its speaker in `speakers: [{name}]`
iFlytek's orders
    {content: {orderResult: "{lattice: [{json_1best: "{st: {bg: "820", ed: "2090", rl: "1", rt: [{
    ws: [{cw: [{w, wp: "n"}], wb, we}]}]}}"}]}"}}, ms; the two inner ones are JSON in a text, or
    objects; `wb` and `we` count frames of 10 ms from `bg`, `rl` is 0 without speakers. `lattice2`
    is the same with what is said twice

Messages of live recognizers, pieces of words, and texts with a list of times beside them have
modules of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from ..json_text import (
    as_list,
    as_number,
    as_object,
    as_text,
    change_objects,
    find_all,
    find_objects,
    first_object,
    first_of,
    is_number,
    load_json,
    rename_keys,
    without_keys,
)
from ..json_values import read_moment
from .live import read_messages
from .moments import read_number
from .parallel import read_text_with_times
from .tokens import read_parakeet, read_soniox, read_voice_memos

Row = dict[str, Any]
_MOST_ANSWERS = 100
"""Answers of an asynchronous job of Watson, each with results of its own."""
_HESITATION = "%HESITATION"
"""Watson's word for a sound that is none."""
_OTTER_SAMPLES = 16_000
"""A second, by which Otter's own API counts."""
_OTTER_KEYS = frozenset(("alignment", "speaker_model_label", "speaker_edited_at"))
_NEMO_TIMES = ("timestamp", "timestamps", "timestep")
_NEMO_SEGMENTS = ("segment", "segments", "segment_timestamps")
_NEMO_WORDS = ("word", "words", "word_timestamps")
_AMIVOICE_TIMES = {"starttime": "start_ms", "endtime": "end_ms"}
_AMIVOICE_TOKEN = {**_AMIVOICE_TIMES, "written": "word", "label": "speaker"}
_AMIVOICE_KINDS = {"_": "punctuation"}
_SCREENPIPE_KEYS = frozenset(("transcription", "timestamp", "chunk_id"))
_SPEECHMATICS_KEYS = frozenset(("name", "time", "duration"))
_MARKS = frozenset(".,;:?!…")
_IFLYTEK_ORDERS = ("data.orderResult", "content.orderResult", "orderResult")
_IFLYTEK_LISTS = ("*.lattice.*.json_1best", "*.lattice2.*.json_1best")
"""Places of sentences, the preferred first."""
_IFLYTEK_KINDS = {"p": "punctuation"}
_IFLYTEK_FRAME = 10
"""ms."""
_NO_SPEAKER = "0"


def rewrite(document: Any) -> Any:
    """A document of one of these in the keys of the table; any other as it is."""
    for read in _READERS:
        found = read(document)
        if found:
            return found
    return document


def _read_vosk(document: Any) -> list[Row]:
    return [
        best for best in find_objects(document, "alternatives.0") if as_list(best.get("result"))
    ]


def _read_watson(document: Any) -> Row:
    """An answer of Watson, or all answers of a job; IBM's own client puts it into `result`."""
    jobs = find_objects(document, "results.*")[:_MOST_ANSWERS]
    results: list[Any] = []
    labels: list[Row] = []
    for answer in (document, *find_objects(document, "result"), *jobs):
        firsts = find_all(answer, "results.*.alternatives.0.timestamps.0")
        if any(isinstance(first, list) for first in firsts):
            results += find_all(answer, "results.*")
            labels += find_objects(answer, "speaker_labels.*")
    if not results:
        return {}
    timed = [label for label in labels if is_number(label.get("from"))]
    speakers = {label["from"]: label.get("speaker") for label in timed}
    return {"segments": [_read_watson_result(result, speakers) for result in results]}


def _read_watson_result(result: Any, speakers: dict[float, Any]) -> Row:
    best = first_object(find_all(result, "alternatives.0"))
    words = []
    for entry in find_all(best, "timestamps.*"):
        if len(as_list(entry)) == 3 and entry[0] != _HESITATION:
            speaker = speakers.get(as_number(entry[1]))
            words.append({"word": entry[0], "start": entry[1], "end": entry[2], "speaker": speaker})
    text = best.get("transcript")
    if isinstance(text, str):
        text = " ".join(text.replace(_HESITATION, " ").split())
    return {"text": text, "words": words}


def _read_nemo(document: Any) -> Row:
    """The segments and words of a hypothesis."""
    fields = as_object(document) or as_object(first_of(document))
    for times in (*map(fields.get, _NEMO_TIMES), fields):
        segments = _find_first_list(times, _NEMO_SEGMENTS)
        if segments and all(map(_is_nemo, segments)):
            named = [rename_keys(segment, {"segment": "text"}) for segment in segments]
            words = _find_first_list(times, _NEMO_WORDS)
            return {**fields, "segment_timestamps": None, "segments": named, "words": words}
    return {}


def _is_nemo(row: Any) -> bool:
    return isinstance(as_object(row).get("segment"), str) and "text" not in row


def _find_first_list(holder: Any, keys: tuple[str, ...]) -> list[Any]:
    lists = map(as_list, map(as_object(holder).get, keys))
    return next(filter(None, lists), [])


def _read_otter(document: Any) -> list[Any]:
    rows = find_all(as_object(document).get("speech") or document, "transcripts.*")
    if not any(map(_is_otter, rows)):
        return []
    return [_rewrite_otter(row) if _is_otter(row) else row for row in rows]


def _is_otter(row: Any) -> bool:
    fields = as_object(row)
    has_samples = type(fields.get("start_offset")) is int and type(fields.get("end_offset")) is int
    return has_samples and not _OTTER_KEYS.isdisjoint(fields)


def _rewrite_otter(row: Row) -> Row:
    """A row in seconds, without its words, whose times count from its own start."""
    kept = without_keys(row, "alignment", "created_at")
    kept["start"] = kept.pop("start_offset") / _OTTER_SAMPLES
    kept["end"] = kept.pop("end_offset") / _OTTER_SAMPLES
    return kept


def _read_amivoice(document: Any) -> Row:
    results = find_all(document, "results.*") + find_all(document, "segments.*.results.*")
    firsts = find_objects(results, "*.tokens.0")
    if not any(isinstance(first.get("written"), str) for first in firsts):
        return {}
    return {"segments": change_objects(results, _read_amivoice_result)}


def _read_amivoice_result(result: Row) -> Row:
    words = []
    for token in find_objects(result, "tokens.*"):
        word = rename_keys(token, _AMIVOICE_TOKEN)
        word["type"] = _AMIVOICE_KINDS.get(str(token.get("spoken")), "word")
        words.append(word)
    return {**rename_keys(without_keys(result, "tokens"), _AMIVOICE_TIMES), "words": words}


def _read_screenpipe(document: Any) -> list[Row]:
    """The speech of all results, by the moment it began."""
    found: list[tuple[datetime, Row]] = []
    for content in find_objects(document, "data.*.content"):
        moment = read_moment(content.get("timestamp"))
        if content.keys() >= _SCREENPIPE_KEYS and moment is not None:
            found.append(_read_content(content, moment))
    found.sort(key=itemgetter(0))
    return [{**row, "start": begins.isoformat()} for begins, row in found]


def _read_content(content: Row, moment: datetime) -> tuple[datetime, Row]:
    start = as_number(content.get("start_time"))
    end = as_number(content.get("end_time"))
    row = {"text": content["transcription"], "speaker": content.get("speaker")}
    if not 0 <= start <= end < timedelta.max.days:
        return moment, row
    row["end"] = (moment + timedelta(seconds=end)).isoformat()
    return moment + timedelta(seconds=start), row


def _read_3play(document: Any) -> Row:
    """Paragraphs, which begin at their own moments and at those of speakers."""
    pairs = find_all(document, "words.*")
    begins = set(map(read_number, find_all(document, "paragraphs.*")))
    speakers = as_object(as_object(document).get("speakers"))
    is_known = begins or "speakers" in as_object(document)
    if not pairs or not is_known or not all(map(_is_timed_word, pairs)):
        return {}
    names = {read_number(key): name for key, name in speakers.items()}
    segments: list[Row] = []
    speaker: Any = None
    for time, text in pairs:
        start = read_number(time)
        speaker = names.get(start, speaker)
        if not segments or start in begins | names.keys():
            segments.append({"speaker": speaker, "words": []})
        segments[-1]["words"].append({"word": text, "start_ms": start})
    return {"segments": segments}


def _is_timed_word(value: Any) -> bool:
    if len(as_list(value)) != 2:
        return False
    return math.isfinite(read_number(value[0])) and isinstance(value[1], str)


def _read_speechmatics(document: Any) -> Row:
    words = find_all(document, "words.*")
    first = as_object(first_of(words))
    if not first.keys() >= _SPEECHMATICS_KEYS or not math.isfinite(read_number(first["time"])):
        return {}
    named = {**document, "words": [_rename(word, "word") for word in words]}
    speakers = find_all(document, "speakers.*")
    if find_all(speakers, "*.time"):
        turns = [_rename(speaker, "speaker") for speaker in speakers]
        return {**named, "speakers": None, "turns": turns}
    names = {str(number): as_object(each).get("name") for number, each in enumerate(speakers)}
    return {**named, "speakers": names}


def _rename(row: Any, name: str) -> Row:
    """A word, or a turn, with its name under the key of the table."""
    renamed = rename_keys(as_object(row), {"name": name})
    if str(renamed.get(name)) in _MARKS:
        renamed["type"] = "punctuation"
    return renamed


def _read_iflytek(document: Any) -> list[Row]:
    """The sentences of an order, or of its result alone."""
    orders = [order for path in _IFLYTEK_ORDERS for order in find_all(document, path)]
    results = list(map(_open_text, orders or [document]))
    sentences = filter(None, [find_all(results, path) for path in _IFLYTEK_LISTS])
    opened = list(map(_open_text, next(sentences, [])))
    return [_read_sentence(sentence) for sentence in find_objects(opened, "*.st")]


def _open_text(value: Any) -> Any:
    """The document that is written in a text; any other value as it is."""
    if as_text(value).startswith("{"):
        return load_json(value)
    return value


def _read_sentence(sentence: Row) -> Row:
    begins = read_number(sentence.get("bg"))
    words = []
    for entry in find_objects(sentence, "rt.*.ws.*"):
        best = first_object(find_all(entry, "cw.0"))
        if not best.get("w"):  # a paragraph ends
            continue
        words.append(
            {
                "word": best.get("w"),
                "start_ms": begins + _IFLYTEK_FRAME * read_number(entry.get("wb")),
                "end_ms": begins + _IFLYTEK_FRAME * read_number(entry.get("we")),
                "type": _IFLYTEK_KINDS.get(str(best.get("wp")), "word"),
            }
        )
    row = {"start_ms": sentence.get("bg"), "end_ms": sentence.get("ed"), "words": words}
    if sentence.get("rl") != _NO_SPEAKER:
        row["speaker"] = sentence.get("rl")
    return row


_READERS: tuple[Callable[[Any], Any], ...] = (
    _read_watson,
    _read_otter,
    read_soniox,
    read_parakeet,
    _read_screenpipe,
    _read_amivoice,
    _read_3play,
    _read_speechmatics,
    _read_vosk,
    _read_iflytek,
    _read_nemo,
    read_messages,
    read_voice_memos,
    read_text_with_times,
)
"""Each takes a document and returns what it holds, empty if it is another product's."""
