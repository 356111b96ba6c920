"""The store that every fsspec has."""

from __future__ import annotations

import ftplib
import uuid
from collections.abc import Iterator

import pytest

from tests.support.memory_store import empty_memory
from transcript_bridge.errors import InputError, SettingsError
from transcript_bridge.object_stores import (
    list_objects,
    object_exists,
    open_object,
    read_object,
    read_objects,
    write_object,
)
from transcript_bridge.object_stores.failures import explain

pytest.importorskip("fsspec")


@pytest.fixture
def folder() -> Iterator[str]:
    url = f"memory://{uuid.uuid4().hex}"
    yield url
    empty_memory(url)


def test_what_was_written_is_listed_in_the_order_of_a_folder(folder: str) -> None:
    names = ["z.vtt", "b/z.vtt", "a/c/y.vtt", "a/x.vtt"]
    for name in names:
        write_object(f"{folder}/{name}", name.encode())
    listing = list_objects(folder)
    found = [stored.url.removeprefix(f"{folder}/") for stored in listing.objects]
    assert found == ["z.vtt", "a/x.vtt", "a/c/y.vtt", "b/z.vtt"]
    contents = read_objects([(stored.url, stored.size) for stored in listing.objects])
    assert contents == [name.encode() for name in found]


def test_an_object_is_replaced_whole(folder: str) -> None:
    url = f"{folder}/run/state.json"
    write_object(url, b"a long first content")
    write_object(url, b"short")
    assert read_object(url) == b"short"
    assert object_exists(url)
    assert not object_exists(f"{url}.old")


def test_readers_of_one_object_do_not_move_each_other(folder: str) -> None:
    url = f"{folder}/talk.vtt"
    write_object(url, b"0123456789")
    with open_object(url) as first, open_object(url) as second:
        first.seek(5)
        assert second.read(2) == b"01"
        assert first.read(2) == b"56"


def test_missing_objects_and_unknown_schemes_are_one_error(folder: str) -> None:
    write_object(f"{folder}/a.vtt", b"a")
    with pytest.raises(InputError, match="there is no such file or folder"):
        list_objects(f"{folder}/none")
    with pytest.raises(InputError, match="there is no such file"):
        read_object(f"{folder}/none", 5)
    with pytest.raises(SettingsError, match="unicorn:// is unknown"):
        list_objects("unicorn://stable/horn.vtt")
    with pytest.raises(SettingsError, match="without file://"):
        list_objects("file:///etc/talk.vtt")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://127.0.0.1:9/talk.vtt", "the store cannot be reached; check the name"),
        ("ftp://host.invalid/talk.vtt", "the store cannot be reached; check the name"),
        ("zip://talk.zip", "zip:// needs more than a URL says"),
        ("dbfs://talk.vtt", "dbfs:// needs more than a URL says"),
        ("generic://place/talk.vtt", "generic:// needs more than a URL says"),
    ],
)
def test_what_cannot_be_opened_says_why(url: str, reason: str) -> None:
    for look in (list_objects, read_object):
        with pytest.raises(InputError) as caught:
            look(url)
        assert str(caught.value).startswith(f"{url}: {reason}")


@pytest.mark.parametrize(
    ("url", "answer", "reason"),
    [
        ("ftp://me:secret@host/a.srt", "530 Not me", "refuses those of the URL (530); write them"),
        ("ftp://host/a.srt", "550 secret: none", "there is no such file or folder (550)"),
    ],
)
def test_what_a_server_of_files_answers_is_understood(url: str, answer: str, reason: str) -> None:
    explained = str(explain(ftplib.error_perm(answer), url))
    assert reason in explained
    assert "secret" not in explained
