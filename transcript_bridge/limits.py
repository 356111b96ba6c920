"""The address of the Omi API, its limits, and our own where the server has none."""

from __future__ import annotations

DEFAULT_API_BASE = "https://api.omi.me"
"""Omi's own server."""

MAX_SEGMENTS = 500
"""Segments of one conversation: the contract's maxItems of transcript_segments."""
MAX_BODY_BYTES = 900_000
"""Bytes of one request as JSON. This limit is our own; the server has none."""
MAX_DOCUMENT_BYTES = 1_048_576
"""Bytes of one stored conversation: the limit of a document in the server's database."""
STORED_PER_COMPRESSED = 8 / 3
"""Stored bytes per byte of zlib output: segments are stored as base64(AES(hex(zlib(JSON))))."""
MAX_COMPRESSED_BYTES = 350_000
"""zlib bytes of one request's segments. It stores 933,000 bytes of them, and leaves room for what
the server adds to each segment. Omi's own importer splits at the same size."""
MAX_SECONDS = 366 * 86_400.0
"""Seconds. A time beyond a year of recording is a mistake; 1e15 crashes the server."""
MAX_SESSION_ID = 200
"""Characters of a client_session_id."""
MAX_TITLE = 500
"""Characters of a title."""

LIST_PAGE = 100
"""Conversations per page of a listing, at most."""
TRANSCRIPT_PAGE = 25
"""Conversations per page of a listing with transcripts, at most."""
WRITES_PER_HOUR = 25
"""Writes (POST, PATCH, DELETE) per hour and key in the server's code. A deployment may multiply it,
so the true number is learned from the server."""
DISCARD_WORDS = 100
"""A longer conversation (in words) is never discarded; below that, a model of the server
decides."""

GATEWAY_SECONDS = 120.0
"""Seconds after which the server answers 504; it continues to work on the request."""
READ_TIMEOUT = 180.0
"""Seconds to wait for an answer: longer than the gateway waits."""
DEFAULT_RETRY_AFTER = 900.0
"""Seconds to wait after a 429 without Retry-After, which is rare."""
MAX_RETRY_AFTER = 86_400.0
"""Seconds, one day. A longer Retry-After is taken for a mistake: the limits are per hour, and a
larger number, once stored, would stop every later run."""
WAITS_PER_REQUEST = 2
"""How many read timeouts a whole request may take: one while the server works, and one while its
answer arrives."""
CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection."""

SOURCES = frozenset(
    [
        "omi",
        "friend",
        "friend_com",
        "fieldy",
        "bee",
        "plaud",
        "frame",
        "apple_watch",
        "phone",
        "phone_call",
        "desktop",
        "openglass",
        "screenpipe",
        "workflow",
        "sdcard",
        "external_integration",
        "limitless",
        "rayban_meta",
        "onboarding",
        "unknown",
    ]
)
"""The values that the server accepts as the `source` of a conversation."""
DEFAULT_SOURCE = "phone"
"""The `source` of a transcript that does not say where it comes from."""
FAILING_SOURCES = frozenset({"external_integration", "workflow"})
"""Servers before May 2026 answer 500 to every conversation of these sources."""
