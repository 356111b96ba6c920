"""What was found while reading: the cues, and the problems told of them."""

from __future__ import annotations

from typing import NamedTuple

from ...models import Word
from ...problems import Problem, ProblemLog


class Cue(NamedTuple):
    """A cue as it stands in the file (ms): its lines with their markup, clean, none empty, parted
    by `\\n`."""

    start: int
    end: int
    text: str
    id: str | None
    line: int
    """That of its times, 1-based."""
    words: tuple[Word, ...] = ()


_SUMMED = {
    "odd-time-line": "time lines not written as the format has them, but readable: {n}, the first {quote!r}",
    "no-blank-line": "cues without a blank line before them, told apart by their times: {n}",
    "text-on-time-line": "time lines that end in text, which was kept: {n}, the first {quote!r}",
    "stray-angle": "cues with a '<' that begins no tag, kept as text: {n}, the first {quote!r}",
    "stray-number": "numbers alone between empty lines, the indexes of no cue, left out: {n}, the first {quote!r}",
    "arrow-in-text": "lines with an arrow and no times, kept as text: {n}, the first {quote!r}",
    "rolling-repeat": "cues that only repeat what the cue before shows, left out: {n}",
    "word-by-word": "cues that repeat a sentence to highlight its next word, now word times: {n}",
}
"""Told once a file, however often they occur: what happens to one cue happens to most of them."""


def quote(text: str) -> str:
    """A short bit of `text` for a message."""
    bit = " ".join(text[:200].split())
    return bit if len(bit) <= 40 else bit[:39] + "…"


class Findings:
    """Collects, for one file, how many cues there are and what has to be told."""

    def __init__(self) -> None:
        self.cues = 0
        self.unreadable = 0
        """How many of the cues have no times that anybody can read."""
        self.language: str | None = None
        """What the file says of its language."""
        self._log = ProblemLog()
        self._sums: dict[str, tuple[int, int | None, str, int]] = {}

    def tell(self, code: str, message: str, line: int | None = None, cues: int = 0) -> None:
        """One problem by itself."""
        self._log.add(code, message, line, cues)

    def count(self, code: str, line: int | None, text: str = "", cues: int = 0) -> None:
        """One more of those that are told once a file, with the line and the text of the first."""
        n, first, quoted, sum_ = self._sums.get(code, (0, line, text, 0))
        self._sums[code] = (n + 1, first, quoted, sum_ + cues)

    def problems(self) -> tuple[Problem, ...]:
        """All of them, by line."""
        told = self._log.problems()
        if not self._sums and not told:
            return ()
        summed = [
            Problem(code, _SUMMED[code].format(n=n, quote=quote(text)), line, cues)
            for code, (n, line, text, cues) in self._sums.items()
        ]
        return tuple(sorted([*told, *summed], key=_line))


def _line(problem: Problem) -> float:
    return float("inf") if problem.line is None else problem.line
