"""CTM, words with their times: one line for each, from recognizers such as Kaldi.

    ;; comment
    meeting 1 11.34 0.20 good 0.97
    file channel start duration word confidence? type? speaker?

The format is that of NIST's sclite; type and speaker are of the RT evaluations. Times are seconds.
Words of one speaker become utterances, which end at a pause; a cue is such an utterance. If a
recording has several channels and no speakers, its channels are its speakers. Of alternatives
(`<ALT_BEGIN>` … `<ALT>` … `<ALT_END>`) the first is read. Silence and noise (`<eps>`, `!SIL`,
`[noise]`, `(%uh)`) are not words. Recordings of one file are put one after the other.

Source: sclite's "input file formats" in NIST's SCTK (doc/infmts.htm, and ctmValidator).
"""

from __future__ import annotations

import re

from ..base import Format
from ..nist_lines import NUMBER, all_match
from .read import parse

_BID = 88
_LINE = re.compile(
    rf"\S+[ \t]+\S{{1,40}}[ \t]+{NUMBER}[ \t]+{NUMBER}[ \t]+\S+"
    rf"(?:[ \t]+(?:-?{NUMBER}(?:[eE][+-]?\d+)?|NA|<NA>)(?:[ \t]+[a-z-]+(?:[ \t]+\S+)?)?)?"
    r"|\S+[ \t]+\S{1,40}[ \t]+\*[ \t]+\*[ \t]+<ALT\w*>"
)
_HAS_WORD = re.compile(r"(?:\S+[ \t]+){4}[^\s\w]{0,20}[^\W\d_].*|;;.*|(?:\S+[ \t]+){2}\*.*")


def sniff(text: str) -> int:
    """Bid for five or more columns, with numbers in the third and fourth, and words in the fifth:
    lists of parts of films have numbers there, too."""
    if all_match(text, _LINE) and all_match(text, _HAS_WORD):
        return _BID
    return 0


FORMAT = Format(
    name="ctm",
    title="CTM, words with their times (NIST, Kaldi)",
    suffixes=(".ctm",),
    sniff=sniff,
    parse=parse,
    rank=40,
    highest_bid=_BID,
    owns_suffixes=True,
)
