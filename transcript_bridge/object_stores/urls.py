"""Recognizes URLs, and says how they are shown and stored.

A URL may contain a password (`https://me:secret@host/`) or a signature (`?X-Amz-Signature=…`), with
which anybody can read the file. Both are used to open the file, and are never shown, logged or
stored. The shown form is the file's name for people and for the ledger, so it must differ between
files: the part of a query that is not a signature is kept as a short digest.
"""

from __future__ import annotations

import os
import re

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+://")
"""At least two letters: `C:` is a drive of Windows."""
_WEB = frozenset({"http", "https"})
"""Their URLs have a query, and escapes such as `%20`. A key in a bucket may contain any
character."""
_ALMOST_URL = re.compile(r"(?:https?|s3|gs|az|abfss?):/?[^/]|https?//")
LOGS_IN_BY_URL = frozenset({"http", "https", "ftp", "sftp", "ssh", "webdav", "smb"})
"""Schemes whose URLs may contain a user and a password."""
_CONTAINER_BEFORE_HOST = frozenset({"abfs", "abfss", "wasb", "wasbs"})
"""`abfs://container@account.dfs.core.windows.net/path`: the part before @ is not a user."""
_SIGNING = re.compile(
    r"(x-amz-.*|x-goog-.*|x-oss-.*|awsaccesskeyid|googleaccessid|signature|expires|policy"
    r"|key-pair-id|sig|se|sp|sv|sr|st|spr|sip|skoid|sktid|skt|ske|sks|skv"
    r"|token|access_token|auth|key|api_key|apikey|password|secret)",
    re.IGNORECASE,
)
"""Parameters that grant access, and change whenever the same URL is signed again: those of
S3, Google, Azure and CloudFront, and the usual names of tokens."""
_DIGEST_LENGTH = 8
_KEPT_ESCAPES = re.compile("(%(?:3[Ff]|23|25))")
"""The escapes of `?`, `#` and `%`."""


def is_url(path: str) -> bool:
    """Whether a path names something in an object store or on a web server."""
    return "://" in path and _SCHEME.match(path) is not None


def is_malformed(path: str) -> bool:
    """Whether a path is meant as a URL but is malformed: no host, an invalid port, one slash."""
    if not is_url(path):
        if _ALMOST_URL.match(path) is None:
            return False
        return not os.path.exists(path)  # noqa: PTH110  # faster, for each file
    from urllib.parse import urlsplit  # not needed by commands for local files

    try:
        parts = urlsplit(path)
        if scheme_of(path) in _WEB:
            return parts.port == 0 or not parts.hostname or " " in parts.hostname
    except ValueError:
        return True
    return not parts.netloc.rpartition("@")[2] and scheme_of(path) != "file"


def scheme_of(url: str) -> str:
    """The scheme in lower case: `s3` of `s3://bucket/key`."""
    return url.partition("://")[0].lower()


def is_in_process(url: str) -> bool:
    """Whether a URL is one of fsspec's store in memory, which other processes do not see."""
    return scheme_of(url) == "memory"


def show_url(url: str) -> str:
    """The URL for people and for the ledger: without user, password and query, unescaped."""
    scheme = scheme_of(url)
    place = url.partition("://")[2]
    shown_query = ""
    if scheme in _WEB:
        place, _, query = place.partition("#")[0].partition("?")
        shown_query = _digest_query(query)
        place = _unescape(place)
    host, slash, rest = place.partition("/")
    if scheme not in _CONTAINER_BEFORE_HOST or ":" in host.rpartition("@")[0]:
        host = host.rpartition("@")[2]
    folder, last_slash, name = rest.rpartition("/")
    if shown_query:  # before the name, which keeps its suffix
        name = f"{shown_query}/{name}"
    return f"{scheme}://{host}{slash}{folder}{last_slash}{name}"


def show_path(path: str) -> str:
    """The path unchanged, or the URL as it is shown."""
    if is_url(path):
        return show_url(path)
    return path


def full_name(path: str) -> str:
    """The absolute path, or the URL as it is shown, without a slash at its end.

    Symbolic links are not resolved.
    """
    if is_url(path):
        return show_url(path).rstrip("/")
    return os.path.abspath(path)  # noqa: PTH100  # not Path, which takes five times the time


def split_query(url: str) -> tuple[str, str]:
    """A web URL without its query and fragment, and the query with its mark."""
    if scheme_of(url) not in _WEB:
        return url, ""
    place, mark, query = url.partition("#")[0].partition("?")
    return place, mark + query


def holds_password(url: str) -> bool:
    """Whether there is a user or a password before the host."""
    scheme = scheme_of(url)
    user = url.partition("://")[2].partition("/")[0].rpartition("@")[0]
    if scheme in _CONTAINER_BEFORE_HOST:
        return ":" in user
    return bool(user)


def is_web(url: str) -> bool:
    """Whether it is on a web server: http or https."""
    return scheme_of(url) in _WEB


def bucket_of(url: str) -> str:
    """The scheme and the bucket or host, with user and password: the scope of one connection."""
    return f"{scheme_of(url)}://{url.partition('://')[2].partition('/')[0].partition('?')[0]}"


def parent_url(url: str) -> str:
    """The folder of an object, without the last slash."""
    place = split_query(url)[0].rstrip("/")
    bucket = bucket_of(url)
    parent = place.rpartition("/")[0]
    if len(parent) < len(bucket):
        return bucket
    return parent


def join_url(url: str, *names: str) -> str:
    """The URL of a name below a URL."""
    return "/".join([url.rstrip("/"), *names])


def _unescape(place: str) -> str:
    """Without escapes, except those without which the shown URL would mean another one."""
    from urllib.parse import unquote  # commands for local files do without it

    pieces = _KEPT_ESCAPES.split(place)
    for number in range(0, len(pieces), 2):
        pieces[number] = unquote(pieces[number])
    return "".join(pieces)


def _digest_query(query: str) -> str:
    """`{3f09ac51}` for a query that is part of the file's name; empty for one that is only a
    signature."""
    if not query:
        return ""
    import hashlib
    from urllib.parse import parse_qsl

    telling = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        if not _SIGNING.fullmatch(name):
            telling.append(f"{name}={value}")
    if not telling:
        return ""
    digest = hashlib.sha256("&".join(telling).encode("utf-8", "surrogatepass"))
    return f"{{{digest.hexdigest()[:_DIGEST_LENGTH]}}}"
