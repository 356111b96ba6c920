"""Prints everything that commands print, and collects the exit code of a run.

Messages for people go to standard error, data and results to standard output. Everything is made
printable here (`printable`), because it may contain labels, file names, and words of a server.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Self, TextIO

import click

from ..errors import BridgeError, StandardOutputError, name_input
from ..models import Transcript
from ..problems import Problem, find_grave
from .printable import escape_json, hide_keys, make_printable, make_printable_lines

FAILED = 1
"""Something failed; the rest was done."""
KEY_REFUSED = 3
STOPPED = 4
"""Work is left, and the same command continues it."""

_BY_GRAVITY = (0, FAILED, 2, STOPPED, KEY_REFUSED)
"""Exit codes by increasing priority: a refused key wins."""
_MARK_COLORS = {"error": "red", "warning": "yellow"}
_LEVELS = ("lost", "repaired", "note")
"""The levels of problems, the most serious first."""


class Styled(str):
    """A line that begins with emphasized text if a terminal shows it.

    rest: the text after it. indent: how far a terminal indents the continuation of a long line;
    None leaves line breaks to the terminal, as in a table.
    """

    bold: bool
    color: str | None
    rest: str
    indent: int | None

    def __new__(
        cls,
        text: str,
        *,
        bold: bool = False,
        color: str | None = None,
        rest: str = "",
        indent: int | None = None,
    ) -> Self:
        line = super().__new__(cls, text)
        line.bold = bold
        line.color = color
        line.rest = rest
        line.indent = indent
        return line


# ---- messages, on standard error

_is_muted = False


@contextmanager
def mute_messages(is_quiet: bool) -> Iterator[None]:
    """With `--quiet`, print only warnings and errors."""
    global _is_muted
    earlier = _is_muted
    _is_muted = is_quiet
    try:
        yield
    finally:
        _is_muted = earlier


_is_replaced = False


@contextmanager
def replace_messages() -> Iterator[None]:
    """Print no messages, because a log replaces them."""
    global _is_replaced
    earlier = _is_replaced
    _is_replaced = True
    try:
        yield
    finally:
        _is_replaced = earlier


_CANNOT_REDRAW = ("dumb", "unknown")


def may_draw() -> bool:
    """Whether standard error is a terminal for people, on which a bar may be drawn.

    A terminal that cannot draw again what it has drawn (`TERM=dumb`) gets lines, as a pipe does.
    """
    is_terminal = sys.stderr.isatty() and os.environ.get("TERM") not in _CANNOT_REDRAW
    return is_terminal and not _is_replaced


def print_log_line(line: str) -> None:
    """Print one JSON object of a log on standard error. Never raises."""
    with suppress(OSError):
        click.echo(escape_json(hide_keys(line)), err=True)


def write_from_handler(event: str, message: str) -> None:
    """Print a message on standard error from a signal handler.

    It may run in the middle of a write to sys.stderr, which then refuses a second write.
    """
    import json

    standard_error = 2
    line = message
    if _is_replaced:
        line = json.dumps({"time": render_now(), "level": "info", "event": event})
    os.write(standard_error, f"{line}\n".encode())


def say(message: str, *, mark: str | None = None) -> None:
    """Print one line on standard error; line breaks in the message become spaces.

    mark: `error`, `warning` or None. Never raises.
    """
    is_silent = _is_replaced or (_is_muted and mark is None)
    if is_silent:
        return
    text = hide_keys(" ".join(message.split()))
    line = Styled("", rest=text, indent=2)
    if mark is not None:
        line = Styled(f"{mark}: ", color=_MARK_COLORS.get(mark), rest=text, indent=2)
    with suppress(OSError):
        click.echo(_style(line, sys.stderr), err=True)


def say_next(step: str) -> None:
    """Print what a user probably does next. step: `'transcript-bridge verify' … asks whether …`."""
    say(f"next: {step}")


def say_lines(lines: Iterable[str]) -> None:
    """Print lines on standard error unchanged."""
    if _is_replaced:
        return
    with suppress(OSError):
        for line in lines:
            click.echo(_style(line, sys.stderr), err=True)


def confirm(question: str) -> bool:
    """Ask on the terminal; False if the answer is no."""
    return click.confirm(make_printable(question), err=True)


# ---- results, on standard output


def print_line(line: str) -> None:
    """Print one line on standard output. Raises StandardOutputError."""
    _print(_style(line, sys.stdout))


def print_lines(lines: Iterable[str]) -> None:
    """Print lines on standard output. Raises StandardOutputError."""
    _print("\n".join([_style(line, sys.stdout) for line in lines]))


def print_json(row: Mapping[str, Any]) -> None:
    """Print one JSON object as one line on standard output. Raises StandardOutputError."""
    import json

    _print(escape_json(json.dumps(row, ensure_ascii=False)))


def print_data(text: str) -> None:
    """Write a converted text to standard output: unchanged, except to a terminal.
    Write a converted text to standard output, unchanged unless it is a terminal.

    Raises StandardOutputError.
    """
    if sys.stdout.isatty():
        text = make_printable_lines(text)
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        raise explain_output_error(error) from None


def flush_output() -> None:
    """Write what is still buffered. Raises StandardOutputError."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise explain_output_error(error) from None


