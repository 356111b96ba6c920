"""Counts and moments, worded for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from transcript_bridge.calendar_words import name_moment
from transcript_bridge.quantities import count_of

NOW = datetime(2024, 1, 24, 15, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "words", "counted"),
    [
        (1, ("file",), "1 file"),
        (0, ("file",), "0 files"),
        (1200, ("file",), "1,200 files"),
        (2, ("entry",), "2 entries"),
        (2, ("day",), "2 days"),
        (1, ("file was read", "files were read"), "1 file was read"),
        (3, ("file was read", "files were read"), "3 files were read"),
    ],
)
def test_a_count_and_its_noun_agree(count: int, words: tuple[str, ...], counted: str) -> None:
    assert count_of(count, *words) == counted


@pytest.mark.parametrize(
    ("days", "named"),
    [(0, ""), (1, "Thursday "), (6, "Tuesday "), (7, "2024-01-31 "), (-1, "2024-01-23 ")],
)
def test_a_weekday_is_one_of_the_coming_days(days: int, named: str) -> None:
    """Of the past, `queue` said `since Monday` for any Monday."""
    moment = (NOW + timedelta(days=days)).replace(hour=14, minute=32)
    clock = moment.astimezone().strftime("%H:%M")
    assert name_moment(moment, NOW) == f"{named}{clock}"


def test_another_zone_than_that_of_the_computer_is_named() -> None:
    own = NOW.astimezone().utcoffset()
    assert own is not None
    zone = timezone(own - timedelta(hours=20), "ABC")
    assert name_moment(NOW, NOW, zone) == f"{NOW.astimezone(zone):%H:%M} ABC"
    assert name_moment(NOW, NOW, timezone(own)) == f"{NOW.astimezone():%H:%M}"
