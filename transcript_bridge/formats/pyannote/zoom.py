"""Zoom's timeline of a cloud recording: the speaker from each moment until the next.

{timeline: [{ts: "00:00:03.120", users: [{username: "Nora Weiss", user_id}]}, …]}
{timeline_refine: [{ts, end_ts, users}]}    with ends
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...problems import ProblemLog
from ..json_text import as_list, as_object

SIGN = re.compile(
    r"\"timeline(?:_refine)?\"\s{0,9}:\s{0,9}\[\s{0,99}\{[^{}\[\]]{0,300}\"(?:ts|users)\"\s{0,9}:"
)
_NAMES = ("username", "user_name", "zoom_userid", "user_id")
"""Keys of a user's name, the preferred first."""
_LAST = 1.0
"""The assumed length of the last moment in seconds, if somebody speaks in it."""


def read_timeline(document: Any, log: ProblemLog) -> list[Any] | None:
    """The turns of a timeline; None for any other document."""
    fields = as_object(document)
    moments = as_list(fields.get("timeline_refine") or fields.get("timeline"))
    rows = [as_object(moment) for moment in moments if "users" in as_object(moment)]
    if not rows:
        return None
    ends = [*[row.get("ts") for row in rows[1:]], None]
    turns: list[Any] = []
    for row, end in zip(rows, ends, strict=True):
        turns += _read_moment(row, row.get("end_ts", end))
    if turns and turns[-1]["end"] is None:
        message = f"the last moment has no end; it was taken to last {_LAST:.0f} s"
        log.add("time-guessed", message)
    return turns


def _read_moment(row: dict[str, Any], end: Any) -> Iterator[dict[str, Any]]:
    for user in map(as_object, as_list(row["users"])):
        name = next(filter(None, map(user.get, _NAMES)), None)
        turn = {"start": row.get("ts"), "end": end, "speaker": name}
        if end is None:
            turn["duration"] = _LAST
        yield turn
