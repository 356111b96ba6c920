"""ELAN -> tiers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ...errors import MalformedError
from ...models import Transcript
from ..tiers import Span, Tier, read_tiers
from ..xml_text import load_xml

_HAS_WORDS = re.compile(r"[^\W\d_]{2}")
_IDENTIFIER = re.compile(r"\S*\d\S*")
_TIME = re.compile(r"\d{1,11}", re.ASCII)
_MOST_IDENTIFIERS = 0.8
_DEEPEST = 20
"""Annotations that refer to one another."""


class _Tier(NamedTuple):
    name: str
    parent: str | None
    participant: str | None
    language: str | None
    annotations: Mapping[str, Span]
    """By their ids."""


def parse(text: str) -> Transcript:
    """Read the tiers; MalformedError for XML without annotations that have times."""
    root = load_xml(text)
    slots = _read_slots(root)
    tiers = list(_read_tiers(root, slots))
    if not any(tier.annotations for tier in tiers):
        raise MalformedError("no annotation of this has a time")
    chosen = [_below_identifiers(tier, tiers) for tier in tiers if tier.parent is None]
    below = [tier for tier in tiers if tier not in chosen and tier.parent is not None]
    read = [*map(_to_tier, chosen), *map(_to_other, below)]
    languages = [tier.language for tier in chosen if tier.language]
    return read_tiers(read, *languages[:1])


def _read_slots(root: Element) -> dict[str, int]:
    """The times by their ids (ms); slots without a time have that of the one before."""
    slots: dict[str, int] = {}
    last = "0"
    for slot in root.iter("TIME_SLOT"):
        value = slot.get("TIME_VALUE", "")
        if _TIME.fullmatch(value):
            last = value
        slots[slot.get("TIME_SLOT_ID", "")] = int(last)
    return slots


def _read_tiers(root: Element, slots: Mapping[str, int]) -> Iterator[_Tier]:
    spans = _read_spans(root, slots)
    for element in root.iter("TIER"):
        annotations: dict[str, Span] = {}
        for annotation in element.iter():
            name = annotation.get("ANNOTATION_ID", "")
            if name in spans:
                annotations[name] = spans[name]
        yield _Tier(
            element.get("TIER_ID", ""),
            element.get("PARENT_REF"),
            element.get("PARTICIPANT") or None,
            element.get("LANG_REF"),
            annotations,
        )


def _read_spans(root: Element, slots: Mapping[str, int]) -> dict[str, Span]:
    """The annotations by their ids; one that refers to another has its time."""
    spans: dict[str, Span] = {}
    for annotation in root.iter("ALIGNABLE_ANNOTATION"):
        references = (annotation.get("TIME_SLOT_REF1", ""), annotation.get("TIME_SLOT_REF2", ""))
        times = [slots[one] for one in references if one in slots]
        if len(times) == len(references):
            spans[annotation.get("ANNOTATION_ID", "")] = Span(
                times[0], times[1], _text_of(annotation)
            )
    waiting = list(root.iter("REF_ANNOTATION"))
    for _ in range(_DEEPEST):
        further = []
        for annotation in waiting:
            span = spans.get(annotation.get("ANNOTATION_REF", ""))
            if span is None:
                further.append(annotation)
            else:
                name = annotation.get("ANNOTATION_ID", "")
                spans[name] = span._replace(text=_text_of(annotation))
        waiting = further
    return spans


def _text_of(annotation: Element) -> str:
    return annotation.findtext("ANNOTATION_VALUE") or ""


def _below_identifiers(tier: _Tier, tiers: Sequence[_Tier]) -> _Tier:
    """The tier; or the first one below it that has as many texts, if its own are identifiers."""
    count = _count(_IDENTIFIER.fullmatch, tier)
    if count == 0 or count < _MOST_IDENTIFIERS * len(tier.annotations):
        return tier
    for below in tiers:
        if below.parent == tier.name and 2 * _count(_HAS_WORDS.search, below) > count:
            return below
    return tier


def _count(test: Callable[[str], object], tier: _Tier) -> int:
    return sum(1 for span in tier.annotations.values() if test(span.text.strip()))


def _to_tier(tier: _Tier) -> Tier:
    return Tier(tier.name, list(tier.annotations.values()), tier.participant)


def _to_other(tier: _Tier) -> Tier:
    """A tier below another says the same again, in pieces or in other words."""
    return Tier(tier.name, list(tier.annotations.values()), tier.participant, is_other=True)
