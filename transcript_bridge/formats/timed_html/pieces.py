"""The elements of a page that have times, and the texts that belong to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .clocks import is_mark, read_alone, split_leading
from .page import Page, Run
from .times import Times

_LABEL = re.compile(r"\s*(?:\[([^\[\]]{1,60})\]|([^:：]{1,60})[:：])\s*")
_BRACKETS = re.compile(r"[\[(]\s*(.{1,80}?)\s*[\])]")
_COLONS = " \t:："
_NAME = re.compile(r"[\[(]?[^\W\d_](?:.{0,38}[^.?!…,;。？！])?", re.DOTALL)
_NO_TIMES = Times(0.0)
_BEFORE = "before the first"
"""The text of what stands for a piece before the first one: no mark."""
_NEAR = 6
"""Texts before a clock that are looked at."""


@dataclass(slots=True)
class Part:
    """Text in one paragraph, of one speaker."""

    text: str
    block: int
    line: int
    speaker: str | None
    bold: str = ""
    """What is bold at its beginning."""


@dataclass(slots=True)
class Piece:
    """An element with a time: its text, or that which follows it."""

    times: Times
    block: int
    line: int
    speaker: str | None
    text: str = ""
    after: list[Part] = field(default_factory=list)
    """What follows an element that is only a mark."""

    def goes_on_in(self, block: int) -> bool:
        """Whether there is speech of it in a paragraph."""
        return self.block == block and self.count_characters() > 0

    def count_characters(self) -> int:
        """The length of what is said."""
        if self.after:
            return sum(len(part.text.strip()) for part in self.after)
        if is_mark(self.text):
            return 0
        return len(self.text.strip())


@dataclass(slots=True)
class Gathered:
    """What a page has."""

    pieces: list[Piece] = field(default_factory=list)
    before: list[Run] = field(default_factory=list)
    """Texts before the first piece."""
    between: list[Run] = field(default_factory=list)
    """Texts without a time among the pieces."""
    behind: list[Run] = field(default_factory=list)
    """Texts after the last piece."""


def mark_clocks(page: Page) -> None:
    """Make clocks that are alone in an element, or in brackets before a text, elements with a
    time."""
    page.times.clear()
    page.outer = {0}
    runs: list[Run] = []
    for run in page.runs:
        run.element = 0
        times = read_alone(run.text)
        leading = split_leading(run.text)
        if times is not None:
            _give_time(run, times, page)
            _take_name_before(runs, run)
        elif leading is not None and not run.is_unspoken:
            mark = Run("", run.line, run.block, speaker=run.speaker)
            _give_time(mark, leading[0], page)
            runs.append(mark)
            run.text = leading[1]
        runs.append(run)
    page.runs = runs


def _give_time(run: Run, times: Times, page: Page) -> None:
    run.element = len(page.times) + 1
    run.is_unspoken = False
    page.times[run.element] = times


def is_name(text: str) -> bool:
    """Whether a text may name a speaker: it is short, and no sentence."""
    return _NAME.fullmatch(text.strip()) is not None


def _take_name_before(runs: list[Run], clock: Run) -> None:
    """What stands before a clock in its paragraph names the speaker: `<b>Nora</b> 0:01`."""
    before = [run for run in runs[-_NEAR:] if run.block == clock.block and run.text.strip()]
    if len(before) == 1 and is_name(before[0].text):
        before[0].is_label = True


def gather(page: Page) -> Gathered:
    """The pieces of a page, in its order."""
    gatherer = _Gatherer(page)
    for run in page.runs:
        gatherer.add(run)
    return gatherer.gathered


class _Gatherer:
    """Puts texts to the elements that they belong to."""

    def __init__(self, page: Page) -> None:
        self.gathered = Gathered()
        self._page = page
        self._label: str | None = None
        self._is_new_speaker = False
        self._element = 0
        self._last = Piece(_NO_TIMES, -1, 0, None, _BEFORE)
        self._names: dict[str, str] = {}
        """Of speakers, by the identifiers that noScribe gives them."""

    def add(self, run: Run) -> None:
        """Add the next text."""
        if run.is_label or self._is_bare_label(run) or self._is_label_alone(run):
            if run.text.strip(_COLONS):
                self._label = clean_label(run.text)
                self._is_new_speaker = True
        elif run.is_unspoken:
            return
        elif run.element not in self._page.outer:
            self._add_timed(run)
        else:
            self._add_untimed(run)

    def _is_bare_label(self, run: Run) -> bool:
        """Whether an element that takes no time names the speaker: Hyperaudio's without a class."""
        times = self._page.times.get(run.element, _NO_TIMES)
        return times.measure() == 0 and _LABEL.fullmatch(run.text) is not None

    def _is_label_alone(self, run: Run) -> bool:
        """Whether a text without a time is a name with a colon, at the beginning of its paragraph
        or after a mark."""
        text = run.text.strip()
        if run.element or run.is_unspoken or not text.endswith((":", "：")):
            return False
        return not self._last.goes_on_in(run.block) and is_name(text.rstrip(_COLONS))

    def _add_timed(self, run: Run) -> None:
        if run.element != self._element:
            self._begin(run)
        elif self._is_new_speaker and not self._last.text.strip():
            self._last.speaker = self._label
            self._is_new_speaker = False
        self._last.text += run.text

    def _begin(self, run: Run) -> None:
        """Begin a piece; what has no time was before the first, or between two of them."""
        gathered = self.gathered
        texts = gathered.between if gathered.pieces else gathered.before
        texts += gathered.behind
        gathered.behind.clear()
        times = self._page.times[run.element]
        speaker = run.speaker or self._find_named(times, run.text) or self._label
        self._element = run.element
        self._last = Piece(times, run.block, run.line, speaker)
        self._is_new_speaker = False
        gathered.pieces.append(self._last)

    def _find_named(self, times: Times, text: str) -> str | None:
        """The speaker of an anchor of noScribe, by the name that is in the text."""
        if times.speaker is None:
            return None
        label = _LABEL.match(text)
        if label and label[2]:
            self._names[times.speaker] = label[2].strip()
        return self._names.get(times.speaker, times.speaker)

    def _add_untimed(self, run: Run) -> None:
        last = self._last
        if is_mark(last.text):
            self._add_after(last, run)
        elif run.block == last.block:
            last.text += run.text
        elif run.text.strip():
            self.gathered.behind.append(run)

    def _add_after(self, mark: Piece, run: Run) -> None:
        parts = mark.after
        goes_on = bool(parts) and parts[-1].block == run.block and not self._is_new_speaker
        if goes_on:
            parts[-1].text += run.text
        elif run.text.strip():
            bold = run.text if run.is_bold else ""
            parts.append(Part(run.text, run.block, run.line, run.speaker or self._label, bold))
            self._is_new_speaker = False


def clean_label(text: str) -> str:
    """A label without its colon and brackets: `[Nora] `, `Nora:`."""
    label = " ".join(text.split()).strip(_COLONS)
    bracketed = _BRACKETS.fullmatch(label)
    if bracketed:
        label = bracketed[1].strip(_COLONS)
    return label


def limit_last(gathered: Gathered) -> None:
    """Keep, after the last mark, no more paragraphs than after any other: the rest of the page
    follows."""
    marks = [piece for piece in gathered.pieces if piece.after]
    if len(marks) < 2:
        return
    most = max(len(piece.after) for piece in marks[:-1])
    for part in marks[-1].after[most:]:
        gathered.behind.append(Run(part.text, part.line, part.block))
    del marks[-1].after[most:]
