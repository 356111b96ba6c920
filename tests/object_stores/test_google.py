"""Google Cloud Storage by gcsfs, against a server that answers as Google does."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.google import serve_google
from transcript_bridge.errors import MissingCredentialsError, NotThereError
from transcript_bridge.object_stores import (
    find_object,
    list_beside,
    list_objects,
    object_exists,
    open_object,
    read_head,
    read_objects,
)
from transcript_bridge.object_stores.systems import open_system

# gcsfs takes a second to import: it is looked for only, in each process that collects this.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("gcsfs") is None, reason="gcsfs is not installed"),
]

VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nMara: Good morning.\n"
NAMES = ["team/talk.vtt", "team/a/other.vtt"]


def test_objects_of_google_are_listed_and_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_google(dict.fromkeys(NAMES, VTT)) as address:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", address)
        open_system.cache_clear()
        found = list_objects("gs://archive/team/").objects
        assert [one.url for one in found] == [f"gs://archive/{name}" for name in NAMES]
        assert read_objects([(one.url, one.size) for one in found]) == [VTT, VTT]
        url = found[0].url
        assert find_object(url) == found[0]
        assert list_beside(url) == found[:1]
        assert read_head(url, 6) == b"WEBVTT"
        with open_object(url) as file:
            file.seek(8)
            assert file.read(9) == b"00:00.000"
        assert object_exists(url)
        with pytest.raises(NotThereError):
            find_object("gs://archive/none/none.vtt")
    open_system.cache_clear()


def test_without_credentials_google_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "")
    monkeypatch.setattr("google.auth.compute_engine._metadata._NO_GCE_CHECK", True)
    for number in range(2):
        with pytest.raises(MissingCredentialsError, match="login', or set GOOGLE_APPL") as raised:
            read_head(f"gs://archive/{number}.vtt", 6)
        assert raised.value.exit_code == 2
    open_system.cache_clear()


@pytest.mark.parametrize("scheme", ["gs", "gcs"])
def test_a_public_bucket_of_google_is_read_without_credentials(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(importlib.import_module("fsspec.config").conf, "gs", {"token": "anon"})
    open_system.cache_clear()
    system = open_system(f"{scheme}://archive", 0)
    assert system.on_google
    assert system.credentials.token == "anon"
    open_system.cache_clear()
