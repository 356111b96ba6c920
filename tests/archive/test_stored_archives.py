"""Archives in object stores: the same rows as from a folder, and what only a store can do."""

from __future__ import annotations

import io
import json
import tarfile
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Ran, Run
from tests.support.memory_store import empty_memory
from tests.support.s3 import Bucket
from transcript_bridge.object_stores import write_object

pytest.importorskip("fsspec")

MEGABYTE = 1 << 20
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nMara: Good {}.\n\n00:02.000 --> 00:04.000\nBen: Yes.\n"
SRT = "1\n00:00:00,000 --> 00:00:02,000\nMara: Good {}.\n"
RTTM = "SPEAKER talk 1 0.0 2.0 <NA> <NA> Mara <NA> <NA>\n"


def make_archive() -> dict[str, bytes]:
    """Files by name; each recording has a date, as a store has none for it."""
    return {
        "transcript-bridge.toml": b"",
        "2024-01-24 15.04.05.vtt": VTT.format("morning").encode(),
        "2024-01-24 15.04.05.srt": SRT.format("morning").encode(),
        "team a/2024-02-01 walk.srt": SRT.format("walk").encode(),
        "team a/2024-02-01 walk.rttm": RTTM.encode(),
        "team a/noted.vtt": VTT.format("note").encode(),
        "team a/noted.info.json": b'{"timestamp": 1706787000}',
        "team a/2024-02-02 broken.vtt": b"\x00\xff\x00\xff nothing",
        "team a/.trash/2024-02-03 old.vtt": VTT.format("old").encode(),
        "team b/2024-02-04 all.zip": _zip(),
        "team b/2024-02-05 all.tar": _tar("w"),
        "team b/2024-02-06 all.tar.gz": _tar("w:gz"),
        "team b/read me.md": b"# Nothing\n",
        "team b/film.mp4": bytes(1000),
    }


def _zip(film_bytes: int = 1000) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as container:
        for day in range(1, 4):
            container.writestr(f"talks/2024-03-0{day} talk.vtt", VTT.format(f"day {day}"))
        container.writestr("film.mp4", bytes(film_bytes))
        container.writestr("talks/2024-03-09 last.vtt", VTT.format("last day"))
    return packed.getvalue()


def _tar(mode: Any) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as container:
        for day in range(1, 4):
            data = VTT.format(f"{mode} {day}").encode()
            member = tarfile.TarInfo(f"talks/2024-04-0{day} talk.vtt")
            member.size = len(data)
            container.addfile(member, io.BytesIO(data))
    return packed.getvalue()


@pytest.fixture
def folder() -> Iterator[str]:
    """A folder in the store that is in this process."""
    url = f"memory://{uuid.uuid4().hex}"
    write_object(f"{url}/.kept", b"-")
    yield url
    empty_memory(url)


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """The same archive in a folder."""
    top = tmp_path / "archive"
    for name, data in make_archive().items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return top


def rows_of(ran: Ran, place: str) -> list[dict[str, Any]]:
    """The rows of `plan --json` without the place of the archive."""
    rows = []
    for line in ran.out.replace(place, "@").splitlines():
        row = json.loads(line)
        if row["kind"] == "file":
            rows.append(row)
    return sorted(rows, key=lambda row: str(row["path"]))


def plan(run: Run, *paths: str, **environ: str) -> Ran:
    return run("plan", "--files", "--json", "--no-cache", *paths, **environ)


def test_a_store_has_the_same_plan_as_a_folder(run: Run, folder: str, local: Path) -> None:
    for name, data in make_archive().items():
        write_object(f"{folder}/{name}", data)
    stored = plan(run, folder)
    on_disk = plan(run, str(local))
    assert stored.code == on_disk.code
    rows = rows_of(stored, folder)
    assert rows == rows_of(on_disk, str(local))
    assert sum(row["state"] == "ready" for row in rows) == 13
    assert stored.err.replace(folder, "@") == on_disk.err.replace(str(local), "@")


def test_when_a_file_was_uploaded_is_not_when_it_began(run: Run, folder: str) -> None:
    write_object(f"{folder}/talk.vtt", VTT.format("day").encode())
    ran = plan(run, folder)
    assert ran.code == 1
    (row,) = rows_of(ran, folder)
    assert row["state"] == "failed"
    assert "(the date of its upload is not used); put the date into its name" in str(row["error"])


def test_a_pattern_chooses_files_and_folders_of_a_store(run: Run, folder: str) -> None:
    for name, data in make_archive().items():
        write_object(f"{folder}/{name}", data)
    chosen = rows_of(plan(run, f"{folder}/**/*.srt"), folder)
    assert [row["path"] for row in chosen] == [
        "@/2024-01-24 15.04.05.srt",
        "@/team a/2024-02-01 walk.srt",
    ]
    below = rows_of(plan(run, f"{folder}/team*"), folder)
    assert {row["path"].split("/")[1] for row in below} == {"team a", "team b"}
    nothing = plan(run, f"{folder}/*.pdf")
    assert nothing.code == 1
    assert "no file matches this pattern; check it" in nothing.err


