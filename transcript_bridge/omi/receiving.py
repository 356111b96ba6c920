"""Receives an answer of any server, with a limit for its body.

Bodies are decompressed here and not by httpx: a megabyte of gzip can contain a gigabyte, and httpx
decompresses a whole piece at once.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

import httpx

ACCEPTED_ENCODINGS = "gzip, deflate"
MAX_SHORT_ANSWER = 1_000_000
"""Bytes of an answer without a transcript."""
MAX_LIST_ANSWER = 8_000_000
"""Bytes of a page of conversations without transcripts: a hundred of 80 kB."""
MAX_CONVERSATION_ANSWER = 16_000_000
"""Bytes of one conversation, which is stored in at most a megabyte, compressed."""
MAX_TRANSCRIPTS_ANSWER = 64_000_000
"""Bytes of a page of 25 conversations with transcripts: 2.5 MB each; ours have at most 0.9 MB."""

_AUTOMATIC_WINDOW = 47
"""zlib's parameter for: gzip or zlib, as detected."""
_RAW_WINDOW = -15
"""The same for deflate without a header, which some servers send under this name."""
_PLAIN = ("", "identity")


class UnreadableBodyError(Exception):
    """The body cannot be received. The message says why."""


class Answer(NamedTuple):
    """An answer to a request. body: decompressed; b"" if it was not read, or is too long."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 2xx."""
        return 200 <= self.status < 300


def receive(http: httpx.Client, request: httpx.Request, limit: int) -> Answer:
    """Send a request and read the whole answer, except after a crash.

    A server that crashed closes the connection after its plain-text 500 without announcing it.
    Closing our end before that body is read keeps httpx from reusing the connection.

    limit: bytes of the body of a success; of other answers only a sentence is kept. Raises
    UnreadableBodyError for a success whose body cannot be received, and httpx.HTTPError.
    """
    response = http.send(request, stream=True)
    body = b""
    try:
        if response.is_success:
            body = read_body(response, limit)
        elif response.status_code != HTTPStatus.INTERNAL_SERVER_ERROR or _is_json(response):
            with suppress(UnreadableBodyError):
                body = read_body(response, min(limit, MAX_SHORT_ANSWER))
    finally:
        response.close()
    return Answer(response.status_code, response.headers, body)


def _is_json(response: httpx.Response) -> bool:
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower() == "application/json"


def read_body(response: httpx.Response, limit: int) -> bytes:
    """The decompressed body of an answer whose headers have arrived.

    limit: bytes, decompressed. Raises UnreadableBodyError for a longer body and for a compression
    that was not requested, and what httpx raises for broken connections.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in _PLAIN:
        unpack = None
    elif encoding in ("gzip", "x-gzip", "deflate"):
        unpack = _Unpacker()
    else:
        raise UnreadableBodyError("an answer in a compression that was not asked for")
    body = bytearray()
    for piece in response.iter_raw():
        left = limit - len(body) + 1  # one more than allowed shows that it is too long
        body += piece[:left] if unpack is None else unpack.feed(piece, left)
        if len(body) > limit:
            raise UnreadableBodyError(f"an answer of more than {limit // 1_000_000} MB")
    if unpack is not None and not unpack.is_complete:
        raise UnreadableBodyError("a compressed answer that ends in the middle")
    return bytes(body)


class _Unpacker:
    """Decompresses gzip and zlib, and the raw deflate that some servers send as zlib."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_AUTOMATIC_WINDOW)
        self._is_begun = False

    @property
    def is_complete(self) -> bool:
        return self._zlib.eof or not self._is_begun

    def feed(self, piece: bytes, limit: int) -> bytes:
        """Decompress a piece to at most `limit` bytes; the rest is lost."""
        if not piece:
            return b""
        is_first = not self._is_begun
        self._is_begun = True
        try:
            return self._zlib.decompress(piece, limit)
        except zlib.error:
            if not is_first:
                raise UnreadableBodyError("a compressed answer that is damaged") from None
        self._zlib = zlib.decompressobj(_RAW_WINDOW)
        try:
            return self._zlib.decompress(piece, limit)
        except zlib.error:
            raise UnreadableBodyError("a compressed answer that is damaged") from None
