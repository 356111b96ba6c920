"""Which prefixes of a file's lines are labels: decided for the file as a whole, before anything is
cut off.

First whether the file is labelled at all (`_is_labelled`), then which of its prefixes are labels
(`_chosen`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import NamedTuple, cast

from ...line_joining import is_unspaced
from .likeness import CERTAIN, LIKELY, NEVER, STRONG, WEAK, is_sound, likeness

UNKNOWN = "UNKNOWN"
"""The label that our own writers give to whom nobody names."""

# Everything before the text of a line, and one character more. Possessive throughout: one try a
# line.
PREFIX = re.compile(
    r"(?:[^\S\n]|[\u200b\u200e\u200f\ufeff])*+"  # marks of writing direction among them
    r"(?P<turn>(?:(?:>|&gt;){2,}+[^\S\n]*+)++)?+"
    r"(?P<dash>[-–—‐][^\S\n]*+)?+"
    r"(?:\[(?P<square>[^\[\]\n]{1,200}+)\][^\S\n]*+[:：]"
    r"|\((?P<round>[^()\n]{1,64}+)\)[^\S\n]*+[:：]"
    r"|\[(?P<bare>S(?i:peaker)[ _]\d{1,3})\](?!\S)"  # some scripts leave the colon out
    r"|(?P<plain>[^:：\n]{1,80}+)[:：])"
    r"(?P<next>[^\n]?)"
)
TURN = re.compile(r"\s*+(?:(?:>|&gt;){2,}+\s*+)++")
"""`>>`: somebody else begins to speak."""
_MARKS = (":", "：", ">>", "&gt;&gt;", "[S")
"""Without one of these no text can name anybody."""
_CROWD = 2000
"""Marks: a cue may hold a whole talk that somebody pasted into it, but not more speakers than that
take turns."""
_MOST_PREFIXES = 5000
"""No recording has so many speakers; a file with more prefixes is junk, or a list of words."""
_TURN_MARKS = frozenset((">>", "&gt;&gt;"))
_OPENING = frozenset("\"'“‘«„「『¿¡[♪")


class Prefix(NamedTuple):
    """What stands before the text of a line, read once for all the lines that begin alike."""

    label: str
    """Without brackets, blanks collapsed."""
    cut: int
    """How many characters of the line are not text."""
    likeness: int
    tight: bool
    """Whether text follows the colon without a blank, as in `std::move`."""
    spaced: bool
    """Whether a blank stands before the colon, as French typography has it."""
    dash: bool
    followed: bool
    """Whether text follows on the line."""
    square: bool
    """Whether it stands in square brackets, as our own writers put names that look like none."""

    @property
    def state(self) -> str:
        return "" if self.label == UNKNOWN else self.label


class _Evidence:
    """What the whole file tells about one label: how often it begins a cue, or a later line of one."""

    __slots__ = (
        "count",
        "followed",
        "inner",
        "label",
        "likeness",
        "spaced",
        "square",
        "starts",
        "tight",
    )

    def __init__(self, label: str) -> None:
        self.label = label
        self.likeness = NEVER
        self.count = self.starts = self.inner = self.tight = self.spaced = self.square = (
            self.followed
        ) = 0

    def add(self, prefix: Prefix, starts: int, inner: int) -> None:
        self.likeness = max(self.likeness, prefix.likeness)
        if prefix.tight:
            self.tight += starts + inner
        else:
            self.starts += starts
            self.inner += inner
            self.spaced += prefix.spaced * (starts + inner)
            self.square += prefix.square * starts
            self.followed += prefix.followed * (starts + inner)
        # `Name:text` is nearly always something else (Re:Zero, std::move), so it has to return to
        # count.
        self.count = self.starts + self.inner
        if self.likeness >= LIKELY and self.tight >= 3:
            self.count += self.tight

    @property
    def is_firm(self) -> bool:
        """Whether it is a label where no text follows; `and so:` at the end of a cue is text."""
        if self.likeness == WEAK:
            return self.count >= 3 and self.followed > 1
        return self.count > 1 or self.likeness >= STRONG


class Labels(NamedTuple):
    """What in one file names a speaker."""

    prefixes: dict[str, Prefix]
    """The prefixes that are labels, by what `PREFIX` matches; empty in a file without labels."""
    names: frozenset[str]
    firm: frozenset[str]
    """The names that are labels even where no text follows."""
    turns: bool
    """Whether cues begin with `>>`."""


class Openings(NamedTuple):
    """What the texts begin with."""

    raws: list[str]
    """What `PREFIX` matches at the beginning of each text, "" for nothing; equal ones are one
    string."""
    turns: bool
    """Whether some begin with `>>`."""
    marks: tuple[str, ...]
    """What of `_MARKS` the file has: a line without any of them begins with no label."""
    alone: bool
    """Whether no mark stands anywhere but in `raws`."""
    crowded: frozenset[int]
    """The texts with so many marks that they are no cue; they stay whole and name nobody."""


_UNCERTAIN = frozenset("[(\n")
"""With one of these before the first colon, what follows it matters, too."""


class _Raws(dict[str, str | None]):
    """What `PREFIX` matches in a text without any mark but `:`, by all up to the first one and a
    character more.

    That tells nearly always, and a few names begin all cues of an archive; None where it does not.
    """

    def __missing__(self, stem: str) -> str | None:
        certain = ":" not in stem or _UNCERTAIN.isdisjoint(stem)
        found = (stem if PREFIX.match(stem) else "") if certain else None
        if len(stem) <= _LONGEST_KEPT:
            self[stem] = found
        return found


_RAWS = _Raws()
_MOST_KEPT, _LONGEST_KEPT = 10_000, 100
"""Of what begins the cues of one file, that the next one may need; few names, and some of what only
looks like one."""


def find_openings(texts: Sequence[str]) -> Openings:
    """What all texts begin with, and whether anything else in them could belong to a label."""
    whole = "\n".join(texts)
    # Looking for one character is ten times as fast as for two.
    marks = [mark for mark in _MARKS if mark[0] in whole and mark in whole]
    if not marks:
        return Openings([], turns=False, marks=(), alone=False, crowded=frozenset())
    raws = _read_raws(texts, marks)
    crowded = [
        i
        for i, text in enumerate(texts)
        if len(text) > _CROWD and sum(map(text.count, marks)) > _CROWD
    ]
    for i in crowded:
        raws[i] = ""
    turns = not _TURN_MARKS.isdisjoint(marks) and any(map(TURN.match, texts))
    alone = marks == [":"] and whole.count(":") == "".join(raws).count(":")
    return Openings(raws, turns, tuple(marks), alone, frozenset(crowded))


def _read_raws(texts: Sequence[str], marks: Sequence[str]) -> list[str]:
    match = PREFIX.match
    if marks == [":"]:
        known = _RAWS
        found = [known[text[: text.find(":") + 2]] for text in texts]
        if len(known) > _MOST_KEPT:
            known.clear()
        if None not in found:
            return cast("list[str]", found)
        return [
            raw if raw is not None else m[0] if (m := match(text)) else ""
            for raw, text in zip(found, texts, strict=True)
        ]
    shared: dict[str, str] = {}
    share = shared.setdefault
    may_have = [any([mark in text for mark in marks]) for text in texts]
    matches = (may and match(text) for may, text in zip(may_have, texts, strict=True))
    return [share(m[0], m[0]) if m else "" for m in matches]


def find_labels(texts: Sequence[str], openings: Openings) -> Labels:
    """Weigh what the lines begin with, over the whole file."""
    starts = Counter(openings.raws)
    del starts[""]
    inner = {} if openings.alone else _inner_prefixes(texts, openings)
    seen = starts + Counter(inner) if inner else starts
    if len(seen) > _MOST_PREFIXES:
        seen = Counter(dict(seen.most_common(_MOST_PREFIXES)))
    prefixes = {raw: prefix for raw in seen if (prefix := _read_prefix(raw))}
    evidence: dict[str, _Evidence] = {}
    for raw, prefix in prefixes.items():
        evidence.setdefault(prefix.label, _Evidence(prefix.label)).add(
            prefix, starts[raw], inner.get(raw, 0)
        )
    cues = len(texts) - texts.count("")
    if not _is_labelled(evidence.values(), cues, lambda: _opening(texts, prefixes, evidence)):
        return Labels({}, frozenset(), frozenset(), openings.turns)
    if all(
        e.count >= 3 and e.likeness > NEVER for e in evidence.values()
    ):  # nearly every file; all belong
        chosen = evidence
    else:
        chosen = _chosen(evidence.values(), cues)
    firm = frozenset([label for label, known in chosen.items() if known.is_firm])
    found = {raw: prefix for raw, prefix in prefixes.items() if prefix.label in chosen}
    return Labels(found, frozenset(chosen), firm, openings.turns)


def _inner_prefixes(texts: Sequence[str], openings: Openings) -> dict[str, int]:
    """What the later lines of texts begin with."""
    marks, crowded = openings.marks, openings.crowded
    rests = [
        text.partition("\n")[2] for i, text in enumerate(texts) if "\n" in text and i not in crowded
    ]
    lines = [
        line for rest in rests if any(mark in rest for mark in marks) for line in rest.split("\n")
    ]
    return Counter([m[0] for m in map(PREFIX.match, lines) if m])


@lru_cache(maxsize=4096)  # the same people speak in all files of an archive
def _read_prefix(raw: str) -> Prefix | None:
    """The prefix as data; None where it cannot be a label whatever the file says."""
    match = PREFIX.match(raw)
    if match is None:  # "" of an opening without a prefix
        return None
    turn, dash, square, round_, bare, plain, following = match.groups()
    inside = square or round_ or bare or plain
    label = " ".join(inside.split())
    degree = likeness(label) if label else NEVER
    if square or bare:
        degree = CERTAIN if degree >= LIKELY else degree * LIKELY
    elif degree and (round_ or turn):
        degree = min(degree + 1, CERTAIN if turn else STRONG)
    if not label or not (degree or square):
        return None
    tight = bool(following) and not following.isspace() and not bare
    if tight:
        if not following.isalpha() and following not in _OPENING:
            return None  # 12:30, https://, std::move, :-)
        tight = raw[-2] == ":" and not is_unspaced(label[-1])
    spaced = bool(plain) and plain[-1].isspace()
    cut = len(raw) - (len(following) if following.strip() else 0)
    return Prefix(label, cut, degree, tight, spaced, bool(dash), bool(following), bool(square))


def _opening(
    texts: Sequence[str], prefixes: dict[str, Prefix], evidence: dict[str, _Evidence]
) -> bool:
    """Whether the first spoken cue begins with something that looks like a name."""
    first = next((text for text in texts[:10] if text and not is_sound(text)), "")
    match = PREFIX.match(first)
    prefix = prefixes.get(match[0]) if match else None
    return prefix is not None and not prefix.tight and evidence[prefix.label].likeness >= LIKELY


def _is_labelled(evidence: Collection[_Evidence], cues: int, opens: Callable[[], bool]) -> bool:
    """Whether the prefixes of a file are labels.

    In long files a name that returns three times decides: that parted 318 labelled files from 542
    others without a mistake. Short files need more signs: every cue has a name, or half of them
    have, or the file opens with a name and has another.
    """
    likely = [e for e in evidence if e.likeness >= LIKELY and e.count]
    if any(e.likeness == CERTAIN or e.count >= 3 for e in likely):
        return True
    weak = [e for e in evidence if e.likeness == WEAK and e.count]
    if sum(e.count >= 3 for e in weak) > 1:  # interviewer: … / respondent: …
        return True
    named = sum(e.starts for e in likely)
    if (
        named + sum(e.square for e in evidence if e.likeness < LIKELY) >= cues
    ):  # `[1]: …`, in every cue
        return True
    if cues > 1 and named + sum(e.starts for e in weak) >= cues:
        return cues <= 3 or any(e.count > 1 for e in (*likely, *weak))
    if 2 * named >= cues:
        return len(likely) > 1 or any(e.likeness == STRONG or e.count > 1 for e in likely)
    return len(likely) > 1 and 10 * named >= cues and opens()


def _chosen(evidence: Collection[_Evidence], cues: int) -> dict[str, _Evidence]:
    """The labels among the prefixes of a labelled file: those that return, and those that look like
    them.

    Where every cue begins with a prefix that can be a name, each of them is one.
    """
    found = [e for e in evidence if e.count]
    others = [e for e in found if e.label != UNKNOWN] or found
    basis = [e for e in others if e.likeness >= LIKELY and e.count >= 3]
    basis = basis or [e for e in others if e.likeness >= LIKELY] or others
    several = len(basis) > 1
    shouted = all(e.label.isupper() for e in basis)
    long = several and all(" " in e.label for e in basis)
    squared = all(e.square for e in basis)
    spaced = any(e.spaced for e in basis)
    tidy = not all(e.spaced for e in basis)
    named = sum(e.starts for e in found)
    dense = 2 * named >= cues
    uniform = named >= cues and basis[0].likeness < LIKELY

    def belongs(e: _Evidence) -> bool:
        if e.square and named >= cues:
            return True
        if e.likeness == NEVER:
            return False
        if e.likeness == CERTAIN or e.count >= 3:
            return True
        if not (
            spaced if e.spaced else tidy
        ):  # fixtures/labels/traps-in-podcast.srt: `commun : le bus`
            return False
        if e.likeness == WEAK:
            return uniform or (e.count == 2 and 5 * named >= 4 * cues)
        if named >= cues:
            return True
        if not (
            e.starts or dense
        ):  # a later line of a cue may begin with the second half of a sentence
            return False
        if (shouted and not e.label.isupper()) or (long and " " not in e.label):
            return False  # fixtures/labels/shouted-names.srt
        return not squared or bool(e.square)

    return {e.label: e for e in found if belongs(e)}
