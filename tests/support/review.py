"""The review page for tests: served in a thread, and called with raw requests."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from tests.support.command import PATIENCE_SECONDS
from transcript_bridge.review import Session, run_review
from transcript_bridge.workspace.environment import Environment


@dataclass(frozen=True)
class Answer:
    """An answer of the server."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass
class Review:
    """A page that is served. cookie: as a browser sends it, after the address was opened.

    session: of this process; None if another serves the page.
    """

    address: str
    session: Any
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def root(self) -> str:
        """`/<random>/`."""
        return urlsplit(self.address).path.removesuffix("start")

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str | None] | None = None,
        body: str = "",
    ) -> Answer:
        """Send a request with only these headers; a header of None is not sent."""
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE_SECONDS)
        sent: dict[str, str | None] = {"Host": self.host, **(headers or {})}
        if body:
            sent.setdefault("Content-Length", str(len(body.encode())))
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body.encode() or None)
        response = connection.getresponse()
        answer = Answer(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            response.read(),
        )
        connection.close()
        return answer

    def open(self) -> None:
        """Exchange the token for the cookie."""
        answer = self.request("GET", self.address.removeprefix(f"http://{self.host}"))
        assert answer.status == 303, answer
        self.cookie = answer.headers["set-cookie"].partition(";")[0]

    def get(self, page: str, **headers: str) -> Answer:
        """Request a page as a browser does."""
        return self.request("GET", self.root + page, {"Cookie": self.cookie, **headers})

    def post(
        self, page: str, headers: Mapping[str, str | None] | None = None, **fields: Any
    ) -> Answer:
        """Send a choice as our script does."""
        usual = {
            "Cookie": self.cookie,
            "Origin": f"http://{self.host}",
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/json",
        }
        return self.request(
            "POST", self.root + page, {**usual, **(headers or {})}, json.dumps(fields)
        )

    def wait_until_read(self) -> None:
        self.session.wait_until_read()


@contextmanager
def serve_review(
    folder: Path,
    home: Path,
    variables: Mapping[str, str] = MappingProxyType({}),
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    **flags: Any,
) -> Iterator[Review]:
    """Serve the page of a folder or a file, without any of the caller's settings.

    variables: more of the environment. now: its clock; that of this machine fits the files that
    tests write. flags: of the command.
    """
    environment = Environment(
        variables={"TZ": "UTC", **variables},
        home=home,
        config_folder=home / "config",
        find_data_folder=lambda: home / "data",
        find_cache_folder=lambda: home / "cache",
    )
    session = Session([str(folder)], flags, environment, now)
    with run_review(session) as address:
        yield Review(address, session)


@contextmanager
def open_review(*words: Any, **flags: Any) -> Iterator[Review]:
    """Like `serve_review`, and open the page and wait until the archive is read."""
    with serve_review(*words, **flags) as review:
        review.open()
        review.wait_until_read()
        yield review


@contextmanager
def open_to_send(folder: Path, home: Path, variables: Mapping[str, str]) -> Iterator[Review]:
    """Open a page with a ledger; there are no waits between writes."""
    with open_review(folder, home, variables, ledger=str(home / "ledger.db")) as review:
        review.session.sender.gap = 0.0
        yield review
