"""Reading, listing and writing on a real S3 server, and how many requests that takes."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime

import pytest

from tests.support.s3 import Bucket
from transcript_bridge.archive.plan_export import unusable_rows
from transcript_bridge.archive.planning import make_plan
from transcript_bridge.archive.scan import scan
from transcript_bridge.cli.unusable import say_unusable
from transcript_bridge.errors import (
    InputError,
    MissingCredentialsError,
    MissingExtraError,
    OutputError,
)
from transcript_bridge.object_stores import (
    list_objects,
    object_exists,
    open_object,
    read_object,
    read_objects,
    write_object,
)
from transcript_bridge.object_stores.systems import open_system

pytestmark = pytest.mark.slow  # moto and s3fs take three seconds to import

MEGABYTE = 1 << 20


def test_objects_are_listed_by_prefix_and_read_in_one_request_each(bucket: Bucket) -> None:
    keys = [f"team-{team}/talk-{talk}.vtt" for team in range(3) for talk in range(20)]
    for key in keys:
        bucket.put(key, f"content of {key}".encode())
    bucket.put("team-0/", b"")  # some tools mark a folder so
    objects = list_objects(bucket.url).objects
    assert [stored.url for stored in objects] == [f"{bucket.url}/{key}" for key in sorted(keys)]
    assert all(stored.modified is None for stored in objects)  # no upload is a recording
    listing_requests = len(bucket.requests)
    assert listing_requests == 4
    contents = read_objects([(stored.url, stored.size) for stored in objects])
    assert contents == [f"content of {key}".encode() for key in sorted(keys)]
    assert len(bucket.requests) == listing_requests + len(keys)
    assert {request.method for request in bucket.requests} == {"GET"}


def test_a_folder_that_is_the_beginning_of_another_name_is_not_mixed_up(bucket: Bucket) -> None:
    for key in ("team/a.vtt", "team-b/a.vtt", "team.vtt"):
        bucket.put(key, b"x")
    assert [stored.url for stored in list_objects(f"{bucket.url}/team").objects] == [
        f"{bucket.url}/team/a.vtt"
    ]
    one = list_objects(f"{bucket.url}/team.vtt")
    assert not one.is_folder
    assert one.objects[0].size == 1


def test_odd_names_are_read_as_they_are(bucket: Bucket) -> None:
    keys = ["why?/100%20 #1 ü!.vtt", "a+b&c.vtt", "a//b.vtt"]
    for key in keys:
        bucket.put(key, key.encode())
    found = list_objects(bucket.url).objects
    contents = read_objects([(stored.url, stored.size) for stored in found])
    assert sorted(map(bytes, contents)) == sorted(key.encode() for key in keys)  # type: ignore[arg-type]


def test_a_stamp_changes_when_an_object_is_written_again(bucket: Bucket) -> None:
    url = bucket.put("talk.vtt", b"one")
    before = list_objects(url).objects[0].stamp
    assert list_objects(bucket.url).objects[0].stamp == before
    bucket.put("talk.vtt", b"two")
    assert list_objects(url).objects[0].stamp != before


def test_only_the_parts_of_a_large_object_that_are_needed_are_fetched(bucket: Bucket) -> None:
    url = bucket.put("film.mp4", bytes(20 * MEGABYTE) + b"the end")
    with open_object(url) as file:
        assert file.seek(-7, 2) == 20 * MEGABYTE
        assert file.read() == b"the end"
        file.seek(0)
        assert file.read(12) == bytes(12)
    assert sum(request.sent for request in bucket.requests) < 3 * MEGABYTE


def test_objects_changed_or_deleted_since_the_listing_are_reported(bucket: Bucket) -> None:
    longer = bucket.put("longer.vtt", b"12345")
    gone = bucket.put("gone.vtt", b"12345")
    whole = bucket.put("whole.vtt", b"12345")
    bucket.put("longer.vtt", b"123456789")
    bucket.delete("gone.vtt")
    results = read_objects([(longer, 5), (gone, 5), (whole, 5), (f"{bucket.url}/empty.vtt", 0)])
    assert "changed while it was read" in str(results[0])
    assert "was deleted after" in str(results[1])
    assert results[2:] == [b"12345", b""]


def test_what_is_written_is_there_whole(bucket: Bucket) -> None:
    url = f"{bucket.url}/run/part-1.jsonl"
    assert not object_exists(url)
    write_object(url, b'{"a": 1}\n')
    assert object_exists(url)
    assert read_object(url) == bucket.get("run/part-1.jsonl") == b'{"a": 1}\n'


def test_no_bucket_no_permission_and_no_object_have_different_errors(bucket: Bucket) -> None:
    bucket.server.refused.add(f"/{bucket.name}/closed")
    with pytest.raises(InputError, match=r"no such bucket \(NoSuchBucket\)"):
        list_objects("s3://there-is-no-such-bucket/")
    with pytest.raises(InputError, match="there is no such file or folder"):
        list_objects(f"{bucket.url}/none")
    with pytest.raises(InputError, match="your account may not read this"):
        read_object(f"{bucket.url}/closed/a.vtt", 5)
    with pytest.raises(OutputError, match="your account may not write this"):
        write_object(f"{bucket.url}/closed/a.vtt", b"x")


def test_without_credentials_the_cloud_is_named(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", f"{tmp_path}/none")
    with pytest.raises(MissingCredentialsError, match="or set AWS_PROFILE, or AWS_ACCESS"):
        list_objects(bucket.url)
    found = scan([bucket.url, str(tmp_path)])
    plan = make_plan(found, [], datetime.now(UTC))
    (row,) = unusable_rows(plan)
    assert row["path"] == bucket.url
    assert row["error"]["code"] == "missing-credentials"
    assert say_unusable(plan) == row["error"]["exit_code"] == found.broken[0].error.exit_code == 2
    open_system.cache_clear()
    bucket.put("talk.vtt", b"WEBVTT")
    monkeypatch.setitem(importlib.import_module("fsspec.config").conf, "s3", {"anon": True})
    assert len(list_objects(bucket.url).objects) == 1


def test_without_a_network_the_store_cannot_be_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("aiohttp")
    url = "http://127.0.0.1:9/talk.vtt?X-Amz-Signature=abc"
    with pytest.raises(InputError) as caught:
        list_objects(url)
    assert str(caught.value) == (
        "http://127.0.0.1:9/talk.vtt: the store cannot be reached; check the name of the server "
        "and the network"
    )


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(scheme: str) -> object:
        raise ImportError(scheme)

    registry = importlib.import_module("fsspec.registry")
    monkeypatch.setattr(registry, "get_filesystem_class", fail)
    with pytest.raises(MissingExtraError, match=r"pip install 'transcript-bridge\[gcs\]'"):
        list_objects("gs://a-bucket-of-nobody/")


def test_a_password_in_front_of_a_bucket_is_refused_and_not_shown() -> None:
    with pytest.raises(InputError) as caught:
        list_objects("s3://KEY:SECRET@bucket/talk.vtt")
    assert "SECRET" not in str(caught.value)
    assert "sign in as the cloud's own tools do" in str(caught.value)
