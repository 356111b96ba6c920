"""Opens nested entries: the sentences of a paragraph, the alternatives of a result."""

from __future__ import annotations

import operator
import re
from functools import partial
from itertools import chain, pairwise
from typing import Any

from ..json_keys import Role, find_items, fold_key, roles_of
from ..json_text import (
    as_list,
    as_object,
    as_text,
    change_objects,
    find_all,
    find_objects,
    first_object,
    first_of,
    without_keys,
)
from .layout import Layout, find_layout, first_value
from .moments import read_moment

Row = dict[str, Any]
_CHILDREN = frozenset(
    (
        "segments",
        "sentences",
        "utterances",
        "lines",
        "line",
        "paragraphs",
        "paragraph",
        "turns",
        "elements",
        "contents",
        "entries",
        "cues",
        "children",
        "terms",
        "text_blocks",
        "items",
        "spans",
        "data",
        "transcript",
        "dialogue",
        "chunks",
        "segment",
        "turn",
        "utterance",
        "sentence",
    )
)
"""Names of lists inside of entries."""
_GROUP = "cues"
"""A list whose entries need no time or speaker around them."""
_SPANS = "spans"
"""The words of Rev's editor, its punctuation, and blanks: nothing says which is which."""
_INNER = frozenset(("data", "content", "additions", "attributes", "speech", "transcription"))
"""Objects inside of entries, with their times or speakers."""
_ALTERNATIVES = ("alternatives", "nBest", "NBest", "hypotheses")
_LIFTED: frozenset[Role] = frozenset(("start", "speaker", "words"))
_WHOLE: frozenset[Role] = frozenset(("start", "text"))
_LINES = frozenset(("lines", "res"))
_TIMED: frozenset[Role] = frozenset(("start", "span", "words"))
_TIMES: frozenset[Role] = frozenset(("start", "span"))
_MIN_KEYS = 2
_OF_ANY_UNIT = 1
_TAGS = ("speakerTag", "speaker_tag", "speakerLabel")
"""Keys of the speaker of a word in Google's results."""


def open_entries(rows: list[Any], layout: Layout) -> list[Any]:
    """Return the inner entries that have the texts; other lists are returned unchanged.

    A nested entry takes its speaker from the outer one. Of several alternatives of a result, the
    first is the best.
    """
    opened = _open_once(rows, layout)
    while opened is not rows:
        rows = opened
        opened = _open_once(rows, find_layout(rows))
    return rows


def _open_once(rows: list[Any], layout: Layout) -> list[Any]:
    first = first_object(rows)
    if _find_best(first):
        return _drop_repeated(change_objects(rows, _take_best))
    if layout.text:
        return rows
    is_group = layout.speaker or layout.start or _GROUP in first
    if is_group or _go_on(rows):
        opened = map(partial(_open_entry, layout=layout), map(as_object, rows))
        return list(chain.from_iterable(opened)) or rows
    return rows


def _go_on(rows: list[Any]) -> bool:
    """Whether the entries of each object follow those of the one before, as in chapters or pages.

    Objects with no other keys are documents of several recordings.
    """
    if len(rows) < 2 or len(first_object(rows)) < _MIN_KEYS:
        return False
    starts = [_list_starts(as_object(row)) for row in rows]
    return all(starts) and all(max(before) <= after[0] for before, after in pairwise(starts))


def _list_starts(fields: Row) -> list[int]:
    """Return the starts of the entries in an entry, in any unit."""
    children = list_children(fields)
    keys = find_layout(children).start
    times = [first_value(child, keys) for child in find_objects(children, "*")]
    moments = [read_moment(time, _OF_ANY_UNIT) for time in times]
    return [moment.ms for moment in moments if moment]


def list_children(fields: Row) -> list[Any]:
    """Return the entries in an entry."""
    children: list[Any] = []
    for key in find_nested(fields):
        inner = fields[key]
        children += list_children(inner) if isinstance(inner, dict) else as_list(inner)
    return children


def find_nested(fields: Row) -> list[str]:
    """The keys of the lists inside of an entry."""
    return [key for key in fields if fold_key(key) in _CHILDREN]


