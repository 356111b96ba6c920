"""The secrets of one run of the page: its folder, the token of its address, its cookie."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Iterable

COOKIE = "review"
_FOLDER_BYTES = 9
_SECRET_BYTES = 32


class Keys:
    """New in each run, and kept in memory only.

    The browser is opened at an address with a token, which is exchanged for a cookie once. Browsers
    do not separate cookies by port, so the cookie is for a random folder: it is not sent to other
    programs that listen on this machine.
    """

    def __init__(self) -> None:
        self.folder = secrets.token_urlsafe(_FOLDER_BYTES)
        self.cookie = secrets.token_urlsafe(_SECRET_BYTES)
        self.token = secrets.token_urlsafe(_SECRET_BYTES)
        self._token_is_good = True
        self._lock = threading.Lock()

    @property
    def root(self) -> str:
        """The path above all pages: `/<random>/`."""
        return f"/{self.folder}/"

    def use_token(self, token: str) -> bool:
        """Whether this is the token, used for the first time."""
        is_same = hmac.compare_digest(token.encode(), self.token.encode())
        with self._lock:
            is_good = is_same and self._token_is_good
            if is_good:
                self._token_is_good = False
        return is_good

    def has_cookie(self, cookie_headers: Iterable[str]) -> bool:
        """Whether one of the cookies of a request is ours. Another program on this machine may have
        set one of the same name."""
        found = False
        for header in cookie_headers:
            for pair in header.split(";"):
                name, _, value = pair.strip().partition("=")
                is_same = hmac.compare_digest(value.encode(), self.cookie.encode())
                found = found or (name == COOKIE and is_same)
        return found
