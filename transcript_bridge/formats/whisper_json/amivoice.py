"""AmiVoice's results, whose speakers are named at each token.

    {results: [{starttime, endtime, text, tokens: [{written, starttime, endtime, label}]}]}
    {segments: [{results: [the same]}]}     of a job

Times are ms. A token whose `spoken` is `_` is a mark of punctuation, which belongs to the word
before it.
"""

from __future__ import annotations

from typing import Any

from ..json_text import as_list, as_object, first_of, is_number

_MARK = "_"


def read_results(fields: dict[str, Any]) -> dict[str, Any] | None:
    """The segments of a document of AmiVoice; None for any other."""
    results = as_list(fields.get("results"))
    for segment in as_list(fields.get("segments")):
        results = [*results, *as_list(as_object(segment).get("results"))]
    if not any(map(_has_tokens, results)):
        return None
    return {"segments": [_read_result(as_object(result)) for result in results]}


def _has_tokens(result: Any) -> bool:
    token = as_object(first_of(as_object(result).get("tokens")))
    return isinstance(token.get("written"), str) and is_number(token.get("starttime"))


def _read_result(result: dict[str, Any]) -> dict[str, Any]:
    words: list[dict[str, Any]] = []
    for token in map(as_object, as_list(result.get("tokens"))):
        written = token.get("written")
        if token.get("spoken") == _MARK and words:
            words[-1]["word"] = f"{words[-1]['word']}{written}"
            continue
        word = {
            "word": written,
            "start_ms": token.get("starttime"),
            "end_ms": token.get("endtime"),
        }
        if token.get("label"):
            word["speaker"] = token["label"]
        words.append(word)
    return {
        "start_ms": result.get("starttime"),
        "end_ms": result.get("endtime"),
        "text": result.get("text"),
        "words": words,
    }
