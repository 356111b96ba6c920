"""SQLite's locks of this process end with any other descriptor of the same file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from transcript_bridge.archive.scan import scan
from transcript_bridge.regular_files import open_regular, read_regular
from transcript_bridge.sqlite_files import is_something_else, is_sqlite, opened_here
from transcript_bridge.transfer.ledger import Ledger

_TAKE_LOCK = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
"""


def _take_lock(path: Path) -> str:
    """Return the answer of SQLite to another process that begins to write into the database."""
    words = [sys.executable, "-c", _TAKE_LOCK, str(path)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def test_an_open_database_is_not_opened_as_a_file_even_without_a_log(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    link = tmp_path / "link"
    link.symlink_to(path)
    with opened_here(link), closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("CREATE TABLE sent (id)").close()
        database.execute("BEGIN EXCLUSIVE").close()
        for name in (path, link):
            for read in (read_regular, open_regular):
                with pytest.raises(OSError, match="this program uses it as a database"):
                    read(name)
            assert not is_sqlite(name)
            assert not is_something_else(name)
        found = scan([str(tmp_path)])
        assert (found.recordings, found.hidden) == ((), 2)
        assert _take_lock(path) == "database is locked"
    assert _take_lock(path) == ""
    assert is_sqlite(path)


def test_an_open_ledger_is_noted_until_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    with Ledger(path):
        assert not is_sqlite(path)
        with pytest.raises(OSError, match="this program uses it as a database"):
            read_regular(path.with_name("sent-shm"))
        (tmp_path / "talk.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello.\n")
        found = scan([str(tmp_path)])
        assert (len(found.recordings), found.left_out, found.hidden) == (1, (), 3)
    assert is_sqlite(path)
