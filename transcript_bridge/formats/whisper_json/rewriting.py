"""Documents whose shape the table of keys cannot describe, with entries that it can.

Watson Speech to Text
    {results: [{alternatives: [{transcript, timestamps: [["word", start, end]]}]}],
    speaker_labels: [{from, to, speaker}]}, seconds; a label begins where its word does
parakeet-mlx
    {sentences: [{text, start, end, tokens: [{text: " Good", start, end}]}]}, seconds; a token
    that begins with a blank begins a word
"""

from __future__ import annotations

from typing import Any

from ..json_text import as_object, is_number

_HESITATION = "%HESITATION"
"""Watson's word for a sound that is none."""


def rewrite(document: Any) -> Any:
    """A document of Watson or parakeet in the keys of the table; any other as it is."""
    fields = as_object(document)
    inner = as_object(fields.get("result"))  # IBM's own client puts it in there
    for candidate in (fields, inner):
        results = candidate.get("results")
        if isinstance(results, list) and any(_has_timestamps(result) for result in results):
            return _rewrite_watson(results, candidate.get("speaker_labels"))
    sentences = fields.get("sentences")
    if isinstance(sentences, list) and any(_has_tokens(sentence) for sentence in sentences):
        return {**fields, "sentences": [_rewrite_sentence(row) for row in sentences]}
    return document


# ---- Watson


def _best_of(result: Any) -> dict[str, Any]:
    alternatives = as_object(result).get("alternatives")
    if isinstance(alternatives, list) and alternatives:
        return as_object(alternatives[0])
    return {}


def _has_timestamps(result: Any) -> bool:
    timestamps = _best_of(result).get("timestamps")
    return isinstance(timestamps, list) and bool(timestamps) and isinstance(timestamps[0], list)


def _rewrite_watson(results: list[Any], labels: Any) -> dict[str, Any]:
    speakers = {}
    for label in labels if isinstance(labels, list) else ():
        fields = as_object(label)
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
    for entry in timestamps if isinstance(timestamps, list) else ():
        if not isinstance(entry, list) or len(entry) != 3 or entry[0] == _HESITATION:
            continue
        word = {"word": entry[0], "start": entry[1], "end": entry[2]}
        speaker = speakers.get(entry[1]) if is_number(entry[1]) else None
        if speaker is not None:
            word["speaker"] = speaker
        words.append(word)
    return words


def _clean(text: Any) -> Any:
    if isinstance(text, str):
        return " ".join(text.replace(_HESITATION, " ").split())
    return text


# ---- parakeet


def _has_tokens(sentence: Any) -> bool:
    tokens = as_object(sentence).get("tokens")
    return (
        isinstance(tokens, list) and bool(tokens) and is_number(as_object(tokens[0]).get("start"))
    )


def _rewrite_sentence(row: Any) -> Any:
    """A sentence with words; as it is if its tokens do not make up its text."""
    if not _has_tokens(row) or as_object(row).get("words"):
        return row
    words: list[dict[str, Any]] = []
    for token in row["tokens"]:
        fields = as_object(token)
        text = fields.get("text")
        if not isinstance(text, str):
            return row
        if text.startswith(" ") or not words:
            words.append({"word": text, "start": fields.get("start"), "end": fields.get("end")})
        else:
            words[-1]["word"] += text
            words[-1]["end"] = fields.get("end")
    spelled = "".join([word["word"] for word in words])
    whole = row.get("text")
    if not isinstance(whole, str) or spelled.strip() != whole.strip():
        return row
    return {**row, "words": words}
