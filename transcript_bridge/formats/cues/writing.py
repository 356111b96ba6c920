"""Writes utterances as lines with labels, for formats that have no other place for a label."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import inf

from ...models import Utterance
from ..base import LineLimits
from .fitting import ONE_LINE, fit_utterances
from .line_breaks import width_of

_UNKNOWN = "[UNKNOWN]: "
_OFTEN = 3
"""From how many occurrences on a name is recognized when the text is read again."""
_LOOKS_LABELED = (
    (1, inf, re.compile(r"[:：]|>>|\[S|^\s*[-–—‐]", re.MULTILINE)),
    (2, 5, re.compile(r"\A\s*[【（<(\[{«“][^\n】）>)\]}»”]{1,40}[】）>)\]}»”]\s*\S")),
    (2, 3, re.compile(r"\A\s*(?:\S[^\n]{0,40}?(?:「|\n|[—–|>→;]|[ \t][-=~][ \t]))")),
    (2, 3, re.compile(r"\A\s*(?:(?i:speaker[ _]\d)|[QA](?:\.|[ \t]{2})|\*\*|__)")),
    (1, 1, re.compile(r"\A\s*\w[^\n:,.!?]{1,30}\.[ \t]+\S")),
)
"""(minimum, ratio, pattern) of texts that look labeled. If at least `minimum` texts match, and at
least one of `ratio`, their beginnings may be taken for labels."""
# Alice, Alice Doe, JONAS, Anne-Marie O'Neill, SPEAKER_00: all are recognized as names.
_PLAIN_NAME = re.compile(
    r"(?:[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ'’-]{1,30} ?){1,4}(?<! )|SPEAKER_[0-9]{1,3}"
)
_UNSAFE = str.maketrans({"[": "(", "]": ")", "\n": " "})


def label_utterances(
    utterances: Sequence[Utterance], limits: LineLimits = ONE_LINE
) -> Iterator[tuple[int, int, str]]:
    """Start and end (ms) and `Name: text`, for each utterance, or each cue of it.

    The name is before the first line of each cue. A name that would not be taken for one when the
    text is read again is put in brackets: `[B2]: text`.
    """
    prefixes = _prefixes(utterances)
    widths = {label: width_of(prefix) for label, prefix in prefixes.items()}
    for utterance in fit_utterances(utterances, limits, widths):
        yield utterance.start, utterance.end, prefixes[utterance.speaker] + utterance.text


def _prefixes(utterances: Sequence[Utterance]) -> dict[str | None, str]:
    counts = Counter(utterance.speaker for utterance in utterances)
    names = list(filter(None, counts))
    prefixes: dict[str | None, str] = {None: _UNKNOWN}
    if not names and not _have_labels([utterance.text for utterance in utterances]):
        prefixes[None] = ""
    are_alike = _are_alike(names)
    for name in names:
        plain = " ".join(name.split())
        is_recognized = are_alike or counts[name] >= _OFTEN
        if is_recognized and _PLAIN_NAME.fullmatch(plain):
            prefixes[name] = f"{plain}: "
        else:
            prefixes[name] = f"[{plain.translate(_UNSAFE)}]: "
    return prefixes


def _have_labels(texts: Sequence[str]) -> bool:
    """Whether some texts would be taken for a name with its text."""
    for least, share, pattern in _LOOKS_LABELED:
        found = len(list(filter(pattern.search, texts)))
        if found >= least and share * found >= len(texts):
            return True
    return False


def _are_alike(names: Sequence[str]) -> bool:
    """Whether the names have one form: a name that occurs once or twice is only read so."""
    forms = {(name.isupper(), " " in name) for name in names}
    return len(forms) == 1


def escape_markup(text: str) -> str:
    """`text` with entities for the characters that begin a tag, an entity or an arrow."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
