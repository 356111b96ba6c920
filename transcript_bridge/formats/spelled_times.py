"""Reads times with other marks than colons, or with units beside the numbers.

00_00_01  00-00-01.5  00.00.01,250  00：00：01      names of files, forms, East Asia
00:00:01:250                                        milliseconds after a colon
1m2s  00h 01m 02.5s  1 min 2 sec  PT1M2S  1.5 seconds  1分2秒
"""

from __future__ import annotations

import re
from itertools import chain

from ..timecode import read_clock

_CLOCK = re.compile(
    r"T?(\d{1,3})([-_.:：])([0-5]?\d)\2([0-5]?\d)(?:[.,](\d{1,9})|\2(\d{3}))?", re.ASCII
)
"""Three numbers with the same mark between them; the last group are milliseconds."""
_AMOUNT = re.compile(r"(\d{1,15}(?:[.,]\d{1,20})?)[ \xa0]?([^\W\d_]{1,12})\.?,?[ \xa0]?")
_AMOUNTS = re.compile(rf"(?:PT(?=\d))?(?:{_AMOUNT.pattern}){{1,4}}")
_NAMES_BY_MS = {
    3_600_000: """
        h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur ч час часа часов
        小时 小時 時間 时 時 시간
    """,
    60_000: """
        m min mins minute minutes minuten minuto minutos minuti minuut мин минута минуты минут
        分 分钟 分鐘 분
    """,
    1000: """
        s sec secs second seconds sek sekunde sekunden seconde secondes seconden segundo segundos
        secondo secondi с сек секунда секунды секунд 秒 秒钟 秒鐘 초
    """,
    1: "ms msec msecs millis millisecond milliseconds 毫秒",
}
_UNITS = dict(
    chain.from_iterable(
        [(name, ms) for name in names.split()] for ms, names in _NAMES_BY_MS.items()
    )
)
"""ms per unit."""


def read_spelled(text: str) -> int | None:
    """Read such a time as ms; None for anything else."""
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, _, minutes, seconds, fraction, milliseconds = clock.groups()
        return read_clock(hours, minutes, seconds, fraction or milliseconds)
    if _AMOUNTS.fullmatch(text) is None:
        return None
    total = 0.0
    for amount, name in _AMOUNT.findall(text.removeprefix("PT")):
        unit = _UNITS.get(name.lower())
        if unit is None:
            return None
        total += float(amount.replace(",", ".")) * unit
    return round(total)
