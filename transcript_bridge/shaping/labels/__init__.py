"""Speaker labels that stand inside the text: `Alice: Good morning.`

Half of the products write who speaks into the text, each in its own way, and prose is full of
colons. So the file is asked as a whole what its labels are, and only then is anything cut off.

    read_names   the stage

Inside: `names` tells what a label looks like by itself, `prefixes` which of them a file has,
`cutting` takes them off, `carrying` tells who speaks where a cue does not say, `parting` makes
several utterances of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import eq

from ...line_joining import join_all
from ...models import Transcript, Utterance, Utterances
from ...problems import Problem, ProblemLog
from .prefixes import find_labels, find_openings
from .split_cue import part
from .strip_labels import Cuts, cut
from .turn_taking import Floor, carries

__all__ = ["read_names"]


def read_names(transcript: Transcript) -> Transcript:
    """Take the speakers' labels out of the text, and make every text one line.

    Where the file's markup names speakers already, no names are looked for. Labels stay as they are
    written, blanks collapsed. A label that stands only where the speaker changes carries forward
    (`carrying.carries`).

    Problems: `speaker-split`, one for the file, with cues = -(utterances more than cues);
    `label-only-cue`, one for each cue without text of its own, whose label goes to the next;
    `crowded-cue`, one for each cue that is none.
    """
    utterances = transcript.utterances
    texts = utterances.texts
    if utterances.speakers.count(None) == len(texts):
        openings = find_openings(texts)
        if openings.crowded:
            told = "a cue in which thousands speak was kept whole and names nobody"
            problems = [
                Problem("crowded-cue", told, utterances.lines[i]) for i in sorted(openings.crowded)
            ]
            transcript = transcript.evolve(problems=problems)
        if openings.marks:
            labels = find_labels(texts, openings)
            if labels.names or labels.turns:
                cuts = cut(texts, openings, labels)
                return _assemble(transcript, cuts, Floor(carries(cuts, texts)))
    lines = list(texts)
    join_all(lines)
    if all(map(eq, lines, texts)):
        return transcript
    return transcript.evolve(utterances.replace(lines, utterances.speakers))


def _assemble(transcript: Transcript, cuts: Cuts, floor: Floor) -> Transcript:
    """Utterances again, from the old ones and what was cut; label-only cues go, cues of several
    speakers part."""
    utterances, take = transcript.utterances, floor.speaker
    texts = cuts.texts
    join_all(texts)
    if not (floor.carries or cuts.several or "" in texts or any(utterances.words)):
        return transcript.evolve(
            utterances.replace(texts, [state or None for state in cuts.states])
        )
    speakers: list[str | None] = []
    replaced: dict[int, list[Utterance]] = {}
    alone: list[int] = []
    nothing: list[Utterance] = []
    for i, (state, text) in enumerate(zip(cuts.states, texts, strict=True)):
        if i in cuts.several:
            parts = [(take(*found), found[1]) for found in cuts.several[i]]
            replaced[i] = part(utterances[i], [found for found in parts if found[1]])
            speakers.append(None)
            continue
        speakers.append(take(state, text))
        if state is not None and not text:
            alone.append(i)
            replaced[i] = nothing
        elif state is not None and utterances.words[i]:
            replaced[i] = part(utterances[i], [(speakers[i], text)])
    made = utterances.replace(texts, speakers)
    return transcript.evolve(
        _spliced(made, replaced) if replaced else made, _told(utterances, cuts, alone, replaced)
    )


def _told(
    utterances: Utterances, cuts: Cuts, alone: Sequence[int], replaced: dict[int, list[Utterance]]
) -> tuple[Problem, ...]:
    log = ProblemLog()
    for i in alone:
        message = f"{cuts.states[i] or '>>'} stands alone; it is for the cue after it"
        log.add("label-only-cue", message, utterances.lines[i], 1)
    parted = [i for i, made in replaced.items() if len(made) > 1]
    if parted:
        extra = sum(len(replaced[i]) - 1 for i in parted)
        message = (
            f"cues that held several speakers were cut at their labels: {extra} more utterances"
        )
        log.add("speaker-split", message, utterances.lines[parted[0]], -extra)
    return log.problems()


def _spliced(made: Utterances, replaced: dict[int, list[Utterance]]) -> list[Utterance]:
    """`made` with some of them, by index in order, replaced by none, one or several."""
    rows = list(made)
    spliced: list[Utterance] = []
    done = 0
    for i, instead in replaced.items():
        spliced += rows[done:i]
        spliced += instead
        done = i + 1
    return spliced + rows[done:]
