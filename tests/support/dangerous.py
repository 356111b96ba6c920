"""Work that ends its process or hangs.

The module imports little, because each worker process imports it.
"""

from __future__ import annotations

import os
import time

from transcript_bridge.archive.grouping import Recording
from transcript_bridge.archive.summary import RecordingSummary


class Dangerous:
    """Ends its process, or hangs, for some recordings."""

    def convert(self, recording: Recording) -> RecordingSummary:
        name = recording.forms[0].name
        if name.startswith("die"):
            os._exit(1)
        if name.startswith("hang"):
            time.sleep(10_000)
        return RecordingSummary(recording.path, "ready")
