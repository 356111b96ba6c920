"""Labels that are probably one person: `Alice Doe`, `Doe, Alice (host)`, `Alice D.`,
`alice.doe@example.org`.

These are proposals for a person to look at, and nothing is ever merged by them: two Alices in one
firm are as likely as one Alice with two microphones. So a short form counts only where a single
longer one fits it, and spellings that differ in more than dress are not proposed where both speak
in one recording.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

_ASIDE = re.compile(r"\([^()]*\)|\[[^][]*\]|\{[^{}]*\}|\s[|/–—].*$|@.*$")
_TITLES = frozenset(
    (
        "dr",
        "prof",
        "professor",
        "mr",
        "mrs",
        "ms",
        "miss",
        "herr",
        "frau",
        "sir",
        "dame",
        "mme",
        "sr",
        "sra",
        "ing",
        "dipl",
    )
)
_NOBODY = re.compile(
    r"(?:speaker|spk|s|spkr|person|participant|voice|sprecher(?:in)?|guest|user|unknown|host|channel)?[ _-]*\d*",
    re.ASCII,
)
_LONG_ENOUGH = 4
"""Letters of a name from which on one wrong letter is more likely a slip than another name."""


Fits = Callable[[Sequence[str], Sequence[str]], bool]


class Proposal(NamedTuple):
    """Labels that may be one person, the one heard most first, and why it seems so."""

    labels: tuple[str, ...]
    why: str


class _Name(NamedTuple):
    label: str
    words: tuple[str, ...]
    files: frozenset[str]
    weight: int


def propose(labels: Mapping[str, tuple[Iterable[str], int]]) -> list[Proposal]:
    """labels: for each the files it speaks in and how long (ms). The proposals share no label."""
    names = [
        _Name(label, _words(label), frozenset(files), ms) for label, (files, ms) in labels.items()
    ]
    names = sorted(
        (name for name in names if name.words), key=lambda name: (-name.weight, name.label)
    )
    proposals, left = _same_words(names)
    for fits, why in _RULES:
        for name in left:
            other = _only(fits, name, left, proposals)
            if other is not None and not other.files & name.files:
                _join(proposals, name, other, why)
    return [
        Proposal(tuple(n.label for n in sorted(group, key=lambda n: -n.weight)), why)
        for group, why in proposals
    ]


def _same_words(names: Sequence[_Name]) -> tuple[list[tuple[list[_Name], str]], list[_Name]]:
    """Those that are spelled alike but for dress and order; and one of each for what comes after."""
    groups: dict[frozenset[str], list[_Name]] = {}
    for name in names:
        groups.setdefault(frozenset(name.words), []).append(name)
    why = "the same but for capitals, order or what is added"
    proposals = [(group, why) for group in groups.values() if len(group) > 1]
    firsts = [
        group[0]._replace(files=frozenset().union(*(n.files for n in group)))
        for group in groups.values()
    ]
    return proposals, firsts


def _only(
    fits: Fits, short: _Name, others: Sequence[_Name], proposals: Sequence[tuple[list[_Name], str]]
) -> _Name | None:
    """The one name that `short` may be a form of; None where several people are meant."""
    fitting = [other for other in others if fits(short.words, other.words)]
    groups = {
        next((n for n, p in enumerate(proposals) if _holds(p[0], o)), o.label) for o in fitting
    }
    return fitting[0] if len(groups) == 1 else None


def _holds(group: Sequence[_Name], name: _Name) -> bool:
    return any(one.label == name.label for one in group)


def _join(proposals: list[tuple[list[_Name], str]], name: _Name, other: _Name, why: str) -> None:
    mine = next((p for p in proposals if _holds(p[0], name)), None)
    theirs = next((p for p in proposals if _holds(p[0], other)), None)
    if mine is not None and mine is theirs:
        return
    group = [*(mine[0] if mine else [name]), *(theirs[0] if theirs else [other])]
    reasons = [p[1] for p in (mine, theirs) if p is not None]
    why = "; ".join(dict.fromkeys([*reasons, why]))
    proposals[:] = [p for p in proposals if p is not mine and p is not theirs]
    proposals.append((group, why))


def _words(label: str) -> tuple[str, ...]:
    """The names in a label, without accents and capitals; empty where it names nobody."""
    text = label
    if "@" in text and " " not in text.strip():
        text = text.partition("@")[0].replace(".", " ").replace("_", " ")
    text = _ASIDE.sub(" ", text)
    if _NOBODY.fullmatch(text.strip().casefold()):
        return ()
    last, comma, first = text.partition(",")
    if comma and "," not in first and len(last.split()) <= 2:
        text = f"{first} {last}"
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", plain.casefold())
    return tuple(word for word in words if word not in _TITLES) or tuple(words)


def _is_initialled(short: Sequence[str], long: Sequence[str]) -> bool:
    """`alice d` or `a doe` for `alice doe`: each word is there, or its first letter, and at least
    one is whole."""
    if len(short) != len(long) or len(short) < 2 or short == long:
        return False
    whole = sum(a == b for a, b in zip(short, long, strict=True))
    return whole > 0 and all(
        a == b or (len(a) == 1 and b[0] == a) for a, b in zip(short, long, strict=True)
    )


def _is_first_name(short: Sequence[str], long: Sequence[str]) -> bool:
    return len(short) == 1 and len(long) > 1 and len(short[0]) > 2 and short[0] == long[0]


def _is_slip(short: Sequence[str], long: Sequence[str]) -> bool:
    """One word differs, by one letter."""
    if len(short) != len(long) or len(short) < 2:
        return False
    different = [(a, b) for a, b in zip(short, long, strict=True) if a != b]
    return len(different) == 1 and _is_one_letter(*different[0])


def _is_one_letter(a: str, b: str) -> bool:
    """Whether a letter is other, missing, or has changed places with the next."""
    if max(len(a), len(b)) < _LONG_ENOUGH or abs(len(a) - len(b)) > 1 or a[0] != b[0]:
        return False
    at = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    if len(a) == len(b):
        return a[at + 1 :] == b[at + 1 :] or (
            a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]
        )
    long, short = (a, b) if len(a) > len(b) else (b, a)
    return long[at + 1 :] == short[at:]


_RULES: tuple[tuple[Fits, str], ...] = (
    (_is_initialled, "initials for a name"),
    (_is_slip, "one letter differs"),
    (_is_first_name, "a first name alone"),
)
