"""What can be chosen about a sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ...limits import GATEWAY_SECONDS

Generation = Literal["old", "middle", "new"]


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """The defaults make a new and reliable server that forgets everything when it stops."""

    generation: Generation = "new"
    """old: to February 2026; middle: to about May 2026; new: honors client_session_id."""
    data: Path | None = None
    """The SQLite file that keeps the conversations; None keeps them in memory."""

    processing_seconds: float = 0.0
    """How long a conversation takes to make; the real server needs some twenty model calls."""
    gateway_seconds: float = GATEWAY_SECONDS
    """After this time the answer is an empty 504; the conversation is made and stored all the
    same."""
    while_processing: Literal["processing", "conflict"] = "processing"
    """The answer to a repeat while the first is being processed: 200 with that status, or 409."""
    claim_seconds: float = 900.0
    """After this time, an unfinished claim of a client_session_id may be taken over."""
    after_delete: Literal["recreate", "deleted", "gone"] = "deleted"
    """The answer to the client_session_id of a deleted one: a new one, 200 `deleted`, or 410."""
    refuses_naive_times: bool | None = None
    """Whether times without an offset are 422 instead of UTC; None: as its generation does (new
    only)."""
    discard_below_words: int = 0
    """Conversations of fewer words are discarded. A model decides that on the real server, for
    fewer than 100 words; 0 keeps all, for demos that always show the same."""

    writes_per_window: int | None = None
    """Requests of each key until 429; None: no limit. The real code has 25 per hour. On new servers
    PATCH and DELETE count too."""
    reads_per_window: int | None = None
    """The real code has 60 per hour."""
    transcript_reads_per_window: int | None = None
    """How many of the reads may ask for transcripts; the real code has 25 per hour."""
    window_seconds: float = 3600.0
    """The window is fixed, and begins with the first request."""

    fault_share: float = 0.0
    """The share of POSTs that go wrong, from 0 to 1: lost answers, crashes, wrong answers."""

    control_token: str | None = field(default=None, repr=False)
    """What `/_sandbox/…` needs in the header X-Sandbox-Token; None: a random one. Empty: nothing,
    for tests on a machine where nobody browses the web."""
    checks_port: bool = True
    """Whether the Host header must have the own port; False: also that of a proxy."""

    owner_name: str = "User"
    """The speaker_name of segments with `is_user`."""
    people: Mapping[str, str] = field(default_factory=dict)
    """person_id -> name, for the speaker_name of segments that name a known person."""

    @property
    def requires_offsets(self) -> bool:
        """Whether times without an offset are refused."""
        if self.refuses_naive_times is None:
            return self.generation == "new"
        return self.refuses_naive_times
