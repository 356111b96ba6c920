"""Messages for people, on standard error, and the exit code of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import click

from ..errors import BridgeError
from ..models import Transcript
from ..problems import Problem

FAILED = 1
"""Something failed, the rest was done."""
KEY_REFUSED = 3
STOPPED = 4
"""Work is left; the same command goes on with it."""

_BY_GRAVITY = (0, FAILED, 2, STOPPED, KEY_REFUSED)
"""Exit codes from harmless to grave: a refused key outweighs everything."""
_MARK_COLORS = {"error": "red", "warning": "yellow"}
_LEVELS = ("lost", "repaired", "note")
"""Of problems, the gravest first."""


def say(message: str, *, mark: str | None = None) -> None:
    """Print one line on standard error; line breaks in the message become spaces.

    mark: `error`, `warning` or None.
    """
    line = " ".join(message.split())
    if mark is not None:
        line = click.style(f"{mark}: ", fg=_MARK_COLORS.get(mark)) + line
    click.echo(line, err=True)


def print_json(row: Mapping[str, Any]) -> None:
    """Print one JSON object as one line on standard output."""
    import json

    click.echo(json.dumps(row, ensure_ascii=False))


class ExitStatus:
    """Collects the failures of a run: the gravest one decides the exit code."""

    def __init__(self, code: int = 0) -> None:
        self.code = code

    def fail(self, error: BridgeError) -> None:
        """Print an error and remember its exit code."""
        say(str(error), mark="error")
        self.raise_to(error.exit_code)

    def raise_to(self, code: int) -> None:
        """Exit with `code`, unless something graver happened."""
        self.code = max(self.code, code, key=_BY_GRAVITY.index)


def plural(count: int, noun: str) -> str:
    """`1 segment`, `1,204 segments`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun}s"


def shorten(text: str, width: int) -> str:
    """The text, cut with an ellipsis if it is wider than `width` characters."""
    if len(text) <= width:
        return text
    return text[: width - 1] + "…"


def say_problems(transcript: Transcript, *, mention_guessed_start: bool = True) -> None:
    """One line with the number of repaired and lost cues, and one if the start is only a guess."""
    if mention_guessed_start:
        for problem in transcript.problems:
            if problem.code == "start-guessed":
                say(f"{transcript.path}: {problem.message}")
    grave = [problem for problem in transcript.problems if problem.level != "note"]
    if not grave:
        return
    levels = Counter(problem.level for problem in grave)
    counts = ", ".join(f"{levels[name]:,} {name}" for name in ("repaired", "lost") if levels[name])
    say(
        f"{transcript.path}: {counts}; {describe(grave[0])}; 'transcript-bridge inspect' shows all",
        mark="warning",
    )


def describe(problem: Problem) -> str:
    """`line 12: …`."""
    if problem.line is None:
        return problem.message
    return f"line {problem.line}: {problem.message}"


def group_by_code(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems of the same code together, the gravest level first, then the most frequent."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(problem.code, []).append(problem)
    return sorted(groups.values(), key=lambda group: (_LEVELS.index(group[0].level), -len(group)))
