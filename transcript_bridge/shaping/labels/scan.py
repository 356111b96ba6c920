"""Scans a whole file for what its texts start with, before anything is decided."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, cast

from ...line_joining import has_any
from .prefixes import CHEVRONS, PREFIX, match_prefix

_MARKS = (":", "：", ">>", "&gt;&gt;")
"""A text without any of these contains no label."""
_CHEVRON_MARKS = frozenset((">>", "&gt;&gt;"))
_CROWDED = 2000
"""The most marks in one cue: more changes of speaker than the longest talk pasted into one cue."""


class Openings(NamedTuple):
    """The starts of the texts of a file."""

    matched: list[str]
    """The match of `PREFIX` at the start of each text, or "". Equal ones are one string object."""
    has_chevrons: bool
    """Whether some texts start with `>>`."""
    marks: tuple[str, ...]
    """The elements of `_MARKS` in the file. A line without any of them has no label."""
    only_at_start: bool
    """Whether no mark occurs outside of `matched`."""
    crowded: frozenset[int]
    """Texts with too many marks for a cue. They stay whole, without a speaker."""


def find_openings(texts: Sequence[str], whole: str) -> Openings:
    """Find the starts of all texts, and whether they may contain a label elsewhere.

    whole: the texts, joined.
    """
    # Test for one character first: this is ten times as fast as a search for two.
    marks = [mark for mark in _MARKS if mark[0] in whole and mark in whole]
    if not marks:
        return Openings([], False, (), False, frozenset())

    matched = _match_all(texts, marks)
    crowded = _find_crowded(texts, marks)
    for index in crowded:
        matched[index] = ""
    has_chevrons = not _CHEVRON_MARKS.isdisjoint(marks) and any(map(CHEVRONS.match, texts))
    only_at_start = marks == [":"] and whole.count(":") == "".join(matched).count(":")
    return Openings(matched, has_chevrons, tuple(marks), only_at_start, crowded)


def _find_crowded(texts: Sequence[str], marks: Sequence[str]) -> frozenset[int]:
    crowded: set[int] = set()
    for index, text in enumerate(texts):
        if len(text) > _CROWDED and sum(map(text.count, marks)) > _CROWDED:
            crowded.add(index)
    return frozenset(crowded)


def count_inner_prefixes(texts: Sequence[str], openings: Openings) -> Counter[str]:
    """Count the starts of the later lines of texts."""
    found: Counter[str] = Counter()
    if openings.only_at_start:
        return found
    for index, text in enumerate(texts):
        if "\n" not in text or index in openings.crowded:
            continue
        rest = text.partition("\n")[2]
        if has_any(rest, openings.marks):
            for line in rest.split("\n"):
                match = PREFIX.match(line)
                if match:
                    found[match[0]] += 1
    return found


def _match_all(texts: Sequence[str], marks: Sequence[str]) -> list[str]:
    if marks == [":"]:
        return _match_with_cache(texts)
    shared: dict[str, str] = {}
    matched: list[str] = []
    for text in texts:
        opening = ""
        if has_any(text, marks):
            opening = match_prefix(text)
        matched.append(shared.setdefault(opening, opening))
    return matched


# ---- clocks

_FIRST_CUES = 12
"""Half of this number of cues must have a clock, or the file is not searched further."""
_TIGHT_COLON = re.compile(r":\w")
"""The colon of a clock; a label has a blank after its colon. Searching each cue took 2 % of reading
a small file."""
_CLOCK = re.compile(r"(?s).{0,68}?\d:\d|.*:\d\d[\])]\Z")
"""A clock begins near the beginning of the text, or ends it."""


def may_have_clocks(texts: Sequence[str]) -> bool:
    """Whether half of the first cues have a colon between two digits near their beginning."""
    first = texts[:_FIRST_CUES]
    if not _TIGHT_COLON.search("\n".join(first)):
        return False
    clocks = [text for text in first if _CLOCK.match(text)]
    return 2 * len(clocks) >= len(first)


# ---- files without any mark but `:`


_AMBIGUOUS = frozenset("[(\n")
"""If one of these precedes the first colon, the text after the colon is also needed."""
_MAX_CACHED, _MAX_CACHED_LENGTH = 10_000, 100


class _MatchCache(dict[str, str | None]):
    """The matches of `PREFIX` by the stem of the text: everything up to the first `:` and one more
    character.

    For texts without any mark but `:`. Almost always the stem decides; the value is None if not.
    Kept between files, because a few names start all cues of an archive.
    """

    def __missing__(self, stem: str) -> str | None:
        found: str | None = None
        if ":" not in stem or _AMBIGUOUS.isdisjoint(stem):
            found = ""
            if PREFIX.match(stem):
                found = stem
        if len(stem) <= _MAX_CACHED_LENGTH:
            self[stem] = found
        return found


_CACHE = _MatchCache()


def _match_with_cache(texts: Sequence[str]) -> list[str]:
    cache = _CACHE
    found = [cache[text[: text.find(":") + 2]] for text in texts]
    if len(cache) > _MAX_CACHED:
        cache.clear()
    if None not in found:
        return cast("list[str]", found)
    matched: list[str] = []
    for opening, text in zip(found, texts, strict=True):
        if opening is None:
            opening = match_prefix(text)
        matched.append(opening)
    return matched