def test_what_cannot_be_listed_does_not_end_the_rest(run: Run, folder: str) -> None:
    write_object(f"{folder}/2024-01-01 talk.vtt", VTT.format("day").encode())
    ran = plan(run, f"{folder}/none", folder)
    assert ran.code == 1
    states = [row["state"] for row in rows_of(ran, folder)]
    assert sorted(states) == ["failed", "ready"]
    assert f"error: {folder}/none: there is no such file or folder; check the URL" in ran.err


def test_an_unknown_kind_of_url_is_a_wrong_call(run: Run) -> None:
    ran = plan(run, "unicorn://stable/")
    assert ran.code == 2
    assert "unicorn:// is unknown" in ran.err


@pytest.mark.slow
def test_s3_has_the_same_plan_as_a_folder(run: Run, bucket: Bucket, local: Path) -> None:
    for name, data in make_archive().items():
        bucket.put(name, data)
    stored = plan(run, bucket.url, **bucket.environ)
    assert rows_of(stored, bucket.url) == rows_of(plan(run, str(local)), str(local))
    heads = [request.path for request in bucket.requests if request.method == "HEAD"]
    assert all(path.endswith((".zip", ".tar", ".tar.gz", ".mp4")) for path in heads)


@pytest.mark.slow
def test_each_object_is_asked_for_once_and_never_before(run: Run, bucket: Bucket) -> None:
    for number in range(100):
        bucket.put(f"2024-01-01 talk {number}.vtt", VTT.format(f"day {number}").encode())
    assert plan(run, f"{bucket.url}/", **bucket.environ).code == 0
    assert {request.method for request in bucket.requests} == {"GET"}
    assert len(bucket.requests) == 1 + 1 + 100  # a settings file is looked for


@pytest.mark.slow
def test_a_film_in_a_zip_file_is_not_downloaded(run: Run, bucket: Bucket) -> None:
    bucket.put("all.zip", _zip(20 * MEGABYTE))
    ran = plan(run, f"{bucket.url}/all.zip", **bucket.environ)
    assert [row["state"] for row in rows_of(ran, bucket.url)] == ["ready"] * 4
    assert sum(request.sent for request in bucket.requests) < 6 * MEGABYTE


@pytest.mark.slow
def test_what_is_gone_after_the_listing_is_one_failed_line(run: Run, bucket: Bucket) -> None:
    bucket.put("2024-01-01 here.vtt", VTT.format("day").encode())
    bucket.put("2024-01-02 gone.vtt", VTT.format("night").encode())
    bucket.server.refused.add(f"/{bucket.name}/2024-01-03")
    bucket.put("2024-01-03 closed.vtt", VTT.format("evening").encode())

    def delete_first(method: str, path: str) -> None:
        if path.endswith("gone.vtt"):
            bucket.delete("2024-01-02 gone.vtt")

    bucket.server.on_request = delete_first
    bucket.server.refused.add("/closed-bucket")
    ran = plan(
        run, bucket.url, "s3://there-is-no-such-bucket", "s3://closed-bucket", **bucket.environ
    )
    assert ran.code == 1
    errors = {row["path"]: row.get("error") for row in rows_of(ran, bucket.url)}
    assert errors["@/2024-01-01 here.vtt"] is None
    assert "was deleted after" in str(errors["@/2024-01-02 gone.vtt"])
    assert "may not read this (AccessDenied)" in str(errors["@/2024-01-03 closed.vtt"])
    assert "no such bucket" in str(errors["s3://there-is-no-such-bucket"])
    assert "may not read this (AccessDenied)" in str(errors["s3://closed-bucket"])


@pytest.mark.slow
def test_a_plan_is_kept_until_an_object_is_written_again(run: Run, bucket: Bucket) -> None:
    bucket.put("2024-01-01 a.vtt", VTT.format("day").encode())
    bucket.put("2024-01-02 b.vtt", VTT.format("night").encode())
    words = ("plan", "--files", "--json", f"{bucket.url}/")
    run(*words, **bucket.environ)
    bucket.server.requests.clear()
    run(*words, **bucket.environ)
    assert len(bucket.requests) == 2  # a settings file is looked for, the folder listed
    bucket.put("2024-01-02 b.vtt", VTT.format("noon").encode())
    run(*words, **bucket.environ)
    assert [request.path.rpartition("/")[2] for request in bucket.requests[4:]] == [
        "2024-01-02 b.vtt"
    ]


@pytest.mark.slow
def test_worker_processes_read_a_store_themselves(run: Run, bucket: Bucket) -> None:
    long = VTT.format("day")
    for minute in range(1, 9):
        long += f"\n{minute:02}:00.000 --> {minute:02}:09.000\n{'words ' * 4000}\n"
    for number in range(36):
        bucket.put(f"2024-01-01 talk {number}.vtt", f"{long}\nNOTE {number}\n".encode())
    ran = plan(run, f"{bucket.url}/", "--jobs", "2", **bucket.environ)
    states = [row["state"] for row in rows_of(ran, bucket.url)]
    assert len(states) == 36
    assert set(states) <= {"ready", "duplicate"}


