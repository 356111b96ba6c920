"""Captions that repeat themselves, so that their plain text is two to ten times too long.

Rolling: YouTube's automatic captions show two lines. Each cue repeats the line before in plain text
and adds one with its words' times; between two such cues there is one of 10 ms with the first line
(fixtures/vtt/youtube-auto.vtt, and as converted to SRT fixtures/srt/youtube-auto.srt). Captions of
US television show two to four lines and roll by one (fixtures/srt/roll-up.srt); ffmpeg puts tags
around them (fixtures/srt/roll-up-in-tags.srt).

Word by word: WhisperX and openai-whisper with `--highlight_words` write a sentence once for each
word, with that word in `<u>`, and once plain for each pause (fixtures/vtt/whisperx-highlight.vtt).
Parakeet's tools use `<b>` (fixtures/vtt/parakeet-highlight.vtt).

Most files have neither, which a search in the whole text shows. The filters are in rolling and
highlights.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from ...on_demand import on_demand
from ..base import SNIFF_WINDOW
from .cue import Cue, FindingLog
from .lines import has_sign

CueFilter = Callable[[Iterable[Cue], FindingLog], Iterator[Cue]]
"""Passes cues on, without those that repeat what others say."""

_rolls = on_demand(__package__, "rolling", "is_rolling")
_unroll: CueFilter = on_demand(__package__, "rolling", "unroll")
_gather_words: CueFilter = on_demand(__package__, "highlights", "gather_words")

ROLLING_SHARE = 4
"""A file has rolling captions if at least one of this number of cues does."""
MIN_ROLLS = 3
"""This many different lines must be shown again above a new one: a chorus is repeated, too."""
_ONE_LINE_CUES = re.compile(r"(?:-->[^\n]*+\n[^\n]++\n\n(?:[^\n]++\n)??[^\n-]++(?=-->))++")
"""Cues with one line, each up to the arrow of the next."""
_ARROW = "-->"
_HIGHLIGHT_SHARE = 3
"""A file highlights words if at least one of this number of cues has an underlined word."""
_TELLING_TAG = re.compile(r"<(?:[ub]>|\d)")
"""Tags that highlight a word, or state when it is spoken."""
_TAG = re.compile(r"<[^<>\n]*+>|\{\\[^{}\n]*+\}")
_OVERRIDE_BEGINNING = "{\\"
_VARYING_TAG = re.compile("<(?:font|b>|c|0)")
"""The beginnings of tags around a line in one cue and not in the next. Without them, no tag is
removed: `<v` before each cue would cost a tenth of the time of a small file."""
MAX_GAP = 250
"""ms between a cue and one that repeats it."""


def find_filters(text: str) -> tuple[CueFilter, ...]:
    """The filters that the cues of `text` need, judged by its beginning; mostly none."""
    window = text[:SNIFF_WINDOW]
    if not _may_repeat(window):
        return ()
    repeated = _count_repeated_lines(window)
    cues = max(1, window.count(_ARROW))
    filters: list[CueFilter] = []
    underlines = _HIGHLIGHT_SHARE * window.count("<u>") >= cues
    # Whole lines in bold do not repeat.
    emboldens = "<b>" in window and _HIGHLIGHT_SHARE * repeated >= cues
    if underlines or emboldens:
        filters.append(_gather_words)
    if ROLLING_SHARE * repeated >= cues and _rolls(window):
        filters.append(_unroll)
    return tuple(filters)


def _may_repeat(window: str) -> bool:
    """Whether cues have several lines, or such tags. Otherwise, people say the same again, which is
    all that comparing lines would show, and takes a tenth of the time of reading a small file."""
    if _has_tag(_TELLING_TAG, window):
        return True
    end = 0
    run = _ONE_LINE_CUES.match(window, window.find(_ARROW))
    if run:
        end = run.end()
    return window.count(_ARROW, end) >= MIN_ROLLS


def filter_cues(
    cues: Iterable[Cue], filters: Iterable[CueFilter], log: FindingLog
) -> Iterable[Cue]:
    """The cues, passed through each filter in turn."""
    for cue_filter in filters:
        cues = cue_filter(cues, log)
    return cues


def _count_repeated_lines(window: str) -> int:
    """Count the lines that occur before; this is cheaper than comparing cues."""
    if _has_varying_tags(window):
        window = _TAG.sub("", window)
    lines = window.split("\n")
    return len(lines) - lines.count("") - len(set(lines))


def _has_varying_tags(window: str) -> bool:
    return _has_tag(_VARYING_TAG, window) or has_sign(window, _OVERRIDE_BEGINNING)


def _has_tag(pattern: re.Pattern[str], window: str) -> bool:
    # A search for one character first: it takes a twentieth of a search for a pattern, and both
    # patterns were 4 % of reading a small file.
    return "<" in window and pattern.search(window) is not None
