"""Names that apply to all times below them, up to the next name.

    --- Ann ---            also `## Ann`, `**Ann**`, `[Ann]`, `Ann:`, and with a start and an end
    [0:01 - 0:03] text
    [0:03 - 0:05] text
    --- Bob ---
    [0:05 - 0:07] text

No other lines may be between those with times. The names must be repeated, or be numbers of
speakers, because titles of chapters look the same.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ..speaker_labels import are_repeated
from .heading_lines import CLOCK, EARLY_NAME, SIGN, TO, is_name, plain_line
from .line_rows import written_rows

_TIMES = rf"[ \t]*{SIGN}?[ \t]*[`(\[]?{CLOCK}{TO}{CLOCK}[`)\]]?"
_NAME_ALONE = re.compile(rf"[\[(]?(?P<name>{EARLY_NAME})[\])]?(?:{_TIMES})?[ \t]*[:：]?")
_NUMBERED = re.compile(
    r"(?i)(?:speaker|spk|participant|person|voice|sprecher(?:in)?|locut(?:eu|o)r|intervenant|hablante"
    r"|orador|persona|falante|parlante|spreker|pembicara|спикер|говорящий|说话人|發言人|发言人|話者|화자)"
    r"[ _#-]{0,2}(?:\d{1,3}|[a-z])"
)


def find_sections(lines: Sequence[str], timed_rows: Sequence[int]) -> Mapping[int, str]:
    """Find such names, by row; empty if the lines between the times are anything else.

    timed_rows: the rows of the lines with a time and speech, in order.
    """
    timed = set(timed_rows)
    above = [before for before, row in pairwise([-1, *written_rows(lines)]) if row in timed]
    names = {row: read_name_alone(lines[row]) for row in above if row not in timed and row >= 0}
    if above[0] not in names or not all(names.values()):
        return {}
    are_numbered = all(map(_NUMBERED.fullmatch, names.values()))
    return names if are_numbered or are_repeated(list(names.values())) else {}


def read_name_alone(line: str) -> str:
    """Read a line that is a name, with or without times; empty for another line."""
    found = _NAME_ALONE.fullmatch(plain_line(" ".join(line.split())))
    if found is None or not is_name(found["name"]):
        return ""
    return found["name"]


def name_at(sections: Mapping[int, str], row: int) -> str:
    """Return the name that applies to a row."""
    rows = list(sections)
    return sections[rows[bisect(rows, row) - 1]]
