"""Read Timed Text: the paragraphs of a document, with their times and agents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ...errors import MalformedError
from ...line_joining import join_texts
from ...models import Transcript, Utterance, Utterances, Word
from ...problems import ProblemLog, shorten
from ...timecode import guess_end
from ..cues.lines import clean_lines
from ..xml_text import load_xml
from .nesting import are_absolute
from .times import Rates, read_rates, read_time

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TIMES = frozenset(("begin", "end", "dur"))
_MAX_DEPTH = 60
"""Of elements in the body; real files have five."""
_BLANKS = re.compile(r"[ \t\n\r]+")


class _Span(NamedTuple):
    """When an element is shown (ms); None where nothing says so."""

    start: int | None
    end: int | None


def parse(text: str) -> Transcript:
    """One utterance for each timed paragraph, or for each timed span in one without times.

    Raises MalformedError for XML that cannot be read, and where nothing has a time.
    """
    root = load_xml(text)
    rates = read_rates(_attributes(root))
    bodies = root.findall("{*}body")
    reader = _Reader(rates, _read_agents(root), are_absolute(bodies, rates))
    for body in bodies:
        reader.read(body, _Span(None, None))
    if not reader.cues:
        raise MalformedError("no paragraph of this has a time (<p begin=… end=…>)")
    utterances = sorted(reader.utterances, key=attrgetter("start"))
    return Transcript(
        Utterances.of(utterances),
        language=root.get(_LANG) or None,
        problems=reader.log.problems(),
        cues=reader.cues,
    )


def _name(element: Element) -> str:
    """The name of an element without its namespace, which old and odd files have otherwise."""
    if isinstance(element.tag, str):
        return element.tag.rpartition("}")[2]
    return ""


def _attributes(element: Element) -> dict[str, str]:
    """Attributes without their namespaces."""
    return {key.rpartition("}")[2]: value for key, value in element.attrib.items()}


def _read_agents(root: Element) -> dict[str, str]:
    """The names of the agents, by their ids."""
    agents = {}
    for agent in root.iterfind(".//{*}agent"):
        names = [name.text or "" for name in agent.iterfind("{*}name")]
        agents[agent.get(_ID, "")] = " ".join(" ".join(names).split())
    return agents


class _Reader:
    """Walks through the body; its attributes hold what it found."""

    def __init__(self, rates: Rates, agents: dict[str, str], are_absolute: bool) -> None:
        self.cues = 0
        self.utterances: list[Utterance] = []
        self.log = ProblemLog()
        self._rates = rates
        self._agents = agents
        self._are_absolute = are_absolute

    def read(self, element: Element, parent: _Span, agent: str = "", depth: int = 0) -> None:
        """An element of the body: body, div, p or span."""
        if depth > _MAX_DEPTH:
            raise MalformedError("elements are nested too deeply for subtitles")
        attributes = _attributes(element)
        agent = attributes.get("agent", agent)
        span = self._read_span(attributes, parent)
        is_text = _name(element) in ("p", "span")
        is_timed = not _TIMES.isdisjoint(attributes)
        if is_text and (is_timed or not _has_timed_span(element)):
            self._add(element, span, agent)
            return
        for child in element:
            self.read(child, span, agent, depth + 1)

    def _read_span(self, attributes: dict[str, str], parent: _Span) -> _Span:
        """Times of an element count from the beginning of its parent, or from that of all."""
        if _TIMES.isdisjoint(attributes):
            return parent
        offset = parent.start or 0
        if self._are_absolute:
            offset = 0
        start = read_time(attributes.get("begin", "0s"), self._rates)
        end = read_time(attributes.get("end", ""), self._rates)
        duration = read_time(attributes.get("dur", ""), self._rates)
        if start is not None:
            start += offset
        if end is not None:
            return _Span(start, offset + end)
        if duration is not None:
            return _Span(start, (start or 0) + duration)
        return _Span(start, parent.end)

    def _add(self, element: Element, span: _Span, agent: str) -> None:
        words = self._read_words(element)
        text = _join_words(_read_text(element), words)
        if not text and span.start is None:
            return
        self.cues += 1
        if not text:
            self.log.add("empty-cue", "a paragraph without text was left out", None, 1)
            return
        if span.start is None:
            message = f"a paragraph without a readable time was left out: {shorten(text)!r}"
            self.log.add("unreadable-times", message, None, 1)
            return
        end = span.end
        if end is None:
            end = guess_end(span.start, len(text), None)
            self.log.add("time-guessed", "a paragraph without an end got one by its length")
        speakers = [self._agents.get(one) or one for one in agent.split()]
        speaker = ", ".join(speakers) or None
        self.utterances.append(Utterance(span.start, end, text, speaker, words))

    def _read_words(self, element: Element) -> tuple[Word, ...]:
        """The words of a paragraph of Apple Podcasts, which has no blanks between them.

        Their times count from the beginning of the recording.
        """
        words = []
        for child in element.iter():
            attributes = _attributes(child)
            if attributes.get("unit") != "word":
                continue
            text = _read_text(child)
            start = read_time(attributes.get("begin", ""), self._rates)
            end = read_time(attributes.get("end", ""), self._rates)
            if start is None or end is None:
                start = end = None
            if text:
                words.append(Word(text, start, end))
        return tuple(words)


def _join_words(text: str, words: Sequence[Word]) -> str:
    """The text with blanks between its words, if they are all of it."""
    texts = [word.text for word in words]
    if texts and _squeeze(text) == _squeeze("".join(texts)):
        return join_texts(texts)
    return text


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _has_timed_span(element: Element) -> bool:
    spans = [span for child in element for span in child.iter()]
    return not all(_TIMES.isdisjoint(_attributes(span)) for span in spans)


def _read_text(element: Element) -> str:
    """The words of a paragraph: blanks count as in HTML, `<br/>` begins a new line."""
    return clean_lines("".join(_pieces(element, preserve=False, depth=0)))


def _pieces(element: Element, *, preserve: bool, depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        raise MalformedError("elements are nested too deeply for subtitles")
    space = element.get(_SPACE)
    if space is not None:
        preserve = space == "preserve"
    name = _name(element)
    if name == "br":
        yield "\n"
    elif name == "metadata":
        return
    elif element.text:
        yield element.text if preserve else _BLANKS.sub(" ", element.text)
    for child in element:
        yield from _pieces(child, preserve=preserve, depth=depth + 1)
        if child.tail:
            yield child.tail if preserve else _BLANKS.sub(" ", child.tail)
