"""Removes the repeated lines of YouTube's automatic captions in lists that other programs made
(fixtures/whisper_json/rolling.json)."""

from __future__ import annotations

from ...models import Transcript
from ..cues.cue import Cue, FindingLog
from ..cues.rolling import unroll_if_rolling


def unroll_texts(transcript: Transcript) -> Transcript:
    """Keep each line once. Reports `rolling-repeat` for utterances that have no other lines."""
    log = FindingLog()
    rows = list(transcript.utterances)
    cues = [Cue(row.start, row.end, row.text, str(place), 0) for place, row in enumerate(rows)]
    said = [rows[int(cue.id)]._replace(text=cue.text) for cue in unroll_if_rolling(cues, log)]
    problems = [problem._replace(line=None) for problem in log.problems()]
    return transcript.evolve(said, problems)
