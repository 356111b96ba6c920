"""Rewrites documents of products that json_keys cannot describe, so that it can.

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
    is the same with repetitions

Messages of live recognizers, pieces of words, and texts with a list of times beside them have
modules of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from ..json_text import (
    as_list,
    as_number,
    as_object,
    as_text,
    find_all,
    find_objects,
    first_object,
    first_of,
    load_json,
    rename_keys,
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
"""Watson's token for a hesitation, which is not a word."""
_NEMO_TIMES = ("timestamp", "timestamps", "timestep")
_NEMO_SEGMENTS = ("segment", "segments", "segment_timestamps")
_NEMO_WORDS = ("word", "words", "word_timestamps")
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


class _ProductLayout(NamedTuple):
    """The place of a product's entries, and the names of their values."""

    rows: tuple[str, ...]
    """Paths of entries."""
    signs: tuple[str, ...]
    """Paths inside of an entry; one of the entries has one of them."""
    names: Mapping[str, str] = {}
    """Keys of an entry, and those of the table that they mean."""
    words: str = ""
    """The path of the words inside of an entry."""
    word_names: Mapping[str, str] = {}
    around: Mapping[str, Any] = {}
    """Values that apply to all entries."""

    def read(self, document: Any) -> Row:
        """Read the entries of a document of the product; empty for any other."""
        rows = [row for path in self.rows for row in find_objects(document, path)]
        if any(find_all(rows, f"*.{sign}") for sign in self.signs):
            return {**self.around, "segments": list(map(self._rename, rows))}
        return {}

    def _rename(self, row: Row) -> Row:
        named = rename_keys(row, self.names)
        if self.words:
            words = find_objects(row, self.words)
            named["words"] = [rename_keys(word, self.word_names) for word in words]
        return named


_AMIVOICE_TIMES = {"starttime": "start_ms", "endtime": "end_ms"}
_OTTER = _ProductLayout(
    rows=("speech.transcripts.*", "transcripts.*"),
    signs=("alignment", "speaker_model_label", "speaker_edited_at"),
    names={"start_offset": "start_frame", "end_offset": "end_frame"},
    around={"sample_rate": 16_000},
)
_VOSK = _ProductLayout(rows=("alternatives.0",), signs=("result.0",))
_AMIVOICE = _ProductLayout(
    rows=("results.*", "segments.*.results.*"),
    signs=("tokens.0.written",),
    names=_AMIVOICE_TIMES,
    words="tokens.*",
    word_names={**_AMIVOICE_TIMES, "written": "word", "label": "speaker", "spoken": "type"},
)


def rewrite(document: Any) -> Any:
    """Rewrite a document of one of these products with keys of json_keys; others are unchanged."""
    for read in _READERS:
        found = read(document)
        if found:
            return found
    return document


def _read_watson(document: Any) -> Row:
    """Read an answer of Watson, or all answers of a job; IBM's client puts it into `result`."""
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
    speakers = {as_number(label.get("from")): label.get("speaker") for label in labels}
    return {"segments": [_read_watson_result(result, speakers) for result in results]}


def _read_watson_result(result: Any, speakers: dict[float, Any]) -> Row:
    best = first_object(find_all(result, "alternatives.0"))
    words = []
    for entry in find_all(best, "timestamps.*"):
        if len(as_list(entry)) == 3 and entry[0] != _HESITATION:
            speaker = speakers.get(as_number(entry[1]))
            words.append({"word": entry[0], "start": entry[1], "end": entry[2], "speaker": speaker})
    text = as_text(best.get("transcript")).replace(_HESITATION, " ")
    return {"text": " ".join(text.split()), "words": words}


def _read_nemo(document: Any) -> Row:
    """Read the segments and words of a hypothesis."""
    fields = as_object(document) or as_object(first_of(document))
    for times in (*map(fields.get, _NEMO_TIMES), fields):
        segments = _find_first_list(times, _NEMO_SEGMENTS)
        if segments and all(map(_is_nemo, segments)):
            named = [rename_keys(segment, {"segment": "text"}) for segment in segments]
            words = _find_first_list(times, _NEMO_WORDS)
            return {**fields, "segment_timestamps": None, "segments": named, "words": words}
    return {}


def _is_nemo(row: Any) -> bool:
    return isinstance(as_object(row).get("segment"), str)


def _find_first_list(holder: Any, keys: tuple[str, ...]) -> list[Any]:
    lists = map(as_list, map(as_object(holder).get, keys))
    return next(filter(None, lists), [])


def _read_screenpipe(document: Any) -> list[Row]:
    """Read the speech of all results, sorted by its start."""
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
    """Read paragraphs, which begin at the listed times of paragraphs and of speakers."""
    pairs = find_all(document, "words.*")
    begins = set(map(read_number, find_all(document, "paragraphs.*")))
    speakers = as_object(as_object(document).get("speakers"))
    names = {read_number(key): name for key, name in speakers.items()}
    borders = begins | names.keys()
    if not pairs or not borders or not all(map(_is_timed_word, pairs)):
        return {}
    segments: list[Row] = []
    speaker: Any = None
    for time, text in pairs:
        start = read_number(time)
        speaker = names.get(start, speaker)
        if not segments or start in borders:
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
    """Move the `name` of a word or a turn to a key of json_keys."""
    renamed = rename_keys(as_object(row), {"name": name})
    if str(renamed.get(name)) in _MARKS:
        renamed["type"] = "punctuation"
    return renamed


def _read_iflytek(document: Any) -> list[Row]:
    """Read the sentences of an order, or of its result alone."""
    orders = [order for path in _IFLYTEK_ORDERS for order in find_all(document, path)]
    results = list(map(_open_text, orders or [document]))
    sentences = filter(None, [find_all(results, path) for path in _IFLYTEK_LISTS])
    opened = list(map(_open_text, next(sentences, [])))
    return [_read_sentence(sentence) for sentence in find_objects(opened, "*.st")]


def _open_text(value: Any) -> Any:
    """Parse a document that is a text; other values are unchanged."""
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
    _OTTER.read,
    read_soniox,
    read_parakeet,
    _read_screenpipe,
    _AMIVOICE.read,
    _read_3play,
    _read_speechmatics,
    _VOSK.read,
    _read_iflytek,
    _read_nemo,
    read_messages,
    read_voice_memos,
    read_text_with_times,
)
"""Each takes a document and returns what it holds, empty if it is another product's."""
