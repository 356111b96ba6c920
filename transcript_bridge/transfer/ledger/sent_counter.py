"""Noticing that a ledger file is older than what was sent with it.

A ledger from a backup, or one that was copied without its `-wal` file, does not know what was sent
later. A server that ignores session ids would get that twice. So each transaction that takes
requests for sending counts up in the ledger (SQLite's `user_version`) and in a small file beside
it. A ledger that is behind its file, or has none, may have forgotten something.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_SUFFIX = ".count"
_WIDTH = 80
"""Bytes of the file: always the same, so that one write replaces all of it."""


class SentCount(NamedTuple):
    """What the file beside a ledger says.

    number: of the latest transaction. counted_at: when that was, in seconds since 1970.
    forgotten_until: before this moment, requests may have been sent of which the ledger does not
    know; 0 if there are none.
    """

    number: int
    counted_at: float
    forgotten_until: float = 0.0


def find_count_file(ledger: Path) -> Path:
    """The path of the file beside a ledger."""
    return ledger.with_name(ledger.name + _SUFFIX)


def read_count(ledger: Path) -> SentCount | None:
    """None where there is no file, or it cannot be understood."""
    try:
        number, counted_at, until = find_count_file(ledger).read_text("ascii").split()
        return SentCount(int(number), float(counted_at), float(until))
    except (OSError, ValueError):
        return None


def write_count(ledger: Path, count: SentCount) -> None:
    """Replace the file's content.

    It is not synced to the disk: after a power cut it may be behind the ledger, which does no harm.
    Where it cannot be written, the ledger is found ahead of it, or without it, which is safe, too.
    """
    text = f"{count.number} {count.counted_at!r} {count.forgotten_until!r}"
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    with suppress(OSError):
        descriptor = os.open(find_count_file(ledger), flags, 0o600)
        try:
            os.write(descriptor, text.ljust(_WIDTH - 1).encode("ascii") + b"\n")
        finally:
            os.close(descriptor)


def judge_count(number: int, count: SentCount | None, now: float) -> SentCount:
    """What the file should say when a ledger is opened. number: the ledger's own."""
    if count is None and number == 0:
        return SentCount(0, now)
    if count is None:
        return SentCount(number, now, forgotten_until=now)
    if count.number > number:
        return SentCount(count.number, count.counted_at, forgotten_until=count.counted_at)
    return SentCount(number, count.counted_at, count.forgotten_until)
