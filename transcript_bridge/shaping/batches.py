"""Utterances -> parts of at most 500: where to cut, when each part began, and what it is called.

The name (`client_session_id`) is a hash of what is said, when and by whom, of the part's number,
and of the start where somebody stated it. A start that was only guessed from the file's date is no
part of it: a file that was copied or unzipped is the same conversation. So the same content sent
twice, from any machine, after any crash, is one conversation on a server that honours the key
(docs/reliability.md).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate, pairwise
from typing import Any, Literal

from ..limits import MAX_COMPRESSED_BYTES
from ..models import Utterances, Voice

Split = Literal["fill", "pause"]

_ROW_BYTES = 300
"""More than a segment's JSON takes apart from its text, with ids of usual length."""
_COMPRESSED_ROW_BYTES = 80
"""The same compressed, with the random id that the server adds (measured: 45 to 60)."""
_ROOM_TO_SPARE = 0.95
"""Smaller parts compress a little worse."""


def cut(
    utterances: Utterances,
    voices: Mapping[str | None, Voice],
    *,
    max_segments: int,
    max_bytes: int,
    split: Split = "fill",
) -> list[Utterances]:
    """Cut ordered utterances into as few parts as the limits allow.

    fill: each part takes all it can hold. pause: the same number of parts, each cut at the widest
    pause that leaves enough room for the rest.

    The server stores a conversation compressed, so the compressed size is a limit, too. It is known
    only after the cut: where a part is too large, all are cut again with less room.
    """
    while True:
        sizes = _sizes(utterances, voices, max_bytes // max_segments)
        edges = _fill(sizes, max_segments, max_bytes)
        if split == "pause" and len(edges) > 2:
            edges = _at_pauses(utterances, sizes, len(edges) - 1, max_segments, max_bytes)
        excess, held = _find_excess(utterances, sizes, edges)
        if excess <= 1.0:
            return [utterances[start:stop] for start, stop in pairwise(edges)]
        max_bytes = int(held / excess * _ROOM_TO_SPARE)


def _find_excess(
    utterances: Utterances, sizes: Sequence[int], edges: Sequence[int]
) -> tuple[float, int]:
    """By which factor the worst part exceeds the compressed size, and its size before compression.

    A single utterance cannot be cut, so it exceeds nothing.
    """
    worst = 0.0
    held = 0
    for start, stop in pairwise(edges):
        if stop - start == 1:
            continue
        excess = _compressed_size(utterances.texts[start:stop]) / MAX_COMPRESSED_BYTES
        if excess > worst:
            worst = excess
            held = sum(sizes[start:stop])
    return worst, held


def _compressed_size(texts: Sequence[str]) -> int:
    """An upper bound of the zlib bytes of segments with these texts. Exact only where it matters:
    compressing a conversation takes longer than reading its file."""
    rows = len(texts) * _COMPRESSED_ROW_BYTES
    bound = rows + 3 * sum(map(len, texts))
    if bound <= MAX_COMPRESSED_BYTES:
        return bound
    content = "\n".join(texts).encode("ascii", "backslashreplace")  # as JSON escapes it
    if rows + len(content) <= MAX_COMPRESSED_BYTES:
        return rows + len(content)
    return rows + len(zlib.compress(content))


def session_id(
    rows: Sequence[Mapping[str, Any]], number: int, stated_start: datetime | None
) -> str:
    """The name of one part: a hash of its rows, of its number (1-based), and of the start that was
    stated for it."""
    from hashlib import sha256  # slow to import, and needed by nobody who merely reads

    # Milliseconds since 1970, so that a moment told with another offset is the same moment.
    began = str(round(stated_start.timestamp() * 1000)) if stated_start else ""
    said = (
        f"{r['speaker_id']}\x1f{int(r['is_user'])}\x1f{r.get('person_id', '')}"
        f"\x1f{r['start']!r}\x1f{r['end']!r}\x1f{r['text']}"
        for r in rows
    )
    digest = sha256("\x1e".join((f"1\x1f{number}\x1f{began}", *said)).encode())
    return f"tb1-{digest.hexdigest()[:40]}"


def _sizes(utterances: Utterances, voices: Mapping[str | None, Voice], harmless: int) -> list[int]:
    """An upper bound of the bytes of each; all `harmless` where not even the longest is larger (a
    usual file)."""
    longest = max(utterances.texts, key=len, default="")
    names = max((len(v.name or "") + len(v.person_id or "") for v in voices.values()), default=0)
    if (
        _ROW_BYTES + 6 * (len(longest) + names) <= harmless
    ):  # no character takes more than six bytes of JSON
        return [harmless] * len(utterances)
    columns = zip(utterances.texts, utterances.speakers, strict=True)
    return [_size(text, voices[speaker]) for text, speaker in columns]


def _size(text: str, voice: Voice) -> int:
    """An upper bound of the bytes that a segment's JSON takes, with the name that `keep_names` may
    add."""
    escaped = text.count('"') + text.count("\\") + text.count("\n") + text.count("\t")
    about = 2 * len((voice.name or "").encode()) + 2 * len((voice.person_id or "").encode())
    return _ROW_BYTES + about + escaped + (len(text) if text.isascii() else len(text.encode()))


def _fill(sizes: Sequence[int], max_segments: int, max_bytes: int) -> list[int]:
    """The edges of parts that each hold all they can, from the left."""
    if (
        sizes and max(sizes) * max_segments <= max_bytes
    ):  # nearly every file: no part can be too large
        return [*range(0, len(sizes), max_segments), len(sizes)]
    edges = [0]
    held = 0
    for index, size in enumerate(sizes):
        if index - edges[-1] >= max_segments or (held + size > max_bytes and index > edges[-1]):
            edges.append(index)
            held = 0
        held += size
    if sizes:
        edges.append(len(sizes))
    return edges


def _at_pauses(
    utterances: Utterances, sizes: Sequence[int], count: int, max_segments: int, max_bytes: int
) -> list[int]:
    """Edges of `count` parts, each cut at the widest pause between what the rest needs and what the
    part holds."""
    total = len(sizes)
    # Filled from the right, the parts' left edges are the earliest cuts that leave the rest enough
    # room.
    from_right = _fill(sizes[::-1], max_segments, max_bytes)
    earliest = [total - edge for edge in reversed(from_right)]
    starts, ends = utterances.starts, list(accumulate(utterances.ends, max))
    edges = [0]
    for number in range(1, count):
        low = max(earliest[number], edges[-1] + 1)
        high = (
            edges[-1]
            + _fill(sizes[edges[-1] : edges[-1] + max_segments], max_segments, max_bytes)[1]
        )
        high = min(high, total - (count - number))
        # Of equally wide pauses the latest: fuller parts first.
        edges.append(max(range(low, high + 1), key=lambda i: (starts[i] - ends[i - 1], i)))
    return [*edges, total]
