"""Rewrites odd forms of labels in the usual one: `[Nora] Where?` becomes `[Nora]: Where?`.

[speaker 0] text        Deepgram, some scripts
Speaker 1    Unknown    on a line of its own, above the text
(speaker 0) text        whisper.cpp, which writes (speaker ?) for nobody, and no blank where it cuts
                        a word: `(speaker 0)'s fine`
Q. text    [1] text     questions and answers of depositions, numbers (counted_roles.py)
[Nora] text             films for the deaf, if the file uses such names throughout
Nora:: text   #Nora: text   people
<U+202B>Nora: text      editors that fix the direction of Hebrew and Arabic by marks
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ...line_joining import has_any
from ...on_demand import on_demand
from ...sounds import is_silent
from .likeness import LIKELY, likeness
from .vocabulary import SOUNDS

_write_roles = on_demand(__package__, "counted_roles", "write_roles")

LONGEST = 2000
"""Longer texts are not cues, and stay unchanged."""
_MIN_NAMES = 2
_MIN_OCCURRENCES = 2
"""Names in brackets count if at least _MIN_NAMES of them occur this often …"""
_CUES_PER_NAME = 5
"""… and at least one of this number of spoken cues starts with one of them."""

_EMBEDDINGS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that set the direction of a piece of text, and end it."""
_EMBEDDED = f"(?m)^[{_EMBEDDINGS}\u200e\u200f]+|[{_EMBEDDINGS}]+$"
_SIGNED = (
    r"(?m)^(?P<before>\s*)(?:[#@$~/+%&>*][ ]?)?"
    r"(?P<label>[^\W\d_][^\n:]{0,60})(?<![#@$~/+*]):{1,2}(?=\s)"
)
"""A sign before a name, or two colons behind it."""
_SIGN_OF_NAME = (
    r"\s*(?:[#@$~/+%&>*][ ]?[^\W\d_][^\n:]{0,60}(?<![#@$~/+*]):{1,2}|[^\W\d_][^\n:]{0,60}::)\s"
)
_SIGN_CHARACTERS = (*"#@$~/+%&>*", "::")
"""Matching all first cues took 5 % of reading a small file."""
_MACHINE = (
    r"(?im)^(?P<before>\s*(?:-\s*)?)[\[(](?P<label>speaker[ _](?:\d{1,3}|\?))[\])]"
    r"(?=[\s\w'’]|$)(?!\s*[:：])"
)
_MACHINE_LINE = r"(?im)(?P<before>)(?P<label>^speaker[ _]\d{1,3}|\AUnknown)(?=\n)"
"""Alone on a line, with the text on the next."""
_MACHINE_LINE_END = r"peaker[ _]\d{1,3}\n|Unknown\n"
_NOBODY = ("?", "nknown")
"""How labels end that are not names."""
_UNKNOWN = "Unknown\n"
"""The label that Premiere writes above each text if it does not distinguish speakers."""
_QUESTION = "Q"
_QUESTIONS = ("Q.", "Q  ", "Q\t")
_FIRST_CUES = 60
"""One of this number of cues must be a question; searching all of them took 5 % of reading SRT."""
_BEGINNING = 20_000
"""The characters that show whether a file has such labels; searching all of it would take 5 % of
reading SRT."""
_BRACKETED = (
    r"(?m)^(?P<before>[ \t]*(?:[-–—‐][ \t]*)?)"
    r"(?:\[(?P<square>[^\[\]\n:：]{1,40})\]|\((?P<round>[^()\n:：]{1,40})\))"
    r"(?=\s+[^\s\[(:：-])"
)
_PLAIN_PLURAL_OR_VERB = r"\w+(?:s|ing|ed)"
"""`[sobs]`, `[Laughing]`: in English, this is more likely a sound than a name."""


class OneForm(NamedTuple):
    """The texts of a file with all labels in the usual forms."""

    texts: Sequence[str]
    """Unchanged if there are no odd forms. `read_labels` removes all colons that are added."""
    whole: str
    """The texts, joined, for searches over all of them."""
    names_some: bool
    """Whether the file names people only where necessary, as films do, and not at each change."""
    certain: frozenset[str] = frozenset()
    """Labels that are not names, such as `Q` and `1`, but are labels in this file."""


