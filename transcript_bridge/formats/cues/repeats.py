"""Captions that repeat themselves, so that their plain text is two to ten times too long.

Rolling: YouTube's automatic captions show two lines. Each cue repeats the line before in plain text
and adds one with its words' times; between two such cues there is one of 10 ms with the first line
(fixtures/vtt/youtube-auto.vtt, and as converted to SRT fixtures/srt/youtube-auto.srt). Captions of
US television show two to four lines and roll by one (fixtures/srt/roll-up.srt); ffmpeg puts tags
around them (fixtures/srt/roll-up-in-tags.srt).

Word by word: WhisperX and openai-whisper with `--highlight_words` write a sentence once for each
word, with that word in `<u>`, and once plain for each pause (fixtures/vtt/whisperx-highlight.vtt).
Parakeet's tools use `<b>` (fixtures/vtt/parakeet-highlight.vtt).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from ...models import Word
from ..base import SNIFF_WINDOW
from .cue import Cue, FindingLog
from .lines import BLANKS, clean_lines
from .markup import standard_text

CueFilter = Callable[[Iterable[Cue], FindingLog], Iterator[Cue]]
"""Passes cues on, without those that repeat what others say."""

_MIN_ROLLS = 3
"""This many different lines must be repeated: a chorus is repeated, too."""
_ROLLING_SHARE = 4
"""A file rolls if one of so many cues does."""
_HIGHLIGHT_SHARE = 3
"""A file highlights words if one of so many cues has an underlined word."""
_MAX_ROLLED_LINES = 16
"""Lines of one caption that may roll. Screens show four; without a limit, comparing captions of
thousands of lines takes time by the square of them."""
_HIGHLIGHTING_TAG = re.compile("<[ub]>")
_MAX_GAP = 250
"""ms between a cue and one that repeats it."""


def find_filters(text: str) -> tuple[CueFilter, ...]:
    """The filters that the cues of `text` need, judged by its beginning; mostly none."""
    window = text[:SNIFF_WINDOW]
    repeated = _count_repeated_lines(window)
    if repeated <= 0 and not _has_tag(_HIGHLIGHTING_TAG, window):
        return ()
    cues = window.count("-->")
    filters: list[CueFilter] = []
    underlines = "<u>" in window and _HIGHLIGHT_SHARE * window.count("<u>") >= cues
    # Whole lines in bold do not repeat.
    emboldens = "<b>" in window and _HIGHLIGHT_SHARE * repeated >= cues
    if underlines or emboldens:
        filters.append(gather_words)
    if _ROLLING_SHARE * repeated >= cues and _rolls(_split_cues(window)):
        filters.append(unroll)
    return tuple(filters)


def filter_cues(
    cues: Iterable[Cue], filters: Iterable[CueFilter], log: FindingLog
) -> Iterable[Cue]:
    """The cues, passed through each filter in turn."""
    for cue_filter in filters:
        cues = cue_filter(cues, log)
    return cues


def _count_repeated_lines(window: str) -> int:
    """How many lines occur before: a look that costs less than comparing cues."""
    if _has_varying_tags(window):
        window = _TAG.sub("", window)
    lines = window.split("\n")
    return len(lines) - lines.count("") - len(set(lines))


def _has_varying_tags(window: str) -> bool:
    if _has_tag(_VARYING_TAG, window):
        return True
    return "{" in window and _OVERRIDE_BEGINNING in window


def _has_tag(pattern: re.Pattern[str], window: str) -> bool:
    # A search for one character first: it takes a twentieth of a search for a pattern, and both
    # patterns were 4 % of reading a small file.
    return "<" in window and pattern.search(window) is not None


# ---- rolling

_INLINE_TIME = re.compile(r"<\d")
_TAG = re.compile(r"<[^<>\n]*+>|\{\\[^{}\n]*+\}")
_OVERRIDE_BEGINNING = "{\\"
_VARYING_TAG = re.compile("<(?:font|b>|c|0)")
"""How tags begin that stand around a line in one cue and not in the next. Without them, no tag is
removed: `<v` before each cue would cost a tenth of the time of a small file."""
_OVERRIDE = re.compile(r"\{\\[^{}\n]*+\}")
"""`{\\an7}`, which SRT has from another format; its other tags are those of WebVTT."""


class _Lines(NamedTuple):
    """The lines of a cue that are not blank."""

    written: list[str]
    plain: list[str]
    """Without tags, blanks collapsed."""


def _make_lines(text: str) -> _Lines:
    written = [line for line in text.split("\n") if line.strip(BLANKS)]
    return _Lines(written, [_to_plain(line) for line in written])


def _to_plain(line: str) -> str:
    return " ".join(standard_text(_OVERRIDE.sub("", line)).split())


def _split_cues(window: str) -> list[_Lines]:
    """The lines of each cue, roughly: what precedes times directly is taken for an index."""
    found: list[_Lines] = []
    pieces = window.split("-->")[1:]
    for number, piece in enumerate(pieces, 1):
        _, _, body = piece.partition("\n")  # after the rest of the time line
        if number < len(pieces):
            body = _cut_next_times(body)
        found.append(_make_lines(body))
    return found


def _cut_next_times(body: str) -> str:
    """The text of a cue without the beginning of the next time line, and without its index."""
    text, _, _ = body.rpartition("\n")
    above, _, last = text.rpartition("\n")
    is_index = last.isdecimal() or (bool(last.strip(BLANKS)) and above.endswith("\n"))
    return above if is_index else text


def _rolls(cues: Sequence[_Lines]) -> bool:
    """Whether enough different lines are shown again above a new one.

    YouTube's inline times are proof enough: they never stand in a line that is shown again.
    """
    rolled: set[str] = set()
    count = 0
    for before, after in pairwise(cues):
        repeated = _count_repeated(before.plain, after.written, after.plain)
        if not repeated:
            continue
        last_repeated = before.written[-repeated:]
        if any(_INLINE_TIME.search(line) for line in last_repeated):
            return True
        new = after.plain[repeated : repeated + 1]
        if new and new[0] != after.plain[0]:
            count += 1
            rolled.add(after.plain[0])
    return len(rolled) >= _MIN_ROLLS and _ROLLING_SHARE * count >= len(cues)


def unroll_if_rolling(cues: Sequence[Cue], log: FindingLog) -> Iterable[Cue]:
    """The cues without the lines that they show again, if enough of them do."""
    if _rolls([_make_lines(cue.text) for cue in cues]):
        return unroll(cues, log)
    return cues


def unroll(cues: Iterable[Cue], log: FindingLog) -> Iterator[Cue]:
    """Remove the lines that the cue before has shown, and the cues that have no other lines."""
    shown: list[str] = []
    shown_until = 0
    for cue in cues:
        lines, plain = _make_lines(cue.text)
        repeated = 0
        if abs(cue.start - shown_until) <= _MAX_GAP:
            repeated = _count_repeated(shown, lines, plain)
        shown = plain
        shown_until = cue.end
        if not repeated:
            yield cue
        elif repeated == len(lines):
            log.count("rolling-repeat", cue.line, cues=1)
        else:
            yield cue._replace(text="\n".join(lines[repeated:]))


def _count_repeated(shown: list[str], lines: list[str], plain: list[str]) -> int:
    """How many lines at the top are those at the bottom of what was shown.

    A line with inline times is always new.
    """
    most = min(len(shown), len(lines), _MAX_ROLLED_LINES)
    for n in range(most, 0, -1):
        if plain[:n] == shown[-n:] and not any(_INLINE_TIME.search(line) for line in lines[:n]):
            return n
    return 0


# ---- word by word

_HIGHLIGHTED = re.compile(r"<(?P<tag>[ub])>(?P<word>[^<>]*+)</(?P=tag)>")
_LABEL = re.compile(r"\s*\[[^\[\]\n]{1,64}\]:\s")


class _Highlight(NamedTuple):
    """A cue with what it says, and where its underlined word is, counted without blanks."""

    cue: Cue
    plain: str
    place: int | None
    """None where no word is underlined."""
    length: int


class _Span(NamedTuple):
    """An underlined word: its place and length without blanks, its time (ms)."""

    place: int
    length: int
    start: int
    end: int


def gather_words(cues: Iterable[Cue], log: FindingLog) -> Iterator[Cue]:
    """Join the cues that underline the words of one sentence in turn to one cue with word times."""
    group: list[_Highlight] = []
    reached = -1
    for cue in cues:
        highlight = _read_highlight(cue)
        if group and not _continues(group[-1], highlight, reached):
            yield from _join_group(group, log)
            group = []
            reached = -1
        group.append(highlight)
        if highlight.place is not None:
            reached = highlight.place
    yield from _join_group(group, log)


def _read_highlight(cue: Cue) -> _Highlight:
    plain = _squeeze(cue.text)
    mark = _HIGHLIGHTED.search(cue.text)
    if mark is None:
        return _Highlight(cue, plain, None, 0)
    place = len(_squeeze(cue.text[: mark.start()]))
    return _Highlight(cue, plain, place, len(_squeeze(mark["word"])))


def _squeeze(text: str) -> str:
    """`text` without tags and blanks.

    In scripts that write no blanks, WhisperX puts them between words in some of the cues only.
    """
    return "".join(standard_text(text).split())


def _continues(last: _Highlight, highlight: _Highlight, reached: int) -> bool:
    """Whether a cue repeats the sentence of the one before, with no earlier word underlined."""
    if highlight.plain != last.plain:
        return False
    if highlight.place is not None and highlight.place <= reached:
        return False
    return abs(highlight.cue.start - last.cue.end) <= _MAX_GAP


def _join_group(group: list[_Highlight], log: FindingLog) -> list[Cue]:
    cues = [highlight.cue for highlight in group]
    spans = [
        _Span(highlight.place, highlight.length, highlight.cue.start, highlight.cue.end)
        for highlight in group
        if highlight.place is not None
    ]
    if not spans:
        return cues
    for cue in cues[1:]:
        log.count("word-by-word", cue.line, cues=1)
    texts = [clean_lines(_HIGHLIGHTED.sub(r"\g<word>", cue.text)) for cue in cues]
    with_blanks = max(texts, key=len)
    words = tuple(_time_words(with_blanks, spans))
    return [cues[0]._replace(end=cues[-1].end, text=min(texts, key=len), words=words)]


def _time_words(text: str, spans: list[_Span]) -> Iterator[Word]:
    """The words of `text`, those of `spans` with their times.

    A word that no span covers was not aligned. The label before a sentence is not a word.
    """
    whole = _squeeze(text)
    label = _LABEL.match(text)
    if label:
        at = len(_squeeze(label[0]))
    else:
        at = 0
    word_ends = set(accumulate(len(_squeeze(token)) for token in text.split()))
    for place, length, start, end in spans:
        yield from _untimed_words(whole, at, place, word_ends)
        if length and place >= at:
            yield Word(whole[place : place + length], start, end)
        at = max(at, place + length)
    yield from _untimed_words(whole, at, len(whole), word_ends)


def _untimed_words(whole: str, begin: int, end: int, word_ends: set[int]) -> Iterator[Word]:
    cuts = sorted(cut for cut in word_ends if begin < cut < end)
    for cut in [*cuts, end]:
        if begin < cut:
            yield Word(whole[begin:cut])
            begin = cut