def flush_messages() -> None:
    """The same for standard error; what cannot be written is dropped."""
    try:
        sys.stderr.flush()
    except OSError:
        discard(sys.stderr)


def discard(stream: TextIO) -> None:
    """Discard the buffer of a stream that failed.

    Otherwise Python would report another error when it closes the stream, and exit with 120.
    """
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class ClosedOutput(io.TextIOBase):
    """Standard output of a process that was started without one."""

    def write(self, _text: str) -> int:
        raise OSError(9, "it is closed")


def read_width(stream: TextIO | None = None) -> int | None:
    """The width of the terminal in characters; None if the stream is not a terminal.

    stream: standard output by default.
    """
    if not (stream or sys.stdout).isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _style(line: str, stream: TextIO) -> str:
    text = make_printable(line)
    if not isinstance(line, Styled):
        return text
    text += make_printable(line.rest)
    if line.indent is not None:
        width = read_width(stream)
        if width is not None and len(text) > width:
            text = wrap_line(text, width, line.indent)
    emphasized = len(make_printable(line))
    return _emphasize(text[:emphasized], line) + text[emphasized:]


def _emphasize(text: str, line: Styled) -> str:
    if not line.bold and line.color is None:
        return text
    return click.style(text, fg=line.color, bold=line.bold or None)


def wrap_line(text: str, width: int, indent: int = 2) -> str:
    """Break the text between words; paths and other long words stay whole."""
    import textwrap

    return textwrap.fill(
        text,
        width,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _print(text: str) -> None:
    try:
        click.echo(text)
    except OSError as error:
        raise explain_output_error(error) from None


def explain_output_error(error: OSError) -> StandardOutputError:
    """The error for a failed write to standard output."""
    if isinstance(error, BrokenPipeError):
        return StandardOutputError(
            "standard output was closed before everything was written (by the program after '|')"
        )
    reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror
    return StandardOutputError(f"standard output cannot be written ({reason})")


# ---- failures


class ExitStatus:
    """Collects the failures of a run: the most serious one decides the exit code.

    as_json: also print each failure as data.
    """

    def __init__(self, code: int = 0, *, as_json: bool = False) -> None:
        self.code = code
        self._as_json = as_json

    def fail(self, error: BridgeError, **data: Any) -> None:
        """Print an error, and remember its exit code. data: what it is about, such as `input`."""
        say(str(error), mark="error")
        if self._as_json:
            print_json({**data, "error": error_as_data(error)})
        self.raise_to(error.exit_code)

    def raise_to(self, code: int) -> None:
        """Exit with `code`, unless something more serious happened."""
        self.code = max(self.code, code, key=_BY_GRAVITY.index)


def error_as_data(error: BridgeError) -> dict[str, Any]:
    """A failure as `--json` shows it."""
    return failure_as_data(error.code, str(error), error.exit_code)


def failure_as_data(code: str, message: str, exit_code: int = FAILED) -> dict[str, Any]:
    """The same for a failure without an exception. code: words joined by hyphens."""
    return {"code": code, "message": hide_keys(message), "exit_code": exit_code}


def render_now() -> str:
    """The time of an event for programs: ISO 8601 in UTC, with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


# ---- wording


def shorten(text: str, width: int) -> str:
    """The text, cut with an ellipsis if it is wider than `width` characters."""
    if len(text) <= width:
        return text
    return text[: width - 1] + "…"


def shorten_path(path: str, width: int) -> str:
    """The path, cut if it is wider than `width` characters.

    The end is kept, because the folders of an archive begin alike; of a long name, both ends.
    """
    if len(path) <= width:
        return path
    name = path.rpartition("/")[2]
    start = ""
    if len(name) >= width:
        start = name[: width // 2]
    return f"{start}…{path[len(start) + 1 - width :]}"


def say_problems(transcript: Transcript, *, mention_guessed_start: bool = True) -> None:
    """Print one line with the number of repaired and lost cues, and one for each note about what
    the user asked for: the start is only a guess, or turns do not replace labels.
    """
    name = name_input(transcript.path)
    said = {"start-guessed", "labels-kept"}
    if not mention_guessed_start:
        said.remove("start-guessed")
    for problem in transcript.problems:
        if problem.code in said:
            say(f"{name}: {problem.message}")
    grave = find_grave(transcript.problems)
    if not grave:
        return
    levels = Counter(problem.level for problem in grave)
    counts = ", ".join(
        f"{levels[level]:,} {level}" for level in ("repaired", "lost") if levels[level]
    )
    say(
        f"{name}: {counts}; {describe(grave[0])}; 'transcript-bridge inspect' shows all",
        mark="warning",
    )


def describe(problem: Problem) -> str:
    """`line 12: …`."""
    if problem.line is None:
        return problem.message
    return f"line {problem.line}: {problem.message}"


def group_by_code(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems grouped by code, the most serious level first, then the most frequent."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(problem.code, []).append(problem)
    return sorted(groups.values(), key=lambda group: (_LEVELS.index(group[0].level), -len(group)))
