"""The stage that gives every word of a transcript a speaker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress
from operator import itemgetter, not_
from typing import Literal, NamedTuple, get_args

from ...gc_pause import collector_paused
from ...models import Transcript, Turn, Utterance, Word
from ...problems import Problem
from ...unnamed import is_unnamed
from .blocks import Basis, Blocks, make_blocks
from .costs import Costs
from .deciding import raw_labels, smooth_labels
from .label_sets import check_labels
from .offsets import compare_times
from .speech import Speech, read_speech, words_of
from .split_utterance import split_problems, split_utterances
from .timeline import Timeline, build_timeline

Mode = Literal["smooth", "raw"]


class JoinStatistics(NamedTuple):
    """How many words each rule decided: from `covered` to `unknown` they add up to `words`."""

    words: int = 0
    covered: int = 0
    """Given to the one who covers most of the word."""
    nearest: int = 0
    """Covered by nobody: given to the nearest turn within the cap."""
    smoothed: int = 0
    """The words around it overruled the turns."""
    untimed: int = 0
    """Without a time of its own: took its neighbours' speaker."""
    kept: int = 0
    """Had a label already."""
    unknown: int = 0
    """Nobody is heard within the cap, or somebody that the turns call UNKNOWN."""
    splits: int = 0
    """How many more utterances there are than before."""
    confidence: float = 0.0
    """How sure it is, 0 to 1: the mean share that the chosen speakers have of what is heard at
    their words."""


class Joined(NamedTuple):
    """What `join_turns` hands back."""

    transcript: Transcript
    statistics: JoinStatistics


@collector_paused()
def join_turns(
    transcript: Transcript,
    turns: Sequence[Turn],
    *,
    mode: Mode = "smooth",
    reassign: bool = False,
    cap: int = 2000,
    costs: Costs = Costs(),  # noqa: B008  # a frozen value
) -> Joined:
    """Give every word a speaker from `turns`, and split utterances where the speaker changes.

    mode: `raw` looks at each word alone (most overlap, else the nearest), `smooth` at those around
    it too. reassign: replace the labels that the transcript has already; else such utterances stay
    as they are. cap: how far (ms) the nearest turn may be from a word that nobody covers.
    costs: what makes a change of speaker likely; the defaults are measured.

    `turns` are of one recording (`select_recording`). Raises InputError if some utterances have
    labels already that mean somebody else in the turns. Afterwards a word's own label, where it has
    one, is its utterance's. Utterances that came without words stay without: the times that are
    spread over their text serve the decision alone.
    """
    given = list(transcript.utterances)
    kept = _find_kept(given, reassign)
    kept_utterances = list(compress(given, kept))
    open_ = given
    if kept_utterances:
        open_ = list(compress(given, map(not_, kept)))
    speech, counts = read_speech(open_, costs)
    smoothing = costs if mode == "smooth" else None
    timeline = build_timeline(turns)
    blocks, labels = _decide(speech, timeline, cap, smoothing)
    check_labels(kept_utterances, set(labels), timeline)
    pieces = split_utterances(open_, counts, _runs(blocks, labels))
    utterances = _put_together(given, kept, pieces)
    kept_words = sum(len(words_of(utterance)) for utterance in kept_utterances)
    statistics = _count(blocks, labels, kept_words, len(utterances) - len(given))
    problems = _find_problems(statistics, speech, turns)
    return Joined(transcript.evolve(utterances, problems), statistics)


def _put_together(
    given: Sequence[Utterance], kept: Sequence[bool], pieces: Iterator[list[Utterance]]
) -> list[Utterance]:
    """The utterances that stay, and the pieces of all others, in order."""
    if True not in kept:
        return list(chain.from_iterable(pieces))
    utterances: list[Utterance] = []
    for utterance, keeps in zip(given, kept, strict=True):
        if keeps:
            utterances.append(utterance)
        else:
            utterances += next(pieces)
    return utterances


