"""Single files of a store, by their URL: as a file on disk, and nothing secret is shown."""

from __future__ import annotations

import functools
import http.server
import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import transcript_bridge
from tests.support.command import Run
from tests.support.memory_store import empty_memory
from tests.support.s3 import Bucket
from transcript_bridge.object_stores import write_object

pytest.importorskip("fsspec")

VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nMara: Good morning.\n"
NAME = "2024-01-24 15.04.05.vtt"
EXPORT = Path(__file__).parents[2] / "fixtures" / "omi" / "export.json"


@pytest.fixture
def folder() -> Iterator[str]:
    url = f"memory://{uuid.uuid4().hex}"
    write_object(f"{url}/{NAME}", VTT)
    yield url
    empty_memory(url)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """A web server with one file."""
    pytest.importorskip("aiohttp")
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / NAME).write_bytes(VTT)
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_inspect_and_convert_take_a_url(run: Run, folder: str) -> None:
    shown = run("inspect", f"{folder}/{NAME}")
    assert shown.code == 0
    assert "began 2024-01-24 15:04 UTC, from the file's name" in shown.out
    converted = run("convert", "--to", "srt", f"{folder}/{NAME}")
    assert converted.out.startswith("1\n00:00:00,000 --> 00:00:02,000\nMara: Good morning.")


def test_what_lies_in_the_folder_of_a_url_dates_it(run: Run, folder: str) -> None:
    write_object(f"{folder}/noted.vtt", VTT)
    write_object(f"{folder}/noted.info.json", b'{"timestamp": 1706787000}')
    ran = run("inspect", f"{folder}/noted.vtt")
    assert "began 2024-02-01 11:30 UTC, from the JSON beside it" in ran.out


def test_a_url_without_a_date_is_read_and_not_sent(run: Run, folder: str) -> None:
    write_object(f"{folder}/talk.vtt", VTT)
    assert (
        "began at an unknown time (the date of its upload"
        in run("inspect", f"{folder}/talk.vtt").out
    )
    assert run("convert", "--to", "srt", f"{folder}/talk.vtt").code == 0
    refused = run("upload", "--dry-run", f"{folder}/talk.vtt")
    assert refused.code == 1
    assert "put the date into its name" in refused.err
    stated = ("--started-at", "2024-01-24T15:00:00Z")
    assert run("upload", "--dry-run", *stated, f"{folder}/talk.vtt").code == 0


def test_upload_takes_a_url_and_sends_once(run: Run, folder: str, sandbox: str) -> None:
    server = {"OMI_API_BASE": sandbox, "OMI_API_KEY": "omi_dev_single"}
    first = run("upload", f"{folder}/{NAME}", **server)
    assert first.code == 0
    assert first.out.startswith(f"{folder}/{NAME}: ")
    assert run("upload", f"{folder}/{NAME}", **server).code == 0
    (account,) = json.loads(run("status", "--json", **server).out)["accounts"]
    assert account["in_omi"] == account["conversations"] == 1
    assert "1 conversation is in Omi" in run("verify", f"{folder}/{NAME}", **server).err


def test_one_conversation_of_many_has_a_url(run: Run, folder: str) -> None:
    write_object(f"{folder}/export.json", EXPORT.read_bytes())
    one = f"{folder}/export.json!9d3a"
    assert run("inspect", one).out.splitlines()[0] == one
    every = run("inspect", f"{folder}/export.json")
    assert one in every.out
    assert one in run("plan", "--files", one).out


def test_the_api_takes_a_url(folder: str) -> None:
    loaded = transcript_bridge.load(f"{folder}/{NAME}")
    assert loaded.began.at is not None
    assert loaded.began.at.year == 2024
    assert loaded.transcript.path == f"{folder}/{NAME}"


def test_folders_and_missing_files_are_refused(run: Run, folder: str) -> None:
    missing = run("inspect", f"{folder}/none.vtt", f"{folder}/{NAME}")
    assert missing.code == 1
    assert f"{folder}/none.vtt: there is no such file or folder; check the URL" in missing.err
    assert "Good morning" in missing.out
    assert "this is a folder; " in run("inspect", folder).err


def test_signatures_and_passwords_appear_nowhere(run: Run, web: str, home: Path) -> None:
    signed = f"http://{web}/{NAME}?X-Amz-Signature=SECRET".replace(" ", "%20")
    missing = f"http://me:SECRET@{web}/none.vtt?id=4"
    for command in (("inspect",), ("inspect", "--json"), ("convert", "--to", "segments")):
        ran = run(*command, signed, missing)
        assert ran.code == 1
        assert ran.out
        assert "SECRET" not in ran.out + ran.err
    planned = run("plan", "--files", "--json", signed, missing)
    assert "SECRET" not in planned.out + planned.err
    assert f"http://{web}/{NAME}" in planned.out
    for path in home.rglob("*"):
        assert path.is_dir() or b"SECRET" not in path.read_bytes()


@pytest.mark.slow
def test_what_is_beside_an_object_is_found_by_its_prefix(run: Run, bucket: Bucket) -> None:
    for name in ("noted.vtt", "noted-more.vtt", "other.vtt", "noted/below.vtt"):
        bucket.put(f"team/{name}", VTT)
    bucket.put("team/noted.info.json", b'{"timestamp": 1706787000}')
    ran = run("inspect", f"{bucket.url}/team/noted.vtt", **bucket.environ)
    assert "began 2024-02-01 11:30 UTC, from the JSON beside it" in ran.out
    assert not any("other" in request.path for request in bucket.requests)


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https:///talk.vtt",
        "https://[::1/talk.vtt",
        "https://host:99999/talk.vtt",
        "https://ex ample/talk.vtt",
        "https:/host/talk.vtt",
        "http//host/talk.vtt",
        "s3://",
        "s3:/bucket/talk.vtt",
    ],
)
def test_malformed_urls_are_refused(run: Run, url: str) -> None:
    for command in ("inspect", "plan"):
        ran = run(command, url)
        assert ran.code == 2
        assert "must be a whole URL such as https://host/name.srt" in ran.err
        assert len(ran.err.splitlines()) == 1


def test_a_folder_may_be_called_like_a_scheme(run: Run, work: Path) -> None:
    (work / "s3:").mkdir()
    (work / "s3:" / NAME).write_bytes(VTT)
    assert run("inspect", f"s3:/{NAME}").code == 0
