"""All that a plug-in has to test; the checks are those of the built-in formats."""

from __future__ import annotations

from pathlib import Path

import transcript_bridge_tapelog

from transcript_bridge.testing import check_format


def test_tapelog() -> None:
    check_format(transcript_bridge_tapelog.FORMAT, Path(__file__).parent / "fixtures")
