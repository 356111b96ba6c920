"""Documents whose shape the table of keys cannot describe, with entries that it can.

Watson Speech to Text
    {results: [{alternatives: [{transcript, timestamps: [["word", start, end]]}]}],
    speaker_labels: [{from, to, speaker}]}, seconds; a label begins where its word does
    an asynchronous job has a list of such answers as its `results`
Otter's own API
    {speech: {transcripts: [{start_offset, end_offset, transcript, speaker_name, alignment}]}},
    samples of 16 kHz
Soniox
    {tokens: [{text: " the", start_ms, end_ms, speaker}]}; a token that begins with a blank begins a
    word
parakeet-mlx
    {sentences: [{text, start, end, tokens: [{text: " Good", start, end}]}]}, seconds; a token
    that begins with a blank begins a word
NeMo's hypotheses
    {text, timestamp: {word: [{word, start, end}], segment: [{segment: "Good morning.", start,
    end}]}}, seconds, alone or in a list
Vosk with several hearings
    {alternatives: [{confidence, text, result: [{word, start, end}]}]}; the first is the best

Live recognizers, AmiVoice, Screenpipe, 3Play Media and old versions of Speechmatics have modules
of their own.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from ..json_keys import meanings
from ..json_text import as_list, as_object, first_of, is_number
from . import amivoice, screenpipe, timed_words
from .live import open_messages
from .parallel import open_document
from .tokens import Token, join_tokens, spell

_MOST_ANSWERS = 100
"""Answers of an asynchronous job of Watson, each with results of its own."""
_OTTER_SAMPLES = 16_000
"""A second, by which Otter's own API counts."""
_OTTER_KEYS = frozenset(("alignment", "speaker_model_label", "speaker_edited_at"))
_SAMPLE = 100
"""Tokens that are looked at."""
_NEMO_TIMES = ("timestamp", "timestamps", "timestep")
_NEMO_SEGMENTS = ("segment", "segments", "segment_timestamps")
_NEMO_WORDS = ("word", "words", "word_timestamps")
_HESITATION = "%HESITATION"
"""Watson's word for a sound that is none."""


def rewrite(document: Any) -> Any:
    """A document of one of these in the keys of the table; any other as it is."""
    fields = as_object(document)
    for read in _READERS:
        found = read(fields)
        if found is not None:
            return found
    hypothesis = _find_nemo(fields or as_object(first_of(document)))
    if hypothesis is not None:
        return hypothesis
    return open_document(open_messages(document))


def _find_vosk(fields: dict[str, Any]) -> Any:
    best = as_object(first_of(fields.get("alternatives")))
    if as_list(best.get("result")):
        return [best]
    return None


# ---- Watson


def _find_watson(fields: dict[str, Any]) -> dict[str, Any] | None:
    """An answer of Watson, or all answers of a job; None if there are none."""
    inner = as_object(fields.get("result"))  # IBM's own client puts it in there
    answers = [fields, inner, *map(as_object, as_list(fields.get("results"))[:_MOST_ANSWERS])]
    results: list[Any] = []
    labels: list[Any] = []
    for answer in answers:
        of_answer = as_list(answer.get("results"))
        if any(_has_timestamps(result) for result in of_answer):
            results += of_answer
            labels += as_list(answer.get("speaker_labels"))
    if not results:
        return None
    return _rewrite_watson(results, labels)


def _best_of(result: Any) -> dict[str, Any]:
    return as_object(first_of(as_object(result).get("alternatives")))


def _has_timestamps(result: Any) -> bool:
    return isinstance(first_of(_best_of(result).get("timestamps")), list)


def _rewrite_watson(results: list[Any], labels: list[Any]) -> dict[str, Any]:
    speakers = {}
    for fields in map(as_object, labels):
        start = fields.get("from")
        if is_number(start):
            speakers[start] = fields.get("speaker")
    segments = []
    for result in results:
        best = _best_of(result)
        words = _read_timestamps(best.get("timestamps"), speakers)
        segment: dict[str, Any] = {"text": _clean(best.get("transcript")), "words": words}
        starts = [word["start"] for word in words if is_number(word["start"])]
        ends = [word["end"] for word in words if is_number(word["end"])]
        if starts and ends:
            segment.update(start=min(starts), end=max(ends))
        segments.append(segment)
    return {"segments": segments}


def _read_timestamps(timestamps: Any, speakers: dict[Any, Any]) -> list[dict[str, Any]]:
    words = []
    for entry in as_list(timestamps):
        if len(as_list(entry)) != 3 or entry[0] == _HESITATION:
            continue
        word = {"word": entry[0], "start": entry[1], "end": entry[2]}
        speaker = None
        if is_number(entry[1]):
            speaker = speakers.get(entry[1])
        if speaker is not None:
            word["speaker"] = speaker
        words.append(word)
    return words


def _clean(text: Any) -> Any:
    if isinstance(text, str):
        return " ".join(text.replace(_HESITATION, " ").split())
    return text


# ---- NeMo


