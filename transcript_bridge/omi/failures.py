"""Turns a failing answer (HTTP status, headers and body) into an error.

The table of statuses is in docs/server.md ("Failures"). Two things never get into an error: the
user's own text, which the server repeats under `input` in its 422 answers, and anything that looks
like an API key.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ..errors import (
    AccessRefusedError,
    GoneError,
    InProgressError,
    KeyRefusedError,
    NoEndpointError,
    NotFoundError,
    OmiError,
    OutcomeUnknownError,
    PlanRequiredError,
    RateLimitedError,
    RejectedError,
    ScopeMissingError,
    ServerFaultError,
)
from ..limits import DEFAULT_RETRY_AFTER, MAX_RETRY_AFTER

MAX_DETAIL = 300
"""How many characters of the server's words are kept: enough for a sentence, too few for a
transcript."""

_MAY_BE_STORED = (408, 409)
"""Not really a client error: the request timed out, or the status has another meaning."""
_REDIRECTS = (301, 302, 307, 308)
"""Redirects: nothing was stored here."""
_UNCLEAR = {
    300: "which offers a choice instead of an answer",
    303: "which names another page instead of an answer",
    304: "which is no answer to this request",
    408: "because the request arrived too slowly for it",
    409: "because of a conflict that is not one of this API",
    502: "because a proxy got no answer from the server",
    504: "because the server did not answer a proxy in time",
}
_MAX_FINDINGS = 3
"""The finding of a 422 answer that is shown; the others are usually the same for other segments."""

NEW_KEY = "make a new one in Omi under Settings > Developer > Create Key"
ASK_FIRST = "check whether it was stored before you send it again"
RUN_AGAIN = "run the command again, which does no harm"


def failure_of(status: int, headers: Mapping[str, str], body: bytes) -> OmiError:
    """The error for a failing answer.

    headers: with lower-case names. body: as received; b"" if it was not read.
    """
    said = _parse_json(body)
    failure = _Failure(status, headers, said, _detail_of(said))
    judge = _JUDGES.get(status, _judge_other)
    return judge(failure)


class _Failure(NamedTuple):
    """A failing answer. said: its body parsed as JSON, or None. detail: its message."""

    status: int
    headers: Mapping[str, str]
    said: Any
    detail: str


def _judge_other(failure: _Failure) -> OmiError:
    """Make the error for a status without a special rule, or one that the API itself did not
    send."""
    status, _, _, detail = failure
    if 400 <= status < 500 and status not in _MAY_BE_STORED:
        return RejectedError(
            f"the server refused the request with status {status}{_quote(detail)}; "
            "check the base URL",
            status=status,
            detail=detail,
        )
    reason = _UNCLEAR.get(status, "and it is not known what it stored")
    return unknown_outcome(
        f"the server answered {status}{_quote(detail)}, {reason}", status=status, detail=detail
    )


def unknown_outcome(
    reason: str, *, status: int | None = None, detail: str = "", advice: str = ASK_FIRST
) -> OutcomeUnknownError:
    """The error for a request that may or may not have been carried out."""
    return OutcomeUnknownError(f"{reason}; {advice}", reason=reason, status=status, detail=detail)


def as_repeatable(error: OutcomeUnknownError) -> OutcomeUnknownError:
    """The error for a request that may be repeated: one that reads, changes or deletes."""
    return unknown_outcome(error.reason, status=error.status, detail=error.detail, advice=RUN_AGAIN)


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds; None if it is absent, unreadable or more than a day.

    A date is compared with the answer's own `Date`, because our clock may differ from the server's.
    """
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        seconds = _seconds_until(value, headers.get("date", ""))
    if 0 <= seconds <= MAX_RETRY_AFTER:  # never true for NaN
        return seconds
    return None


def _seconds_until(moment: str, now: str) -> float:
    try:
        until = parsedate_to_datetime(moment) - parsedate_to_datetime(now)
    except (TypeError, ValueError, OverflowError):
        return math.nan
    return max(until, timedelta(0)).total_seconds()


