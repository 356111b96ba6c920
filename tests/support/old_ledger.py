"""Writes a ledger in the form of version 1; fixtures/ledgers/README.md describes its content."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).parent.parent.parent / "fixtures" / "ledgers" / "v1"
MADE_ACCOUNT = "0123456789abcdef0123"
"""The account with done, rejected, discarded and planned requests of `/old/*.srt`."""


def write_old_ledger(path: Path, *, account: str = "of files", folder: str = "/files") -> None:
    """account, folder: of the files in FOLDER, as the ledger knows them."""
    script = (FOLDER / "ledger.sql").read_text(encoding="utf-8")
    script = script.replace("@ACCOUNT@", account).replace("@FOLDER@", folder)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
