"""All errors, as one tree of exceptions.

    BridgeError                         exit  retry
    ├── SettingsError                      2     no   bad usage, a settings file, a speaker map
    │   ├── MissingKeyError                2     no
    │   ├── SettingsConflictError          2     no   another program changed a settings file
    │   └── MissingExtraError              2     no   an optional dependency is not installed
    ├── InputError                         1     no   one file cannot be used; the others can
    │   ├── NotThereError                            a store has no such file or folder
    │   ├── MissingCredentialsError        2     no   a store wants credentials, and there are none
    │   ├── DecodingError
    │   ├── UnknownFormatError
    │   ├── MalformedError
    │   ├── NoWordsError                             turns without words
    │   ├── NoSpeechError                            its texts are not speech
    │   ├── ChangedError                             it was uploaded with another content
    │   ├── FaultError                               an unexpected error
    │   └── StrictError                              problems, and the user wants none
    ├── OutputError                        1     no   what was made cannot be written
    │   ├── OutputExistsError                        it would replace a file
    │   └── StandardOutputError                      the reader is gone, or the disk is full
    │       └── OutputLostError            4     no   the same, in the middle of an upload
    ├── EngineError                        4    yes   a cluster that reads an archive is lost
    ├── LedgerError                        4     no   the ledger cannot be read or written
    │   ├── RowChangedError                4    yes   another process changed a request meanwhile
    │   └── TooEarlyError                  4    yes   the server may still store a request
    └── OmiError                           1          what the server, or the way to it, answered
        ├── UnreachableError               4    yes   nothing was sent
        ├── OutcomeUnknownError            4    ask   it may or may not have been stored
        ├── KeyRefusedError                3     no   401
        │   ├── ScopeMissingError          3     no   403
        │   └── AccessRefusedError         3     no   403 for another reason than the key's scopes
        ├── PlanRequiredError              1     no   402
        ├── NotFoundError                  1     no   404
        ├── NoEndpointError                1     no   404 that is not about a conversation
        ├── InProgressError                4    yes   409
        ├── GoneError                      1     no   410
        ├── RejectedError                  1     no   422
        ├── RateLimitedError               4    yes   429
        └── ServerFaultError               4    yes   500 as JSON, 503: nothing was stored

Each message is one line that ends with what to do next. Every error carries its data as attributes
and pickles, because conversions run in worker processes.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

_WORD = re.compile("[A-Z][a-z]*")


STANDARD_INPUT = "-"


def name_input(path: str) -> str:
    """The name of an input in messages; in data, standard input is `-`."""
    return "standard input" if path == STANDARD_INPUT else path


class BridgeError(Exception):
    """The base class of all errors that Transcript Bridge raises.

    code: the kind of error, for programs: `unknown-format`. It is derived from the name of the
    class, unless the class sets one.
    exit_code: what the command exits with when this is the worst that happened.
    retryable: whether the same call may succeed later, with no risk of doing it twice.
    """

    code: ClassVar[str] = "bridge"
    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        words = _WORD.findall(cls.__name__.removesuffix("Error"))
        if "code" not in cls.__dict__:
            cls.code = "-".join(words).lower()

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data

    def __str__(self) -> str:
        return self.message

    def reword(self, message: str) -> Self:
        """The same error with another message."""
        return type(self)(message, **self.data)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self.data)


def _rebuild(cls: type[BridgeError], message: str, data: dict[str, Any]) -> BridgeError:
    return cls(message, **data)


class SettingsError(BridgeError):
    """A flag, an environment variable, a settings file or a speaker map is invalid."""

    exit_code = 2


class SettingsConflictError(SettingsError):
    """Another program changed the settings file at `path` while it was being edited here."""

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message, path=path)
        self.path = path


class MissingKeyError(SettingsError):
    """No API key was given anywhere."""


class MissingExtraError(SettingsError):
    """An optional dependency is needed and not installed."""


class InputError(BridgeError):
    """One input cannot be used. `path` and `line` (1-based, or None) say where.

    certainty: how sure it is that the file is a transcript at all, 0 to 100 as formats bid.
    option: the name of an option that may help, such as "format". The command line adds it to the
    message as a flag.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str = "",
        line: int | None = None,
        certainty: int = 0,
        option: str = "",
    ) -> None:
        super().__init__(message, path=path, line=line, certainty=certainty, option=option)
        self.path = path
        self.line = line
        self.certainty = certainty
        self.option = option

    def __str__(self) -> str:
        place = name_input(self.path)
        if self.line is not None:
            place = f"{place}:{self.line}" if place else f"line {self.line}"
        if place:
            return f"{place}: {self.message}"
        return self.message

    def at(self, path: str, *, certainty: int = 0) -> InputError:
        """The same error with the name of the file, which a parser does not know."""
        return type(self)(
            self.message, path=path, line=self.line, certainty=certainty, option=self.option
        )


