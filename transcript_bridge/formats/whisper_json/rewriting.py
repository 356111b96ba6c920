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

from ..json_text import as_list, as_object, first_of, is_number
from .tokens import Token, join_tokens, spell

_HESITATION = "%HESITATION"
"""Watson's word for a sound that is none."""


def rewrite(document: Any) -> Any:
    """A document of Watson or parakeet in the keys of the table; any other as it is."""
    fields = as_object(document)
    inner = as_object(fields.get("result"))  # IBM's own client puts it in there
    for candidate in (fields, inner):
        results = as_list(candidate.get("results"))
        if any(_has_timestamps(result) for result in results):
            return _rewrite_watson(results, candidate.get("speaker_labels"))
    sentences = as_list(fields.get("sentences"))
    if any(_has_tokens(sentence) for sentence in sentences):
        return {**fields, "sentences": [_rewrite_sentence(row) for row in sentences]}
    return document


# ---- Watson


def _best_of(result: Any) -> dict[str, Any]:
    return as_object(first_of(as_object(result).get("alternatives")))


def _has_timestamps(result: Any) -> bool:
    return isinstance(first_of(_best_of(result).get("timestamps")), list)


def _rewrite_watson(results: list[Any], labels: Any) -> dict[str, Any]:
    speakers = {}
    for label in as_list(labels):
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
    for entry in as_list(timestamps):
        if len(as_list(entry)) != 3 or entry[0] == _HESITATION:
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
