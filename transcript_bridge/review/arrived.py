"""The rows that are there already while an archive is read for the first time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..archive.grouping import Recording
from ..archive.naming import name_voices
from ..archive.planning import make_plan
from ..archive.scan import ScanResult
from ..archive.summary import RecordingSummary
from ..options import Options
from .contents import Listed, Numbers, list_contents

MOST = 200
"""So many are shown; nobody reads more while a bar moves."""


class ArrivedRecordings:
    """What was read so far. One thread adds to it; others look at it."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[Recording, RecordingSummary]] = {}

    def add(self, recording: Recording, summary: RecordingSummary) -> None:
        """Note a recording that was read; the names of its voices come later."""
        if len(self._read) < MOST:
            self._read[recording.path] = (recording, summary)

    def list_rows(self, options: Options, now: datetime) -> Sequence[Listed]:
        """The first of them, sorted as in the list.

        Nothing is known of the ledger yet, nor of copies. Rows have no numbers: what can be opened
        and chosen is known when all is read.
        """
        read = tuple(self._read.values())
        recordings = tuple(recording for recording, _ in read)
        summaries = [name_voices(recording, summary, options) for recording, summary in read]
        plan = make_plan(ScanResult(recordings), summaries, now)
        contents = list_contents(recordings, summaries, plan, Numbers(), options)
        return [row._replace(number=None) for row in contents.rows]
