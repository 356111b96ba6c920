"""Progress on standard error: bars, which need a terminal, and waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from ..calendar_words import name_moment
from ..quantities import length_of
from .output import may_draw, say, wrap_line
from .printable import make_printable

if TYPE_CHECKING:
    from ..transfer.events import Waiting

Advance = Callable[[int, int], None]
"""Called with how many are done, and how many there are."""


@contextmanager
def show_progress(label: str) -> Iterator[Advance]:
    """Show a bar while something is counted; it disappears at the end."""
    if not may_draw():
        yield _ignore
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _ignore(done: int, total: int) -> None:
    """Do nothing: without a terminal there is no bar."""


class MigrationBar:
    """The bar of `migrate`, with a text next to it; lines can be printed above it."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
        # It is shown for days, so the default of ten redraws per second would be a waste.
        self._bar = Progress(*columns, console=Console(stderr=True), refresh_per_second=1)
        self._task: Any = self._bar.add_task("", total=None)

    @property
    def width(self) -> int:
        """Of the terminal, in characters."""
        return self._bar.console.width

    def start(self) -> None:
        """Show the bar."""
        self._bar.start()

    def stop(self) -> None:
        """Leave the last state of the bar on the screen."""
        self._bar.stop()

    def update(self, done: int, total: int, text: str) -> None:
        """Change what the bar shows."""
        self._bar.update(self._task, completed=done, total=total, description=text)

    def print(self, line: str) -> None:
        """Print a line above the bar."""
        wrapped = wrap_line(make_printable(line), self._bar.console.width)
        self._bar.console.print(wrapped, markup=False, highlight=False)


def say_waiting(event: Waiting, zone: tzinfo | None = None) -> None:
    """`waiting 51 min, until 14:32:05: …`. zone: of the time; None means the computer's."""
    until = datetime.fromtimestamp(event.until, UTC)
    moment = name_moment(until, datetime.now(UTC), zone, seconds=True)
    say(
        f"waiting {length_of(event.seconds)}, until {moment}: {event.reason} "
        "(Ctrl-C stops; the same command continues later)"
    )
