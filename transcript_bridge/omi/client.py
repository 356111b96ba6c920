"""The client of the Omi Developer API: thin, synchronous, one method per endpoint.

It sends each request once. The uploader decides whether, when and how often to send it again; for
that, every status and every broken connection has its own error class (errors.py, failures.py).
How the server behaves is in docs/server.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx

from ..arguments import KEY, SWITCH, TEXT, Expected, takes
from ..errors import (
    NoEndpointError,
    OmiError,
    OutcomeUnknownError,
    SettingsError,
    UnreachableError,
)
from ..limits import CONNECT_TIMEOUT, DEFAULT_API_BASE, LIST_PAGE, READ_TIMEOUT, WAITS_PER_REQUEST
from ..server_place import is_loopback
from ..wire import Conversation, ConversationRequest, Created, KeyInfo
from .address import may_be_host, server_address
from .api_key import check_key
from .deadline import Deadline, enforce_deadline
from .failures import (
    ASK_FIRST,
    RUN_AGAIN,
    as_repeatable,
    clean_detail,
    failure_of,
    unknown_outcome,
)
from .receiving import (
    ACCEPTED_ENCODINGS,
    MAX_CONVERSATION_ANSWER,
    MAX_LIST_ANSWER,
    MAX_SHORT_ANSWER,
    MAX_TRANSCRIPTS_ANSWER,
    Answer,
    UnreadableBodyError,
    receive,
)

CONVERSATIONS = "/v1/dev/user/conversations"

MAX_ID = 300
"""The longest id of a conversation in characters; Omi's have 36."""
KEEPALIVE_SECONDS = 4.0
"""Seconds for which an idle connection is reused. The server closes it after 5 s, and a request
that is sent at that moment would have an unknown outcome."""

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)

T = TypeVar("T")
_ERROR_NUMBER = re.compile(r"\[Errno -?\d+\] ")
"""The error messages of the operating system for these follow."""
_Params = dict[str, str | int]


_BODY = Expected("a ConversationRequest, or its JSON", (ConversationRequest, str, bytes))


