"""The recordings that the list shows while the archive is read for the first time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock

from ..archive.grouping import Recording
from ..archive.planning import make_plan
from ..archive.scan import ScanResult
from ..archive.summary import RecordingSummary
from ..archive.voices.naming import name_voices
from ..options import Options
from .contents import Listed, Numbers, list_contents

MOST = 200
"""The most rows; nobody reads more while the progress bar moves."""
_NO_TIME = datetime.max.replace(tzinfo=UTC)


class ArrivedRecordings:
    """The recordings read so far. One thread adds to them; others list them."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[Recording, RecordingSummary]] = {}
        self._lock = Lock()
        self._rows: list[Listed] = []
        """Of the first `_listed` recordings, with `_options`."""
        self._listed = 0
        self._options: Options | None = None

    def add(self, recording: Recording, summary: RecordingSummary) -> None:
        """Note a recording that was read; the names of its voices come later."""
        if len(self._read) < MOST:
            self._read[recording.path] = (recording, summary)

    @property
    def count(self) -> int:
        """The number of recordings to list."""
        return len(self._read)

    def list_rows(self, options: Options, now: datetime) -> Sequence[Listed]:
        """The first rows, sorted as in the list.

        The ledger and copies are not taken into account yet. Rows have no numbers: nothing can be
        opened or chosen until everything is read.
        """
        with self._lock:
            if options is not self._options:
                self._rows = []
                self._listed = 0
                self._options = options
            new = list(self._read.values())[self._listed :]
            for recording, summary in new:
                self._rows += _list_rows_of(recording, summary, options, now)
            self._listed += len(new)
            return sorted(self._rows, key=_sort_by_time)


def _list_rows_of(
    recording: Recording, summary: RecordingSummary, options: Options, now: datetime
) -> list[Listed]:
    named = [name_voices(recording, summary, options).summary]
    plan = make_plan(ScanResult((recording,)), named, now)
    contents = list_contents((recording,), named, plan, Numbers(), options)
    return [row._replace(number=None) for row in contents.rows]


def _sort_by_time(row: Listed) -> tuple[bool, datetime]:
    """The sort key: rows without a time come last."""
    return row.at is None, row.at or _NO_TIME
