"""One cue, and the log of problems that are found while reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ...models import Word
from ...problems import Problem, ProblemLog, shorten

_QUOTED = 200
"""Characters in which a quotation is looked for; blanks in it are collapsed."""


class Cue(NamedTuple):
    """A cue as the file has it (ms); its lines keep their markup, without blanks at their ends."""

    start: int
    end: int
    text: str
    """No line of it is empty."""
    id: str
    """Empty if it has none."""
    line: int
    """The 1-based line of its times."""
    words: tuple[Word, ...] = ()


_COUNTED = {
    "odd-time-line": (
        "a line with times in another notation, {quote!r}",
        "{n} lines with times in another notation, the first {quote!r}",
    ),
    "no-blank-line": (
        "a cue without a blank line before it was recognized by its times",
        "{n} cues without a blank line before them were recognized by their times",
    ),
    "text-on-time-line": (
        "a line with times and text; the text was kept, {quote!r}",
        "{n} lines with times and text; the text was kept, the first {quote!r}",
    ),
    "stray-angle": (
        "a cue with a '<' that begins no tag was kept as text, {quote!r}",
        "{n} cues with a '<' that begins no tag were kept as text, the first {quote!r}",
    ),
    "stray-number": (
        "a number that belongs to no cue was left out, {quote!r}",
        "{n} numbers that belong to no cue were left out, the first {quote!r}",
    ),
    "arrow-in-text": (
        "a line with an arrow but no times was kept as text, {quote!r}",
        "{n} lines with an arrow but no times were kept as text, the first {quote!r}",
    ),
    "segment-repeat": (
        "a cue that is in two joined segments of a stream, kept once",
        "{n} cues that are in two joined segments of a stream, kept once",
    ),
    "rolling-repeat": (
        "a cue that only repeats the cue before was left out",
        "{n} cues that only repeat the cue before were left out",
    ),
    "word-by-word": (
        "a cue that repeats a sentence to highlight its next word became a word time",
        "{n} cues that repeat a sentence to highlight the next word became word times",
    ),
}
"""Messages for one and for several, of the problems that are reported once per file with a count:
what happens to one cue happens to most of them."""


def quote(text: str) -> str:
    """The beginning of `text`, short enough for a message."""
    return shorten(" ".join(text[:_QUOTED].split()))


@dataclass(slots=True)
class _ProblemCount:
    """How often a problem occurs, the line and text of the first, the cues that it accounts for."""

    line: int | None
    text: str
    n: int = 0
    cues: int = 0


class FindingLog:
    """Collects the results of reading one file: the number of cues, its language, the problems."""

    def __init__(self) -> None:
        self.cues = 0
        """All cues of the file, readable or not."""
        self.unreadable = 0
        """Cues without readable times."""
        self.language: str | None = None
        """The language that the file names."""
        self._log = ProblemLog()
        self._counts: dict[str, _ProblemCount] = {}

    def add(self, code: str, message: str, line: int | None = None, cues: int = 0) -> None:
        """Add one problem."""
        self._log.add(code, message, line, cues)

    def count(self, code: str, line: int | None, text: str = "", cues: int = 0) -> None:
        """Count a problem of a kind that is reported once per file, with the first one quoted."""
        count = self._counts.setdefault(code, _ProblemCount(line, text))
        count.n += 1
        count.cues += cues

    def problems(self) -> tuple[Problem, ...]:
        """All problems in the order of their lines; those without a line last."""
        found = list(self._log.problems())
        for code, count in self._counts.items():
            for_one, for_several = _COUNTED[code]
            words = for_several
            if count.n == 1:
                words = for_one
            message = words.format(n=count.n, quote=quote(count.text))
            found.append(Problem(code, message, count.line, count.cues))
        return tuple(sorted(found, key=_line))


def _line(problem: Problem) -> float:
    if problem.line is None:
        return float("inf")
    return problem.line