def _find_problems(
    statistics: JoinStatistics, speech: Speech, turns: Sequence[Turn]
) -> list[Problem]:
    missed = (statistics.nearest + statistics.unknown) / max(1, len(speech.starts))
    return [
        *split_problems(statistics.splits),
        *_report(statistics),
        *compare_times(speech.starts, speech.ends, turns, missed),
    ]


def _decide(
    speech: Speech, timeline: Timeline, cap: int, costs: Costs | None
) -> tuple[Blocks, list[str | None]]:
    """The words in blocks and the label of each block; without `costs` each for itself."""
    if costs is None:
        blocks = make_blocks(speech, timeline, cap)
        labels = raw_labels(blocks, speech.seams)
    else:
        blocks = make_blocks(speech, timeline, cap, first_speaker_bonus=costs.first)
        labels = smooth_labels(blocks, speech, timeline, costs)
    unnamed = {label for label in timeline.starts_of if is_unnamed(label)}
    if unnamed:
        labels = [None if label in unnamed else label for label in labels]
    return blocks, labels


def _find_kept(utterances: Iterable[Utterance], reassign: bool) -> list[bool]:
    """For each utterance whether the file itself says who speaks, and that stays."""
    if reassign:
        return [False] * len(list(utterances))
    kept: list[bool] = []
    for _, _, _, speaker, words, *_ in utterances:
        if speaker is not None and not is_unnamed(speaker):
            kept.append(True)
        elif any(map(_WORD_SPEAKER, words)):  # hardly ever
            labels = {word.speaker for word in words if word.speaker is not None}
            kept.append(not all(map(is_unnamed, labels)))
        else:
            kept.append(False)
    return kept


_WORD_SPEAKER = itemgetter(Word._fields.index("speaker"))
_TIE = 1.1
"""Shares that differ by less count as equal."""


def _runs(blocks: Blocks, labels: Iterable[str | None]) -> list[tuple[str | None, int]]:
    """Each label with the word before which it ends, neighbours of one label as one."""
    runs: list[tuple[str | None, int]] = []
    last: str | None = None
    for stop, label in zip(blocks.firsts[1:], labels, strict=True):
        if label == last and runs:
            runs[-1] = (label, stop)
        else:
            runs.append((label, stop))
            last = label
    return runs


def _count(blocks: Blocks, labels: Iterable[str | None], kept: int, splits: int) -> JoinStatistics:
    counts: dict[Basis, int] = dict.fromkeys(get_args(Basis), 0)
    sure = 0.0
    covered = 0
    for first, stop, shares, basis, label in zip(
        blocks.firsts, blocks.firsts[1:], blocks.shares, blocks.bases, labels, strict=False
    ):
        words = stop - first
        if label is None:
            counts["unknown"] += words
        elif basis == "untimed":
            counts[basis] += words
        else:
            own = shares.get(label, 0.0)
            if own == 1 and len(shares) == 1 and basis == "covered":  # most blocks
                covered += words
                continue
            if len(shares) > 1 or not own:
                # The bonus of `Costs.first` does not make a difference between equals.
                if own * _TIE <= max(shares.values()):
                    basis = "smoothed"
                own /= max(1.0, sum(shares.values()))
            counts[basis] += words
            sure += own * words
    counts["covered"] += covered
    sure += covered
    decided = counts["covered"] + counts["nearest"] + counts["smoothed"]
    confidence = sure / decided if decided else 0.0
    words = sum(counts.values()) + kept
    return JoinStatistics(words, **counts, kept=kept, splits=splits, confidence=confidence)


def _report(statistics: JoinStatistics) -> list[Problem]:
    """Words that got no label from the turns."""
    problems = []
    if statistics.kept:
        message = f"{statistics.kept} words keep the speaker they had; --reassign replaces it"
        problems.append(Problem("labels-kept", message))
    if statistics.unknown:
        message = f"{statistics.unknown} words stay without a speaker: the turns name nobody there"
        problems.append(Problem("speaker-unknown", message))
    return problems
