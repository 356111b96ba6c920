"""Turns failures of a store or the network into errors with one line that says what to do.

The messages of libraries are not quoted: they may contain the URL with its signature. Only the
store's code (`AccessDenied`) or an HTTP status is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from ..errors import (
    BridgeError,
    InputError,
    MissingCredentialsError,
    NotThereError,
    OutputError,
)
from .urls import LOGS_IN_BY_URL, scheme_of, show_url

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9.]{2,60}|\d{3}")
_CODE_ATTRIBUTES = ("error_code", "status", "status_code", "code")
_NOT_LOGGED_IN = "530"
"""A status of FTP, such as 550 (not available)."""
_MAX_CAUSES = 8
"""Exceptions may name each other as causes in a circle."""
GONE = "it was deleted after the folder was listed; run the command again"
_NOT_THERE = "there is no such file or folder{code}; check the URL"
_NO_CREDENTIALS = "there are no credentials for this store{code}; {sign_in}"
_FOR_AMAZON = (
    "run 'aws configure', or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or, "
    "for a public bucket, FSSPEC_S3_ANON=true)"
)
_FOR_GOOGLE = (
    "run 'gcloud auth application-default login', or set GOOGLE_APPLICATION_CREDENTIALS (or, for "
    "a public bucket, FSSPEC_GS_TOKEN=anon)"
)
_FOR_AZURE = (
    "set AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_NAME and "
    "AZURE_STORAGE_ACCOUNT_KEY"
)
_SIGN_IN = {
    "s3": _FOR_AMAZON,
    "s3a": _FOR_AMAZON,
    "gs": _FOR_GOOGLE,
    "gcs": _FOR_GOOGLE,
    "az": _FOR_AZURE,
    "abfs": _FOR_AZURE,
    "abfss": _FOR_AZURE,
}
"""By scheme: which credentials its library looks for."""
_SIGN_IN_ELSEWHERE = (
    "sign in with the cloud's own tool, or set the environment variables that it reads"
)
_LOG_IN = (
    "the server wants a user and a password, or refuses those of the URL{code}; write them in "
    "front of the host, user:password@, with %40 for @"
)
"""The same, if URLs of this scheme may contain them."""
CHANGED = "it was changed while it was read; run the command again"


class _FailureKind(NamedTuple):
    """One kind of failure, recognized by the store's code or by the exception's class names.

    advice: `{code}` is the store's code in parentheses; `{verb}` what was attempted.
    """

    advice: str
    classes: frozenset[str]
    codes: frozenset[str]


_KINDS = (
    _FailureKind(
        "there is no such bucket{code}; check its name",
        frozenset(),
        frozenset({"NoSuchBucket", "ContainerNotFound", "InvalidBucketName"}),
    ),
    _FailureKind(
        _NO_CREDENTIALS,
        frozenset(
            {
                "NoCredentialsError",
                "PartialCredentialsError",
                "CredentialRetrievalError",
                "ProfileNotFound",
                "DefaultCredentialsError",
                "ClientAuthenticationError",
                "TokenRetrievalError",
                "SSOTokenLoadError",
                "UnauthorizedSSOTokenError",
            }
        ),
        frozenset({"401", "Unauthorized", _NOT_LOGGED_IN}),
    ),
    _FailureKind(
        "the credentials have expired{code}; sign in again",
        frozenset(),
        frozenset({"ExpiredToken", "TokenRefreshRequired", "RequestTimeTooSkewed"}),
    ),
    _FailureKind(
        "it is in an archive tier{code}; restore it first",
        frozenset(),
        frozenset({"InvalidObjectState", "BlobArchived"}),
    ),
    _FailureKind(
        "your account may not {verb} this{code}; ask for that permission",
        frozenset({"PermissionError"}),
        frozenset({"403", "AccessDenied", "Forbidden"}),
    ),
    _FailureKind(
        _NOT_THERE,
        frozenset({"FileNotFoundError", "ResourceNotFoundError"}),
        frozenset({"404", "410", "NoSuchKey", "550"}),
    ),
    _FailureKind(
        "the store cannot be reached; check the name of the server and the network",
        frozenset(
            {
                "ConnectionError",
                "EndpointConnectionError",
                "ClientConnectionError",
                "ServiceRequestError",
                "ConnectTimeoutError",
                "TimeoutError",
                "FSTimeoutError",
                "ReadTimeoutError",
                "gaierror",
                "HTTPClientError",
                "InvalidURL",
                "ClientPayloadError",
            }
        ),
        frozenset(),
    ),
)
_OTHER = "the store answered with an error{code}; try again later"


@contextmanager
def explained(url: str, *, is_writing: bool = False) -> Iterator[None]:
    """Turn any exception of a store into one error that names the URL as it is shown."""
    try:
        yield
    except BridgeError:
        raise
    except Exception as error:
        if is_writing:
            raise OutputError(str(explain(error, url, "write"))) from None
        raise explain(error, url) from None


def explain(error: BaseException, url: str, verb: str = "read") -> InputError:
    """The error for an exception of a store. verb: what was attempted."""
    advice, codes = _recognize(error)
    if advice == _NO_CREDENTIALS and scheme_of(url) in LOGS_IN_BY_URL:
        advice = _LOG_IN
    if advice == _NO_CREDENTIALS:
        return without_credentials(url, codes)
    message = advice.format(code=_quote(codes), verb=verb)
    kind = NotThereError if advice == _NOT_THERE else InputError
    return kind(message, path=show_url(url))


def without_credentials(url: str, codes: Sequence[str] = ()) -> MissingCredentialsError:
    """The error where a store wants credentials: it says which ones. codes: what it answered."""
    sign_in = _SIGN_IN.get(scheme_of(url), _SIGN_IN_ELSEWHERE)
    message = _NO_CREDENTIALS.format(code=_quote(codes), sign_in=sign_in)
    return MissingCredentialsError(message, path=show_url(url))


def is_recognized(error: BaseException) -> bool:
    """Whether an exception is one that stores and networks raise."""
    return _recognize(error)[0] != _OTHER


def _recognize(error: BaseException) -> tuple[str, list[str]]:
    """The advice for a failure, and the codes of the store."""
    causes = list(_causes(error))
    codes = []
    classes: set[str] = set()
    for cause in causes:
        codes += _codes_of(cause)
        classes.update(kind.__name__ for kind in type(cause).__mro__)
    for kind in _KINDS:
        if kind.codes.intersection(codes):
            return kind.advice, codes
    # The last cause happened first: a library may have turned it into "no such file".
    for cause in reversed(causes):
        names = {kind.__name__ for kind in type(cause).__mro__}
        for kind in _KINDS:
            if kind.classes & names:
                return kind.advice, codes
    return _OTHER, codes or [type(error).__name__]


def _quote(codes: Sequence[str]) -> str:
    """The first code in parentheses."""
    return f" ({codes[0]})" if codes else ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__


def _codes_of(error: BaseException) -> list[str]:
    """The codes of a failure: of S3 or Azure, or the status of HTTP or FTP."""
    found = []
    if type(error).__module__ == "ftplib":
        found.append(str(error)[:3])
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        answer = response.get("Error")
        if isinstance(answer, dict):
            found.append(str(answer.get("Code", "")))
    for name in _CODE_ATTRIBUTES:
        value = getattr(error, name, None)
        if isinstance(value, (str, int)):
            found.append(str(value))
            break  # aiohttp warns when its `code` is read
    return [code for code in found if _CODE.fullmatch(code)]
