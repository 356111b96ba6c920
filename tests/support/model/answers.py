"""The ways in which the server handles and answers a call: all that docs/server.md names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from transcript_bridge.errors import OmiError, UnreachableError
from transcript_bridge.omi.failures import failure_of, unknown_outcome

Effect = Literal["nothing", "now", "later", "working", "vanishing"]
"""The effect of a POST. later: the server continues after the connection is gone. working: it
answers before it is done. vanishing: it is not done in the end."""


@dataclass(frozen=True)
class Fate:
    """The way in which one call is handled.

    status, body, retry_after: of the answer. status 0: the connection is cut; -1: there was none.
    seconds: how long the answer takes, or how long the server continues without one.
    discards: the server finds it too short, if it is short.
    """

    effect: Effect = "now"
    status: int = 200
    body: str = ""
    retry_after: str = ""
    seconds: float = 0.0
    discards: bool = False

    def make_error(self) -> OmiError | None:
        """Make the error that the client raises; None for a success."""
        if self.status == 200 and not self.body:
            return None
        if self.status == 200:
            return unknown_outcome("the answer cannot be understood")
        if self.status == 0:
            return unknown_outcome("the connection was cut")
        if self.status == -1:
            return UnreachableError("no connection")
        headers = {"retry-after": self.retry_after} if self.retry_after else {}
        return failure_of(self.status, headers, self.body.encode())


def _said(text: str) -> str:
    return json.dumps({"detail": text})


_JSON_500 = _said("Error processing conversation, please try again later")

POSTS: dict[str, Fate] = {
    "stored": Fate(),
    "stored after a while": Fate(seconds=100.0),
    "discarded": Fate(discards=True),
    "working": Fate("working", seconds=90.0),
    "working in vain": Fate("vanishing", seconds=90.0),
    "cut before": Fate("nothing", 0),
    "cut after": Fate("now", 0),
    "cut after, discarded": Fate("now", 0, discards=True),
    "cut, stored later": Fate("later", 0, seconds=110.0),
    "unreadable answer": Fate("now", 200, "<html>"),
    "no connection": Fate("nothing", -1),
    "timeout, not stored": Fate("nothing", 504, seconds=180.0),
    "timeout, stored": Fate("now", 504, seconds=180.0),
    "timeout, stored later": Fate("later", 504, seconds=200.0),
    "502 before": Fate("nothing", 502),
    "502 after": Fate("now", 502),
    "500 as JSON": Fate("nothing", 500, _JSON_500),
    "500 as text, not stored": Fate("nothing", 500, "Internal Server Error"),
    "500 as text, stored": Fate("now", 500, "Internal Server Error"),
    "503": Fate("nothing", 503, _said("Rate limiter unavailable")),
    "503 with a wait": Fate("nothing", 503, _said("Rate limiter unavailable"), "20"),
    "429 for seconds": Fate("nothing", 429, _said("Rate limit exceeded."), "7"),
    "429 for an hour": Fate("nothing", 429, _said("Rate limit exceeded."), "3600"),
    "429 for ever": Fate("nothing", 429, _said("Rate limit exceeded."), "99999999999999"),
    "413": Fate("nothing", 413),
    "422": Fate("nothing", 422, _said("Segment 2: end time must be after start time")),
    "402": Fate("nothing", 402, _said("A paid plan is required")),
    "401": Fate("nothing", 401, _said("Invalid API Key")),
}
"""A POST's fates by name."""

READS: dict[str, Fate] = {
    "answered": Fate(),
    "cut": Fate("nothing", 0),
    "no connection": Fate("nothing", -1),
    "timeout": Fate("nothing", 504, seconds=180.0),
    "500": Fate("nothing", 500, "Internal Server Error"),
    "503": Fate("nothing", 503, _said("Rate limiter unavailable")),
    "429": Fate("nothing", 429, _said("Rate limit exceeded."), "40"),
    "401": Fate("nothing", 401, _said("Invalid API Key")),
}
"""Those of a GET."""

REMOVALS: dict[str, Fate] = {
    "removed": Fate(),
    "cut before": Fate("nothing", 0),
    "cut after": Fate("now", 0),
    "no connection": Fate("nothing", -1),
    "503": Fate("nothing", 503, _said("busy")),
    "429": Fate("nothing", 429, _said("Rate limit exceeded."), "40"),
    "402": Fate("nothing", 402, _said("A paid plan is required")),
}
"""Those of a PATCH or DELETE."""
