"""Utterances -> batches, one per conversation: where to split, and the session id of each.

The session id (`client_session_id`) is a hash of texts, times and speakers, of the batch's number,
and of the start if the user stated it. A start that is guessed from the file's time is not
included, because a file that was copied or unzipped is the same conversation. So the same content,
sent again from any machine after any crash, is one conversation on a server that honors session ids
(docs/reliability.md).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate, pairwise
from typing import Any, Literal, NamedTuple

from ..limits import MAX_COMPRESSED_BYTES
from ..models import Utterances, Voice

Split = Literal["fill", "pause"]

_ROW_BYTES = 300
"""An upper bound for a segment's JSON without its text, with ids of usual length."""
_COMPRESSED_ROW_BYTES = 80
"""The same, compressed and with the random id that the server adds (measured: 45 to 60)."""
_ROOM_TO_SPARE = 0.95
"""The factor by which smaller batches compress worse."""
_MAX_BYTES_PER_CHARACTER = 6
"""The most bytes of a character in JSON: `\\u0000`."""


class _BatchLimits(NamedTuple):
    """The limits of one batch."""

    segments: int
    bytes: int


def split_batches(
    utterances: Utterances,
    voices: Mapping[str | None, Voice],
    *,
    max_segments: int,
    max_bytes: int,
    split: Split = "fill",
) -> list[Utterances]:
    """Split ordered utterances into as few batches as the limits allow.

    fill: each batch takes all that it can hold. pause: the same number of batches, each split at
    the widest pause that leaves enough room for the rest.

    The server stores a conversation compressed, so the compressed size is a limit, too. It is known
    only after the split: if a batch is too large, everything is split again with less room.
    """
    limits = _BatchLimits(max_segments, max_bytes)
    while True:
        sizes = _estimate_sizes(utterances, voices, limits)
        edges = _fill(sizes, limits)
        if split == "pause" and len(edges) > 2:
            edges = _split_at_pauses(utterances, sizes, len(edges) - 1, limits)
        excess, held = _find_excess(utterances, sizes, edges)
        if excess <= 1.0:
            return [utterances[start:stop] for start, stop in pairwise(edges)]
        limits = limits._replace(bytes=int(held / excess * _ROOM_TO_SPARE))


def _find_excess(
    utterances: Utterances, sizes: Sequence[int], edges: Sequence[int]
) -> tuple[float, int]:
    """The factor by which the worst batch exceeds the compressed size, and its uncompressed size.

    A single utterance cannot be divided, so it counts as within the limit.
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
    """An upper bound for the zlib bytes of segments with these texts. It is exact only near the
    limit, because compressing a conversation takes longer than reading its file."""
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
    """The id of one batch: a hash of its rows, its number (1-based), and its start, if stated.

    Ledgers and servers store these ids, so the algorithm must not change.
    """
    from hashlib import sha256  # slow to import; not needed by those who only read

    # As milliseconds since 1970, so that the offset does not change the id.
    began = ""
    if stated_start:
        began = str(round(stated_start.timestamp() * 1000))
    records = [f"1\x1f{number}\x1f{began}"]
    for row in rows:
        person = row.get("person_id", "")
        speaker = f"{row['speaker_id']}\x1f{int(row['is_user'])}\x1f{person}"
        records.append(f"{speaker}\x1f{row['start']!r}\x1f{row['end']!r}\x1f{row['text']}")
    digest = sha256("\x1e".join(records).encode())
    return f"tb1-{digest.hexdigest()[:40]}"


# ---- sizes


def _estimate_sizes(
    utterances: Utterances, voices: Mapping[str | None, Voice], limits: _BatchLimits
) -> list[int]:
    """An upper bound for the bytes of each segment."""
    average = limits.bytes // limits.segments
    longest = max(utterances.texts, key=len, default="")
    names = max([len(_names_of(voice)) for voice in voices.values()], default=0)
    largest = _ROW_BYTES + _MAX_BYTES_PER_CHARACTER * (len(longest) + names)
    if largest <= average:  # almost every file: the limit of bytes does not matter
        return [average] * len(utterances)
    columns = zip(utterances.texts, utterances.speakers, strict=True)
    return [_estimate_size(text, voices[speaker]) for text, speaker in columns]


def _names_of(voice: Voice) -> str:
    """Return the names that a segment's JSON may contain."""
    return (voice.name or "") + (voice.person_id or "")


def _estimate_size(text: str, voice: Voice) -> int:
    """An upper bound for a segment's JSON, with the name that `keep_names` may add."""
    escapes = text.count('"') + text.count("\\") + text.count("\n") + text.count("\t")
    names = 2 * len(_names_of(voice).encode())
    text_bytes = len(text) if text.isascii() else len(text.encode())
    return _ROW_BYTES + names + escapes + text_bytes


# ---- edges: batch n extends from edge n to edge n + 1


def _fill(sizes: Sequence[int], limits: _BatchLimits) -> list[int]:
    """The edges of batches, each of which holds as much as it can, from the left."""
    if max(sizes, default=0) * limits.segments <= limits.bytes:  # almost every file
        return [*range(0, len(sizes), limits.segments), len(sizes)]
    edges = [0]
    held = 0
    for index, size in enumerate(sizes):
        count = index - edges[-1]
        is_too_large = held + size > limits.bytes and count > 0
        if count >= limits.segments or is_too_large:
            edges.append(index)
            held = 0
        held += size
    edges.append(len(sizes))
    return edges


def _split_at_pauses(
    utterances: Utterances, sizes: Sequence[int], count: int, limits: _BatchLimits
) -> list[int]:
    """The edges of `count` batches, each at the widest pause that the limits allow."""
    total = len(sizes)
    # Batches filled from the right have the earliest edges that leave enough room for the rest.
    from_right = _fill(sizes[::-1], limits)
    earliest = [total - edge for edge in reversed(from_right)]
    starts = utterances.starts
    ends = list(accumulate(utterances.ends, max))

    def pause_before(index: int) -> tuple[int, int]:
        # Of equally wide pauses the latest, for fuller batches first.
        return starts[index] - ends[index - 1], index

    edges = [0]
    for number in range(1, count):
        begin = edges[-1]
        low = max(earliest[number], begin + 1)
        held = _fill(sizes[begin : begin + limits.segments], limits)[1]
        high = min(begin + held, total - (count - number))
        edges.append(max(range(low, high + 1), key=pause_before))
    return [*edges, total]
