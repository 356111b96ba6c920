"""`--log-format json`: events as one JSON object per line, instead of sentences for people.

The records come from the standard `logging` module: those of `transfer.event_log`, and those of
libraries. Meanwhile the command prints no sentences, because some quote files; what matters in them
has an event of its own.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any, cast

import click

from ..errors import BridgeError, StandardOutputError
from .one_of import Command
from .output import FAILED, print_log_line, replace_messages
from .value_types import ChoiceType

_TALKATIVE = ("httpx", "httpcore", "asyncio", "procrastinate")
"""Libraries whose warnings alone are logged: requests and turns of keys have events."""
_PLACES_SHOWN = 8
"""How many of the innermost calls are logged for a fault of the program."""


class JsonFormatter(logging.Formatter):
    """One JSON object: time (UTC), level, event, and the data of the event.

    For an exception, it has the type and where it was raised; its message may quote anything.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, without its end."""
        moment = datetime.fromtimestamp(record.created, UTC)
        row: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", "message"),
        }
        if row["event"] == "message":
            row["logger"] = record.name
            row["message"] = record.getMessage()
        row.update(getattr(record, "data", {}))
        error = None
        if record.exc_info:
            error = record.exc_info[1]
        if error is not None:
            row["error"] = {"type": type(error).__name__, "at": _list_places(error)}
        return json.dumps(row, ensure_ascii=False, default=str)


class _LogHandler(logging.Handler):
    """Prints through `output`, which makes text harmless for a terminal."""

    def emit(self, record: logging.LogRecord) -> None:
        print_log_line(self.format(record))


def log_format_flag(command: Command) -> Command:
    """`--log-format`; the parameter is called `log_format`, `text` or `json`.

    With `json`, the failure that ends the command is logged, too.
    """

    @wraps(command)
    def run(*args: Any, **flags: Any) -> Any:
        if flags["log_format"] != "json":
            return command(*args, **flags)
        with log_as_json():
            return _run_logged(lambda: command(*args, **flags))

    option = click.option(
        "--log-format",
        type=ChoiceType("text", "json"),
        default="text",
        show_default=True,
        help="The form of standard error: text for people, or one JSON object per event.",
    )
    return cast(Command, option(run))


@contextmanager
def log_as_json() -> Iterator[None]:
    """Print the records of all loggers as JSON until the block ends, and no other messages."""
    handler = _LogHandler()
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, _TALKATIVE)]
    levels = [logger.level for logger in loggers]
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for logger in loggers[1:]:
        logger.setLevel(logging.WARNING)
    try:
        with replace_messages():
            yield
    finally:
        root.removeHandler(handler)
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _run_logged(command: Callable[[], Any]) -> Any:
    """The exit code of the command; exceptions are logged."""
    from ..transfer.event_log import describe_error, log_event

    try:
        code = command()
    except StandardOutputError:
        raise
    except BridgeError as error:
        log_event(logging.ERROR, "failed", error=describe_error(error))
        return error.exit_code
    except Exception:
        logging.getLogger("transcript_bridge").exception("crashed", extra={"event": "crashed"})
        return FAILED
    log_event(logging.INFO, "exited", exit_code=code or 0)
    return code


def _list_places(error: BaseException) -> list[str]:
    """The innermost calls, as `uploader/run.py:120 run`."""
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES_SHOWN:]
    places = []
    for frame in frames:
        file = "/".join(frame.filename.replace("\\", "/").split("/")[-2:])
        places.append(f"{file}:{frame.lineno} {frame.name}")
    return places
