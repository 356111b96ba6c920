"""ELAN -> tiers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ...errors import MalformedError
from ...models import Transcript
from ...problems import Problem, ProblemLog
from ..tiers import Tier, TierSpan, place_moments, read_tiers
from ..xml_text import load_xml

_HAS_WORDS = re.compile(r"[^\W\d_]{2}")
_IDENTIFIER = re.compile(r"\S*\d\S*")
_TIME = re.compile(r"\d{1,11}", re.ASCII)
_MOST_IDENTIFIERS = 0.8
_GUESSED = Problem("time-guessed", "some annotations have no times; they share those around them")
_DEEPEST = 20
"""Annotations that refer to one another."""


class _PlacedTier(NamedTuple):
    """A tier, and the one above it; None for the highest."""

    tier: Tier
    parent: str | None
    language: str | None


def parse(text: str) -> Transcript:
    """Read the tiers; MalformedError for XML without annotations that have times."""
    root = load_xml(text)
    slots = _read_slots(root)
    aligned = _read_aligned(root, place_moments(slots))
    if not aligned:
        raise MalformedError("no annotation has a time")
    above = _read_references(root)
    tiers = [_read_tier(element, aligned, above) for element in root.iter("TIER")]
    chosen = [_below_identifiers(tier, tiers) for tier in tiers if tier.parent is None]
    # A tier below another says the same again, in pieces or in other words.
    others = [tier for tier in tiers if tier.parent is not None and tier not in chosen]
    read = [tier.tier for tier in chosen]
    read += [tier.tier._replace(is_other=True) for tier in others]
    languages = [tier.language for tier in chosen if tier.language]
    transcript = read_tiers(read, ProblemLog(), *languages[:1])
    return _report_guesses(transcript, slots)


def _report_guesses(transcript: Transcript, slots: Mapping[str, int | None]) -> Transcript:
    times = {*transcript.utterances.starts, *transcript.utterances.ends}
    if times.issubset(slots.values()):
        return transcript
    return transcript.evolve(problems=(_GUESSED,))


def _read_slots(root: Element) -> dict[str, int | None]:
    """The times by their ids (ms); None for those that are not linked to the recording."""
    slots: dict[str, int | None] = {}
    for slot in root.iter("TIME_SLOT"):
        value = slot.get("TIME_VALUE", "")
        slots[slot.get("TIME_SLOT_ID", "")] = int(value) if _TIME.fullmatch(value) else None
    return slots


def _read_aligned(root: Element, slots: Mapping[str, int]) -> dict[str, TierSpan]:
    """Return the annotations with times, by id."""
    spans: dict[str, TierSpan] = {}
    for annotation in root.iter("ALIGNABLE_ANNOTATION"):
        start = slots.get(annotation.get("TIME_SLOT_REF1", ""))
        end = slots.get(annotation.get("TIME_SLOT_REF2", ""))
        if start is not None and end is not None:
            spans[annotation.get("ANNOTATION_ID", "")] = TierSpan(start, end, _text_of(annotation))
    return spans


def _read_references(root: Element) -> dict[str, str]:
    """The ids of annotations, each with that of the one whose times it has."""
    return {
        annotation.get("ANNOTATION_ID", ""): annotation.get("ANNOTATION_REF", "")
        for annotation in root.iter("REF_ANNOTATION")
    }


def _read_tier(
    element: Element, aligned: Mapping[str, TierSpan], above: Mapping[str, str]
) -> _PlacedTier:
    spans = []
    for annotation in element.iterfind("ANNOTATION/*"):
        span = _find_span(annotation.get("ANNOTATION_ID", ""), aligned, above)
        if span is not None:
            spans.append(span._replace(text=_text_of(annotation)))
    tier = Tier(element.get("TIER_ID", ""), spans, element.get("PARTICIPANT"))
    return _PlacedTier(tier, element.get("PARENT_REF"), element.get("LANG_REF"))


def _find_span(
    name: str, aligned: Mapping[str, TierSpan], above: Mapping[str, str]
) -> TierSpan | None:
    """The times of an annotation: its own, or those of the one that it refers to."""
    for _ in range(_DEEPEST):
        name = above.get(name, name)
    return aligned.get(name)


def _text_of(annotation: Element) -> str:
    return annotation.findtext("ANNOTATION_VALUE") or ""


def _below_identifiers(placed: _PlacedTier, tiers: Iterable[_PlacedTier]) -> _PlacedTier:
    """The tier; or the first one below it that has as many texts, if its own are identifiers."""
    identifiers = _count(_IDENTIFIER.fullmatch, placed)
    if identifiers >= max(1, _MOST_IDENTIFIERS * len(placed.tier.spans)):
        for below in tiers:
            texts = _count(_HAS_WORDS.search, below)
            if below.parent == placed.tier.name and 2 * texts > identifiers:
                return below
    return placed


def _count(test: Callable[[str], object], placed: _PlacedTier) -> int:
    return sum([bool(test(span.text.strip())) for span in placed.tier.spans])
