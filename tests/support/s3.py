"""A real S3 server (moto's) on this machine, which records requests and can refuse them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

REGION = "us-east-1"
_REFUSED = (
    b"<?xml version='1.0' encoding='UTF-8'?>"
    b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
)


class Request(NamedTuple):
    """One request. sent: bytes of the answer's body."""

    method: str
    path: str
    query: str
    range: str
    sent: int


def _ignore(_method: str, _path: str) -> None:
    """Do nothing."""


class S3Server:
    """All buckets of a test session. Use it in a `with`."""

    def __init__(self) -> None:
        from moto.server import DomainDispatcherApplication, create_backend_app
        from werkzeug.serving import WSGIRequestHandler, make_server

        class Quiet(WSGIRequestHandler):
            protocol_version = "HTTP/1.1"  # connections stay open

            def log(self, type: str, message: str, *args: Any) -> None:
                pass

        self._app = DomainDispatcherApplication(create_backend_app)
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=Quiet
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True)
        self.requests: list[Request] = []
        self.refused: set[str] = set()
        """Paths (`/bucket/prefix`) that are answered with 403."""
        self.on_request: Callable[[str, str], None] = _ignore
        """Called with method and path before a request is answered."""
        self._buckets = 0

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables for a client."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._server.server_port}",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
        }

    def __enter__(self) -> S3Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reset(self) -> None:
        """Stop refusing requests."""
        self.refused.clear()
        self.on_request = _ignore

    def make_bucket(self) -> Bucket:
        """Make an empty bucket."""
        from moto.s3.models import s3_backends

        self._buckets += 1
        name = f"bucket-{self._buckets:05}"
        backend = s3_backends["123456789012"]["aws"]
        backend.create_bucket(name, REGION)
        return Bucket(self, backend, name)

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        self.on_request(method, path)
        if any(path.startswith(refused) for refused in self.refused):
            start_response("403 Forbidden", [("Content-Length", str(len(_REFUSED)))])
            body = _REFUSED
        else:
            body = b"".join(self._app(environ, start_response))
        query = environ.get("QUERY_STRING", "")
        part = environ.get("HTTP_RANGE", "")
        self.requests.append(Request(method, path, query, part, len(body)))
        return [body]


@dataclass
class Bucket:
    """One bucket. Objects are put into it without a request."""

    server: S3Server
    backend: Any
    name: str

    @property
    def url(self) -> str:
        return f"s3://{self.name}"

    @property
    def environ(self) -> dict[str, str]:
        return self.server.environ

    @property
    def requests(self) -> list[Request]:
        """The requests for this bucket, in order."""
        return [
            request for request in self.server.requests if request.path.split("/")[1] == self.name
        ]

    def put(self, key: str, data: bytes) -> str:
        """Store an object, and return its URL."""
        self.backend.put_object(self.name, key, data)
        return f"{self.url}/{key}"

    def get(self, key: str) -> bytes:
        content: bytes = self.backend.get_object(self.name, key).value
        return content

    def delete(self, key: str) -> None:
        self.backend.delete_object(self.name, key)

    def keys(self) -> list[str]:
        return sorted(self.backend.buckets[self.name].keys)
