"""The numbers of the Omi API's contract, and our own where the server has none."""

from __future__ import annotations

MAX_SEGMENTS = 500
"""The contract's maxItems of transcript_segments."""
MAX_BODY_BYTES = 900_000
"""The server's storage holds about 1 MiB a document; a larger body is split earlier."""
MAX_SECONDS = 366 * 86_400.0
"""A time beyond a year of recording is a mistake; 1e15 crashes the server."""
