"""Detects that a ledger file is older than what was sent with it.

A ledger from a backup, or one that was copied without its `-wal` file, does not know what was sent
later. A server that ignores session ids would then get it twice. So each transaction that claims
requests for sending increments a number in the ledger (SQLite's `user_version`) and in a small file
beside it. A ledger whose number is lower, or whose file is missing, may have forgotten something.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_SUFFIX = ".count"
_WIDTH = 240
"""The size of the file in bytes, always the same, so that one write replaces all of it."""
_NO_MARK = "-"
_FIELDS_WITHOUT_MARKS = 3
"""Earlier versions of the program wrote no marks."""


class ClockReading(NamedTuple):
    """A moment by two clocks. at: seconds since 1970. mark: as of Clock.mark; may be empty."""

    at: float = 0.0
    mark: str = ""


NEVER = ClockReading()


class SentCount(NamedTuple):
    """The content of the file beside a ledger.

    number: of the latest transaction. counted: when that was. forgotten_until: before this moment,
    requests may have been sent that the ledger does not know; 0 if there are none.
    """

    number: int
    counted: ClockReading
    forgotten_until: ClockReading = NEVER


def find_count_file(ledger: Path) -> Path:
    """The path of the file beside a ledger."""
    return ledger.with_name(ledger.name + _SUFFIX)


def read_count(ledger: Path) -> SentCount | None:
    """The content; None if there is no file, or it cannot be parsed."""
    try:
        number, *fields = find_count_file(ledger).read_text("ascii").split()
        if len(fields) + 1 == _FIELDS_WITHOUT_MARKS:
            fields += [_NO_MARK, _NO_MARK]
        counted_at, until, counted_mark, until_mark = fields
        counted = _read_moment(counted_at, counted_mark)
        return SentCount(int(number), counted, _read_moment(until, until_mark))
    except (OSError, ValueError):
        return None


def _read_moment(at: str, mark: str) -> ClockReading:
    """Raises ValueError."""
    if mark == _NO_MARK:
        return ClockReading(float(at))
    _boot, _, seconds = mark.rpartition(":")
    float(seconds)
    return ClockReading(float(at), mark)


def write_count(ledger: Path, count: SentCount) -> None:
    """Replace the file's content.

    It is not synced to the disk: after a power cut it may be behind the ledger, which is harmless.
    If it cannot be written, the ledger will be ahead of it or without it, which is safe, too.
    """
    counted, until = count.counted, count.forgotten_until
    marks = f"{counted.mark or _NO_MARK} {until.mark or _NO_MARK}"
    text = f"{count.number} {counted.at!r} {until.at!r} {marks}"
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    with suppress(OSError):
        descriptor = os.open(find_count_file(ledger), flags, 0o600)
        try:
            os.write(descriptor, text.ljust(_WIDTH - 1).encode("ascii") + b"\n")
        finally:
            os.close(descriptor)


def judge_count(
    number: int, count: SentCount | None, now: ClockReading, is_of_this_boot: Callable[[str], bool]
) -> SentCount:
    """Compute the content of the file when a ledger is opened. number: the ledger's own.

    The server may still be working on forgotten requests. How long ago they were sent is certain
    only by a mark of this boot, because the other clock may have been set since. Without such a
    mark, they count as sent now.
    """
    if count is None and number == 0:
        return SentCount(0, now)
    if count is None:
        return SentCount(number, now, forgotten_until=now)
    if count.number > number:
        until = count.counted
        if not is_of_this_boot(until.mark):
            until = now
        return SentCount(count.number, count.counted, until)
    return SentCount(number, count.counted, count.forgotten_until)
