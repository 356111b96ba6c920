"""Words of whisper.cpp's `-ojf`, from the tokens of a segment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..json_text import as_list, as_object
from .spans import open_span
from .tokens import Token, join_tokens, spell

_MARK = re.compile(r"\[_.*\]", re.DOTALL)


def read_segments(rows: list[Any]) -> list[Any]:
    """Segments with the words of their tokens; entries of other products as they are."""
    return [_read_segment(row) if _is_segment(row) else row for row in rows]


def _is_segment(row: Any) -> bool:
    times = as_object(row).get("offsets") or as_object(row).get("timestamps")
    return isinstance(times, dict)


def _read_segment(item: dict[str, Any]) -> dict[str, Any]:
    row = {key: value for key, value in item.items() if key != "tokens"}
    if row.get("speaker") == "?":  # could not tell, with --diarize
        del row["speaker"]
    words = _read_tokens(item)
    if words:
        row["words"] = words
    return row


def _read_tokens(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Words from the tokens of `-ojf`: a token that begins with a blank begins a word.

    Empty if the tokens do not make up the text: they are bytes of a model's vocabulary, and a
    character beyond ASCII can be torn between two of them (fixture whisper-cpp-full).
    """
    words = join_tokens(_spoken_tokens(item.get("tokens")), "end_ms")
    if spell(words) == item.get("text"):
        return words
    return []


def _spoken_tokens(tokens: Any) -> Iterator[Token]:
    """The text and the times of each token that is not a mark: [_BEG_], [_TT_350]."""
    for token in map(as_object, as_list(tokens)):
        text = token.get("text")
        if isinstance(text, str) and not _MARK.fullmatch(text):
            yield Token(text, open_span(token, ("offsets",)))