def _find_nemo(fields: dict[str, Any]) -> dict[str, Any] | None:
    """The segments and words of a hypothesis of NeMo; None for anything else."""
    holders = [as_object(fields.get(key)) for key in _NEMO_TIMES]
    for times in (*holders, fields):
        segments = _find_first_list(times, _NEMO_SEGMENTS)
        found = _rewrite_nemo(segments, _find_first_list(times, _NEMO_WORDS))
        if found is not None:
            return {**fields, "segments": None, "segment_timestamps": None, **found}
    return None


def _find_first_list(fields: dict[str, Any], keys: tuple[str, ...]) -> list[Any]:
    for key in keys:
        rows = as_list(fields.get(key))
        if rows:
            return rows
    return []


def _rewrite_nemo(rows: list[Any], words: list[Any]) -> dict[str, Any] | None:
    segments: list[Any] = []
    for row in rows:
        segment = as_object(row)
        if not isinstance(segment.get("segment"), str) or "text" in segment:
            return None
        segments.append({**segment, "text": segment["segment"]})
    if not segments:
        return None
    for row in segments:
        del row["segment"]
    return {"segments": segments, "words": words}


# ---- Otter


def _find_otter(fields: dict[str, Any]) -> list[Any] | None:
    rows = as_list(as_object(fields.get("speech") or fields).get("transcripts"))
    if any(map(_is_otter, rows)):
        return [_rewrite_otter(row) for row in rows]
    return None


def _is_otter(row: Any) -> bool:
    fields = as_object(row)
    has_samples = type(fields.get("start_offset")) is int and type(fields.get("end_offset")) is int
    return has_samples and not _OTTER_KEYS.isdisjoint(fields)


def _rewrite_otter(row: Any) -> Any:
    """A row in seconds, without its words, whose times count from its own start."""
    if not _is_otter(row):
        return row
    kept = {key: value for key, value in row.items() if key not in ("alignment", "created_at")}
    kept["start"] = kept.pop("start_offset") / _OTTER_SAMPLES
    kept["end"] = kept.pop("end_offset") / _OTTER_SAMPLES
    return kept


# ---- Soniox and parakeet


def _find_pieces(fields: dict[str, Any]) -> dict[str, Any] | None:
    """A document with words in the place of the pieces of words that it has; None for others."""
    tokens = as_list(fields.get("tokens"))
    if _are_timed_tokens(tokens):
        return {**fields, "tokens": None, "words": _join_tokens_of_speakers(tokens)}
    sentences = as_list(fields.get("sentences"))
    if any(map(_has_tokens, sentences)):
        return {**fields, "sentences": list(map(_rewrite_sentence, sentences))}
    return None


def _are_timed_tokens(tokens: list[Any]) -> bool:
    """Whether entries are pieces of words with times."""
    texts = []
    for token in tokens[:_SAMPLE]:
        fields = as_object(token)
        text = fields.get("text")
        if not isinstance(text, str) or _find_end_key(fields) is None:
            return False
        texts.append(text)
    are_pieces = not any(" " in text.strip() for text in texts)
    return are_pieces and any(text.startswith(" ") for text in texts)


def _find_end_key(fields: dict[str, Any]) -> str | None:
    for key, value in fields.items():
        if is_number(value) and "end" in meanings(key):
            return key
    return None


def _join_tokens_of_speakers(tokens: list[Any]) -> list[dict[str, Any]]:
    """Words; a new speaker begins one, too."""
    end_key = _find_end_key(as_object(tokens[0])) or ""
    words: list[dict[str, Any]] = []
    for _, spoken in groupby(map(as_object, tokens), key=lambda token: token.get("speaker")):
        pieces = []
        for fields in spoken:
            text = fields.get("text")
            if isinstance(text, str):
                times = {key: value for key, value in fields.items() if key != "text"}
                pieces.append(Token(text, times))
        words += join_tokens(pieces, end_key)
    return [{**word, "word": word["word"].strip()} for word in words]


def _has_tokens(sentence: Any) -> bool:
    first = as_object(first_of(as_object(sentence).get("tokens")))
    return is_number(first.get("start"))


def _rewrite_sentence(row: Any) -> Any:
    """A sentence with words; as it is if its tokens do not make up its text."""
    if not _has_tokens(row) or as_object(row).get("words"):
        return row
    tokens: list[Token] = []
    for token in map(as_object, row["tokens"]):
        text = token.get("text")
        if not isinstance(text, str):
            return row
        tokens.append(Token(text, {"start": token.get("start"), "end": token.get("end")}))
    words = join_tokens(tokens, "end")
    whole = row.get("text")
    if not isinstance(whole, str) or spell(words).strip() != whole.strip():
        return row
    return {**row, "words": words}


_READERS = (
    _find_watson,
    _find_otter,
    _find_pieces,
    screenpipe.read_results,
    amivoice.read_results,
    timed_words.read_pairs,
    timed_words.read_named,
    _find_vosk,
)
"""What each takes is an object; the first that finds its product counts."""
