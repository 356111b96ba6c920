"""Work that ends its process or hangs.

The module imports little, because each worker process imports it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from transcript_bridge.archive.engines import converting_process
from transcript_bridge.archive.grouping import Recording
from transcript_bridge.archive.summary import RecordingSummary


class Dangerous:
    """Ends its process, or hangs, for some recordings.

    deaths: a file to which each process that ends adds a line.
    """

    def __init__(self, deaths: str = "") -> None:
        self.deaths = deaths

    def convert(self, recording: Recording) -> RecordingSummary:
        name = recording.forms[0].name
        if name.startswith("die"):
            if self.deaths:
                with Path(self.deaths).open("a", encoding="utf-8") as file:
                    file.write(f"{name}\n")
            os._exit(1)
        if name.startswith("hang"):
            time.sleep(10_000)
        return RecordingSummary(recording.path, "ready")


class Impatient(Dangerous):
    """The same, but the process of an engine waits only two seconds for it."""

    def __setstate__(self, state: dict[str, str]) -> None:
        self.__dict__.update(state)
        converting_process.find_patience = _wait_briefly  # type: ignore[assignment]


def _wait_briefly(_recordings: Sequence[Recording]) -> float:
    return 2.0
