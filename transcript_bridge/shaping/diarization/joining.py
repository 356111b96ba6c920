"""The stage that assigns a speaker to every word of a transcript."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, compress
from operator import itemgetter, sub
from typing import Literal, NamedTuple, get_args

from ...arguments import NUMBER, SWITCH, Expected, one_of, takes
from ...gc_pause import collector_paused
from ...models import Transcript, Turn, Utterances, Word
from ...problems import Problem
from ...quantities import count_of
from ...unnamed import is_unnamed
from .blocks import Basis, Blocks, make_blocks
from .costs import Costs
from .deciding import raw_labels, smooth_labels
from .label_sets import check_labels
from .offsets import compare_times
from .recordings import TURN
from .speech import Speech, read_speech, read_words, words_of
from .split_utterance import Run, split_problems, split_utterances
from .timeline import Timeline, build_timeline

Mode = Literal["smooth", "raw"]


class JoinStatistics(NamedTuple):
    """How many words each rule decided; `covered` to `unknown` add up to `words`."""

    words: int = 0
    covered: int = 0
    """Assigned to the label that covers most of the word."""
    nearest: int = 0
    """Covered by no turn: assigned to the nearest one within the cap."""
    smoothed: int = 0
    """Assigned against the turns, because of the words around it."""
    untimed: int = 0
    """Without times: took a neighbor's speaker."""
    kept: int = 0
    """Already had a label."""
    unknown: int = 0
    """No turn is within the cap, or its label is UNKNOWN."""
    splits: int = 0
    """How many more utterances there are than before."""
    confidence: float = 0.0
    """The certainty, 0 to 1: the mean share that the chosen labels have of everything heard at
    their words."""


class Joined(NamedTuple):
    """The result of `join_turns`."""

    transcript: Transcript
    statistics: JoinStatistics


@collector_paused()
@takes(
    transcript=Expected("a Transcript, such as the one of read()", (Transcript,)),
    mode=one_of(*get_args(Mode)),
    reassign=SWITCH,
    cap=NUMBER,
)
def join_turns(
    transcript: Transcript,
    turns: Sequence[Turn],
    *,
    mode: Mode = "smooth",
    reassign: bool = False,
    cap: int = 2000,
    costs: Costs = Costs(),  # noqa: B008  # a frozen value
) -> Joined:
    """Assign a speaker from `turns` to every word, and split utterances where the speaker changes.

    mode: `raw` decides for each word by itself (most overlap, else the nearest turn), `smooth` also
    by the words around it. reassign: replace the labels that the transcript has; otherwise
    utterances with labels stay as they are. cap: how far (ms) the nearest turn may be from a word
    that no turn covers. costs: what makes a change of speaker likely; the defaults are measured.

    The turns must be of one recording (`select_recording`). Raises InputError if labels that
    utterances have mean somebody else in the turns. Afterwards, the label of a word that has one is
    its utterance's. Utterances without words stay without: the times that are estimated for their
    text are used only for the decision.
    """
    turns = TURN.check_each("turns", turns)
    given = list(transcript.utterances)
    has_labels = any(map(_WORD_SPEAKER, chain.from_iterable(transcript.utterances.words)))
    kept = [False] * len(given)
    if not reassign:
        kept = _find_kept(transcript.utterances, has_labels)
    words = read_words(given, kept)
    speech = read_speech(words, costs)
    timeline = build_timeline(turns)
    blocks, labels = _decide(speech, timeline, cap, costs if mode == "smooth" else None)
    kept_utterances = list(compress(given, kept))
    check_labels(kept_utterances, set(labels), timeline)
    utterances = split_utterances(given, words, _find_runs(blocks, labels), has_labels)
    kept_words = sum(len(words_of(utterance)) for utterance in kept_utterances)
    statistics = _count(blocks, labels, kept_words, len(utterances) - len(given))
    problems = _find_problems(statistics, speech, timeline)
    return Joined(transcript.evolve(utterances, problems), statistics)


def _find_problems(statistics: JoinStatistics, speech: Speech, timeline: Timeline) -> list[Problem]:
    missed = (statistics.nearest + statistics.unknown) / max(1, len(speech.starts))
    return [
        *split_problems(statistics.splits),
        *_report(statistics),
        *compare_times(speech, timeline, missed),
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
    return blocks, [None if label in unnamed else label for label in labels]


def _find_kept(utterances: Utterances, has_labels: bool) -> list[bool]:
    """For each utterance, whether it keeps the speaker that the file states."""
    named = _find_named(utterances.speakers)
    kept = [speaker in named for speaker in utterances.speakers]
    if not has_labels:
        return kept
    for at, words in enumerate(utterances.words):
        if _find_named(map(_WORD_SPEAKER, words)):
            kept[at] = True
    return kept


def _find_named(labels: Iterable[str | None]) -> set[str]:
    """The labels that name somebody."""
    return {label for label in set(labels) if label and not is_unnamed(label)}


_WORD_SPEAKER = itemgetter(Word._fields.index("speaker"))
_TIE = 1.1
"""Shares that differ by less count as equal."""


def _find_runs(blocks: Blocks, labels: Iterable[str | None]) -> list[Run]:
    """Neighboring words with the same label, each run with the word before which it ends."""
    runs: list[Run] = []
    last: str | None = None
    for first, label in zip(blocks.firsts, labels, strict=False):
        if label != last:
            if first:
                runs.append((last, first))
            last = label
    runs.append((last, blocks.firsts[-1]))
    return runs


def _count(blocks: Blocks, labels: Iterable[str | None], kept: int, splits: int) -> JoinStatistics:
    counts: dict[Basis, int] = dict.fromkeys(get_args(Basis), 0)
    sure = 0.0
    covered = 0
    sizes = map(sub, blocks.firsts[1:], blocks.firsts)
    for words, shares, basis, label in zip(sizes, blocks.shares, blocks.bases, labels, strict=True):
        if label is None:
            counts["unknown"] += words
            continue
        own = shares.get(label, 0.0)
        if own == 1 and len(shares) == 1 and basis == "covered":  # most blocks
            covered += words
            continue
        if basis == "untimed":
            counts[basis] += words
            continue
        if len(shares) > 1 or not own:
            # The bonus of `Costs.first` makes no difference between equal shares.
            if own * _TIE <= max(shares.values()):
                basis = "smoothed"
            own /= max(1.0, sum(shares.values()))
        counts[basis] += words
        sure += own * words
    counts["covered"] += covered
    sure += covered
    decided = counts["covered"] + counts["nearest"] + counts["smoothed"]
    confidence = 0.0
    if decided:
        confidence = sure / decided
    words = sum(counts.values()) + kept
    return JoinStatistics(words, **counts, kept=kept, splits=splits, confidence=confidence)


def _report(statistics: JoinStatistics) -> list[Problem]:
    """Report words that got no label from the turns."""
    problems = []
    if statistics.kept:
        kept = count_of(statistics.kept, "word")
        message = f"the speakers of {kept} are kept; --reassign takes those of the turns"
        problems.append(Problem("labels-kept", message))
    if statistics.unknown:
        unknown = count_of(statistics.unknown, "word")
        message = f"without a speaker: {unknown}, where no turn names a speaker"
        problems.append(Problem("speaker-unknown", message))
    return problems
