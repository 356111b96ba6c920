"""An HTTP server that answers with any bytes, without an end if the test wants it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Self

Answering = Callable[[bytes], Iterator[bytes]]
"""The head of a request -> the pieces of its answer. An empty piece lets a moment pass."""
_MOMENT = 0.005
_PIECE = 65_536


def head_of(status: int, *headers: str) -> bytes:
    """Make the head of an answer."""
    return "\r\n".join([f"HTTP/1.1 {status} Word", *headers, "", ""]).encode()


class HostileServer:
    """Answers each connection's first request, and closes the connection after it."""

    def __init__(self, answer: Answering) -> None:
        self._answer = answer
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[bytes] = []
        """The heads of the requests so far."""

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            request = b""
            while b"\r\n\r\n" not in request:
                piece = connection.recv(_PIECE)
                if not piece:
                    return
                request += piece
            head, _, _body = request.partition(b"\r\n\r\n")
            self.requests.append(head)
            for piece in self._answer(head):
                if self._stop.is_set():
                    return
                if piece:
                    connection.sendall(piece)
                else:
                    self._stop.wait(_MOMENT)
