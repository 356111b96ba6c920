"""RTTM: lines -> turns, and words where there are any."""

from __future__ import annotations

from collections.abc import Iterator, Set

from ...errors import MalformedError
from ...models import Transcript, Turn, Utterance, Utterances
from ...problems import ProblemLog, shorten
from ...quantities import count_of
from .escapes import HEADER, NOBODY
from .fast import read_turns
from .line import OTHER_TYPES, Line, read_line
from .words import assign_words, follow_lines

_BLOCK_LENGTH = 1 << 17
"""Characters: the strings of a block fit the processor's cache and keep memory use flat."""


def parse(text: str) -> Transcript:
    """Read turns, and words where there are any. Raises MalformedError if no line is RTTM."""
    reader = _RttmReader(is_own=text.startswith(HEADER))
    for block in _split_blocks(text):
        reader.read(block)
    if not reader.valid:
        raise MalformedError(
            "no line is RTTM (SPEAKER file 1 start duration <NA> <NA> label <NA> <NA>); export "
            "it again"
        )
    reader.report_skipped()
    utterances = reader.make_utterances()
    reader.report_turns_left_out({utterance.line for utterance in utterances})
    problems = reader.log.problems()
    return Transcript(Utterances.of(utterances), tuple(reader.turns), problems, len(utterances))


def _split_blocks(text: str) -> Iterator[str]:
    """The text in pieces of whole lines, without the line ending of the last one."""
    text = text.removesuffix("\n")
    start = 0
    while start < len(text):
        end = text.find("\n", start + _BLOCK_LENGTH)
        if end < 0:
            end = len(text)
        yield text[start:end]
        start = end + 1


class _RttmReader:
    """Reads blocks of lines; its attributes hold what it found.

    turns: SPEAKER lines with a label and a length, in file order. valid: how many lines are RTTM.
    """

    def __init__(self, *, is_own: bool) -> None:
        self.turns: list[Turn] = []
        self.valid = 0
        self.log = ProblemLog()
        self._is_own = is_own
        self._lines: list[Line] = []
        """LEXEME lines, and those SPEAKER lines that the words may need: unnamed ones, and all of
        a file of our own."""
        self._number = 1
        self._skipped: dict[str, list[int]] = {}
        self._empty: list[int] = []
        self._unnamed: list[int] = []

    def read(self, block: str) -> None:
        """Read the next lines."""
        plain = None if self._is_own else read_turns(block)
        if plain is not None:
            self.turns += plain
            self.valid += len(plain)
            self._number += len(plain)
            return
        for line in block.split("\n"):
            columns = line.removeprefix("\ufeff").split()
            if columns and columns[0][0] not in ";#":
                self._read_line(" ".join(columns))
            self._number += 1

    def _read_line(self, text: str) -> None:
        kind = text.partition(" ")[0].upper()
        line = read_line(text, self._number, is_own=self._is_own)
        if kind in OTHER_TYPES:
            self._skipped.setdefault(kind, []).append(self._number)
        elif line is None:
            message = f"this is not an RTTM line: {shorten(text)!r}"
            self.log.add("bad-line", message, self._number)
            return
        else:
            self._add(line)
        self.valid += 1

    def _add(self, line: Line) -> None:
        if line.has_blanks:
            message = f"a name with blanks: {line.speaker!r} in {line.recording or NOBODY!r}"
            self.log.add("odd-label", message, line.number)
        if line.text or line.speaker is None or self._is_own:
            self._lines.append(line)
        if line.text:
            return
        if line.end <= line.start:
            self._empty.append(line.number)
        elif line.speaker is None:
            self._unnamed.append(line.number)
        else:
            self.turns.append(Turn(line.start, line.end, line.speaker, line.recording))

    def make_utterances(self) -> list[Utterance]:
        """The text of the turns, if there are words."""
        if self._is_own:
            return list(follow_lines(self._lines))
        if any(line.text for line in self._lines):
            return assign_words(self.turns, self._lines, self.log)
        return []

    def report_skipped(self) -> None:
        """One note for each type that is neither a turn nor a word."""
        for kind, numbers in self._skipped.items():
            message = f"{count_of(len(numbers), f'{kind} line')} (neither a turn nor a word)"
            self.log.add("skipped-line", message, numbers[0])

    def report_turns_left_out(self, with_words: Set[int | None]) -> None:
        """One note for turns without a length and one for turns without a name.

        with_words: the lines of turns that became utterances, which are not left out.
        """
        for code, lack, numbers in (
            ("empty-turn", "length", self._empty),
            ("unnamed-turn", "name", self._unnamed),
        ):
            left_out = [number for number in numbers if number not in with_words]
            if left_out:
                message = f"turns left out because they have no {lack}: {len(left_out)}"
                self.log.add(code, message, left_out[0])
