"""The location of a ledger: a path, or the URL of a database. No message contains a password."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from ...errors import SettingsError

_HIDDEN = "***"
_HARMLESS_OPTIONS = frozenset(
    {"host", "hostaddr", "port", "dbname", "user", "sslmode", "application_name", "service"}
)
"""Options of a URL that messages show; others may hold a secret (`sslpassword`, `options`)."""
_CONNECTION_STRING = re.compile(r"(?:\A|\s)(?:host|dbname|user|password|service)\s*=")
_INCOMPLETE_URL = re.compile(r"\s*postgres(?:ql)?(?:\+\w+)?:(?!//)", re.IGNORECASE)
_NOTICING: dict[str, str] = {
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""Defaults for options of a connection, in seconds and milliseconds. They detect within a minute
that a server is gone, for example because a cable was cut; the system's defaults take two hours."""
_WANTED = "write postgresql://user@host/name"
_NO_NAME = re.compile(r"[:/@#?&=]")
"""Signs of a password in the wrong place: in what would be shown as a user or a database."""


class Location(NamedTuple):
    """The parsed location of a ledger.

    url: for SQLAlchemy. path: of a plain SQLite file, else None. shown: for people. secrets: texts
    that no message may contain.
    """

    url: URL
    path: Path | None
    shown: str
    secrets: tuple[str, ...]


def parse_location(location: str) -> Location:
    """Parse a path, or the URL of a PostgreSQL or SQLite database.

    Raises SettingsError, whose message does not repeat the location.
    """
    if "\0" in location:
        raise SettingsError("a ledger's path or URL cannot contain the character NUL")
    if _CONNECTION_STRING.search(location) or _INCOMPLETE_URL.match(location):
        raise SettingsError(f"the ledger's URL is not valid; {_WANTED}")
    if "://" not in location:
        path = Path(location).expanduser()
        _require_file(str(path))
        url = URL.create("sqlite", database=str(path))
        return Location(url, path, str(path), ())
    url = _parse_url(location)
    if url.get_backend_name() == "sqlite":
        _require_file(url.database)
        path_of_url = None
        if not url.query:
            path_of_url = Path(url.database or "")
        return Location(url, path_of_url, str(url.database), ())
    noticing = url.update_query_dict({**_NOTICING, **url.query})
    return Location(noticing, None, _show(url), _list_secrets(url))


def _require_file(database: str | None) -> None:
    """Raises SettingsError for SQLite's names of in-memory databases."""
    if database in (None, "", ":memory:"):
        raise SettingsError("a ledger in memory would forget what was sent; name a file")


def describe_location(location: str) -> str:
    """The path or URL for people: without a password. Raises SettingsError."""
    return parse_location(location).shown


def find_connection_string(location: str) -> str | None:
    """The connection string for PostgreSQL's own library, with its password; None for a SQLite
    file.

    Raises SettingsError.
    """
    url = parse_location(location).url
    if url.get_backend_name() == "sqlite":
        return None
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _parse_url(location: str) -> URL:
    scheme, separator, rest = location.strip().partition("://")
    try:
        url = make_url(scheme.lower() + separator + rest)
    except (sa.exc.ArgumentError, ValueError):
        raise SettingsError(f"the ledger's URL is not valid; {_WANTED}") from None
    kind = url.get_backend_name()
    if kind == "sqlite":
        return url
    if kind not in ("postgresql", "postgres"):
        raise SettingsError(f"a ledger is a file or a PostgreSQL database, not {kind}")
    if "@" in (url.host or ""):
        raise SettingsError(
            "the ledger's URL has more than one @; write %40 for it in a user name or password"
        )
    if _NO_NAME.search(url.database or "") or ":" in (url.username or ""):
        raise SettingsError(f"the ledger's URL is not valid; {_WANTED}")
    return _with_plain_password(url.set(drivername="postgresql+psycopg"))


def _with_plain_password(url: URL) -> URL:
    """The URL with the password moved from the query to where SQLAlchemy hides it."""
    password = url.query.get("password")
    if not isinstance(password, str):
        return url
    return url.difference_update_query(["password"]).set(password=password)


def _show(url: URL) -> str:
    unknown = [name for name in url.query if name not in _HARMLESS_OPTIONS]
    typed = url.set(drivername=url.get_backend_name())  # without the driver
    return typed.difference_update_query(unknown).render_as_string(hide_password=True)


def _list_secrets(url: URL) -> tuple[str, ...]:
    secrets = []
    if url.password:
        secrets.append(str(url.password))
    for name, values in url.normalized_query.items():
        if name not in _HARMLESS_OPTIONS:
            secrets.extend(values)
    # Longest first, because one secret may contain another
    return tuple(sorted((secret for secret in secrets if secret), key=len, reverse=True))


def hide_secrets(text: str, secrets: tuple[str, ...]) -> str:
    """The text without these secrets, which a driver may quote."""
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return text