class OmiClient:
    """Talks to one Omi server with one key. Usable from several threads; close it, or use it in a
    `with`.

    api_key: `omi_dev_…`; space around it is removed.
    base_url: with or without scheme and `/v1/dev` (address.py); another path in it is kept.
    allow_http: send the key unencrypted to a server in the own network.
    connect_timeout, read_timeout: seconds. The server answers a POST only after some twenty model
    calls, and gives up after 120 s itself: a shorter read timeout turns successes into unknown
    outcomes. A whole request takes at most twice the read timeout.

    Raises MissingKeyError for an empty key, SettingsError for one that cannot be of the Developer
    API, and for a base URL that cannot be used.
    The methods raise OmiError: UnreachableError if nothing was sent, OutcomeUnknownError if
    no clear answer came back, and for each status of docs/server.md its own class.
    """

    @takes(api_key=KEY, base_url=TEXT, allow_http=SWITCH)
    def __init__(
        self,
        api_key: str,
        base_url: str = DEFAULT_API_BASE,
        *,
        allow_http: bool = False,
        connect_timeout: float = CONNECT_TIMEOUT,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        key = check_key(api_key)
        self._base_url = server_address(base_url, allow_http=allow_http)
        url = httpx.URL(self._base_url)
        self._host = url.host
        self._place = url.host if url.port is None else f"{url.host}:{url.port}"
        self._http = _open_http(url, key, connect_timeout, read_timeout)
        self._longest = WAITS_PER_REQUEST * read_timeout
        self._deadline = Deadline()
        enforce_deadline(self._http, self._deadline)

    @property
    def base_url(self) -> str:
        """The server's address, without a slash at the end."""
        return self._base_url

    def __repr__(self) -> str:
        return f"OmiClient(base_url={self._base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        self._http.close()

    @takes(body=_BODY)
    def create_conversation(self, body: ConversationRequest | str | bytes) -> Created:
        """POST a conversation: a request, or its JSON.

        `status` of the answer is completed, processing (another request with the same
        client_session_id is being processed) or deleted (the user has deleted it).
        """
        content = body.to_json() if isinstance(body, ConversationRequest) else body
        answer = self._ask("POST", f"{CONVERSATIONS}/from-segments", content=content)
        return _understand(_read_created, answer, advice=ASK_FIRST)

    def list_conversations(
        self,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        limit: int = LIST_PAGE,
        offset: int = 0,
        include_transcript: bool = False,
    ) -> list[Conversation]:
        """One page of the conversations that are completed, not discarded and not locked, newest
        first.

        start_date, end_date: aware; bounds of `created_at`, both inclusive. limit: the server cuts
        it to 100, with transcripts to 25. A short page proves nothing: the list ends at an empty
        one.
        """
        params: _Params = {"limit": limit, "offset": offset}
        if start_date is not None:
            params["start_date"] = _offset_time("start_date", start_date)
        if end_date is not None:
            params["end_date"] = _offset_time("end_date", end_date)
        size = MAX_LIST_ANSWER
        if include_transcript:
            params["include_transcript"] = "true"
            size = MAX_TRANSCRIPTS_ANSWER
        answer = self._ask("GET", CONVERSATIONS, params=params, limit=size)
        return _understand(_read_conversations, answer)

    def get_conversation(
        self, conversation_id: str, include_transcript: bool = False
    ) -> Conversation:
        """One conversation, also a discarded one or one that is still being processed; both have
        an empty title.

        Raises NotFoundError if there is none, or it is locked.
        """
        params: _Params = {}
        if include_transcript:
            params["include_transcript"] = "true"
        path = _path_of(conversation_id)
        answer = self._ask("GET", path, params=params, limit=MAX_CONVERSATION_ANSWER)
        return _understand(Conversation.model_validate_json, answer)

    def update_conversation(
        self, conversation_id: str, *, title: str | None = None, discarded: bool | None = None
    ) -> None:
        """Give it a title (1 to 500 characters), or discard it or bring it back.

        None does not change a value.
        """
        changes: dict[str, object] = {}
        if title is not None:
            changes["title"] = title
        if discarded is not None:
            changes["discarded"] = discarded
        if not changes:
            raise SettingsError("nothing to update: give a title, or say whether it is discarded")
        answer = self._ask("PATCH", _path_of(conversation_id), content=json.dumps(changes))
        _expect_object(answer)

    def title_conversation(self, conversation_id: str, title: str) -> None:
        """Give it a title of 1 to 500 characters. Raises NotFoundError if there is none."""
        self.update_conversation(conversation_id, title=title)

    def hide_conversation(self, conversation_id: str) -> None:
        """Discard it: it disappears from listings, and can still be read by its id."""
        self.update_conversation(conversation_id, discarded=True)

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete it. Raises NotFoundError if there is none (any more), PlanRequiredError if
        locked."""
        _expect_object(self._ask("DELETE", _path_of(conversation_id)))

    def get_key(self) -> KeyInfo:
        """Ask what the server knows about the key; `scopes` is None on servers that do not tell.

        Those answer 404 or 405: then a cheap read shows at least that the key is accepted.
        """
        try:
            answer = self._ask("GET", "/v1/dev/key")
        except OmiError as error:
            if error.status not in (404, 405):
                raise
        else:
            return _understand(KeyInfo.model_validate_json, answer)
        self.list_conversations(limit=1)
        return KeyInfo()

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: _Params | None = None,
        content: str | bytes | None = None,
        limit: int = MAX_SHORT_ANSWER,
    ) -> Answer:
        """A successful answer; everything else is raised. limit: bytes of its body."""
        headers = None
        if content is not None:
            headers = {"Content-Type": "application/json"}
        request = self._http.build_request(
            method, path, params=params, content=content, headers=headers
        )
        answer = self._exchange(request, limit)
        if isinstance(answer, Answer):
            return answer
        if isinstance(answer, OutcomeUnknownError) and method != "POST":
            raise as_repeatable(answer)
        raise answer

    def _exchange(self, request: httpx.Request, limit: int) -> Answer | OmiError:
        """The answer if it is a successful one, or else why it is not.

        Errors are raised only after the `except` blocks: httpx's exceptions hold the request with
        its key, and one raised inside would keep them as its `__context__`.
        """
        if not may_be_host(self._host):
            return UnreachableError(f"cannot reach {self._host}: no such host; check the base URL")
        try:
            with self._deadline.limit(self._longest):
                answer = receive(self._http, request, limit)
        except _NOT_SENT as error:
            return UnreachableError(
                f"cannot reach {self._place}: {_reason(error)}; check the network and the base URL"
            )
        except UnicodeError:  # the answer was being read: the conversation may be stored
            return unknown_outcome(f"{self._host} sent an answer with invalid characters")
        except httpx.HTTPError as error:
            return unknown_outcome(f"{self._host} gave no clear answer: {_reason(error)}")
        except UnreadableBodyError as error:
            return unknown_outcome(f"{self._host} sent {error}")
        if answer.is_success:
            return answer
        return failure_of(answer.status, answer.headers, answer.body)


def _open_http(
    url: httpx.URL, key: str, connect_timeout: float, read_timeout: float
) -> httpx.Client:
    """A connection pool without a limit: the caller decides how many requests run at once.

    For this machine, a transport of our own ignores the proxies of the environment. Without TLS it
    loads no certificates, which would take 12 ms.
    """
    limits = httpx.Limits(
        max_connections=None, max_keepalive_connections=20, keepalive_expiry=KEEPALIVE_SECONDS
    )
    timeout = httpx.Timeout(read_timeout, connect=connect_timeout, pool=None)
    headers = {"Authorization": f"Bearer {key}", "User-Agent": "transcript-bridge"}
    headers["Accept-Encoding"] = ACCEPTED_ENCODINGS
    is_https = url.scheme == "https"
    try:
        local = None
        if is_loopback(url.host):
            local = httpx.HTTPTransport(verify=is_https, trust_env=is_https, limits=limits)
        return httpx.Client(
            base_url=url,
            headers=headers,
            timeout=timeout,
            limits=limits,
            transport=local,
            trust_env=is_https,
            follow_redirects=False,
        )
    except (OSError, ValueError, ImportError, httpx.InvalidURL):
        pass
    raise SettingsError(
        "the proxy or certificate settings of the environment are not valid; correct them"
    )


def _path_of(conversation_id: str) -> str:
    """Its path. Raises NoEndpointError for what can be no id."""
    if not _may_be_id(conversation_id):
        raise NoEndpointError("this is not the id of a conversation; check it")
    return f"{CONVERSATIONS}/{quote(conversation_id, safe='')}"


def _may_be_id(conversation_id: str) -> bool:
    """An empty id or one of dots would address something else, such as the whole list; no address
    can be very long, and no database takes a NUL."""
    is_too_long = len(conversation_id) > MAX_ID
    return not is_too_long and conversation_id.strip(".") != "" and "\0" not in conversation_id


def _offset_time(name: str, moment: datetime) -> str:
    if moment.tzinfo is None:
        raise SettingsError(f"{name} needs an offset from UTC; give one")
    return moment.isoformat()


def _reason(error: httpx.HTTPError) -> str:
    """httpx's message, or the class for timeouts, which have none: `ReadTimeout` -> `read
    timeout`."""
    name = re.sub("([A-Z])", r" \1", type(error).__name__).strip().lower()
    return clean_detail(_ERROR_NUMBER.sub("", str(error))) or name


def _understand(read: Callable[[bytes], T], answer: Answer, *, advice: str = RUN_AGAIN) -> T:
    """Parse the body. A 200 with other content, such as the page of a captive portal, proves
    nothing.

    The error is raised after the `except` block, because the reader's message quotes the body.
    """
    try:
        return read(answer.body)
    except (ValueError, RecursionError):  # the second for lists nested a hundred thousand deep
        pass
    content = "without any content"
    if answer.body:
        content = "not as the API does"
    raise unknown_outcome(
        f"the server answered {answer.status}, but {content}; check the base URL",
        status=answer.status,
        advice=advice,
    )


def _expect_object(answer: Answer) -> None:
    """A change or deletion is confirmed by an object, or by 204: done, and nothing to say."""
    if answer.status != HTTPStatus.NO_CONTENT:
        _understand(_read_object, answer)


def _read_created(body: bytes) -> Created:
    created = Created.model_validate_json(body)
    if not _may_be_id(created.id):
        raise ValueError("no usable id")
    return created


def _read_conversations(body: bytes) -> list[Conversation]:
    listed = json.loads(body)
    if not isinstance(listed, list):
        raise ValueError("no list")
    return [Conversation.model_validate(conversation) for conversation in listed]


def _read_object(body: bytes) -> dict[str, Any]:
    answer = json.loads(body)
    if not isinstance(answer, dict):
        raise ValueError("no object")
    return answer
