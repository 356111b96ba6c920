"""The elements of a page that have times, and the texts that belong to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ...timecode import count_spoken
from .clocks import is_mark, read_alone, split_leading
from .page import Page, Run
from .times import Times

_LABEL = re.compile(r"\s*(?:\[([^\[\]]{1,60})\]|([^:：]{1,60})[:：])\s*")
_BRACKETS = re.compile(r"[\[(]\s*(.{1,80}?)\s*[\])]")
_COLONS = " \t:："
_OPENING = re.compile(r"[\[(]\s*$")
_CLOSING = re.compile(r"\s*[\])]\s*:?")
_NAME = re.compile(r"[\[(]?[^\W\d_](?:.{0,38}[^.?!…,;。？！])?", re.DOTALL)
_NO_TIMES = Times(0.0)
_BEFORE = "before the first"
"""The text that stands for a missing piece before the first one: no mark."""
_NEAR = 6
"""Texts before a clock that are looked at."""


@dataclass(slots=True)
class ParagraphText:
    """Text in one paragraph, of one speaker."""

    text: str
    block: int
    line: int
    speaker: str | None
    bold: str = ""
    """The bold text at its beginning."""


@dataclass(slots=True)
class TimedPiece:
    """An element with a time, and its text or the text after it."""

    element: int
    times: Times
    block: int
    line: int
    speaker: str | None = None
    text: str = ""
    lead: str = ""
    """The first text in it, without others in its element or its paragraph."""
    ahead: ParagraphText | Run | None = None
    """The last text without a time between it and the piece before."""
    after: list[ParagraphText] = field(default_factory=list)
    """The text after an element that is only a mark."""

    def said(self) -> list[ParagraphText]:
        """Return its speech."""
        if self.after or is_mark(self.text):
            return self.after
        return [ParagraphText(self.text, self.block, self.line, self.speaker)]

    def count_characters(self) -> int:
        """The length of the text, as of count_spoken."""
        return sum([count_spoken(part.text.strip()) for part in self.said()])


@dataclass(slots=True)
class Gathered:
    """The pieces of a page."""

    pieces: list[TimedPiece] = field(default_factory=list)
    before: list[ParagraphText | Run] = field(default_factory=list)
    """Texts before the first piece."""
    between: list[ParagraphText | Run] = field(default_factory=list)
    """Texts without a time among the pieces."""
    behind: list[ParagraphText | Run] = field(default_factory=list)
    """Texts after the last piece."""

    def leave_out(self, texts: Sequence[ParagraphText | Run]) -> None:
        """Drop texts without a time that are not speech, such as names."""
        for kept in (self.before, self.between):
            kept[:] = [text for text in kept if text not in texts]


def mark_clocks(page: Page) -> None:
    """Turn clocks that are alone in an element, or in brackets before a text, into elements with a
    time."""
    page.times.clear()
    page.outer = {0}
    _open_brackets(page.runs)
    runs: list[Run] = []
    for run in page.runs:
        run.element = 0
        alone = read_alone(run.text)
        leading = split_leading(run.text)
        if alone is not None:
            run.element = page.add_times(alone)
            run.is_unspoken = False
            _take_name_before(runs, run)
        elif leading is not None and not run.is_unspoken:
            times, run.text = leading
            runs.append(replace(run, text="", is_label=False, element=page.add_times(times)))
        runs.append(run)
    page.runs = runs


def _open_brackets(runs: Sequence[Run]) -> None:
    """Remove the brackets around a clock in a separate element: `Nora: (<a>0:01</a>)`."""
    for before, clock, after in zip(runs, runs[1:], runs[2:], strict=False):
        opening = _OPENING.search(before.text)
        closing = _CLOSING.match(after.text)
        if opening and closing and read_alone(clock.text) is not None:
            before.text = before.text[: opening.start()]
            after.text = after.text[closing.end() :]


def is_name(text: str) -> bool:
    """Whether a text may name a speaker: it is short, and not a sentence."""
    return _NAME.fullmatch(text.strip()) is not None


def _take_name_before(runs: list[Run], clock: Run) -> None:
    """Take the text before a clock in its paragraph as the speaker: `<b>Nora</b> 0:01`."""
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
    """Assigns texts to the elements that they belong to."""

    def __init__(self, page: Page) -> None:
        self.gathered = Gathered()
        self._page = page
        self._label: str | None = None
        self._block = 0
        """The paragraph of the text before in the piece."""
        self._last = TimedPiece(0, _NO_TIMES, -1, 0, text=_BEFORE)
        self._names: dict[str, str] = {}
        """Of speakers, by the identifiers that noScribe gives them."""

    def add(self, run: Run) -> None:
        """Add the next text."""
        if self._names_speaker(run):
            self._label = clean_label(run.text) or self._label
        elif run.is_unspoken:
            return
        elif run.element not in self._page.outer:
            self._add_timed(run)
        else:
            self._add_untimed(run)

    def _names_speaker(self, run: Run) -> bool:
        """Whether a text is a label: it is marked as one; it is in an element that takes no time,
        as Hyperaudio's; or it is a name with a colon, at the beginning of its paragraph."""
        if run.is_label or run.is_unspoken:
            return run.is_label
        if run.element:
            length = self._page.times[run.element].length
            return length == 0 and _LABEL.fullmatch(run.text) is not None
        text = run.text.strip()
        name = text.rstrip(_COLONS)
        if name == text or not is_name(name):
            return False
        return self._last.block != run.block or self._last.count_characters() == 0

    def _add_timed(self, run: Run) -> None:
        if run.element != self._last.element:
            self._begin(run)
        if not self._last.text.strip():
            self._last.speaker = run.speaker or self._find_named(run) or self._label
            self._last.lead = run.text
        elif run.block != self._block:
            self._last.text += " "
        self._block = run.block
        self._last.text += run.text

    def _begin(self, run: Run) -> None:
        """Begin a piece; text without a time was before the first, or between two of them."""
        gathered = self.gathered
        texts = gathered.between if gathered.pieces else gathered.before
        ahead = next(reversed(gathered.behind), None)
        texts += gathered.behind
        gathered.behind.clear()
        times = self._page.times[run.element]
        self._last = TimedPiece(run.element, times, run.block, run.line, ahead=ahead)
        gathered.pieces.append(self._last)

    def _find_named(self, run: Run) -> str:
        """The speaker of an anchor of noScribe, by the name that is in the text."""
        identifier = self._page.times[run.element].speaker
        if not identifier:
            return ""
        label = _LABEL.match(run.text)
        if label and label[2]:
            self._names[identifier] = label[2].strip(" /")
        return self._names.get(identifier, identifier)

    def _add_untimed(self, run: Run) -> None:
        last = self._last
        if is_mark(last.text):
            self._add_after(last.after, run)
        elif run.block == last.block:
            last.text += run.text
        elif run.text.strip():
            self.gathered.behind.append(run)

    def _add_after(self, parts: list[ParagraphText], run: Run) -> None:
        speaker = run.speaker or self._label
        if parts and (parts[-1].block, parts[-1].speaker) == (run.block, speaker):
            parts[-1].text += run.text
        elif run.text.strip():
            bold = run.text if run.is_bold else ""
            parts.append(ParagraphText(run.text, run.block, run.line, speaker, bold))


def clean_label(text: str) -> str:
    """A label without its colon and brackets: `[Nora] `, `Nora:`."""
    label = " ".join(text.split()).strip(_COLONS)
    bracketed = _BRACKETS.fullmatch(label)
    if bracketed:
        label = bracketed[1].strip(_COLONS)
    return label


def limit_last(gathered: Gathered) -> None:
    """Keep as many paragraphs after the last mark as after any other: the rest of the page
    follows."""
    parts = [piece.after for piece in gathered.pieces if piece.after]
    if len(parts) > 1:
        most = max(map(len, parts[:-1]))
        gathered.behind += parts[-1][most:]
        del parts[-1][most:]
