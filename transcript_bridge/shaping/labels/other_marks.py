"""Finds labels with other marks than a colon, in files without any usual label.

【王芳】早上好    （田中）おはよう    [王芳] 早上好    brackets, in scripts without capitals, too
<Nora> Where?                                         chats
Nora — Where?    Speaker 1 - Where?    Nora | Where?  a dash or another sign
田中「おはよう」                                       Japanese scripts
SPEAKER_00 Where?                                     what recognizers call speakers
{Nora} Where?    «Nora» Where?    **Nora** Where?     people
/Nora/ Where?    ~Nora~ Where?    Nora >> Where?
Nora; Where?    Nora :- Where?
Nora. Where?                                          if all cues begin so
张三说：“早上好”                                          somebody says something
Nora                                                  a line of its own, above the text
Where?

All of these also occur in prose. So names must be repeated, and start many of the cues.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import filterfalse
from typing import NamedTuple

from ...sounds import is_silent
from .likeness import CERTAIN, LIKELY, WEAK, likeness
from .one_form import LONGEST, OneForm, substitute
from .vocabulary import HESITATIONS, SOUNDS, TITLES, UNSPACED_SOUND

_FIRST_CUES = 60
"""Two of this number of cues must have a mark, or the file is not searched for it. Searching a
whole file for signs of two characters took 7 % of reading SRT."""
_NO_NAMES = HESITATIONS | TITLES
_MIN_OCCURRENCES = 2
_MIN_NAMES = 2
"""How many different names must occur at least _MIN_OCCURRENCES times. Labels that only recognizers
write may occur once."""
_NEARLY_ALL = (4, 5)
"""If this share of the cues has a repeated name, names that occur once also count as names."""

_STOP = ". "
_LATEST_STOP = 34
"""How many characters may precede it, if it ends a name."""
_BEGINNING = r"(?m)^(?P<before>[ \t]*(?:[-–—‐][ \t]*)?)"


class _Mark(NamedTuple):
    """A way to mark a label."""

    signs: tuple[str, ...]
    """A file whose first cues have none of these does not use this mark."""
    pattern: str
    """Matches `before`, `label` and, if the text is between marks, `said` at the beginning of a
    line."""
    share: int
    """At least one of this number of spoken cues must start with a name."""
    required: int = LIKELY
    """How much a label must look like a name."""
    caseless: bool = False
    """Whether the label must be in a script without capitals."""
    names_some: bool = False
    """Whether files with this mark name people only where necessary, and not at each change."""
    is_clear: bool = False
    """Whether names need not be repeated if all spoken cues start with one."""


# A pattern is compiled when a file first has its sign: that takes longer than reading a small file.
_MARKS: tuple[_Mark, ...] = (
    _Mark(
        ("【", "（"),
        _BEGINNING + r"(?:【(?P<label>[^【】\n:：]{1,40})】|（(?P<round>[^（）\n:：]{1,40})）)"
        r"[:：]?\s*(?=[^\s【（])",
        share=5,
        names_some=True,
        is_clear=True,
    ),
    _Mark(
        ("[", "("),
        _BEGINNING + r"(?:\[(?P<label>[^\[\]\n:：]{1,20})\]|\((?P<round>[^()\n:：]{1,20})\))"
        r"\s*(?=[^\s\[(])",
        share=5,
        caseless=True,
        names_some=True,
        is_clear=True,
    ),
    _Mark(
        ("<",), _BEGINNING + r"<(?P<label>[^<>\n]{1,40})>[:：]?\s*(?=\S)", share=2, required=WEAK
    ),
    _Mark(
        (" - ", "—", "–", " | ", "> ", "→", " = ", "~ ", " -- "),
        _BEGINNING + r"(?P<label>\w[^\n—–|>]{0,40}?)"
        r"(?:[ \t]*(?:[—–|→~]|[-=]?>{1,2})|[ \t]+(?:--?|[=~]))[ \t]+(?=[^\s>])",
        share=2,
    ),
    _Mark(("{",), _BEGINNING + r"\{(?P<label>[^{}\n]{1,40})\}[:：]?\s*(?=\S)", share=2),
    _Mark(
        ("«", "“"),
        _BEGINNING + r"(?:«(?P<label>[^«»\n:]{1,40})»|“(?P<round>[^“”\n:]{1,40})”)\s*(?=\S)",
        share=2,
    ),
    _Mark(
        ("**", "__", "/ ", "~ ", "= ", "| ", "\\ "),
        _BEGINNING
        + r"(?P<mark>\*\*|__|[/~=|\\])(?P<label>[^*_/~=|\\\n:]{1,40})(?P=mark)[ \t]+(?=\S)",
        share=2,
    ),
    _Mark(("#", "@"), _BEGINNING + r"[#@](?P<label>\w{1,30})[ \t]+(?=\S)", share=2),
    _Mark(
        ("; ",), _BEGINNING + r"(?P<label>\w[^\n;:,.!?]{0,40}+);[ \t]+(?=[^\sa-zß-ÿа-я])", share=2
    ),
    _Mark(
        (" :-", " :–", " :=", " :>"),
        _BEGINNING + r"(?P<label>\w[^\n:,.!?]{0,40}+)(?<=[ \t]):(?:[-–=]>?|>)[ \t]+(?=\S)",
        share=2,
        is_clear=True,
    ),
    _Mark(
        (_STOP,), _BEGINNING + r"(?P<label>\w[^\n:,.!?]{1,30}+)\.[ \t]+(?=[^\sa-zß-ÿа-я])", share=1
    ),
    _Mark(
        ("说", "說", "问", "問", "答", "道", "讲", "講"),
        r"(?P<before>\A[ \t]*)(?P<label>(?![我你您他她它谁誰])[\u4e00-\u9fff]{2,4}?)"
        r"(?:回答|[说說问問答喊]?道|[说說问問答讲講])(?:说|說)?[:：]\s*"
        r"(?:“(?P<said>[^“”]*)”|「(?P<cited>[^「」]*)」|(?=[^\s“「]))[ \t]*",
        share=2,
    ),
    _Mark(
        ("「",),
        _BEGINNING + r"(?P<label>[^\s「」『』、。！？,.…:：]{1,10})「"
        r"(?P<said>[^「」]*(?:「[^「」]*」[^「」]*)*)」[。]?[ \t]*$",
        share=3,
    ),
    _Mark(
        ("peaker", "PEAKER"),
        _BEGINNING + r"(?P<label>(?:SPEAKER|[Ss]peaker)[ _]\d{1,3})[.)]?\s+(?=\S)",
        share=2,
        required=CERTAIN,
    ),
    _Mark(("\n",), r"(?P<before>\A[ \t]*)(?P<label>[^\n]{1,40}+)\n(?=\S)", share=2),
)
_LISTED = [sign for mark in _MARKS for sign in mark.signs if sign != _STOP]
_SIGNS = tuple([(sign.strip()[:1] or sign, sign) for sign in _LISTED])
"""A character of each sign, and the sign: searching for one character takes a hundredth of the time
of searching for two. Searching for all signs took 8 % of reading a small file."""


def write_usual_marks(form: OneForm) -> OneForm | None:
    """The texts with `[Nora]: Where?` for labels with other marks; None if there are none."""
    texts = form.texts
    signs = _find_signs(texts)
    for mark in _MARKS:
        if signs.isdisjoint(mark.signs) or not _may_have(mark, texts):
            continue
        names = _find_names(mark, texts)
        if names:
            written = _write_names(mark, names, texts)
            return OneForm(written, "\n".join(written), mark.names_some)
    return None


def _find_signs(texts: Sequence[str]) -> set[str]:
    """The signs of marks that occur in the first texts."""
    # No text contains a carriage return, so a line break is inside a text.
    beginning = "\r".join(texts[:_FIRST_CUES])
    signs = {sign for mark, sign in _SIGNS if mark in beginning and sign in beginning}
    if all(_STOP in text[:_LATEST_STOP] for text in texts[:2]):  # searching all texts takes longer
        signs.add(_STOP)
    return signs


def _may_have(mark: _Mark, texts: Sequence[str]) -> bool:
    """Whether a label is repeated in the first cues, or may be one that only recognizers write.

    Rating the first lines of a long file took eight times as long as reading it.
    """
    spoken = list(filterfalse(is_silent, texts[:_FIRST_CUES]))
    labels = [_read_label(mark, text) for text in spoken]
    found = [label for label in labels if label]
    if len(found) == len(spoken) and mark.is_clear:
        return True
    if len(found) < _MIN_OCCURRENCES or (mark.share == 1 and len(found) < len(spoken)):
        return False
    return len(set(found)) < len(found) or any(map(_may_be_certain, found))


def _may_be_certain(label: str) -> bool:
    return label[0] in "Ss" and label[-1].isdigit()


def _read_label(mark: _Mark, text: str) -> str:
    """The label that a text starts with, or ""."""
    match = None
    if len(text) <= LONGEST:
        match = re.match(mark.pattern, text)
    return _label_of(match) if match else ""


def _label_of(match: re.Match[str]) -> str:
    groups = match.groupdict()
    label = groups["label"] or groups["round"]
    return " ".join(label.split())


def _find_names(mark: _Mark, texts: Sequence[str]) -> frozenset[str]:
    """The names that a file marks in this way; none if it may be prose."""
    spoken = list(filterfalse(is_silent, texts))
    counts = _count_labels(mark, spoken)
    least = _MIN_OCCURRENCES
    if mark.is_clear and sum(counts.values()) == len(spoken):
        least = 1
    returning = _find_returning(counts, least)
    starts = sum(counts[label] for label in returning)
    if starts * mark.share < max(len(spoken), 1):
        return frozenset()
    numerator, denominator = _NEARLY_ALL
    if denominator * starts >= numerator * len(spoken):
        return frozenset(counts)
    return returning


def _find_returning(counts: Mapping[str, int], least: int) -> frozenset[str]:
    """The labels that occur often enough or are certain; none if there are too few."""
    certain = {label for label in counts if likeness(label) == CERTAIN}
    returning = {label for label, count in counts.items() if count >= least} | certain
    if len(returning) < _MIN_NAMES and not certain:
        return frozenset()
    return frozenset(returning)


def _count_labels(mark: _Mark, texts: Sequence[str]) -> dict[str, int]:
    """How many texts start with each label that may be a name."""
    counts = Counter([_read_label(mark, text) for text in texts])
    del counts[""]
    return {label: count for label, count in counts.items() if _is_possible(label, mark)}


def _is_possible(label: str, mark: _Mark) -> bool:
    if likeness(label) < mark.required:
        return False
    folded = label.casefold()
    if folded in _NO_NAMES or not SOUNDS.isdisjoint(folded.split()):
        return False
    if label.upper() == label.lower():
        return re.fullmatch(UNSPACED_SOUND, label) is None
    return not mark.caseless


def _write_names(mark: _Mark, names: frozenset[str], texts: Sequence[str]) -> list[str]:
    def write(match: re.Match[str]) -> str:
        label = _label_of(match)
        if label not in names:
            return match[0]
        groups = match.groupdict()
        said = groups.get("said") or groups.get("cited") or ""
        return f"{match['before']}[{label}]: {said}"

    return substitute(mark.pattern, write, texts)
