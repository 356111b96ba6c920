"""A server that answers as Google Cloud Storage does, as far as reading needs it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_MISSING = b'{"error": {"code": 404, "message": "No such object"}}'


class _Answering(BaseHTTPRequestHandler):
    objects: dict[str, bytes]

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query))
        _, is_object, name = unquote(address.path).partition("/o/")
        if not is_object:
            self._answer(self._list(query))
        elif name not in self.objects:
            self._answer(_MISSING, 404)
        elif query.get("alt") == "media":
            self._send_content(self.objects[name])
        else:
            self._answer(json.dumps(self._describe(name)).encode())

    def _list(self, query: dict[str, str]) -> bytes:
        prefix = query.get("prefix", "")
        items = []
        folders = set()
        for name in self.objects:
            folder, slash, _ = name[len(prefix) :].partition("/")
            if not name.startswith(prefix):
                continue
            if slash and "delimiter" in query:
                folders.add(f"{prefix}{folder}/")
            else:
                items.append(self._describe(name))
        return json.dumps({"items": items, "prefixes": sorted(folders)}).encode()

    def _describe(self, name: str) -> dict[str, Any]:
        size = len(self.objects[name])
        moment = "2024-02-01T00:00:00.000Z"
        times = {"updated": moment, "timeCreated": moment}
        media = f"http://{self.headers['Host']}/download/storage/v1/b/archive/o/{name}?alt=media"
        return {"name": name, "size": str(size), "etag": "7", "mediaLink": media, **times}

    def _send_content(self, content: bytes) -> None:
        first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
        end = int(last or len(content)) + 1
        self._answer(content[int(first) : end], 206)

    def _answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve_google(objects: dict[str, bytes]) -> Iterator[str]:
    """The address of a server with one bucket, `archive`."""
    answering = type("Answering", (_Answering,), {"objects": objects})
    with ThreadingHTTPServer(("127.0.0.1", 0), answering) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
