"""A Transcript from the HTML of Podcasting 2.0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...problems import ProblemLog, shorten
from ...timecode import count_spoken, guess_end
from ..cues.lines import clean_lines
from ..cues.timestamps import read_stamp
from ..html_pages import PageParser

_CLOCK = re.compile(r"(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?", re.ASCII)
_COLLECTED = frozenset(("cite", "time", "p", "title", "h1"))


@dataclass
class _Block:
    """A time, and the text after it."""

    line: int
    start: int | None
    """ms; None if it has no time that can be read."""
    speaker: str | None
    paragraphs: list[str] = field(default_factory=list)


class _PodcastPageReader(PageParser):
    """Collects the blocks of a page."""

    def __init__(self, log: ProblemLog) -> None:
        super().__init__()
        self.blocks: list[_Block] = []
        self.title = ""
        self._log = log
        self._speaker: str | None = None
        self._tag = ""
        """The element that is being read, of those that count."""
        self._texts: list[str] = []

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _COLLECTED:
            self._close()
            self._tag = tag
        elif tag == "br":
            self._texts.append("\n")

    def end(self, tag: str) -> None:
        if tag in _COLLECTED:
            self._close()

    def add(self, text: str) -> None:
        self._texts.append(re.sub(r"\s+", " ", text))

    def close(self) -> None:
        super().close()
        self._close()

    def _close(self) -> None:
        """Take the text since the last tag that counts."""
        text = clean_lines("".join(self._texts))
        tag, self._tag, self._texts = self._tag, "", []
        if not text:
            return
        if tag == "cite":
            self._speaker = text.rstrip(":： ") or None
        elif tag == "time":
            self._add_time(text)
        elif tag in ("title", "h1"):
            self.title = self.title or text
        elif tag == "p" and self.blocks:
            if self._speaker != self.blocks[-1].speaker:
                self.blocks.append(_Block(self.getpos()[0], None, self._speaker))
            self.blocks[-1].paragraphs.append(text)
        else:
            message = f"text without a time, {shorten(text)!r}, was left out"
            self._log.add("stray-text", message, self.getpos()[0])

    def _add_time(self, text: str) -> None:
        start = None
        if _CLOCK.fullmatch(text):
            start = read_stamp(text)
        self.blocks.append(_Block(self.getpos()[0], start, self._speaker))


def parse(text: str) -> Transcript:
    """Read a page; raises MalformedError if it has no time."""
    log = ProblemLog()
    reader = _PodcastPageReader(log)
    reader.read(text)
    if not reader.blocks:
        raise MalformedError("this page has no time of a paragraph (<time>0:00</time><p>)")
    utterances = Utterances.of(_read_blocks(reader.blocks, log))
    return Transcript(
        utterances, problems=log.problems(), cues=len(reader.blocks), title=reader.title
    )


def _read_blocks(blocks: Sequence[_Block], log: ProblemLog) -> Iterator[Utterance]:
    latest = 0
    starts = [block.start for block in blocks]
    for block, following in zip_longest(blocks, starts[1:]):
        text = "\n".join(block.paragraphs)
        if not text:
            log.add("empty-cue", "a time without text was left out", block.line, 1)
            continue
        start = block.start
        if start is None:
            start = latest
            log.add("time-guessed", f"no time for {shorten(text)!r}", block.line)
        latest = guess_end(start, count_spoken(text), following)
        yield Utterance(start, latest, text, block.speaker, line=block.line)
