"""Removes lines that repeat a time in words, as copied from the page of a player.

    0:03                                YouTube
    3 seconds
    where is the harbour

    Ann Lee                             Teams
    0 minutes 3 seconds
    0:03
    Ann Lee 0 minutes 3 seconds
    Where is the harbour?

    0:033 secondswhere is the harbour   YouTube, on one line

The pages have them for screen readers. In every language they have the numbers of the clock, and
short words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import ne

from .line_rows import Finding, blank_rows

_CLOCK = re.compile(r"(?:\d{1,3}:)?\d{1,2}:[0-5]\d")
_WITH_UNIT = r"\d{1,3}\s?[^\W\d]{1,12}\.?"
_SPOKEN = re.compile(rf"(?:\D{{1,60}}\s)?{_WITH_UNIT}(?:,?\s{_WITH_UNIT}){{0,2}}")
_ONE = (
    "second|minute|hour|seconde|heure|segundo|minuto|hora|secondo|ora|Sekunde|Minute|Stunde"
    "|minuut|uur|sekunda|minuta|godzina|секунда|минута|час|секунда|хвилина|година|sekund|minut|timme"
)
_MANY = (
    "seconds|minutes|hours|secondes|heures|segundos|minutos|horas|secondi|minuti|ore|Sekunden"
    "|Minuten|Stunden|seconden|minuten|sekundy|sekund|minuty|minut|godziny|godzin|секунды|секунд"
    "|минуты|минут|часа|часов|секунди|хвилини|хвилин|години|годин|sekunder|minuter|timmar"
    "|saniye|dakika|saat|detik|menit|jam|giây|phút|giờ|秒钟|秒鐘|秒|分钟|分鐘|分|小时|小時|時間|초|분|시간"
    "|सेकंड|मिनट|घंटे"
)
_AMOUNT = rf"(?:1[ ]?(?:{_ONE})|\d{{1,2}}[ ]?(?:{_MANY}|{_ONE}))"
_GLUED = re.compile(
    rf"(?m)^[ \t]{{0,9}}(?P<clock>{_CLOCK.pattern})[ ]?"
    rf"(?P<said>{_AMOUNT}(?:,?[ ]?{_AMOUNT}){{0,2}})[ ]?(?P<text>.*)"
)
_NUMBER = re.compile(r"\d+")
_MIN_TIMES = 2


def leave_out_spoken_times(lines: Sequence[str], findings: list[Finding]) -> Sequence[str]:
    """Empty such lines, if at least half of the clocks on lines of their own have one."""
    rows: list[int] = []
    clocks = 0
    answered = 0
    for row, line in enumerate(lines):
        if not _CLOCK.fullmatch(line.strip()):
            continue
        clocks += 1
        beside = _find_beside(lines, row)
        rows += beside
        answered += len(beside) > 0
    if answered < max(_MIN_TIMES, clocks / 2):
        return lines
    message = f"lines that repeat a time in words were left out: {len(rows)}"
    findings.append(Finding("skipped-line", message, rows[0]))
    return blank_rows(lines, rows)


def _find_beside(lines: Sequence[str], row: int) -> list[int]:
    """Return the rows above and below a clock that repeat its time in words."""
    numbers = _numbers(lines[row])
    found = []
    for near in {max(row - 1, 0), min(row + 1, len(lines) - 1)} - {row}:
        line = lines[near].strip()
        if _SPOKEN.fullmatch(line) and _numbers(line) == numbers:
            found.append(near)
    return sorted(found)


def cut_spoken_times(lines: Sequence[str]) -> Sequence[str]:
    """Rewrite `0:033 secondstext` to `0:03 text`; returns the same object if there are few."""
    if _GLUED.search("\n".join(lines)) is None:
        return lines
    cut = list(map(_cut, lines))
    if sum(map(ne, cut, lines)) < _MIN_TIMES:
        return lines
    return cut


def _cut(line: str) -> str:
    found = _GLUED.match(line)
    if found is None or _numbers(found["said"]) != _numbers(found["clock"]):
        return line
    return f"{found['clock']} {found['text'].strip()}"


def _numbers(text: str) -> list[int]:
    """Return the numbers of a text, without zeros: `1:00:05` is "1 hour, 5 seconds"."""
    return list(filter(None, map(int, _NUMBER.findall(text))))
