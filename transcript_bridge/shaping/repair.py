"""Fixes what the server would refuse or crash on, by a table of rules.

Each rule gets the utterances that its `applies` selects, and returns what replaces each of them:
none, one or several. Almost every transcript is clean and costs only a few passes over its columns
(docs/formats.md lists the rules).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from operator import itemgetter, le, lt, ne
from typing import NamedTuple

from ..models import Transcript, Utterance, Utterances
from ..problems import ProblemLog
from ..quantities import count_of
from ..timecode import count_spoken, guess_end, render_clock, share_time

MAX_MS = 365 * 86_400_000
"""ms. A time beyond a year of recording is a mistake; absurd ones crash the server. wire.py allows
a day more."""
MAX_TEXT = 50_000
"""The most characters of a segment, so that a few of them never fill a body. The server has no
limit."""
# NUL and lone surrogates: the server stores them, and then every listing of the account fails.
# Other control characters occur with them in damaged files and mean nothing in speech.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]+")
_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
_NOT_BLANK = re.compile(r"\S")
_START = itemgetter(0)


class RepairRule(NamedTuple):
    """One kind of fault in an utterance."""

    code: str
    message: str
    applies: Callable[[Utterance], bool]
    fix: Callable[[Utterance, int | None], Sequence[Utterance]]
    """Takes the utterance and the start of the next one (ms, or None); returns the replacement."""


def _clean_text(utterance: Utterance, _next_start: int | None) -> Sequence[Utterance]:
    words = tuple(word._replace(text=_UNSPEAKABLE.sub("", word.text)) for word in utterance.words)
    text = _UNSPEAKABLE.sub("", utterance.text).strip()
    speaker = utterance.speaker
    if speaker is not None:  # --keep-names writes it into the text
        speaker = _UNSPEAKABLE.sub("", speaker).strip() or None
    return [utterance._replace(text=text, words=words, speaker=speaker)]


def _has_unspeakable(utterance: Utterance) -> bool:
    return _UNSPEAKABLE.search(f"{utterance.text}{utterance.speaker or ''}") is not None


def _drop(_utterance: Utterance, _next_start: int | None) -> Sequence[Utterance]:
    return []


def _begin_at_zero(utterance: Utterance, _next_start: int | None) -> Sequence[Utterance]:
    return [utterance._replace(start=0, end=max(utterance.end, 0))]


def _estimate_end(utterance: Utterance, next_start: int | None) -> Sequence[Utterance]:
    start = utterance.start
    end = guess_end(start, min(count_spoken(utterance.text), MAX_TEXT), next_start)
    return [utterance._replace(end=end)]


def _split_text(utterance: Utterance, _next_start: int | None) -> Sequence[Utterance]:
    texts = _cut_text(utterance.text)
    end = max(utterance.end, utterance.start + len(texts))
    spans = share_time(utterance.start, end, [1] * len(texts))  # the texts are about equal
    pieces: list[Utterance] = []
    for text, (start, end) in zip(texts, spans, strict=True):
        pieces.append(utterance._replace(start=start, end=end, text=text, words=()))
    return pieces


def _cut_text(text: str) -> list[str]:
    """A long text in pieces of at most MAX_TEXT characters, cut at blanks if there are any."""
    pieces: list[str] = []
    begin = 0
    end = len(text.rstrip())
    while end - begin > MAX_TEXT:
        cut = text.rfind(" ", begin + 1, begin + MAX_TEXT)
        if cut < 0:
            cut = begin + MAX_TEXT
        pieces.append(text[begin:cut].strip())
        # The rest is not copied at each cut: that took a minute for 64 MB.
        following = _NOT_BLANK.search(text, cut)
        begin = end
        if following:
            begin = following.start()
    pieces.append(text[begin:end].strip())
    return [piece for piece in pieces if piece]


RULES: tuple[RepairRule, ...] = (
    RepairRule(
        "unspeakable-characters",
        "had control characters or broken surrogates, which were removed",
        _has_unspeakable,
        _clean_text,
    ),
    RepairRule("blank-text", "has no text and was dropped", lambda u: not u.text.strip(), _drop),
    RepairRule(
        "negative-start",
        "begins before time 0 and was moved there",
        lambda u: u.start < 0,
        _begin_at_zero,
    ),
    RepairRule(
        "no-length",
        "does not end after it begins; its end was estimated from its text",
        lambda u: u.end <= u.start,
        _estimate_end,
    ),
    RepairRule(
        "absurd-time",
        "has a time beyond a year of recording and was dropped",
        lambda u: u.start > MAX_MS or u.end > MAX_MS,
        _drop,
    ),
    RepairRule(
        "long-text",
        f"is longer than {MAX_TEXT:,} characters and was split",
        lambda u: len(u.text) > MAX_TEXT,
        _split_text,
    ),
)


def repair(transcript: Transcript) -> Transcript:
    """Fix what can be fixed, drop what cannot, sort by time, and report each change.

    Afterwards the server refuses nothing. Repairing twice gives the same result as once.
    """
    utterances = transcript.utterances
    log = ProblemLog()
    if not looks_clean(utterances):
        utterances = _apply_rules(utterances, log)
    utterances = _sort(utterances, log)
    problems = log.problems()
    if not problems:
        return transcript
    return transcript.evolve(utterances, problems)


def looks_clean(utterances: Utterances) -> bool:
    """Whether no rule applies. Takes a fraction of the time of asking each rule about each
    utterance: every test is one pass over a column in C."""
    if not utterances:
        return True
    starts, ends, texts = utterances.starts, utterances.ends, utterances.texts
    if min(starts) < 0 or max(ends) > MAX_MS or not all(map(lt, starts, ends)):
        return False
    if not all(map(str.strip, texts)) or len(max(texts, key=len)) > MAX_TEXT:
        return False
    labels = [label for label in set(utterances.speakers) if label is not None]
    return not _is_unspeakable("\n".join([*texts, *labels]))


def _is_unspeakable(text: str) -> bool:
    """Whether `_UNSPEAKABLE` would match, but thirty times faster: surrogates cannot be encoded in
    UTF-8, and control characters are single bytes."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return True
    return len(data.translate(None, _CONTROLS)) < len(data)


