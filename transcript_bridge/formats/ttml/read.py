"""Read Timed Text: the paragraphs of a document, with their times and agents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import filterfalse
from math import isnan, nan
from operator import attrgetter
from xml.etree.ElementTree import Element

from ...errors import MalformedError
from ...line_joining import join_texts
from ...models import Transcript, Utterance, Utterances, Word
from ...problems import ProblemLog, shorten
from ...timecode import count_spoken, guess_end
from ..cues.lines import clean_lines
from ..xml_text import load_xml
from .nesting import are_absolute
from .times import ElementSpan, Rates, read_rates, read_span, read_time

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TIMES = frozenset(("begin", "end", "dur"))
_BLANKS = re.compile(r"[ \t\n\r]+")
_BLANKS_BY_SPACE = {"default": _BLANKS, "preserve": re.compile("(?!)")}
"""The characters that become one blank, by the value of `xml:space`."""


def parse(text: str) -> Transcript:
    """One utterance for each timed paragraph, or for each timed span in one without times.

    Raises MalformedError for XML that cannot be read, and where nothing has a time.
    """
    root = load_xml(text)
    rates = read_rates(_attributes(root))
    bodies = root.findall("{*}body")
    reader = _TtmlReader(rates, _read_agents(root), are_absolute(bodies, rates))
    try:
        for body in bodies:
            reader.read(body, ElementSpan())
    except RecursionError:
        raise MalformedError("elements are nested too deeply for subtitles") from None
    if not reader.cues:
        raise MalformedError("no paragraph has a time (<p begin=… end=…>)")
    utterances = sorted(reader.utterances, key=attrgetter("start"))
    return Transcript(
        Utterances.of(utterances),
        language=root.get(_LANG) or None,
        problems=reader.log.problems(),
        cues=reader.cues,
    )


def _name(element: Element) -> str:
    """The name of an element without its namespace, which old and odd files have otherwise."""
    return element.tag.rpartition("}")[2]


def _attributes(element: Element) -> dict[str, str]:
    """Attributes without their namespaces."""
    return {key.rpartition("}")[2]: value for key, value in element.attrib.items()}


def _is_timed(element: Element) -> bool:
    return not _TIMES.isdisjoint(_attributes(element))


def _is_first_timed(element: Element) -> bool:
    """Whether it has a time, or nothing in it has one."""
    return next(filter(_is_timed, element.iter()), element) is element


def _read_agents(root: Element) -> dict[str, str]:
    """The names of the agents, by their ids."""
    agents = {}
    for agent in root.iterfind(".//{*}agent"):
        names = filter(None, map(attrgetter("text"), agent.iterfind("{*}name")))
        id_ = agent.get(_ID, "")
        agents[id_] = " ".join(" ".join(names).split()) or id_
    return agents


def _first_number(*times: float) -> float:
    """The first that is not NaN; NaN if all are."""
    return next(filterfalse(isnan, times), nan)


class _TtmlReader:
    """Walks through the body; its attributes hold what it found."""

    def __init__(self, rates: Rates, agents: dict[str, str], are_absolute: bool) -> None:
        self.cues = 0
        self.utterances: list[Utterance] = []
        self.log = ProblemLog()
        self._rates = rates
        self._agents = agents
        self._are_absolute = are_absolute

    def read(self, element: Element, parent: ElementSpan, agent: str = "") -> None:
        """An element of the body: body, div, p or span."""
        attributes = _attributes(element)
        agent = attributes.get("agent", agent)
        span = self._read_span(attributes, parent)
        # Asked of the name first: a body would be searched for times again in each div within it.
        if _name(element) in ("p", "span") and _is_first_timed(element):
            self._add(element, span, agent)
            return
        for child in element:
            self.read(child, span, agent)

    def _read_span(self, attributes: dict[str, str], parent: ElementSpan) -> ElementSpan:
        """Times of an element count from the beginning of its parent, or from that of all."""
        if _TIMES.isdisjoint(attributes):
            return parent
        offset = 0.0
        if not self._are_absolute:
            offset = _first_number(parent.start, 0.0)
        own = read_span({"begin": "0s", **attributes}, self._rates)
        start = offset + own.start
        duration = read_time(attributes.get("dur", ""), self._rates)
        return ElementSpan(start, _first_number(offset + own.end, start + duration, parent.end))

    def _add(self, element: Element, span: ElementSpan, agent: str) -> None:
        words = self._read_words(element)
        text = _join_words(_read_text(element), words)
        if isnan(span.start):
            if text:
                message = f"a paragraph without a readable time was left out: {shorten(text)!r}"
                self._leave_out("unreadable-times", message)
        elif text:
            speaker = ", ".join([self._agents.get(name, name) for name in agent.split()])
            start, end = self._limit(span, text)
            self.cues += 1
            self.utterances.append(Utterance(start, end, text, speaker or None, words))
        else:
            self._leave_out("empty-cue", "a paragraph without text was left out")

    def _leave_out(self, code: str, message: str) -> None:
        self.cues += 1
        self.log.add(code, message, None, 1)

    def _limit(self, span: ElementSpan, text: str) -> tuple[int, int]:
        """The start and the end of a text."""
        start = int(span.start)
        if isnan(span.end):
            self.log.add("time-guessed", "a paragraph has no end; it was estimated from its length")
            return start, guess_end(start, count_spoken(text), None)
        return start, int(span.end)

    def _read_words(self, element: Element) -> tuple[Word, ...]:
        """The words of a paragraph of Apple Podcasts, which has no blanks between them.

        Their times count from the beginning of the recording.
        """
        words = []
        for child in element.iter():
            attributes = _attributes(child)
            if attributes.get("unit") == "word":
                word = Word(_read_text(child))
                start, end = read_span(attributes, self._rates)
                if not isnan(start + end):
                    word = Word(word.text, int(start), int(end))
                words.append(word)
        return tuple(filter(attrgetter("text"), words))


def _join_words(text: str, words: Sequence[Word]) -> str:
    """The text with blanks between its words, if they are all of it."""
    texts = [word.text for word in words]
    if _squeeze(text) == _squeeze("".join(texts)):
        return join_texts(texts)
    return text


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _read_text(element: Element) -> str:
    """The words of a paragraph: blanks count as in HTML, `<br/>` begins a new line."""
    return clean_lines("".join(_pieces(element, _BLANKS)))


def _pieces(element: Element, blanks: re.Pattern[str]) -> Iterator[str]:
    """The texts in an element, with one blank for each run of `blanks`."""
    name = _name(element)
    if name == "metadata":
        return
    blanks = _BLANKS_BY_SPACE.get(element.get(_SPACE, ""), blanks)
    if name == "br":
        yield "\n"
    else:
        yield blanks.sub(" ", element.text or "")
    for child in element:
        yield from _pieces(child, blanks)
        yield blanks.sub(" ", child.tail or "")
