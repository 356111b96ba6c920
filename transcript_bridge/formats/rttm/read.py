"""RTTM: lines -> turns, and words where there are any."""

from __future__ import annotations

from collections.abc import Iterator, Set

from ...errors import MalformedError
from ...models import Transcript, Turn, Utterance, Utterances
from ...problems import ProblemLog, shorten
from .escapes import HEADER
from .fast import read_turns
from .line import (
    FILE,
    NAME,
    OTHER_TYPES,
    Line,
    has_blanks,
    join_names,
    normalize_columns,
    read_line,
)
from .words import assign_words, follow_lines

_BLOCK_LENGTH = 1 << 17
"""Characters: the strings of a block fit the processor's cache and keep memory use flat."""
_MOST_COLUMNS = 100
"""More than a line has with all the blanks in its names; what follows is one column."""


def parse(text: str) -> Transcript:
    """Read turns, and words where there are any. Raises MalformedError if no line is RTTM."""
    log = ProblemLog()
    reader = _Reader(log, is_own=text.startswith(HEADER))
    for block in _split_blocks(text):
        reader.read(block)
    if not reader.valid:
        raise MalformedError(
            "no line of this is RTTM (SPEAKER file 1 start duration <NA> <NA> label <NA> <NA>)"
        )
    reader.report_skipped()
    utterances = _make_utterances(reader, log)
    reader.report_turns_left_out({utterance.line for utterance in utterances})
    problems = log.problems()
    turns = tuple(reader.turns)
    return Transcript(Utterances.of(utterances), turns, problems, len(utterances))


def _split_blocks(text: str) -> Iterator[str]:
    """The text in pieces of whole lines."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _BLOCK_LENGTH) + 1 or len(text)
        yield text[start:end]
        start = end


def _make_utterances(reader: _Reader, log: ProblemLog) -> list[Utterance]:
    if reader.is_own:
        return list(follow_lines(reader.lines))
    if any(line.text is not None for line in reader.lines):
        return assign_words(reader.turns, reader.lines, log)
    return []


class _Reader:
    """Reads blocks of lines; its attributes hold what it found.

    turns: SPEAKER lines with a label and a length, in file order. lines: LEXEME lines, and those
    SPEAKER lines that the words may need: unnamed ones, and all of a file of our own. valid: how
    many lines are RTTM.
    """

    def __init__(self, log: ProblemLog, *, is_own: bool) -> None:
        self.is_own = is_own
        self.turns: list[Turn] = []
        self.lines: list[Line] = []
        self.valid = 0
        self._log = log
        self._number = 1
        self._skipped: dict[str, list[int]] = {}
        self._empty: list[int] = []
        self._unnamed: list[int] = []

    def read(self, block: str) -> None:
        if self.is_own:
            plain = None
        else:
            plain = read_turns(block)
        if plain is not None:
            self.turns += plain
            self.valid += len(plain)
            self._number += block.count("\n")
            return
        for line in block.removesuffix("\n").split("\n"):
            columns = line.removeprefix("\ufeff").split(None, _MOST_COLUMNS)
            if columns and columns[0][0] not in ";#":
                self._read_columns(columns)
            self._number += 1

    def _read_columns(self, columns: list[str]) -> None:
        kind = columns[0].upper()
        if kind in OTHER_TYPES:
            self._skipped.setdefault(kind, []).append(self._number)
            self.valid += 1
            return
        line = self._read_line(kind, columns)
        if line is None:
            self._report_bad_line(columns)
            return
        self.valid += 1
        if line.text is not None or line.speaker is None or self.is_own:
            self.lines.append(line)
        if line.text is None:
            self._add_turn(line)

    def _read_line(self, kind: str, columns: list[str]) -> Line | None:
        if kind not in ("SPEAKER", "LEXEME"):
            return None
        columns = normalize_columns(columns)
        if kind == "SPEAKER" and has_blanks(columns):
            joined = join_names(columns)
            if joined:
                columns = joined
                message = f"a name with blanks: {columns[NAME]!r} in {columns[FILE]!r}"
                self._log.add("odd-label", message, self._number)
        return read_line(columns, self._number, self.is_own)

    def _add_turn(self, line: Line) -> None:
        if line.end <= line.start:
            self._empty.append(self._number)
        elif line.speaker is None:
            self._unnamed.append(self._number)
        else:
            self.turns.append(Turn(line.start, line.end, line.speaker, line.recording))

    def _report_bad_line(self, columns: list[str]) -> None:
        shown = shorten(" ".join(columns))
        self._log.add("bad-line", f"this is not an RTTM line: {shown!r}", self._number)

    def report_skipped(self) -> None:
        """One note for each type that is neither a turn nor a word."""
        for kind, numbers in self._skipped.items():
            if len(numbers) == 1:
                lines = "line"
            else:
                lines = "lines"
            message = f"{len(numbers)} {kind} {lines} (neither a turn nor a word)"
            self._log.add("skipped-line", message, numbers[0])

    def report_turns_left_out(self, with_words: Set[int | None]) -> None:
        """One note for turns without a length and one for turns without a name.

        with_words: the lines of turns that became utterances, which are not left out.
        """
        self._report_left_out("empty-turn", "have no length", self._empty, with_words)
        self._report_left_out("unnamed-turn", "have no name", self._unnamed, with_words)

    def _report_left_out(
        self, code: str, why: str, numbers: list[int], with_words: Set[int | None]
    ) -> None:
        left_out = [number for number in numbers if number not in with_words]
        if left_out:
            message = f"turns left out because they {why}: {len(left_out)}"
            self._log.add(code, message, left_out[0])
