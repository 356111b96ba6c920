"""`inspect`, `convert` and `upload` take a file of a container: `all.zip!talk.vtt`."""

from __future__ import annotations

import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import Ran, Run

EXPORT = Path(__file__).parent.parent.parent / "fixtures" / "omi" / "export.json"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hello there\n"
TALK = "calls/2024-01-24 10.00.00 talk.vtt"
FIRST = "0b1f7c1e-6a7d-4f43-9a53-6f5d8f7b7a10"


@pytest.fixture
def container(tmp_path: Path) -> Path:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as box:
        box.writestr(TALK, VTT)
        box.write(EXPORT, "export.json")
        box.writestr("notes.pdf", b"%PDF")
    return path


@pytest.fixture
def call(run: Run, sandbox: str, jumping_clock: JumpingClock) -> Run:
    def call(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        account = {"OMI_API_KEY": "omi_dev_members", "OMI_API_BASE": sandbox}
        return run(*words, stdin=stdin, **{**account, **environ})

    return call


def test_a_file_of_a_container_is_inspected_with_its_date(run: Run, container: Path) -> None:
    ran = run("inspect", f"{container}!{TALK}", "--timezone", "UTC", "--json")
    (row,) = [json.loads(line) for line in ran.out.splitlines()]
    assert (row["started_at"], row["date_source"]) == ("2024-01-24T10:00:00+00:00", "name")
    assert row["format"] == "vtt"


def test_a_file_of_a_tar_file_is_converted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "talk.vtt").write_text(VTT)
    with tarfile.open(tmp_path / "all.tar.gz", "w:gz") as box:
        box.add(tmp_path / "talk.vtt", "calls/talk.vtt")
    ran = run("convert", f"{tmp_path}/all.tar.gz!calls/talk.vtt", "--to", "text")
    assert ran.out == "[00:00:01.000 --> 00:00:02.000] Ann: Hello there\n"


def test_an_export_in_a_container_is_all_its_conversations_or_one(
    run: Run, container: Path
) -> None:
    all_of_it = run("upload", f"{container}!export.json", "--dry-run", "--json")
    inputs = [json.loads(line)["input"] for line in all_of_it.out.splitlines()]
    assert inputs == [f"{container}!export.json!{FIRST}", f"{container}!export.json!9d3a"]
    one = run("inspect", f"{container}!export.json!{FIRST}")
    assert "title Planning the garden" in one.out


def test_converted_members_get_different_names(run: Run, container: Path, tmp_path: Path) -> None:
    target = tmp_path / "converted"
    inputs = [f"{container}!{TALK}", f"{container}!export.json"]
    assert run("convert", *inputs, "--to", "srt", "-o", f"{target}/").code == 0
    assert len(list(target.iterdir())) == 3


@pytest.mark.parametrize("name", ["nope.vtt", "notes.pdf", ""])
def test_what_is_not_in_the_container_is_an_error(run: Run, container: Path, name: str) -> None:
    ran = run("inspect", f"{container}!{name}")
    assert ran.code == 1
    assert f"this container has no transcript '{name}'" in ran.err


def test_a_damaged_container_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04 nothing more")
    ran = run("convert", f"{tmp_path}/all.zip!talk.vtt", "--to", "srt")
    assert (ran.code, "this container is damaged" in ran.err) == (1, True)


def test_upload_and_migrate_know_of_each_other(call: Run, container: Path) -> None:
    first = call("upload", f"{container}!{TALK}", f"{container}!export.json!{FIRST}")
    assert first.code == 0, first.err
    assert "2 of them in Omi already; 1 to go" in call("plan", container).out
    assert call("migrate", container, "--yes", "--gap", "0").code == 0
    again = call("upload", f"{container}!{TALK}", "--json")
    assert json.loads(again.out)["repeated"]
    undone = call("undo", f"{container}!{TALK}", "--yes")
    assert undone.out.splitlines()[0].endswith("deleted")
