"""Labels that are not names: `Q.` and `A.` of depositions, and numbers.

    Q.  Where is the quay?      Q   Where is the quay?
    A.  By the church.          A   By the church.
    1: Where is the quay?       [1] Where is the quay?
    2: By the church.           [2] By the church.

`A. Smith` is a name, and lists are numbered. So both roles must be repeated; numbers must begin
nearly all texts, and must not only count up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ...sounds import is_silent
from .one_form import LONGEST, OneForm, substitute

_ROLES = r"(?m)^(?P<before>[ \t]*)(?P<label>[QA])(?:\.[ \t]*|[ \t]{2,}|\t[ \t]*)(?=\S)"
_MIN_ROLES = 2
"""How often each of the two must occur."""
_CUES_PER_ROLE = 3
"""At least one of this number of spoken texts must begin with a role; lawyers and the court have
names."""
_NUMBERS = (
    r"(?P<before>\A[ \t]*)"
    r"(?:\[(?=\d{1,2}\])|\((?=\d{1,2}\))|(?=\d{1,2}[:：]))(?P<label>\d{1,2})[\])]?"
    r"[:：]?[ \t]+(?=[^\s\d])"
)
_NEARLY_ALL = 0.8
_MOST_NUMBERS = 0.67
"""There may be at most one different number per this many texts."""


def write_roles(form: OneForm) -> OneForm:
    """The texts with `[Q]: Where` for `Q. Where`, or `[1]: Where` for `1: Where`.

    Unchanged if they are neither questions and answers nor numbered speakers.
    """
    return _write_questions(form) or _write_numbers(form) or form


def _write_questions(form: OneForm) -> OneForm | None:
    counts: Counter[str] = Counter()
    spoken = 0
    for text in form.texts:
        spoken += not is_silent(text)
        if len(text) <= LONGEST:
            counts.update(match["label"] for match in re.finditer(_ROLES, text))
    if min(counts["Q"], counts["A"]) < _MIN_ROLES or counts.total() * _CUES_PER_ROLE < spoken:
        return None
    return _write(_ROLES, form, frozenset("QA"))


def _write_numbers(form: OneForm) -> OneForm | None:
    numbers: list[int] = []
    spoken = 0
    for text in form.texts:
        found = re.match(_NUMBERS, text)
        if found is not None:
            numbers.append(int(found["label"]))
        spoken += found is not None or not is_silent(text)
    if len(numbers) < _NEARLY_ALL * spoken or not _are_speakers(numbers):
        return None
    return _write(_NUMBERS, form, frozenset(map(str, numbers)))


def _write(pattern: str, form: OneForm, labels: frozenset[str]) -> OneForm:
    texts = substitute(pattern, r"\g<before>[\g<label>]: ", form.texts)
    return OneForm(texts, "\n".join(texts), form.names_some, labels)


def _are_speakers(numbers: Sequence[int]) -> bool:
    """Whether there are several numbers, which are repeated and do not only count up."""
    different = len(set(numbers))
    counts_up = all(before <= after for before, after in pairwise(numbers))
    return 1 < different <= _MOST_NUMBERS * len(numbers) and not counts_up
