"""URLs: which texts are URLs, and how they are shown and stored."""

from __future__ import annotations

import pytest

from transcript_bridge.object_stores import is_url, join_url, parent_url, show_url, withhold
from transcript_bridge.object_stores.withheld import reveal

SIGNED = "https://host/a%20b/talk.vtt?X-Amz-Signature=0f3e&X-Amz-Expires=60"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("s3://bucket/key", True),
        ("https://host/talk.vtt", True),
        ("abfs+x.y-z://c/f", True),
        ("talk.vtt", False),
        ("C://folder/talk.vtt", False),
        ("folder/with://in it", False),
        ("://talk.vtt", False),
    ],
    ids=["s3", "https", "odd", "file", "drive", "inside", "no-scheme"],
)
def test_only_a_scheme_makes_a_url(path: str, expected: bool) -> None:
    assert is_url(path) is expected


def test_passwords_and_signatures_are_not_shown() -> None:
    assert show_url(SIGNED) == "https://host/a b/talk.vtt"
    assert show_url("https://me:secret@host/talk.vtt") == "https://host/talk.vtt"
    assert show_url("https://token@host/talk.vtt#page") == "https://host/talk.vtt"
    assert show_url("sftp://me:secret@host/talk.vtt") == "sftp://host/talk.vtt"
    assert show_url("s3://KEY:SECRET@bucket/talk.vtt") == "s3://bucket/talk.vtt"


def test_a_signature_that_was_made_again_shows_the_same_file() -> None:
    again = SIGNED.replace("0f3e", "77aa")
    assert show_url(again) == show_url(SIGNED)


def test_files_that_differ_in_their_query_are_shown_as_two() -> None:
    first = show_url("https://host/export?id=1&sig=abc")
    second = show_url("https://host/export?id=2&sig=abc")
    assert first != second
    assert first == show_url("https://host/export?id=1&sig=xyz")
    assert "id=1" not in first


@pytest.mark.parametrize(
    "url",
    [
        SIGNED,
        "https://me:secret@host/a%20b%3Fc%23d%25.vtt?id=4",
        "s3://bucket/why?/100%20.vtt",
        "https://host/",
        "memory://",
    ],
    ids=["signed", "escapes", "key", "host", "memory"],
)
def test_showing_a_shown_url_changes_nothing(url: str) -> None:
    assert show_url(show_url(url)) == show_url(url)


def test_a_withheld_url_is_opened_by_what_is_shown() -> None:
    shown = withhold(SIGNED)
    assert shown == "https://host/a b/talk.vtt"
    assert reveal(shown) == SIGNED
    assert reveal("https://host/another.vtt") == "https://host/another.vtt"


def test_escapes_that_are_part_of_a_name_are_kept() -> None:
    assert show_url("s3://bucket/why?/100%20.vtt") == "s3://bucket/why?/100%20.vtt"
    container = "abfs://container@account.dfs.core.windows.net/talk.vtt"
    assert show_url(container) == container


def test_folders_of_a_url() -> None:
    assert parent_url("s3://bucket/a/b.vtt") == "s3://bucket/a"
    assert parent_url("s3://bucket/b.vtt") == "s3://bucket"
    assert parent_url("s3://bucket") == "s3://bucket"
    assert parent_url("https://host/a/b.vtt?sig=x/y") == "https://host/a"
    assert join_url("s3://bucket/", "a", "b.vtt") == "s3://bucket/a/b.vtt"