def clean_detail(text: str) -> str:
    """The server's words on one line, shortened, without keys, and without the input that pydantic
    prints."""
    text = text.split("input_value=")[0]
    text = re.sub(r"(omi_(?:dev|mcp)_)\S+", r"\1…", text)
    printable = [c if c.isprintable() else " " for c in text]
    text = " ".join("".join(printable).split())
    if len(text) <= MAX_DETAIL:
        return text
    return text[: MAX_DETAIL - 1] + "…"


def _parse_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # RecursionError for lists nested a hundred thousand deep
        return None


def _detail_of(said: Any) -> str:
    """The `detail` in any of its three forms: a sentence, a dict with a code, or FastAPI's list of
    findings. Other implementations of the API answer `{"error": …}`."""
    if not isinstance(said, dict):
        return ""
    detail = said.get("detail", said.get("error"))
    if isinstance(detail, str):
        return clean_detail(detail)
    if isinstance(detail, dict):
        words = (detail.get(name) for name in ("code", "message", "error"))
        return clean_detail(": ".join(word for word in words if isinstance(word, str)))
    if isinstance(detail, list):
        findings = [_finding(item) for item in detail[:_MAX_FINDINGS] if isinstance(item, dict)]
        return clean_detail("; ".join(findings))
    return ""


def _finding(item: dict[str, Any]) -> str:
    """`body.transcript_segments.2.end: Field required`, without `input` and `ctx`, which contain
    the user's text."""
    message = str(item.get("msg", ""))
    loc = item.get("loc")
    if not isinstance(loc, list):
        return message
    place = ".".join(str(part) for part in loc)
    return f"{place}: {message}"


def _quote(detail: str) -> str:
    if detail:
        return f" ({detail})"
    return ""


def _redirected(failure: _Failure) -> OmiError:
    place = _host_of(failure.headers.get("location", ""))
    target = ""
    if place:
        target = f" to {place}"
    return OmiError(
        f"the server redirects to another address ({failure.status}{target}), and the key is not "
        "sent there; set the base URL to the server itself",
        status=failure.status,
    )


def _host_of(location: str) -> str:
    """Scheme and host of a URL; empty if it has none."""
    try:
        target = urlsplit(location)
    except ValueError:
        return ""
    if not target.scheme or not target.hostname:
        return ""
    return clean_detail(f"{target.scheme}://{target.hostname}")


def _rate_limited(failure: _Failure) -> OmiError:
    wait = seconds_to_wait(failure.headers)
    if wait is None:
        wait = DEFAULT_RETRY_AFTER
    return RateLimitedError(
        f"the rate limit is used up; wait {wait:g} s, then run the command again",
        status=429,
        detail=failure.detail,
        retry_after=wait,
        limit=_read_limit(failure.headers),
    )


def _read_limit(headers: Mapping[str, str]) -> int | None:
    text = headers.get("x-ratelimit-limit", "").strip()
    if re.fullmatch("[0-9]{1,9}", text):
        return int(text)
    return None


def _server_fault(failure: _Failure) -> OmiError:
    """500 and 503 are harmless only with the message of the application itself.

    A plain-text 500 is a crash somewhere, and a 503 without JSON comes from a proxy that may have
    lost the application's answer after the conversation was stored.
    """
    status, headers, said, detail = failure
    harmless = detail.startswith("Error processing conversation")
    if status == 503:
        harmless = isinstance(said, dict)
    if harmless:
        return ServerFaultError(
            f"the server failed with {status}{_quote(detail)} and stored nothing; "
            "run the command again",
            status=status,
            detail=detail,
            retry_after=seconds_to_wait(headers),
        )
    return unknown_outcome(
        f"the server failed with {status} and does not say what it stored",
        status=status,
        detail=detail,
    )


def _is_of_the_api(status: int, detail: str) -> bool:
    """Whether the API itself sent the answer. The same status from a proxy has an unknown meaning,
    and would wrongly show that the server honors session ids."""
    words = _WORDS_OF_THE_API.get(status)
    return words is None or words.search(detail) is not None


def _client_fault(failure: _Failure) -> OmiError:
    status, headers, _, detail = failure
    if not _is_of_the_api(status, detail):
        return _judge_other(failure)
    kind, sentence = _CLIENT_FAULTS[status]
    message = sentence.replace("%detail", _quote(detail))
    wait = None
    if kind.retryable:
        wait = seconds_to_wait(headers)
    return kind(message, status=status, detail=detail, retry_after=wait)