SETTINGS = b"""speakers = "people/map.toml"
ignore = ["/drafts/**"]

[[files]]
path = "talk.vtt"
started_at = "2024-01-24T15:00:00Z"
"""
SPEAKER_MAP = b"""[speakers."Mara Voss"]
is_user = true
aliases = ["Mara"]

[[files]]
path = "../talk.vtt"
me = "Ben"
"""


def test_settings_and_speaker_map_are_beside_the_archive(run: Run, folder: str) -> None:
    write_object(f"{folder}/transcript-bridge.toml", SETTINGS)
    write_object(f"{folder}/people/map.toml", SPEAKER_MAP)
    write_object(f"{folder}/talk.vtt", VTT.format("day").encode())
    write_object(f"{folder}/2024-02-01 walk.srt", SRT.format("walk").encode())
    write_object(f"{folder}/drafts/2024-02-02 draft.srt", SRT.format("draft").encode())
    rows = {row["path"]: row for row in rows_of(plan(run, folder), folder)}
    assert rows["@/drafts/2024-02-02 draft.srt"]["state"] == "left-out"
    assert rows["@/talk.vtt"]["started_at"] == "2024-01-24T15:00:00+00:00"
    owners = [speaker["label"] for speaker in rows["@/talk.vtt"]["speakers"] if speaker["is_user"]]
    assert owners == ["Ben"]
    assert rows["@/2024-02-01 walk.srt"]["speakers"][0]["name"] == "Mara Voss"


def test_settings_and_speaker_map_may_be_named_by_a_url(run: Run, folder: str, work: Path) -> None:
    write_object(f"{folder}/settings.toml", b'timezone = "Asia/Tokyo"\n')
    write_object(f"{folder}/map.toml", SPEAKER_MAP)
    (work / "2024-02-01 10.00.00.srt").write_text(SRT.format("walk"))
    named = ("--settings", f"{folder}/settings.toml", "--speakers", f"{folder}/map.toml")
    (row,) = rows_of(plan(run, str(work), *named), str(work))
    assert row["started_at"] == "2024-02-01T10:00:00+09:00"
    assert row["speakers"][0]["name"] == "Mara Voss"
    missing = plan(run, str(work), "--settings", f"{folder}/none.toml")
    assert missing.code == 2
    assert f"{folder}/none.toml: the settings cannot be opened: there is no such" in missing.err


def send_all(run: Run, place: str, environ: dict[str, str]) -> None:
    """`migrate` twice, then `status`, `verify` and `report`."""
    words = ("migrate", "--yes", "--gap", "0", place)
    first = run(*words, **environ)
    assert first.code == 1  # one is broken
    assert "13 conversations done, 13 of them now" in first.err
    assert "13 conversations done, 0 of them now" in run(*words, **environ).err
    (account,) = json.loads(run("status", "--json", **environ).out)["accounts"]
    assert account["in_omi"] == account["conversations"] == 13
    assert "13 conversations are in Omi as they were sent" in run("verify", place, **environ).err
    report = json.loads(run("report", "--json", place, **environ).out)
    assert report["totals"]["files_by_state"] == {"done": 13, "failed": 1}
    assert all(file["path"].startswith(f"{place}/") for file in report["files"])
    assert report["totals"]["gone"] == 0


def test_migrate_verify_and_report_take_a_url_and_send_once(
    run: Run, folder: str, sandbox: str
) -> None:
    for name, data in make_archive().items():
        write_object(f"{folder}/{name}", data)
    send_all(run, folder, {"OMI_API_BASE": sandbox, "OMI_API_KEY": "omi_dev_stored"})


@pytest.mark.slow
def test_an_archive_in_s3_is_sent_once(run: Run, bucket: Bucket, sandbox: str) -> None:
    for name, data in make_archive().items():
        bucket.put(name, data)
    server = {"OMI_API_BASE": sandbox, "OMI_API_KEY": "omi_dev_s3"}
    send_all(run, bucket.url, {**server, **bucket.environ})


def test_a_table_of_stored_settings_names_turns_that_lie_in_the_store(
    run: Run, folder: str
) -> None:
    """Their URL was taken for a path of this machine."""
    write_object(
        f"{folder}/2024-01-24 call.srt", SRT.format("morning").replace("Mara: ", "").encode()
    )
    write_object(f"{folder}/who.rttm", RTTM.encode())
    settings = '[[files]]\npath = "2024-01-24 call.srt"\nturns = "who.rttm"\n'
    write_object(f"{folder}/transcript-bridge.toml", settings.encode())
    ran = run("speakers", folder, "--json")
    assert ran.code == 0, ran.err
    labels = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["label"] for one in labels if "label" in one] == ["Mara"]