def _apply_rules(utterances: Utterances, log: ProblemLog) -> Utterances:
    rows: Sequence[Utterance] = list(utterances)
    for rule in RULES:
        if any(map(rule.applies, rows)):
            rows = _apply(rule, rows, log)
    return Utterances.of(rows)


def _apply(rule: RepairRule, utterances: Sequence[Utterance], log: ProblemLog) -> list[Utterance]:
    repaired: list[Utterance] = []
    for index, utterance in enumerate(utterances):
        if not rule.applies(utterance):
            repaired.append(utterance)
            continue
        is_last = index == len(utterances) - 1
        next_start = None
        if not is_last:
            next_start = utterances[index + 1].start
        pieces = rule.fix(utterance, next_start)
        repaired.extend(pieces)
        message = f"the utterance {_describe_place(utterance, index)} {rule.message}"
        log.add(rule.code, message, utterance.line, 1 - len(pieces))
    return repaired


def _describe_place(utterance: Utterance, index: int) -> str:
    if 0 <= utterance.start <= MAX_MS:
        return f"at {render_clock(utterance.start)}"
    return f"number {index + 1}"


def _sort(utterances: Utterances, log: ProblemLog) -> Utterances:
    """Sort by start. Utterances with the same start keep the order of the file."""
    starts = utterances.starts
    if all(map(le, starts, islice(starts, 1, None))):
        return utterances
    moved = sum(map(ne, starts, sorted(starts)))
    utterances_moved = count_of(moved, "utterance was", "utterances were")
    log.add("out-of-order", f"{utterances_moved} out of order; sorted by time")
    return Utterances.of(sorted(utterances, key=_START))
