"""Kinds of values: how the text of a flag or variable, or a TOML value, is parsed and checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from ..limits import MAX_SEGMENTS, SOURCES
from .label_changes import parse_label_changes
from .lists import parse_list

MAX_GAP_SECONDS = 1e6
"""Seconds. A larger number is probably meant as milliseconds, and is refused."""
MAX_RATE = 1_000_000
MAX_COUNT = 1_000_000
MAX_JOBS = 256
MAX_CONCURRENCY = 64
OWN_PROCESSES = "processes"
LOCAL_CLUSTER = "dask"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*|multi")
"""Checked here, because Omi accepts any text, even one such as `German`."""
_SCHEDULER = re.compile(r"(?:tcp|tls)://(?:[^\s/:]+|\[[^\s/]+\]):\d+")


class Kind(NamedTuple):
    """A kind of value.

    wanted: completes the sentence "NAME must be …".
    parse: takes a TOML value, or a text from a flag or the environment; raises ValueError or
    TypeError if it is invalid. choices: all possible values, if they can be listed.
    """

    wanted: str
    parse: Callable[[Any], Any]
    choices: tuple[str, ...] = ()


def _parse_text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value


def _parse_path(value: Any) -> str:
    """`~` becomes the home folder; `~` of an unknown user is left unchanged."""
    text = _parse_text(value)
    if not text.startswith("~"):
        return text
    try:
        return str(Path(text).expanduser())
    except RuntimeError:
        return text


def _parse_switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("1", "true", "yes"):
        return True
    if value in ("0", "false", "no"):
        return False
    raise ValueError


def _parse_seconds(value: Any) -> timedelta:
    if isinstance(value, bool):
        raise ValueError
    number = float(value)
    if not 0 <= number <= MAX_GAP_SECONDS:
        raise ValueError
    return timedelta(seconds=number)


def number_kind(least: float, most: float = MAX_COUNT, read: Callable[[Any], float] = int) -> Kind:
    """The kind of a number. read: int, or float for one that may have a fraction."""

    def parse(value: Any) -> float:
        if isinstance(value, bool):
            raise ValueError
        found = read(value)
        if not least <= found <= most:
            raise ValueError
        return found

    return Kind(f"a number from {least} to {most}", parse)


def _parse_rate(value: Any) -> int:
    """A number, or `12/hour`."""
    if isinstance(value, str):
        value, _, unit = value.partition("/")
        if unit not in ("", "h", "hour"):
            raise ValueError
    return int(number_kind(1, MAX_RATE).parse(value))


def _parse_engine(value: Any) -> str:
    if value in (OWN_PROCESSES, LOCAL_CLUSTER) or _SCHEDULER.fullmatch(value):
        return str(value)
    raise ValueError


def _parse_language(value: Any) -> str:
    if _LANGUAGE.fullmatch(value):
        return str(value)
    raise ValueError


def _parse_zone(value: Any) -> str:
    if value == "UTC":
        return "UTC"
    from zoneinfo import ZoneInfo  # takes as long to import as reading a small file

    try:
        ZoneInfo(value)
    except Exception:  # zoneinfo raises exceptions of several types for a bad name
        raise ValueError from None
    return str(value)


def _parse_moment(value: Any) -> datetime:
    """The result may have no offset; build_options adds that of the time zone."""
    if isinstance(value, datetime):  # TOML has times
        return value
    return datetime.fromisoformat(value)


def _parse_location(value: Any) -> tuple[float, float]:
    if isinstance(value, str):
        value = value.split(",")
    latitude, longitude = map(float, value)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError
    return latitude, longitude


def _parse_texts(value: Any) -> tuple[str, ...]:
    return parse_list(value, _parse_text)


def _parse_tables(value: Any) -> tuple[dict[str, Any], ...]:
    return parse_list(value, _parse_table)


def _parse_table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError
    return value


def _parse_suffix(value: Any) -> str:
    """The leading dot is optional: `vtt` or `.vtt`."""
    text = _parse_text(value).lower()
    if text.startswith("."):
        return text
    return f".{text}"


def _parse_turns(value: Any) -> str | None:
    """None means no turns at all."""
    if value is False:
        return None
    return _parse_path(value)


def _parse_person(text: str) -> tuple[str, str]:
    label, separator, person_id = text.rpartition("=")
    if not all((separator, label, person_id)):
        raise ValueError
    return label, person_id


def _parse_persons(value: Any) -> tuple[tuple[str, str], ...]:
    return parse_list(value, _parse_person)


def choice_kind(*choices: str) -> Kind:
    """The kind of a word from a short list."""

    def parse(value: Any) -> str:
        if value not in choices:
            raise ValueError
        return str(value)

    listed = ", ".join(choices[:-1]) + f" or {choices[-1]}"
    return Kind(listed, parse, choices)


TEXT = Kind("text", _parse_text)
PATH = Kind("the path of a file", _parse_path)
SWITCH = Kind("true or false", _parse_switch)
SECONDS = Kind(f"a number of seconds from 0 to {MAX_GAP_SECONDS:.0f}", _parse_seconds)
SEGMENTS = number_kind(1, MAX_SEGMENTS)
COUNT = number_kind(1)
ENGINE = Kind(
    f"{OWN_PROCESSES}, {LOCAL_CLUSTER}, or the address of a Dask scheduler such as tcp://host:8786",
    _parse_engine,
)
CONCURRENCY = number_kind(1, MAX_CONCURRENCY)
GAP = number_kind(0, read=float)
JOBS = number_kind(1, MAX_JOBS)
RATE = Kind("a number of writes per hour, such as 12", _parse_rate)
LANGUAGE = Kind("the code of a language, such as de", _parse_language)
ZONE = Kind("a time zone such as Europe/Berlin", _parse_zone)
MOMENT = Kind("a time such as 2024-01-24T15:04:05+01:00", _parse_moment)
LOCATION = Kind(
    "LAT,LON in degrees, latitude -90 to 90 and longitude -180 to 180, such as 52.52,13.40",
    _parse_location,
)
PATTERNS = Kind("a list of patterns", _parse_texts)
PERSONS = Kind("LABEL=PERSON_ID", _parse_persons)
TABLES = Kind("tables, each like [[files]]", _parse_tables)
PARTS = Kind(
    "tables with from, to, label and speaker, such as "
    '{from = "0:12:40", to = "0:14:02", label = "SPEAKER_00", speaker = "Bob"}',
    parse_label_changes,
)
SUFFIX = Kind("a suffix such as vtt", _parse_suffix)
TURNS = Kind("the path of a file, or false", _parse_turns)
SOURCE = choice_kind(*sorted(SOURCES))
SPLIT = choice_kind("fill", "pause")
ORDER = choice_kind("newest", "oldest", "found")