class NotThereError(InputError):
    """A store says that there is no such file or folder."""

    code = InputError.code  # as for a file that is missing on disk


class MissingCredentialsError(InputError):
    """A store wants credentials, and there are none that it accepts."""

    exit_code = 2


class DecodingError(InputError):
    """The bytes are not text in any known encoding."""


class UnknownFormatError(InputError):
    """No format recognizes the text, or several do equally well."""


class MalformedError(InputError):
    """The format is known, and the file breaks it beyond repair."""


class NoWordsError(InputError):
    """The file has speaker turns and no words: there is nothing to upload."""


class NoSpeechError(InputError):
    """The file can be read, but its texts are not speech: pictures, chapters, measurements."""


class FaultError(InputError):
    """Reading a file ended with an unexpected error, or took too much time or memory."""


class StrictError(InputError):
    """Problems were found, and `--strict` makes them a failure."""


class ChangedError(InputError):
    """An input has changed since it was uploaded, and the user has not said what to do."""


class OutputError(BridgeError):
    """A result cannot be written to its place."""


class OutputExistsError(OutputError):
    """The output would replace a file that this program did not write."""


class StandardOutputError(OutputError):
    """Standard output takes no more: its reader is gone, or the disk is full."""


class OutputLostError(StandardOutputError):
    """Standard output failed during an upload; the rest is left for the next run."""

    exit_code = 4


class EngineError(BridgeError):
    """The cluster of `--engine` does not answer or cannot continue. Running the same command again
    resumes the work."""

    exit_code = 4
    retryable = True


class LedgerError(BridgeError):
    """The ledger cannot be read or written. The next run settles what was in progress.

    Nothing is ever sent that the ledger does not know of.
    """

    exit_code = 4


class RowChangedError(LedgerError):
    """Another process changed a request in the ledger after it was read here.

    Nothing was overwritten, and the same command can be run again.
    """


class TooEarlyError(LedgerError):
    """A request cannot be planned again yet: the server may still be working on it. Nothing was
    changed.

    wait: seconds until it can be planned.
    """

    retryable = True

    def __init__(self, message: str, *, wait: float = 0.0) -> None:
        super().__init__(message, wait=wait)
        self.wait = wait


class OmiError(BridgeError):
    """An answer of the Omi server, or of a proxy before it.

    status: the HTTP status; None without an answer.
    detail: the server's own words, never the user's text.
    retry_after: seconds to wait; None if the server did not say.
    needs_new_key: whether only another key can help.
    """

    needs_new_key: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        detail: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, status=status, detail=detail, retry_after=retry_after)
        self.status = status
        self.detail = detail
        self.retry_after = retry_after


class UnreachableError(OmiError):
    """No connection could be made: nothing was sent."""

    exit_code = 4
    retryable = True


class OutcomeUnknownError(OmiError):
    """The request was sent and no clear answer came back: it may or may not have been stored.

    reason: the part of the message that says what happened, without the advice.
    """

    exit_code = 4

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        status: int | None = None,
        detail: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, status=status, detail=detail, retry_after=retry_after)
        self.reason = reason or message
        self.data["reason"] = self.reason


class KeyRefusedError(OmiError):
    """The server does not accept the key."""

    exit_code = 3
    needs_new_key = True


class ScopeMissingError(KeyRefusedError):
    """The key is valid, but lacks the permission (scope) for this call."""


class AccessRefusedError(KeyRefusedError):
    """The key is valid, but the server refuses this account or this program."""

    needs_new_key = False


class PlanRequiredError(OmiError):
    """The conversation is locked behind a paid plan, or the server asks for payment."""


class NotFoundError(OmiError):
    """There is no such conversation, or it is locked."""


class NoEndpointError(OmiError):
    """A 404 that does not come from the API itself: the server lacks this endpoint, or a proxy
    answered. It says nothing about a conversation."""


class InProgressError(OmiError):
    """The same conversation is being created by another request."""

    exit_code = 4
    retryable = True


class GoneError(OmiError):
    """The conversation was deleted, and its session id cannot be used again."""


class RejectedError(OmiError):
    """The server found the request invalid and stored nothing."""


class RateLimitedError(OmiError):
    """The hour's writes are used up. limit: writes per hour; None if unknown."""

    exit_code = 4
    retryable = True

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        detail: str = "",
        retry_after: float | None = None,
        limit: int | None = None,
    ) -> None:
        super().__init__(message, status=status, detail=detail, retry_after=retry_after)
        self.limit = limit
        self.data["limit"] = limit


class ServerFaultError(OmiError):
    """The server failed and says that nothing was stored."""

    exit_code = 4
    retryable = True
