"""Words for people, on stderr, and the exit code that a run ends with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import click

from ..errors import BridgeError
from ..models import Transcript
from ..problems import Problem

_GRAVITY = (0, 1, 2, 4, 3)
"""Exit codes from mild to grave: a refused key outweighs all."""


def say(message: str, *, mark: str | None = None) -> None:
    """One line for people; `mark` is error, warning or nothing. Whatever would break the line is
    folded."""
    line = " ".join(message.split())
    color = {"error": "red", "warning": "yellow"}.get(mark or "")
    prefix = click.style(f"{mark}: ", fg=color) if mark else ""
    click.echo(prefix + line, err=True)


class Tally:
    """Failures so far: each is said at once, the gravest decides the exit code."""

    def __init__(self) -> None:
        self.code = 0

    def fail(self, error: BridgeError) -> None:
        """Say an error and remember it."""
        say(str(error), mark="error")
        self.code = max(self.code, error.exit_code, key=_GRAVITY.index)


def plural(count: int, noun: str) -> str:
    """`1 segment`, `1,204 segments`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def say_problems(transcript: Transcript, *, start_matters: bool = True) -> None:
    """One line that counts what was repaired or lost, and one where the beginning is only a guess."""
    for problem in transcript.problems:
        if problem.code == "start-guessed" and start_matters:
            say(f"{transcript.path}: {problem.message}")
    grave = [p for p in transcript.problems if p.level != "note"]
    if grave:
        levels = Counter(p.level for p in grave)
        counts = ", ".join(
            f"{levels[level]:,} {level}" for level in ("repaired", "lost") if levels[level]
        )
        say(
            f"{transcript.path}: {counts}; {describe(grave[0])}; 'transcript-bridge inspect' shows all",
            mark="warning",
        )


def describe(problem: Problem) -> str:
    """`line 12: …`."""
    return (f"line {problem.line}: " if problem.line is not None else "") + problem.message


def group(problems: Sequence[Problem]) -> list[tuple[str, list[Problem]]]:
    """Problems by code, the gravest level first, then by how many there are."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(problem.code, []).append(problem)
    order = ("lost", "repaired", "note")
    return sorted(groups.items(), key=lambda item: (order.index(item[1][0].level), -len(item[1])))