def _not_found(failure: _Failure) -> OmiError:
    """A 404. Only the API's own message is about a conversation: an older server answers 404 if it
    lacks the endpoint, and so does a proxy."""
    if failure.detail in _NO_SUCH_CALL:
        message = (
            f"the server has nothing at this address (404{_quote(failure.detail)}); check the "
            "base URL, or whether the server is too old for this call"
        )
        return NoEndpointError(message, status=404, detail=failure.detail)
    return _client_fault(failure)


def _plan_required(failure: _Failure) -> OmiError:
    """A 402. Omi's server sends it only for a locked conversation; others send more with it."""
    detail = failure.detail
    is_locked = not detail or _LOCKED.search(detail) is not None
    message = f"the server asks for payment{_quote(detail)}; see your plan in Omi"
    if is_locked:
        message = "this conversation is locked; open it with a paid plan of Omi, or leave it out"
    return PlanRequiredError(message, status=402, detail=detail)


def _forbidden(failure: _Failure) -> OmiError:
    """A 403: the key lacks a scope, or the server refuses for another reason."""
    _, headers, said, detail = failure
    if _is_retryable(said):
        return ServerFaultError(
            f"the server refused it for now{_quote(detail)} and stored nothing; "
            "run the command again",
            status=403,
            detail=detail,
            retry_after=seconds_to_wait(headers),
        )
    scope = _SCOPE.search(detail)
    if scope is not None:
        return ScopeMissingError(
            f"the API key lacks the scope {scope[1]}; {NEW_KEY}", status=403, detail=detail
        )
    if _ENCRYPTION.search(detail):
        message = (
            f"the account has end-to-end encryption{_quote(detail)}, and no key for it can be "
            "sent; turn it off in Omi, or use another account"
        )
    elif detail:
        message = f"the server refuses this account{_quote(detail)}; see your settings in Omi"
    else:
        message = (
            "the server or a proxy answered 403 without a reason; check the base URL "
            "and the API key"
        )
    return AccessRefusedError(message, status=403, detail=detail)


def _is_retryable(said: Any) -> bool:
    """Whether the answer says `{"detail": {"retryable": true}}`."""
    detail = None
    if isinstance(said, dict):
        detail = said.get("detail")
    return isinstance(detail, dict) and detail.get("retryable") is True


_LOCKED = re.compile(r"access this conversation|\blocked\b", re.IGNORECASE)
_SCOPE = re.compile(r"required scope:\s*([\w:.-]*\w)", re.IGNORECASE)
_ENCRYPTION = re.compile("E2EE", re.IGNORECASE)
_WORDS_OF_THE_API = {
    409: re.compile("in progress", re.IGNORECASE),
    410: re.compile("deleted", re.IGNORECASE),
}
_NO_SUCH_CALL = ("", "Not Found")
"""Details of a 404 that are not about a conversation: none, and FastAPI's for an unknown path."""
_CLIENT_FAULTS: dict[int, tuple[type[OmiError], str]] = {
    401: (KeyRefusedError, f"the server refused the API key; {NEW_KEY}"),
    404: (NotFoundError, "the server found nothing there%detail; check the id and the base URL"),
    413: (
        RejectedError,
        "the request is too large for the server%detail; try a smaller --max-segments",
    ),
    409: (
        InProgressError,
        "the same conversation is being created right now; wait a minute, then run the "
        "command again",
    ),
    410: (
        GoneError,
        "this conversation was deleted in Omi; 'retry --deleted' uploads it again",
    ),
    422: (
        RejectedError,
        "the server refused the request as invalid%detail; correct it and send it again",
    ),
}
_JUDGES: dict[int, Callable[[_Failure], OmiError]] = {
    **dict.fromkeys(_REDIRECTS, _redirected),
    **dict.fromkeys(_CLIENT_FAULTS, _client_fault),
    402: _plan_required,
    404: _not_found,
    403: _forbidden,
    429: _rate_limited,
    500: _server_fault,
    503: _server_fault,
}
"""The meaning of answers by status."""
STATUSES = tuple(_JUDGES)
"""The statuses with a special meaning; docs/server.md has a row for each."""
