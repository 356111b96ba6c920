"""The options of a sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ...limits import GATEWAY_SECONDS

Generation = Literal["old", "middle", "new"]


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """The defaults are a new, reliable server that forgets everything when it stops."""

    generation: Generation = "new"
    """old: to February 2026; middle: to about May 2026; new: honors client_session_id."""
    data: Path | None = None
    """The SQLite file for the conversations; None keeps them in memory."""

    processing_seconds: float = 0.0
    """Seconds of processing a conversation; the real server needs some twenty model calls."""
    gateway_seconds: float = GATEWAY_SECONDS
    """After this many seconds the answer is an empty 504; the conversation is still processed and
    stored."""
    while_processing: Literal["processing", "conflict"] = "processing"
    """The answer to a repeat while the first request is being processed: 200 with that status, or
    409."""
    claim_seconds: float = 900.0
    """Seconds after which an unfinished claim of a client_session_id may be taken over."""
    after_delete: Literal["recreate", "deleted", "gone"] = "deleted"
    """The answer to the client_session_id of a deleted conversation: a new one, 200 `deleted`, or
    410."""
    refuses_naive_times: bool | None = None
    """Whether times without an offset are answered with 422 instead of taken for UTC; None: as the
    generation does (only new ones refuse)."""
    discard_below_words: int = 0
    """Conversations with fewer words are discarded. On the real server a model decides that below
    100 words; 0 keeps all, for demos that always show the same."""

    writes_per_window: int | None = None
    """Requests per key and window until 429; None: no limit. The real code allows 25 per hour. On
    new servers, PATCH and DELETE are also counted."""
    reads_per_window: int | None = None
    """The real code allows 60 per hour."""
    transcript_reads_per_window: int | None = None
    """How many of the reads may ask for transcripts; the real code allows 25 per hour."""
    window_seconds: float = 3600.0
    """The length of the window in seconds; it begins with the first request."""

    fault_share: float = 0.0
    """The share of POSTs that fail, from 0 to 1: lost answers, crashes, wrong answers."""

    control_token: str | None = field(default=None, repr=False)
    """The token that `/_sandbox/…` needs in the header X-Sandbox-Token; None: a random one. Empty:
    none, for tests on a machine where nobody browses the web."""
    checks_port: bool = True
    """Whether the Host header must have the server's own port; False: a proxy's port is accepted,
    too."""

    owner_name: str = "User"
    """The speaker_name of segments with `is_user`."""
    people: Mapping[str, str] = field(default_factory=dict)
    """person_id -> name, for the speaker_name of segments with a known person."""

    @property
    def requires_offsets(self) -> bool:
        """Whether times without an offset are refused."""
        if self.refuses_naive_times is None:
            return self.generation == "new"
        return self.refuses_naive_times
