"""EXMARaLDA -> tiers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element

from ...errors import MalformedError
from ...models import Transcript
from ...problems import ProblemLog
from ...sentences import SENTENCE_ENDS
from ..tiers import Tier, TierSpan, place_moments, read_tiers
from ..xml_text import load_xml

_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,20})?", re.ASCII)
_COMMENT = re.compile(r"(?:\(\([^()]{0,200}\)\)|[•‿])[ ]?")
"""Sounds that are not speech: `((coughs))`, `((1.2s))`; marks of pauses."""
_LONG = 20_000
"""ms: events that continue each other are one utterance up to this length."""
_NO_TIMES = (
    "its timeline has no times (<tli id=… time=…>); link it to its recording in EXMARaLDA, "
    "and export it again"
)


def parse(text: str) -> Transcript:
    """Read the tiers of speech; MalformedError for XML whose timeline has no times."""
    log = ProblemLog()
    root = load_xml(text)
    moments = _read_moments(root, log)
    speakers = {
        speaker.get("id", ""): (speaker.findtext("abbreviation") or "").strip()
        for speaker in root.iter("speaker")
    }
    tiers = [_read_tier(tier, moments, speakers) for tier in root.iter("tier")]
    languages = [language.get("lang") for language in root.iterfind(".//languages-used/language")]
    return read_tiers(tiers, log, *languages[:1])


def _read_moments(root: Element, log: ProblemLog) -> dict[str, int]:
    """The moments of the timeline by their ids (ms)."""
    stated: dict[str, int | None] = {}
    for moment in root.iter("tli"):
        seconds = moment.get("time", "")
        is_time = _SECONDS.fullmatch(seconds)
        stated[moment.get("id", "")] = round(float(seconds) * 1000) if is_time else None
    guessed = list(stated.values()).count(None)
    if len(stated) - guessed < 2:
        raise MalformedError(_NO_TIMES)
    if guessed:
        message = f"{guessed} of {len(stated)} moments have no time; it was estimated"
        log.add("time-guessed", message)
    return place_moments(stated)


def _read_tier(element: Element, moments: Mapping[str, int], speakers: Mapping[str, str]) -> Tier:
    code = element.get("speaker", "")
    name = element.get("display-name") or code
    spans = _join_events(_read_events(element, moments))
    return Tier(name, spans, speakers.get(code) or code, is_other=element.get("type") != "t")


def _read_events(element: Element, moments: Mapping[str, int]) -> Iterator[TierSpan]:
    for event in element.iter("event"):
        start = moments.get(event.get("start", ""))
        end = moments.get(event.get("end", ""))
        if start is not None and end is not None:
            yield TierSpan(start, end, _COMMENT.sub("", "".join(event.itertext())))


def _join_events(spans: Iterable[TierSpan]) -> list[TierSpan]:
    """Join events that continue each other, up to the end of a sentence."""
    joined: list[TierSpan] = []
    for span in spans:
        if joined and _goes_on(joined[-1], span):
            last = joined.pop()
            joined.append(last._replace(end=span.end, text=last.text + span.text))
        else:
            joined.append(span)
    return joined


def _goes_on(before: TierSpan, span: TierSpan) -> bool:
    if before.end != span.start or span.end - before.start > _LONG:
        return False
    return not before.text.rstrip().endswith(SENTENCE_ENDS)
