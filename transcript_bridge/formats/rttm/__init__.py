"""RTTM: who spoke when, one line each, from diarizers; sometimes with words.

    SPEAKER meeting 1 12.340 2.500 <NA> <NA> SPEAKER_00 <NA> <NA>
    LEXEME  meeting 1 12.400 0.210 hello lex SPEAKER_00 0.97 <NA>
    type    file    channel start duration ortho subtype name conf lookahead

The format is that of the NIST RT-09 evaluation plan, appendix A. SPEAKER lines are turns. LEXEME
lines are words: a turn that has some becomes an utterance, and words in no turn become utterances
of their own. A cue is an utterance, so a file without LEXEME lines has none. Every other type is
skipped and counted. Times are seconds. Types and `<NA>` may be in lower case, the file may be
missing, and there may be more than ten columns.

    read        lines -> turns, and words where there are any
    fast        blocks of lines that are all plain turns
    line        one line
    words       words and turns -> utterances
    escapes     names and words with blanks, in files of our own
    write       the way back
"""

from __future__ import annotations

import re

from ...on_demand import on_demand
from ..base import Format
from .escapes import HEADER
from .line import OTHER_TYPES
from .read import parse

_OWN, _FIRST_LINE, _MOST_LINES = 100, 95, 60
"""Bids: our own header; the first line is RTTM; half of the first lines are."""
_BEGINNING = 8192
_LINES = 20
"""Characters and lines that are looked at."""
_LONGEST_LINE = 500
_TIME = r"(?:<NA>|-?\d[\d.eE+-]*)"
_TYPES = "|".join(["SPEAKER", "LEXEME", *OTHER_TYPES])
# "Speaker" in other letters may begin a sentence, but no sentence has two missing values.
_DATA_LINE = re.compile(
    rf"(?:{_TYPES})[ \t]+\S.*?[ \t]{_TIME}[ \t]+{_TIME}[ \t]+\S"
    rf"|(?i:(?:speaker|lexeme)[ \t]+\S.*?[ \t]{_TIME}[ \t]+{_TIME}[ \t]+\S+[ \t]+<NA>[ \t]+\S)"
)


def sniff(text: str) -> int:
    """Decide by the first lines that are not comments."""
    if text.startswith(HEADER):
        return _OWN
    good = [_DATA_LINE.match(line) is not None for line in _first_lines(text)]
    if not any(good):
        return 0
    if good[0]:
        return _FIRST_LINE
    if 2 * sum(good) >= len(good):
        return _MOST_LINES
    return 0


def _first_lines(text: str) -> list[str]:
    lines: list[str] = []
    for line in text[:_BEGINNING].lstrip("\ufeff").split("\n"):
        bare = line.strip()
        if bare and bare[0] not in ";#":
            lines.append(bare[:_LONGEST_LINE])
        if len(lines) == _LINES:  # stopping here saves a tenth of the time of a small file
            break
    return lines


FORMAT = Format(
    name="rttm",
    title="RTTM speaker turns (LEXEME words too)",
    suffixes=(".rttm",),
    sniff=sniff,
    parse=parse,
    kind="turns",
    render=on_demand(__name__, "write", "render"),
    rank=90,
    owns_suffixes=True,
)