def open_channels(name: str, rows: list[Any]) -> list[Any]:
    """Return the words of all channels, if a list has several channels in Deepgram's form.

    Each channel is a speaker.
    """
    if name != "channels" or len(rows) < 2:
        return rows
    words = []
    for number, row in enumerate(rows):
        best = _find_best(as_object(row))
        for word in find_objects(best, "words.*"):
            words.append({**word, "speaker": f"channel {number}"})
    return words or rows


def _find_best(row: Row) -> Row:
    """The first of the alternatives of an entry; empty if it has none."""
    return first_object([first_of(row.get(key)) for key in _ALTERNATIVES])


def _take_best(row: Row) -> Row:
    return {**_find_best(row), **without_keys(row, *_ALTERNATIVES)}


def _drop_repeated(rows: list[Any]) -> list[Any]:
    """Keep only the last result of Google, which repeats all words with their speakers."""
    tagged = list(filter(_has_tagged_words, rows))
    if tagged == rows[-1:]:
        return tagged
    return rows


def _has_tagged_words(row: Any) -> bool:
    word = first_object(find_all(row, "words.0"))
    return any(map(word.get, _TAGS))


def _open_entry(fields: Row, layout: Layout) -> list[Any]:
    nested = find_nested(fields)
    children = list_children(fields)
    if _SPANS in nested:
        children = change_objects(children, _name_kind)
    below = find_layout(children)
    if below.text and not below.has_start:
        return [_join_texts(without_keys(fields, *nested), children, below)]
    inherited = {key: fields.get(key) for key in layout.speaker}
    return change_objects(children, partial(operator.or_, inherited))


def _name_kind(span: Row) -> Row:
    is_word = re.search(r"\w", as_text(span.get("value")))
    return {**span, "type": "text" if is_word else "punct"}


def _join_texts(fields: Row, children: list[Any], layout: Layout) -> Row:
    """Join the texts of parts that have no times into the text of their entry."""
    texts = map(as_text, find_all(children, f"*.{layout.text_key}"))
    words = find_all(children, "*.words.*")
    return {**fields, "text": "".join(texts), "words": words}


def lift_values(rows: list[Any]) -> list[Any]:
    """Move the values of an inner object to its entry: `{text, data: {start, speaker}}`,
    `{node: {start, text}}`.
    """
    first = first_object(rows)
    objects = {key: value for key, value in first.items() if isinstance(value, dict)}
    own = roles_of(first.keys() - objects.keys())
    lacking = frozenset[Role]() if "words" in own else _WHOLE - own
    for key, value in sorted(objects.items()):
        inner = roles_of(value)
        are_times = bool(_TIMES & roles_of([key]))
        has_lacking = bool(lacking) and inner >= lacking and not are_times
        if has_lacking or (key in _INNER and inner & _LIFTED):
            rows = change_objects(rows, partial(_lift, key=key))
    return rows


def _lift(row: Row, key: str) -> Row:
    inner = as_object(row.get(key))
    if inner:
        return {**inner, **without_keys(row, key)}
    return row


def join_lines(rows: list[Any]) -> list[Any]:
    """Join a text that is a list of lines: `{lines: ["Good", "morning."]}`."""
    first = first_object(rows)
    texts = dict(find_items(first, "text"))
    if str in map(type, texts.values()):
        return rows
    for key in first:
        if key in texts or fold_key(key) in _LINES:
            rows = change_objects(rows, partial(_join_lines, key=key))
    return rows


def _join(lines: Any) -> str:
    """Join lines, which are texts, or objects with a text and no time; empty for other values."""
    texts = []
    for line in as_list(lines):
        fields = as_object(line)
        text = fields.get("text", line)
        if not isinstance(text, str) or roles_of(fields) & _TIMED:
            return ""
        texts.append(text)
    return "\n".join(texts)


def _join_lines(row: Row, key: str) -> Row:
    text = _join(row.get(key))
    if text:
        return {**without_keys(row, key), "text": text}
    return row
