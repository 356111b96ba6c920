"""The texts of a page, each with the element that it is in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..html_pages import PageParser
from .times import Times, read_speaker, read_times

_SKIPPED = frozenset(("script", "style", "noscript", "template", "svg", "select", "textarea"))
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
_SPACES = {"br": " "}
_BLOCKS = frozenset(
    """
    address article aside blockquote dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
    h5 h6 header hr li main nav ol p pre section table tbody td th thead tr ul
    """.split()  # noqa: SIM905
)
_CLOSED_BY_NEXT = frozenset("p")
"""Elements that end where the next of the same name begins, if they were left open."""
_UNSPOKEN = frozenset(("nav", "button", "footer", "head", "h1", "h2", "h3", "h4", "h5", "h6"))
"""Elements whose texts are no speech, unless they have a time."""
_TITLES = frozenset(("title", "h1"))
_BOLD = frozenset(("b", "strong"))
_LABELS = frozenset((*_BOLD, "cite"))
_LABEL_CLASS = re.compile(r"(?:^|[\s_-])(?:speaker|spk)(?:$|[\s_-])|speaker-?name", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(r"(?:sr|able|visually)-(?:only|hidden)|screen-reader", re.IGNORECASE)
"""Texts for screen readers alone: `Description:`, `Jump to`."""
_LONGEST_LABEL = 60
_MOST_RUNS = 20
"""Of a label: more texts are none."""
_DEEPEST = 200
"""Elements inside of each other; deeper ones are looked through."""


@dataclass(slots=True)
class Run:
    """Text without a tag in it."""

    text: str
    line: int
    block: int
    """The number of the paragraph, or of what is alike."""
    element: int = 0
    """The number of the innermost element around it that has a time; 0 for none."""
    speaker: str | None = None
    """Of an attribute of an element around it."""
    is_unspoken: bool = False
    """Whether it is a heading, or part of the page around the transcript."""
    is_label: bool = False
    """Whether it names who speaks from here on."""
    is_bold: bool = False


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet."""

    tag: str
    first_run: int
    """How many runs there were before it."""
    element: int = 0
    speaker: str | None = None
    is_unspoken: bool = False
    may_be_label: bool = False
    has_timed: bool = False
    """Whether there is an element with a time inside of it."""


@dataclass(slots=True)
class Page:
    """What is read of a page."""

    title: str = ""
    language: str | None = None
    runs: list[Run] = field(default_factory=list)
    times: dict[int, Times] = field(default_factory=dict)
    """Of the elements that have some, by their numbers."""
    outer: set[int] = field(default_factory=lambda: {0})
    """Those of them that have others inside, and 0."""


class PageReader(PageParser):
    """Collects the texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[_Open] = []
        self._block = 0
        self._skipping = ""
        self._is_in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipping:
            return
        if tag == "html":
            self.page.language = dict(attrs).get("lang") or None
        if tag in _SKIPPED:
            self._skipping = tag
        elif tag in _VOID:
            self.handle_data(_SPACES.get(tag, ""))
        else:
            self._enter(tag, attrs)

    def _enter(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._block += 1
        if tag in _CLOSED_BY_NEXT:
            self._leave(tag)
        self._is_in_title = tag in _TITLES and not self.page.title
        if len(self._open) < _DEEPEST:
            self._open.append(self._make_open(tag, attrs))

    def _make_open(self, tag: str, attrs: list[tuple[str, str | None]]) -> _Open:
        """What is known of an element by its attributes, and those around it."""
        opened = _Open(tag, first_run=len(self.page.runs))
        if self._open:
            around = self._open[-1]
            opened.element = around.element
            opened.speaker = around.speaker
            opened.is_unspoken = around.is_unspoken
        classes = dict(attrs).get("class") or ""
        opened.speaker = read_speaker(attrs) or opened.speaker
        if tag in _UNSPOKEN or _HIDDEN_CLASS.search(classes):
            opened.is_unspoken = True
        opened.may_be_label = tag in _LABELS or _LABEL_CLASS.search(classes) is not None
        times = read_times(attrs)
        if times is not None:
            opened.element = self._add_times(times)
            opened.is_unspoken = False
        return opened

    def _add_times(self, times: Times) -> int:
        """The number of a new element with a time."""
        for outer in self._open:
            outer.has_timed = True
            self.page.outer.add(outer.element)
        number = len(self.page.times) + 1
        self.page.times[number] = times
        return number

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag == self._skipping:
                self._skipping = ""
            return
        if tag in _TITLES:
            self._is_in_title = False
        if tag in _BLOCKS:
            self._block += 1
        self._leave(tag)

    def _leave(self, tag: str) -> None:
        """Close the innermost element of this name, and all inside of it, if there is one."""
        tags = [opened.tag for opened in self._open]
        while tag in tags:
            tags.pop()
            closed = self._open.pop()
            if closed.may_be_label and not closed.has_timed:
                self._mark_label(closed)
            if closed.tag == tag:
                return

    def _mark_label(self, closed: _Open) -> None:
        runs = self.page.runs[closed.first_run : closed.first_run + _MOST_RUNS]
        text = "".join([run.text for run in runs]).strip()
        if not text or len(text) > _LONGEST_LABEL:
            return
        if closed.tag in _BOLD and not text.endswith((":", "：")):
            return
        for run in runs:
            run.is_label = True

    def handle_data(self, data: str) -> None:
        if self._is_in_title:
            self.page.title += data
        if self._skipping or self._is_in_title or not data:
            return
        run = Run(data, self.getpos()[0], self._block)
        if self._open:
            around = self._open[-1]
            run.element = around.element
            run.speaker = around.speaker
            run.is_unspoken = around.is_unspoken
            run.is_bold = around.tag in _BOLD
        self.page.runs.append(run)


def read_page(text: str) -> Page:
    """The texts of a page."""
    reader = PageReader()
    reader.read(text)
    page = reader.page
    page.title = " ".join(page.title.split())
    return page
