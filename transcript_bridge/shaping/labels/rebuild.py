"""Rebuilds a transcript from its cues without labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...line_joining import join_all
from ...models import Transcript, Utterance, Utterances
from ...problems import Problem, ProblemLog
from ...quantities import count_of
from .split_cue import SpokenText, split_cue
from .strip_labels import StrippedCues
from .turn_taking import CurrentSpeaker


class _Changes(NamedTuple):
    """The changes to the utterances of a transcript."""

    speakers: list[str | None]
    """The attribution of each utterance; None for one that is replaced by several."""
    replaced: dict[int, list[Utterance]]
    """By index, in order: the utterances that replace one."""
    label_only: list[int]
    """The utterances without text, whose labels apply to the next one."""


def rebuild(transcript: Transcript, stripped: StrippedCues, current: CurrentSpeaker) -> Transcript:
    """The transcript with speakers and without labels in its texts.

    Cues with nothing but a label are dropped, cues with several speakers are split.
    """
    utterances = transcript.utterances
    texts = stripped.texts
    join_all(texts)
    has_odd_cues = bool(stripped.divided) or "" in texts
    if not current.carries_over and not has_odd_cues and not any(utterances.words):
        speakers = [attribution or None for attribution in stripped.attributions]
        return transcript.evolve(utterances.replace(texts, speakers))

    changes = _find_changes(utterances, stripped, current)
    changed = utterances.replace(texts, changes.speakers)
    problems = _report(utterances, stripped, changes)
    if not changes.replaced:
        return transcript.evolve(changed, problems)
    return transcript.evolve(_replace_some(changed, changes.replaced), problems)


def _find_changes(
    utterances: Utterances, stripped: StrippedCues, current: CurrentSpeaker
) -> _Changes:
    changes = _Changes([], {}, [])
    speakers, replaced, label_only = changes
    cues = zip(stripped.attributions, stripped.texts, strict=True)
    for index, (attribution, text) in enumerate(cues):
        if index in stripped.divided:
            spoken: list[SpokenText] = []
            for passage in stripped.divided[index]:
                speaker = current.advance(passage.attribution, passage.text)
                if passage.text:
                    spoken.append(SpokenText(speaker, passage.text))
            replaced[index] = split_cue(utterances[index], spoken)
            speakers.append(None)
            continue
        speaker = None
        if index not in stripped.shown:
            speaker = current.advance(attribution, text)
        speakers.append(speaker)
        if attribution is None:
            continue
        if not text:
            label_only.append(index)
            replaced[index] = []
        elif utterances.words[index]:
            # The words of the label must be removed, too.
            replaced[index] = split_cue(utterances[index], [SpokenText(speaker, text)])
    return changes


def _report(
    utterances: Utterances, stripped: StrippedCues, changes: _Changes
) -> tuple[Problem, ...]:
    log = ProblemLog()
    for index in changes.label_only:
        label = stripped.attributions[index] or ">>"
        message = (
            f"a cue holds only {label}, which is for the next cue unless that has its own label"
        )
        log.add("label-only-cue", message, utterances.lines[index], 1)
    split = [index for index, pieces in changes.replaced.items() if len(pieces) > 1]
    if split:
        extra = sum(len(changes.replaced[index]) - 1 for index in split)
        more = count_of(extra, "more utterance")
        message = f"cues with several speakers were split at their labels: {more}"
        log.add("speaker-split", message, utterances.lines[split[0]], -extra)
    return log.problems()


def _replace_some(
    utterances: Utterances, replaced: dict[int, list[Utterance]]
) -> Sequence[Utterance]:
    rows = list(utterances)
    result: list[Utterance] = []
    done = 0
    for index, pieces in replaced.items():
        result += rows[done:index]
        result += pieces
        done = index + 1
    return result + rows[done:]
