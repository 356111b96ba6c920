"""Utterances as lines of text that name their speaker, for the formats that have no other place for
a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ...line_joining import join_lines
from ...models import Utterance

_LOOKS_LABELLED = re.compile(r"[:：]|>>|\[S|^\s*[-–—‐]", re.MULTILINE)
# Alice, Alice Doe, JONAS, Anne-Marie O'Neill, SPEAKER_00: nobody takes them for anything but names.
_PLAIN_NAME = re.compile(
    r"(?:[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ'’-]{1,30} ?){1,4}(?<! )|SPEAKER_[0-9]{1,3}"
)
_UNSAFE = str.maketrans({"[": "(", "]": ")", "\n": " "})


def label_utterances(utterances: Sequence[Utterance]) -> Iterator[tuple[int, int, str]]:
    """Start, end and `Name: text` on one line, for each utterance.

    A name that would not be taken for one when the text is read again stands in brackets: `[B2]:
    text`.
    """
    prefixes = _prefixes(utterances)
    for utterance in utterances:
        yield (
            utterance.start,
            utterance.end,
            prefixes[utterance.speaker] + join_lines(utterance.text),
        )


def _prefixes(utterances: Sequence[Utterance]) -> dict[str | None, str]:
    counts = Counter(utterance.speaker for utterance in utterances)
    names = [name for name in counts if name is not None]
    if not names:
        labelled = any(_LOOKS_LABELLED.search(utterance.text) for utterance in utterances)
        return {None: "[UNKNOWN]: " if labelled else ""}
    # Reading asks of a name that stands there once or twice that it looks like the others.
    uniform = len({(name.isupper(), " " in name) for name in names}) == 1
    prefixes: dict[str | None, str] = {None: "[UNKNOWN]: "}
    for name in names:
        plain = " ".join(name.split())
        known = counts[name] >= 3 or uniform
        bare = known and _PLAIN_NAME.fullmatch(plain)
        prefixes[name] = f"{plain}: " if bare else f"[{plain.translate(_UNSAFE)}]: "
    return prefixes


def escape(text: str) -> str:
    """`text` with entities for what would be taken for markup (`{` before a backslash too)."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("{", "&#123;") if "{\\" in text else text
