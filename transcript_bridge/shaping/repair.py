"""What the server would refuse or choke on, and what is done about it: a table of rules.

Each rule sees one utterance that its `applies` picked and gives back what stands instead: none, one
or several. A clean transcript, which is nearly every one, costs one look per rule (docs/formats.md
lists them).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from operator import itemgetter, lt, ne
from typing import NamedTuple

from ..models import Transcript, Utterance, Utterances
from ..problems import ProblemLog
from ..timecode import render_clock

MAX_MS = 365 * 86_400_000
"""A time beyond a year of recording is a mistake; the server crashes on absurd ones (wire.py allows
a day more)."""
MAX_TEXT = 50_000
"""Characters a segment may have, so that a few of them never fill a body (the server itself has no
limit)."""
MS_PER_CHARACTER = 65
"""How long a text is taken to last where the file does not say: about fifteen characters a second
of speech."""
# NUL and lone surrogates are stored by the server and then break every listing of the account; the
# other control characters come with them in damaged files and mean nothing in speech.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]+")
_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
_START_AND_END = itemgetter(0, 1)


class Rule(NamedTuple):
    """One thing that can be wrong with an utterance; `mend` also gets when the next one starts (ms,
    or None)."""

    code: str
    message: str
    applies: Callable[[Utterance], bool]
    mend: Callable[[Utterance, int | None], Sequence[Utterance]]


def _clean_text(u: Utterance, _next: int | None) -> Sequence[Utterance]:
    words = tuple(w._replace(text=_UNSPEAKABLE.sub("", w.text)) for w in u.words)
    return [u._replace(text=_UNSPEAKABLE.sub("", u.text).strip(), words=words)]


def _drop(_u: Utterance, _next: int | None) -> Sequence[Utterance]:
    return []


def _begin_at_zero(u: Utterance, _next: int | None) -> Sequence[Utterance]:
    return [u._replace(start=0, end=max(u.end, 0))]


def _give_length(u: Utterance, following: int | None) -> Sequence[Utterance]:
    end = u.start + max(300, min(len(u.text), MAX_TEXT) * MS_PER_CHARACTER)
    if following is not None and following > u.start:
        end = min(end, following)
    return [u._replace(end=end)]


def _split_long(u: Utterance, _next: int | None) -> Sequence[Utterance]:
    pieces: list[str] = []
    rest = u.text
    while len(rest) > MAX_TEXT:
        cut = rest.rfind(" ", 1, MAX_TEXT)
        cut = MAX_TEXT if cut < 0 else cut
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    pieces = [p for p in (*pieces, rest) if p]
    length = max(u.end - u.start, len(pieces))
    edges = [u.start + length * n // len(pieces) for n in range(len(pieces) + 1)]
    return [
        Utterance(edges[n], edges[n + 1], piece, u.speaker, (), u.id, u.line)
        for n, piece in enumerate(pieces)
    ]


RULES: tuple[Rule, ...] = (
    Rule(
        "unspeakable-characters",
        "control characters or broken surrogates removed from the text",
        lambda u: _UNSPEAKABLE.search(u.text) is not None,
        _clean_text,
    ),
    Rule("blank-text", "dropped, it has no text", lambda u: not u.text.strip(), _drop),
    Rule(
        "negative-start", "begins before time 0; moved to 0", lambda u: u.start < 0, _begin_at_zero
    ),
    Rule(
        "no-length",
        "does not end after it begins; its end was reckoned from its text",
        lambda u: u.end <= u.start,
        _give_length,
    ),
    Rule(
        "absurd-time",
        "dropped, its time lies beyond a year of recording",
        lambda u: u.start > MAX_MS or u.end > MAX_MS,
        _drop,
    ),
    Rule(
        "long-text",
        f"longer than {MAX_TEXT:,} characters; cut in pieces",
        lambda u: len(u.text) > MAX_TEXT,
        _split_long,
    ),
)


def repair(transcript: Transcript) -> Transcript:
    """Mend what can be repaired, drop what cannot, order by time, and tell of each: afterwards
    nothing is refused.

    Applying it twice is the same as once.
    """
    utterances = transcript.utterances
    log = ProblemLog()
    if not looks_clean(utterances):
        utterances = _mend(utterances, log)
    if not all(map(lt, utterances.starts, islice(utterances.starts, 1, None))):
        times = list(zip(utterances.starts, utterances.ends, strict=True))
        if moved := sum(map(ne, times, sorted(times))):
            utterances = Utterances.of(sorted(utterances, key=_START_AND_END))
            log.add("out-of-order", f"{moved} utterances stood out of order; sorted by time")
    problems = log.problems()
    if not problems:
        return transcript
    return transcript.evolve(utterances, problems)


def looks_clean(utterances: Utterances) -> bool:
    """Whether no rule applies, told from whole columns at a fraction of the cost of asking each
    rule of each one."""
    if not utterances:
        return True
    starts, ends, texts = utterances.starts, utterances.ends, utterances.texts
    return (
        min(starts) >= 0
        and max(ends) <= MAX_MS
        and all(map(lt, starts, ends))
        and all(map(str.strip, texts))
        and len(max(texts, key=len)) <= MAX_TEXT
        and not _has_unspeakable("\n".join(texts))
    )


def _has_unspeakable(text: str) -> bool:
    """What `_UNSPEAKABLE` would find, thirty times faster: surrogates have no UTF-8, controls are
    one byte."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return True
    return len(data.translate(None, _CONTROLS)) < len(data)


def _mend(utterances: Utterances, log: ProblemLog) -> Utterances:
    rows: Sequence[Utterance] = list(utterances)
    for rule in RULES:
        if any(map(rule.applies, rows)):
            rows = _apply(rule, rows, log)
    return Utterances.of(rows)


def _apply(rule: Rule, utterances: Sequence[Utterance], log: ProblemLog) -> list[Utterance]:
    repaired: list[Utterance] = []
    last = len(utterances) - 1
    for index, u in enumerate(utterances):
        if not rule.applies(u):
            repaired.append(u)
            continue
        stead = rule.mend(u, utterances[index + 1].start if index < last else None)
        repaired.extend(stead)
        place = f"at {render_clock(u.start)}" if 0 <= u.start <= MAX_MS else f"number {index + 1}"
        log.add(rule.code, f"the utterance {place}: {rule.message}", u.line, 1 - len(stead))
    return repaired
