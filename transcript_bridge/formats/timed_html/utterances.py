"""Makes utterances of the pieces of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from statistics import median
from typing import NamedTuple

from ...line_joining import join_texts
from ...models import Utterance, Word
from ...problems import ProblemLog
from ...sentences import SENTENCE_ENDS
from ...timecode import MS_PER_CHARACTER, SHORTEST_SPEECH, guess_end, share_time
from ..time_units import TimedText, find_unit
from ..word_groups import Pauses, split_at_pauses
from .clocks import cut_clock
from .pieces import ParagraphText, TimedPiece

_WORD_SHARE = 0.8
"""From this share of texts with one word on, the texts are words."""
_LONGEST_WORD = 12
"""Characters, on average."""
_LONG_PARAGRAPH = 90_000
"""ms: a longer paragraph of words becomes several utterances."""
_PAUSES = Pauses(short=1000)
_SHORTEST = {True: MS_PER_CHARACTER, False: SHORTEST_SPEECH}
"""ms that a text takes at least, by whether it is a word."""
_OVERLAP = "//"
"""noScribe's marks around speech that overlaps that of another person."""


class _Timed(NamedTuple):
    """A piece with its times in ms."""

    piece: TimedPiece
    start: int
    end: int

    @property
    def text(self) -> str:
        """The text, in one line."""
        return " ".join(self.piece.text.split())


def make_utterances(pieces: Sequence[TimedPiece], log: ProblemLog) -> Iterator[Utterance]:
    """The utterances of a page. Raises MalformedError if no unit fits the times."""
    unit = find_unit([_measure(piece) for piece in pieces if piece.times.unit is None], log)
    are_words = _are_words(pieces)
    if not all(piece.times.length for piece in pieces):
        message = "some of its texts have no ends; each ends after its text, or at the next one"
        log.add("time-guessed", message)
    timed = list(_time(pieces, unit, _SHORTEST[are_words]))
    if are_words:
        yield from _join_words(timed)
        return
    for entry in timed:
        yield from _read(entry, log)


def _time(pieces: Sequence[TimedPiece], unit: float, shortest: int) -> Iterator[_Timed]:
    """Complete the times of pieces. shortest: the shortest length of a text in ms."""
    units = [piece.times.unit or unit for piece in pieces]
    starts = [round(piece.times.start * own) for piece, own in zip(pieces, units, strict=True)]
    for piece, own, start, following in zip_longest(pieces, units, starts, starts[1:]):
        end = guess_end(start, piece.count_characters(), following, shortest)
        if piece.times.length:
            end = start + max(0, round(piece.times.length * own))
        yield _Timed(piece, start, end)


def _measure(piece: TimedPiece) -> TimedText:
    times = piece.times
    return TimedText(times.start, times.length, piece.count_characters(), times.is_integer)


# ---- sentences


def _read(entry: _Timed, log: ProblemLog) -> Iterator[Utterance]:
    """The utterance of an element, or those of the paragraphs that follow a mark."""
    parts = entry.piece.said()
    texts = [_read_text(part, entry.start) for part in parts]
    if len(parts) > 1:
        message = "several paragraphs have one time, which was divided by their lengths"
        log.add("time-guessed", message, entry.piece.line)
    spans = share_time(entry.start, entry.end, list(map(len, texts)))
    for part, text, (start, end) in zip(parts, texts, spans, strict=True):
        yield Utterance(start, end, text, part.speaker, line=part.line)


def _read_text(part: ParagraphText, start: int) -> str:
    """Remove the clock and the name of the speaker from a text: noScribe writes both."""
    text = " ".join(cut_clock(part.text, start).split())
    text = text.removeprefix(_OVERLAP).removesuffix(_OVERLAP).strip()
    rest = cut_clock(text.removeprefix(f"{part.speaker}:").strip(), start)
    return rest.strip() or text


# ---- words


def _are_words(pieces: Sequence[TimedPiece]) -> bool:
    """Whether the elements are words rather than sentences."""
    texts = [piece.text.split() for piece in pieces if not piece.after]
    single = [words[0] for words in texts if len(words) == 1]
    characters = sum([piece.count_characters() for piece in pieces])
    if len(single) < _WORD_SHARE * len(pieces) or characters > _LONGEST_WORD * len(pieces):
        return False
    share_paragraphs = len({piece.block for piece in pieces}) < len(pieces)
    return share_paragraphs or not all(word.endswith(SENTENCE_ENDS) for word in single)


def _join_words(timed: Sequence[_Timed]) -> Iterator[Utterance]:
    """Join words to paragraphs: those of the page, if it has any."""
    paragraphs = [list(group) for _, group in groupby(timed, key=_paragraph_of)]
    if median(map(len, paragraphs)) < 2:
        paragraphs = [list(group) for _, group in groupby(timed, key=_speaker_of)]
    longest = _LONG_PARAGRAPH
    if len(paragraphs) == 1:
        longest = 0
    for words in paragraphs:
        groups = [words]
        if words[-1].end - words[0].start > longest:
            groups = list(split_at_pauses(words, _PAUSES))
        yield from map(_join, groups)


def _paragraph_of(entry: _Timed) -> tuple[int, str | None]:
    return entry.piece.block, entry.piece.speaker


def _speaker_of(entry: _Timed) -> str | None:
    return entry.piece.speaker


def _join(timed: Sequence[_Timed]) -> Utterance:
    piece = timed[0].piece
    words = tuple(map(_to_word, timed))
    text = " ".join("".join([entry.piece.text for entry in timed]).split())
    if " " not in text:
        text = join_texts([word.text for word in words])
    end = max([entry.end for entry in timed])
    return Utterance(timed[0].start, end, text, piece.speaker, words, line=piece.line)


def _to_word(entry: _Timed) -> Word:
    return Word(entry.text, entry.start, entry.end, entry.piece.speaker)
