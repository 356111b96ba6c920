"""STM, segments with speaker and text: transcripts of NIST's evaluations and of TED-LIUM.

    ;; comment
    meeting 1 ann 0.10 2.03 <O,F,00> good morning
    file channel speaker start end <label>? text

Times are seconds. A cue is a line. Of alternatives, `{ um / uh / @ }`, the first is read (`@` is
not a word); `(word)` is optional and read; silence and noise (`(%uh)`, `<unk>`, `{BREATH}`) are no
words. A line with `IGNORE_TIME_SEGMENT_IN_SCORING` has no text. Recordings of one file are put one
after another.

Source: sclite's "input file formats" in NIST's SCTK (doc/infmts.htm).
"""

from __future__ import annotations

import re

from ..base import Format
from ..nist_lines import NUMBER, all_match
from .read import parse

_BID = 87
_LINE = re.compile(
    rf"\S+[ \t]+\S{{1,20}}[ \t]+\S+[ \t]+{NUMBER}[ \t]+{NUMBER}(?:[ \t]+<[^<>\n]*>)?(?:[ \t].*)?"
)


def sniff(text: str) -> int:
    """Bid for five or more columns with numbers in the fourth and fifth."""
    if all_match(text, _LINE):
        return _BID
    return 0


FORMAT = Format(
    name="stm",
    title="STM, segments with speakers (NIST, TED-LIUM)",
    suffixes=(".stm",),
    sniff=sniff,
    parse=parse,
    rank=40,
    highest_bid=_BID,
    owns_suffixes=True,
)
