"""Chooses the tiers with speech in files of annotations, and finds their speakers.

    Jane, Bob                    tiers of people
    Jane - words, Jane - phones  the words and the sounds of one person (Montreal Forced Aligner)
    utterance, word, pos         the same speech in levels; the highest is used

Sounds, parts of speech, glosses, translations, gestures and notes are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from ..models import Transcript, Utterance, Utterances
from ..problems import ProblemLog
from ..timecode import share_time
from .cues.lines import clean_lines
from .word_groups import Pauses, join_words, split_at_pauses

_LETTER = r"[^\W\d_]"
_NAME_PART = re.compile(rf"{_LETTER}+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OTHER = re.compile(
    r"phon(?:e|es|s|eme|emes|etic|etics)?|segments?|syll(?:able|ables)?|ipa|sampa|tones?|tobi|pitch|breaks?"
    r"|stress|vowels?|consonants?|pos|gloss(?:es)?|morph\w*|lemmas?|translat\w*|notes?|comments?"
    r"|gest\w*|gaze|hands?|head|face|points?|events?|noises?|background|ref|id|topics?|codes?|check",
    re.IGNORECASE,
)
"""Parts of the names of tiers that are not a transcript."""
_WORDS = frozenset(("word", "words", "mot", "mots", "wort", "wörter", "palabra", "palabras"))
_GENERIC = frozenset(
    (
        *("utterance", "utterances", "utt", "utts", "sentence", "sentences", "phrase", "phrases"),
        *("text", "texts", "transcript", "transcripts", "transcription", "trans", "trs", "orth"),
        *("orthography", "orthographic", "ort", "speech", "turn", "turns", "ipu", "ipus", "line"),
        *("lines", "default", "tier", "äußerung", "énoncé", "texto", "transcripción"),
    )
)
"""Names of tiers of speech that are not names of people."""
_LEVEL = re.compile(
    rf"(?<!{_LETTER})(?:{'|'.join(sorted(_WORDS | _GENERIC))})(?!{_LETTER})", re.IGNORECASE
)
_SILENCE = frozenset(
    ("sil", "sp", "spn", "silence", "pause", "pau", "<sil>", "<p:>", "#", "_", "-")
)
_A_SECOND = 1000
_PAUSES = Pauses(usual=500, long=20_000, short=100)
"""The limits of an utterance that is made of single words."""


class TierSpan(NamedTuple):
    """One annotation (ms)."""

    start: int
    end: int
    text: str
    line: int | None = None


class Tier(NamedTuple):
    """A tier of the file. speaker: the name of a speaker that the file states for it."""

    name: str
    spans: Sequence[TierSpan]
    speaker: str | None = None
    is_other: bool = False
    """The file says that it belongs to another tier."""


class _Level(NamedTuple):
    """The kind of a tier."""

    speaker: str | None
    is_words: bool


def place_moments(stated: Mapping[str, int | None]) -> dict[str, int]:
    """The moments of a timeline (ms) by their ids.

    Those without a time share what is between their neighbors; after the last time, each is a
    second later.
    """
    placed: dict[str, int] = {}
    waiting: list[str] = []
    before = 0
    for name, time in stated.items():
        if time is None:
            waiting.append(name)
            continue
        if waiting:
            spans = share_time(before, time, [1] * (len(waiting) + 1))
            placed.update(zip(waiting, [at for _, at in spans], strict=False))
            waiting = []
        placed[name] = before = time
    for place, name in enumerate(waiting, 1):
        placed[name] = before + place * _A_SECOND
    return placed


def read_tiers(tiers: Iterable[Tier], log: ProblemLog, language: str | None = None) -> Transcript:
    """Read the speech of tiers: for each person the highest level, as utterances sorted by time."""
    said = list(filter(_count_characters, map(_without_silence, tiers)))
    chosen = _choose(said)
    utterances: list[Utterance] = []
    for level, tier in chosen.items():
        if level.is_words:
            words = sorted(tier.spans, key=attrgetter("start"))
            for group in split_at_pauses(words, _PAUSES):
                utterances.append(join_words(group, level.speaker, group[0].line))
        else:
            utterances += [
                Utterance(span.start, span.end, span.text, level.speaker, line=span.line)
                for span in tier.spans
            ]
    left = [tier.name for tier in said if tier not in chosen.values()]
    if left:
        log.add("other-tier", f"tiers that are not a transcript were left out: {', '.join(left)}")
    utterances.sort(key=attrgetter("start"))
    return Transcript(
        Utterances.of(utterances),
        language=language,
        problems=log.problems(),
        cues=len(utterances),
    )


def _without_silence(tier: Tier) -> Tier:
    """The tier with its spans of speech."""
    spans = []
    for span in tier.spans:
        text = clean_lines(span.text)
        if text and text.casefold() not in _SILENCE:
            spans.append(span._replace(text=text))
    return tier._replace(spans=spans)


def _count_characters(tier: Tier) -> int:
    return sum([len(span.text) for span in tier.spans])


def _choose(tiers: Iterable[Tier]) -> dict[_Level, Tier]:
    """Choose for each person the tier with utterances, else with words; of several, the longest."""
    chosen: dict[_Level, Tier] = {}
    for tier in tiers:
        level = _find_level(tier)
        if level is None:
            continue
        longest = max(chosen.get(level, tier), tier, key=_count_characters)
        chosen[level] = longest
    for level in list(chosen):
        if level.is_words and level._replace(is_words=False) in chosen:
            del chosen[level]
    return chosen


def _find_level(tier: Tier) -> _Level | None:
    """None for a tier that is not a transcript."""
    parts = _NAME_PART.findall(_CAMEL.sub(" ", tier.name).casefold())
    if tier.is_other or any(map(_OTHER.fullmatch, parts)):
        return None
    is_words = not _WORDS.isdisjoint(parts)
    return _Level(tier.speaker or _find_person(tier.name), is_words)


def _find_person(name: str) -> str | None:
    """Find the person in the name of a tier: the name without words such as `utterances`."""
    rest, count = _LEVEL.subn(" ", name)
    if count == 0:
        return name.strip() or None
    if _NAME_PART.search(rest) is None:  # `utterance 1` names nobody
        return None
    return rest.strip(" -_@()[]:.,/|")
