"""YouTube's automatic captions of which somebody has made a list, with the lines that they show
again (fixtures/whisper_json/rolling.json)."""

from __future__ import annotations

from ...models import Transcript
from ..cues.cue import Cue, FindingLog
from ..cues.rolling import unroll_if_rolling


def unroll_texts(transcript: Transcript) -> Transcript:
    """Each line once. Problem: `rolling-repeat`, for the utterances that have no other lines."""
    log = FindingLog()
    rows = list(transcript.utterances)
    cues = [Cue(row.start, row.end, row.text, str(place), 0) for place, row in enumerate(rows)]
    said = [rows[int(cue.id)]._replace(text=cue.text) for cue in unroll_if_rolling(cues, log)]
    problems = [problem._replace(line=None) for problem in log.problems()]
    return transcript.evolve(said, problems)
