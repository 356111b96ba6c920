"""Fixtures for tests of the queue: an empty ledger, and archives with a key each."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from transcript_bridge.limits import DISCARD_WORDS

KEY = "omi_dev_{profile}"


@pytest.fixture
def queue_ledger(postgres_database: str) -> str:
    """The URL of an empty database."""
    pytest.importorskip("procrastinate")
    return postgres_database


class Archives(NamedTuple):
    """Folders of transcripts, one for each profile, and a folder with a key for each."""

    root: Path
    keys: Path

    def add(self, profile: str, recordings: int, *, are_long: bool = False) -> Path:
        """Add recordings. are_long: no server discards them as too short. Of a short one whose
        answer is lost, an older server cannot tell whether it did."""
        folder = self.root / profile
        folder.mkdir(parents=True)
        for number in range(recordings):
            name = f"2024-01-{number % 28 + 1:02} {number // 28 + 8:02}.00.00.vtt"
            words = f"<v Alice>{profile} says number {number}"
            if are_long:
                words += "".join(f" and {count}" for count in range(DISCARD_WORDS))
            cue = f"WEBVTT\n\n00:00.000 --> 00:05.000\n{words}\n"
            (folder / name).write_text(cue, encoding="utf-8")
        (self.keys / profile).write_text(KEY.format(profile=profile) + "\n", encoding="utf-8")
        return folder


@pytest.fixture
def archives(tmp_path: Path) -> Archives:
    made = Archives(tmp_path / "archives", tmp_path / "keys")
    made.keys.mkdir()
    return made
