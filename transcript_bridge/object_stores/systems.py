"""The fsspec file system of a URL: one per bucket, created once per process."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any, NamedTuple

from ..errors import BridgeError, InputError, MissingExtraError, SettingsError
from ..extras import name_install
from .failures import explain, is_recognized, without_credentials
from .urls import LOGS_IN_BY_URL, bucket_of, holds_password, is_web, scheme_of, show_url
from .withheld import reveal

_EXTRAS = {
    "s3": "s3",
    "s3a": "s3",
    "gs": "gcs",
    "gcs": "gcs",
    "az": "azure",
    "abfs": "azure",
    "abfss": "azure",
    "http": "http",
    "https": "http",
    "memory": "http",  # fsspec itself
}
"""The extra of this package for each scheme."""
_LOCAL = frozenset({"file", "local"})
_NOT_ENOUGH = (
    "{scheme}:// needs more than a URL says, so it cannot be read here; download the file, and "
    "give its path"
)
"""Schemes that are not stores but read others (zip, cached), or that need an account or a token in
Python."""
_LOGGERS = ("fsspec", "s3fs", "gcsfs", "adlfs", "aiobotocore", "botocore", "azure", "paramiko")
"""Loggers of the libraries. Without a handler, Python prints their warnings and tracebacks, some of
which contain whole URLs."""
_MAX_SYSTEMS = 32
"""How many buckets keep their connections open."""


class StoredPath(NamedTuple):
    """A file system of fsspec, and the path of a URL in it."""

    system: Any
    path: str


def open_place(url: str) -> StoredPath:
    """The file system of a URL. Sends no request, except for schemes that connect first, such as
    FTP.

    Raises SettingsError for an unknown scheme, MissingExtraError if an extra is missing, InputError
    for a URL with a password that the store does not use, and if the store cannot be reached.
    """
    url = reveal(url)
    if holds_password(url) and scheme_of(url) not in LOGS_IN_BY_URL:
        raise InputError(
            "this URL holds a password or a key, which is not used; remove it, and sign in as "
            "the cloud's own tools do (a profile, a role or environment variables)",
            path=show_url(url),
        )
    try:
        # A forked process must not use the connections of its parent.
        system = open_system(bucket_of(url), os.getpid())
        return StoredPath(system, _strip(system, url))
    except BridgeError:
        raise
    except Exception as error:  # each library raises other types, some of which quote keys
        raise _explain_opening(error, url) from None


def _explain_opening(error: Exception, url: str) -> BridgeError:
    scheme = scheme_of(url)
    if isinstance(error, ImportError):
        return _missing(scheme)
    if is_recognized(error):
        return explain(error, url)
    if scheme in _EXTRAS:
        return without_credentials(url)
    return InputError(_NOT_ENOUGH.format(scheme=scheme), path=show_url(url))


def _strip(system: Any, url: str) -> str:
    path = system._strip_protocol(url)
    return str(path)


# fsspec also caches file systems, but by thread: each new thread would connect again.
@lru_cache(maxsize=_MAX_SYSTEMS)
def open_system(bucket: str, _process: int) -> Any:
    kind = _find_class(scheme_of(bucket))
    _keep_quiet()
    options = dict(kind._get_kwargs_from_urls(bucket))
    if is_web(bucket):
        options = {}  # it takes whole URLs
    # Each listing is read once; a cached one would hide what is written meanwhile.
    options.update(use_listings_cache=False, skip_instance_cache=True)
    if _EXTRAS.get(scheme_of(bucket)) == "gcs":
        return _open_google(kind, options)
    return kind(**options)


def _open_google(kind: Any, options: dict[str, Any]) -> Any:
    """The file system with the credentials that Google's libraries find. Raises their error.

    By default, gcsfs also asks for others, and then continues without any: with retries that
    takes minutes, before a store that wants some refuses. One that imitates Google's wants none.
    """
    from fsspec.config import apply_config

    token = apply_config(kind, {}).get("token")  # FSSPEC_GS_TOKEN
    if token == "anon":
        # The usual class first asks another service for the kind of bucket: half a minute where
        # that cannot be reached.
        from gcsfs.core import GCSFileSystem

        return GCSFileSystem(**options)
    if token is not None or not kind(token="anon", **options).on_google:
        return kind(**options)
    failure = _find_google_failure(kind, os.getpid())
    if failure is not None:
        raise failure
    return kind(token="google_default", **options)


@lru_cache(maxsize=1)
def _find_google_failure(kind: Any, _process: int) -> Exception | None:
    """Explain why Google's libraries find no credentials; None if they do.

    Outside of Google's machines it takes seconds, so it is asked once.
    """
    try:
        kind(token="google_default", skip_instance_cache=True)
    except Exception as error:  # its library need not be imported to know it
        return error
    return None


def _keep_quiet() -> None:
    import logging

    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def _find_class(scheme: str) -> Any:
    if scheme in _LOCAL:
        raise SettingsError(f"give a file on this machine as a path, without {scheme}://")
    try:
        from fsspec.registry import get_filesystem_class, known_implementations
    except ImportError:
        raise _missing(scheme) from None
    if scheme not in _EXTRAS and scheme not in known_implementations:
        raise SettingsError(
            f"{scheme}:// is unknown; s3://, gs://, az://, https:// and all other schemes of "
            "fsspec can be read"
        )
    try:
        return get_filesystem_class(scheme)
    except ImportError:
        raise _missing(scheme) from None


def _missing(scheme: str) -> MissingExtraError:
    extra = _EXTRAS.get(scheme)
    if extra is None:
        return MissingExtraError(
            f"{scheme}:// URLs need another package; the documentation of fsspec names it"
        )
    return MissingExtraError(f"{scheme}:// URLs need: {name_install(extra)}")
