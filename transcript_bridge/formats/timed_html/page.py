"""The texts of a page, each with the element that it is in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ..html_pages import PageParser
from .times import Attributes, Times, read_speaker, read_times

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
_BLOCKS = frozenset(
    """
    address article aside blockquote dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
    h5 h6 header hr li main nav ol p pre section table tbody td th thead tr ul
    """.split()  # noqa: SIM905
)
_UNSPOKEN = frozenset(("nav", "button", "footer", "head", "h1", "h2", "h3", "h4", "h5", "h6"))
"""Elements whose texts are not speech, unless they have a time."""
_TITLES = frozenset(("title", "h1"))
_BOLD = frozenset(("b", "strong"))
_LABELS = frozenset((*_BOLD, "cite"))
_LABEL_CLASS = re.compile(
    r"(?:^|[\s_-])(?:speaker|spk)(?:$|[\s_-])|speaker-?name|(?:^|\s)(?:name|username|person)(?:$|\s)",
    re.IGNORECASE,
)
_HIDDEN_CLASS = re.compile(r"(?:sr|able|visually)-(?:only|hidden)|screen-reader", re.IGNORECASE)
"""Texts for screen readers alone: `Description:`, `Jump to`."""
_LONGEST_LABEL = 60
_MOST_RUNS = 20
"""The most texts of a label."""
_DEEPEST = 200
"""The deepest nesting of elements; deeper ones are treated as part of these."""


@dataclass(slots=True)
class Run:
    """Text without a tag in it."""

    text: str
    line: int
    block: int
    """The number of the paragraph, or of a similar element."""
    element: int = 0
    """The number of the innermost element around it that has a time; 0 for none."""
    speaker: str | None = None
    """Of an attribute of an element around it."""
    is_unspoken: bool = False
    """Whether it is a heading, or part of the page around the transcript."""
    is_label: bool = False
    """Whether it names the speaker of the text after it."""
    is_bold: bool = False


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet."""

    tag: str = ""
    first_run: int = 0
    """How many runs there were before it."""
    element: int = 0
    speaker: str | None = None
    is_unspoken: bool = False
    may_be_label: bool = False


@dataclass(slots=True)
class Page:
    """The parts of a page that are read."""

    title: str = ""
    language: str | None = None
    runs: list[Run] = field(default_factory=list)
    times: dict[int, Times] = field(default_factory=dict)
    """Of the elements that have some, by their numbers."""
    outer: set[int] = field(default_factory=lambda: {0})
    """Those of them that have others inside, and 0."""

    def add_times(self, times: Times) -> int:
        """The number of another element with a time."""
        number = len(self.times) + 1
        self.times[number] = times
        return number


class PageReader(PageParser):
    """Collects the texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open = [_Open()]
        """The elements around the place; the first one stands for the page."""
        self._block = 0

    def begin(self, tag: str, attributes: Attributes) -> None:
        if tag == "br":
            self.add(" ")
        if tag in _VOID:
            return
        if tag in _BLOCKS:
            self._block += 1
        if tag == "p":  # it ends where the next one begins, if it was left open
            self.end(tag)
        if tag == "html":
            self.page.language = attributes.get("lang") or None
        if len(self._open) < _DEEPEST:
            self._open.append(self._make_open(tag, attributes))

    def _make_open(self, tag: str, attributes: Attributes) -> _Open:
        """Read the attributes of an element, and of the elements around it."""
        classes = attributes.get("class", "")
        opened = replace(self._open[-1], tag=tag, first_run=len(self.page.runs))
        opened.may_be_label = tag in _LABELS or _LABEL_CLASS.search(classes) is not None
        if tag in _UNSPOKEN or _HIDDEN_CLASS.search(classes):
            opened.is_unspoken = True
        times = read_times(attributes)
        opened.speaker = read_speaker(attributes, times) or opened.speaker
        if times is not None:
            self.page.outer.update([around.element for around in self._open])
            opened.element = self.page.add_times(times)
            opened.is_unspoken = False
        return opened

    def end(self, tag: str) -> None:
        """Close the innermost element with this name, if there is one, and all elements in it."""
        if tag in _BLOCKS:
            self._block += 1
        tags = [opened.tag for opened in self._open]
        if tag not in tags:
            return
        while tags.pop() != tag:
            self._mark_label(self._open.pop())
        self._mark_label(self._open.pop())

    def _mark_label(self, closed: _Open) -> None:
        """Mark the texts of an element that names the speaker and contains no time."""
        runs = self.page.runs[closed.first_run :][:_MOST_RUNS]
        text = "".join([run.text for run in runs]).strip()
        is_named = closed.tag not in _BOLD or text.endswith((":", "："))
        are_alike = {run.element for run in runs} == {closed.element}
        if closed.may_be_label and is_named and are_alike and len(text) <= _LONGEST_LABEL:
            for run in runs:
                run.is_label = True

    def add(self, text: str) -> None:
        around = self._open[-1]
        if around.tag in _TITLES and not self.page.title:
            self.page.title = " ".join(text.split())
            return
        run = Run(text, self.getpos()[0], self._block, around.element, around.speaker)
        run.is_unspoken = around.is_unspoken
        run.is_bold = around.tag in _BOLD
        self.page.runs.append(run)


def read_page(text: str) -> Page:
    """The texts of a page."""
    reader = PageReader()
    reader.read(text)
    return reader.page