def write_in_one_form(texts: Sequence[str]) -> OneForm:
    """Replace the odd forms of labels."""
    whole = "\n".join(texts)
    if not whole.isascii() and has_any(whole, _EMBEDDINGS):
        texts = [re.sub(_EMBEDDED, "", text) for text in texts]
        whole = "\n".join(texts)
    if has_any(whole, _SIGN_CHARACTERS) and _may_have_signs(texts):
        texts = substitute(_SIGNED, r"\g<before>\g<label>:", texts)
        whole = "\n".join(texts)
    if _may_be_machines(whole):
        texts = _write_machine_labels(texts, whole)
        whole = "\n".join(texts)
    if _may_have_roles(texts, whole):
        form: OneForm = _write_roles(OneForm(texts, whole, names_some=False))
        if form.certain:
            return form
    if "[" in whole or "(" in whole:
        return _write_brackets(texts, whole)
    return OneForm(texts, whole, names_some=False)


def _write_brackets(texts: Sequence[str], whole: str) -> OneForm:
    names = _find_bracketed_names(texts)
    if not names:
        return OneForm(texts, whole, names_some=False)
    texts = _write_bracketed_names(texts, names)
    return OneForm(texts, "\n".join(texts), names_some=True)


def _may_be_machines(whole: str) -> bool:
    return "peaker" in whole or whole.count(_UNKNOWN) > 1


def _write_machine_labels(texts: Sequence[str], whole: str) -> Sequence[str]:
    if re.search(_MACHINE, whole):
        texts = substitute(_MACHINE, _write_machine_label, texts)
        whole = "\n".join(texts)
    if re.search(_MACHINE_LINE_END, whole[:_BEGINNING]):
        texts = substitute(_MACHINE_LINE, _write_machine_label, texts)
    return texts


def _may_have_signs(texts: Sequence[str]) -> bool:
    """Whether most of the first cues begin with such a sign."""
    first = texts[:_FIRST_CUES]
    signed = [text for text in first if re.match(_SIGN_OF_NAME, text)]
    return 2 * len(signed) > len(first)


def _may_have_roles(texts: Sequence[str], whole: str) -> bool:
    """Whether the first cues have a question, or begin with a number. whole: the texts, joined."""
    beginnings = "".join([text[:2] for text in texts[:_MIN_OCCURRENCES]])
    if any(map(str.isdecimal, beginnings)):
        return True
    if _QUESTION not in whole:  # a search for one character: 2 % of reading a small file
        return False
    return any(text.startswith(_QUESTIONS) for text in texts[:_FIRST_CUES])


def substitute(
    pattern: str, write: Callable[[re.Match[str]], str] | str, texts: Sequence[str]
) -> list[str]:
    """The texts with all matches rewritten; texts that are too long for a cue stay unchanged."""
    return [text if len(text) > LONGEST else re.sub(pattern, write, text) for text in texts]


def _write_machine_label(match: re.Match[str]) -> str:
    label = match["label"]
    if label.endswith(_NOBODY):
        label = "UNKNOWN"
    return f"{match['before']}[{label}]:"


def _find_bracketed_names(texts: Sequence[str]) -> frozenset[str]:
    """The names in brackets without a colon, if the file uses them throughout."""
    found = _count_bracketed(texts)
    names: set[str] = set()
    starts = 0
    for label, count in found.labels.items():
        if count < _MIN_OCCURRENCES or label.casefold() in found.sounds:
            continue
        if _is_name(label):
            names.add(label)
            starts += count
    if len(names) < _MIN_NAMES or starts * _CUES_PER_NAME < found.spoken:
        return frozenset()
    return frozenset(names)


class _Bracketed(NamedTuple):
    """The texts of a file in brackets.

    labels: those before text, with their counts. sounds: those alone in a cue, case-folded.
    spoken: how many cues are not sounds.
    """

    labels: Counter[str]
    sounds: set[str]
    spoken: int


def _count_bracketed(texts: Sequence[str]) -> _Bracketed:
    labels: Counter[str] = Counter()
    sounds: set[str] = set()
    spoken = 0
    for text in texts:
        if is_silent(text):
            sounds.add(text[1:-1].casefold())
            continue
        spoken += 1
        has_brackets = "[" in text or "(" in text
        if has_brackets and len(text) <= LONGEST:
            labels.update(map(_bracketed_label, re.finditer(_BRACKETED, text)))
    return _Bracketed(labels, sounds, spoken)


def _bracketed_label(match: re.Match[str]) -> str:
    return match["square"] or match["round"]


def _is_name(label: str) -> bool:
    folded = label.casefold()
    if not label[0].isupper() or likeness(label) < LIKELY:
        return False
    is_sound = not SOUNDS.isdisjoint(folded.split())
    return not is_sound and re.fullmatch(_PLAIN_PLURAL_OR_VERB, folded) is None


def _write_bracketed_names(texts: Sequence[str], names: frozenset[str]) -> list[str]:
    def write(match: re.Match[str]) -> str:
        label = _bracketed_label(match)
        if label not in names:
            return match[0]
        return f"{match['before']}[{label}]:"

    return substitute(_BRACKETED, write, texts)
