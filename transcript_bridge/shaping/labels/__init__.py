"""Speaker labels inside the text: `Alice: Good morning.`

Half of the products write the speaker into the text, each in its own way, and prose is full of
colons. So the labels are decided for the file as a whole, and only then cut off.

    read_labels   the stage

The modules, in the order in which they process a file:

    cue_clocks    clocks before the labels
    any_form      find the labels of a file, in any form
    one_form        rewrite odd forms of labels in the usual one
    other_marks     the same for marks that also occur in prose: `Nora — Where?`
    counted_roles   the same for `Q.` and `A.`, and for numbers
    scan          what all texts of a file start with
    prefixes      read one such prefix: `[SPEAKER_00]: `, `- Bob: `, `>> CAROL: `
    likeness      how much the words of a prefix look like a name (words: vocabulary)
    evidence      what the whole file says about each possible label
    decision      what names a speaker in this file, with reasons:
    file_signs      is the file labeled
    label_signs     which prefixes are labels
    strip_labels  cut off the labels, divide cues with several speakers
    turn_taking   who speaks in cues without a label
    split_cue     split one utterance into several
    rebuild       build the transcript again
    explaining    why each possible label is one, or why it is text
"""

from __future__ import annotations

from ...line_joining import join_all
from ...models import Transcript
from ...on_demand import on_demand
from ...problems import Problem
from .any_form import find_in_any_form
from .rebuild import rebuild
from .scan import Openings, may_have_clocks
from .strip_labels import strip_labels
from .turn_taking import CurrentSpeaker, labels_carry_over

__all__ = ["read_labels"]

_leave_out_clocks = on_demand(__name__, "cue_clocks", "leave_out_clocks")


def read_labels(transcript: Transcript) -> Transcript:
    """Move the speakers' labels from the texts to the utterances, and make every text one line.

    If the file's markup names any speaker, no labels are searched for in its texts. Labels keep
    their spelling, with blanks collapsed. If a file labels only changes of speaker, a label is
    valid until the next one (turn_taking.py).

    Problems: `speaker-split`, one per file, with cues = -(additional utterances);
    `label-only-cue`, one for each cue with nothing but a label, which goes to the next cue;
    `crowded-cue`, one for each text that is too large for a cue;
    `clock-in-cue`, one for a file whose cues begin with clocks.
    """
    if may_have_clocks(transcript.utterances.texts):
        transcript = _leave_out_clocks(transcript)
    texts = transcript.utterances.texts
    speakers = transcript.utterances.speakers
    if speakers.count(None) < len(texts):
        return _join_lines(transcript)
    texts, openings, labels, names_some = find_in_any_form(texts)
    if openings.crowded:
        transcript = transcript.evolve(problems=_report_crowded(transcript, openings))
    if not labels.names and not labels.has_chevrons:
        return _join_lines(transcript)
    stripped = strip_labels(texts, openings, labels)
    carries_over = not names_some and labels_carry_over(stripped, texts)
    return rebuild(transcript, stripped, CurrentSpeaker(carries_over, labels.passing))


def _report_crowded(transcript: Transcript, openings: Openings) -> list[Problem]:
    message = "a cue with thousands of labels was kept whole, without a speaker"
    lines = transcript.utterances.lines
    return [Problem("crowded-cue", message, lines[index]) for index in sorted(openings.crowded)]


def _join_lines(transcript: Transcript) -> Transcript:
    utterances = transcript.utterances
    texts = list(utterances.texts)
    join_all(texts)
    if texts == list(utterances.texts):
        return transcript
    return transcript.evolve(utterances.replace(texts, utterances.speakers))
