"""Entries that hold others: the sentences of a paragraph, the alternatives of a result."""

from __future__ import annotations

from typing import Any

from ..json_keys import Role, fold_key, meanings
from ..json_text import as_list, as_object, first_object, first_of
from .layout import Layout, find_layout

_CHILDREN = frozenset(
    (
        "segments",
        "sentences",
        "utterances",
        "lines",
        "paragraphs",
        "turns",
        "elements",
        "contents",
        "entries",
        "cues",
        "children",
    )
)
"""Names of lists inside of entries."""
_GROUPS = frozenset(("cues",))
"""Those whose entries need no time or speaker around them."""
_INNER = frozenset(("data", "content", "additions", "attributes", "speech", "transcription"))
"""Objects inside of entries, with their times or speakers."""
_ALTERNATIVES = ("alternatives", "nBest", "NBest", "hypotheses")
_LIFTED: frozenset[Role] = frozenset(("start", "speaker", "words"))
_LINES = frozenset(("lines", "text", "res"))
_TIMED: frozenset[Role] = frozenset(("start", "span", "words"))
_TAGS = ("speakerTag", "speaker_tag", "speakerLabel")
"""Keys of the speaker of a word in Google's results."""


def open_entries(rows: list[Any], layout: Layout) -> list[Any]:
    """The entries that have the texts; those of other lists as they are.

    A nested entry has its speaker from the one around it. The alternatives of a result are
    different hearings of the same; the first is the best.
    """
    if _best_of(first_object(rows)) is not None:
        return _drop_repeated([_take_best(row) for row in rows])
    if layout.text or layout.words:
        return rows
    has_groups = not _GROUPS.isdisjoint(first_object(rows))
    if not layout.speaker and not layout.start and not has_groups:
        return rows
    opened: list[Any] = []
    for row in rows:
        opened += _open_entry(row, layout)
    return opened or rows


def open_channels(name: str, rows: list[Any]) -> list[Any]:
    """The words of all channels, if a list is Deepgram's channels and has several.

    Each channel is a speaker then.
    """
    if name != "channels" or len(rows) < 2:
        return rows
    words: list[Any] = []
    for number, row in enumerate(rows):
        best = _best_of(as_object(row)) or {}
        for word in as_list(best.get("words")):
            words.append({**as_object(word), "speaker": f"channel {number}"})
    return words


def _best_of(row: dict[str, Any]) -> dict[str, Any] | None:
    """The first alternative of an entry; None if it has none."""
    for key in _ALTERNATIVES:
        best = first_of(row.get(key))
        if isinstance(best, dict):
            return best
    return None


def _take_best(row: Any) -> Any:
    best = _best_of(as_object(row))
    if best is None:
        return row
    rest = {key: value for key, value in row.items() if key not in _ALTERNATIVES}
    return {**best, **rest}


def _drop_repeated(rows: list[Any]) -> list[Any]:
    """Google repeats all words in the last result, and only there with their speakers."""
    tagged = [row for row in rows if _has_tagged_words(as_object(row))]
    if len(rows) > 1 and tagged == rows[-1:]:
        return tagged
    return rows


def _has_tagged_words(row: dict[str, Any]) -> bool:
    first = as_object(first_of(row.get("words")))
    return any(first.get(key) for key in _TAGS)


def _open_entry(row: Any, layout: Layout) -> list[Any]:
    fields = as_object(row)
    inherited = {key: fields[key] for key in layout.speaker if key in fields}
    children: list[Any] = []
    for key, inner in fields.items():
        if fold_key(key) in _CHILDREN:
            children += as_list(inner)
    below = find_layout(children)
    if below.text and layout.start and not below.has_start:
        return [_join_texts(fields, children, below)]
    return [{**inherited, **child} if isinstance(child, dict) else child for child in children]


def _join_texts(fields: dict[str, Any], children: list[Any], layout: Layout) -> dict[str, Any]:
    """An entry whose parts have no times of their own, with the text of all of them."""
    texts = [as_object(child).get(layout.text_key) for child in children]
    whole = "".join([text for text in texts if isinstance(text, str)])
    kept = {key: value for key, value in fields.items() if fold_key(key) not in _CHILDREN}
    words: list[Any] = []
    for child in children:
        words += as_list(as_object(child).get("words"))
    return {**kept, "text": whole, "words": words or None}


def lift_values(rows: list[Any]) -> list[Any]:
    """Entries with the values of an object inside of them: `{text, data: {start, speaker}}`."""
    first = first_object(rows)
    for key in sorted(_INNER & first.keys()):
        roles = _list_roles(as_object(first[key]))
        if roles & _LIFTED:
            rows = [_lift(row, key) for row in rows]
    return rows


def _list_roles(fields: dict[str, Any]) -> set[Role]:
    """All roles that the keys of an object can play."""
    roles: set[Role] = set()
    for key in fields:
        roles.update(meanings(key))
    return roles


def _lift(row: Any, key: str) -> Any:
    fields = dict(as_object(row))
    inner = as_object(fields.pop(key, None))
    if inner:
        return {**inner, **fields}
    return row


def join_lines(rows: list[Any]) -> list[Any]:
    """Entries whose text is a list of lines, with one text: `{lines: ["Good", "morning."]}`."""
    first = first_object(rows)
    if any(isinstance(value, str) and "text" in meanings(key) for key, value in first.items()):
        return rows
    for key, value in first.items():
        may_be_lines = isinstance(value, list) and _LINES & (meanings(key).keys() | {fold_key(key)})
        if may_be_lines and _join(value) is not None:
            rows = [_join_lines(row, key) for row in rows]
    return rows


def _join(lines: Any) -> str | None:
    """The text of lines, which are texts, or objects with a text and nothing of the time."""
    texts = []
    for line in as_list(lines):
        fields = as_object(line)
        text = fields.get("text", line)
        if not isinstance(text, str) or _list_roles(fields) & _TIMED:
            return None
        texts.append(text)
    if texts:
        return "\n".join(texts)
    return None


def _join_lines(row: Any, key: str) -> Any:
    fields = dict(as_object(row))
    text = _join(fields.pop(key, None))
    if text is None:
        return row
    return {**fields, "text": text}
