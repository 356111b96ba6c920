"""Utterances as lines that name their speaker, for formats that have no other place for a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ...line_joining import join_lines
from ...models import Utterance
from ..base import LineLimits
from .fitting import fit_utterances
from .line_breaks import width_of

_UNKNOWN = "[UNKNOWN]: "
_OFTEN = 3
"""A name that occurs so often is recognized when the text is read again."""
_LOOKS_LABELED = re.compile(r"[:：]|>>|\[S|^\s*[-–—‐]", re.MULTILINE)
_LOOKS_MARKED = (
    (5, re.compile(r"\s*[【（<(\[{«“][^\n】）>)\]}»”]{1,40}[】）>)\]}»”]\s*\S")),
    (3, re.compile(r"\s*(?:\S[^\n]{0,40}?(?:「|\n|[—–|>→;]|[ \t][-=~][ \t])|(?i:speaker[ _]\d))")),
    (3, re.compile(r"\s*(?:[QA](?:\.|[ \t]{2})|\*\*|__)")),
)
"""Roughly, what begins with a label that has another mark than a colon. If one of so many texts
does, they may be taken for labels."""
_ENDS_IN_STOP = re.compile(r"\s*\w[^\n:,.!?]{1,30}\.[ \t]+\S")
"""The same, if all texts do."""
# Alice, Alice Doe, JONAS, Anne-Marie O'Neill, SPEAKER_00: all are recognized as names.
_PLAIN_NAME = re.compile(
    r"(?:[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ'’-]{1,30} ?){1,4}(?<! )|SPEAKER_[0-9]{1,3}"
)
_UNSAFE = str.maketrans({"[": "(", "]": ")", "\n": " "})


def label_utterances(
    utterances: Sequence[Utterance], limits: LineLimits | None = None
) -> Iterator[tuple[int, int, str]]:
    """Start and end (ms) and `Name: text` on one line, for each utterance.

    limits: of lines; without them each text is one line. The name is before the first line of each
    cue.

    A name that would not be taken for one when the text is read again is put in brackets: `[B2]:
    text`.
    """
    prefixes = _prefixes(utterances)
    if limits is not None:
        widths = {label: width_of(prefix) for label, prefix in prefixes.items()}
        utterances = list(fit_utterances(utterances, limits, widths))
    for utterance in utterances:
        text = utterance.text
        if limits is None:
            text = join_lines(text)
        yield utterance.start, utterance.end, prefixes[utterance.speaker] + text


def _prefixes(utterances: Sequence[Utterance]) -> dict[str | None, str]:
    counts = Counter(utterance.speaker for utterance in utterances)
    names = [name for name in counts if name is not None]
    if not names:
        return {None: _UNKNOWN if _has_labels(utterances) else ""}
    are_alike = _are_alike(names)
    prefixes: dict[str | None, str] = {None: _UNKNOWN}
    for name in names:
        plain = " ".join(name.split())
        is_recognized = are_alike or counts[name] >= _OFTEN
        if is_recognized and _PLAIN_NAME.fullmatch(plain):
            prefixes[name] = f"{plain}: "
        else:
            prefixes[name] = f"[{plain.translate(_UNSAFE)}]: "
    return prefixes


def _has_labels(utterances: Sequence[Utterance]) -> bool:
    """Whether some text would be taken for a name with its text."""
    if any(_LOOKS_LABELED.search(utterance.text) for utterance in utterances):
        return True
    for share, pattern in _LOOKS_MARKED:
        marked = sum(pattern.match(utterance.text) is not None for utterance in utterances)
        if marked > 1 and share * marked >= len(utterances):
            return True
    return all(_ENDS_IN_STOP.match(utterance.text) for utterance in utterances)


def _are_alike(names: Sequence[str]) -> bool:
    """Whether the names have one form: reading asks that of a name that occurs once or twice."""
    forms = {(name.isupper(), " " in name) for name in names}
    return len(forms) == 1


def escape_markup(text: str) -> str:
    """`text` with entities for the characters that begin a tag, an entity or an arrow."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
