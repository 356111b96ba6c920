"""Exports of many conversations with something wrong: each is reported once, none is lost."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run
from tests.support.exports import PRODUCTS, Product, Talk, make_lifelog_file
from transcript_bridge.omi.client import OmiClient

KEY = "omi_dev_exports"

ALL = pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
DAMAGED = (
    "is cut off",
    "this JSON is not",
    "this is not JSON",
)


@pytest.fixture
def environ(sandbox: str) -> dict[str, str]:
    return {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def plan_of(run: Run, *words: str | Path) -> dict[str, str]:
    """The states of the plan's files by the last part of their paths."""
    lines = run("plan", *words, "--files", "--json").out.splitlines()
    rows = [json.loads(line) for line in lines]
    return {Path(row["path"]).name: row["state"] for row in rows if "path" in row}


def lengths_of(url: str) -> list[int]:
    """How many segments each conversation in Omi has."""
    with OmiClient(KEY, url) as omi:
        found = list(omi.list_conversations(limit=100, include_transcript=True))
    return sorted(len(one.transcript_segments or ()) for one in found)


@ALL
def test_each_conversation_has_its_start_title_owner_and_source(
    run: Run, tmp_path: Path, product: Product
) -> None:
    export = write(tmp_path / "export.json", product.make([Talk(0), Talk(1, lines=3)]))
    lines = run("plan", export, "--files", "--json").out.splitlines()
    rows = [row for row in map(json.loads, lines) if "path" in row]
    assert [row["title"] for row in rows] == ["Talk “0”", "Talk “1”"]
    assert {row["date_source"] for row in rows} == {"header"}
    body = json.loads(run("convert", f"{export}!t1").out)
    assert body["started_at"] == "2025-10-02T07:00:00.250000+00:00"
    assert body["source"] == product.source
    owners = [row["is_user"] for row in body["transcript_segments"]]
    assert owners == [product.has_owner, False, product.has_owner]


@ALL
def test_settings_override_the_file(run: Run, tmp_path: Path, product: Product) -> None:
    export = write(tmp_path / "export.json", product.make([Talk(0)]))
    shown = json.loads(run("inspect", f"{export}!t0", "--json").out)
    other = shown["speakers"][1]["label"]
    body = json.loads(run("convert", f"{export}!t0", "--me", other, "--source", "friend").out)
    assert [row["is_user"] for row in body["transcript_segments"]] == [False, True]
    assert body["source"] == "friend"


@ALL
@pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
def test_an_export_that_is_cut_off_is_reported(
    run: Run, tmp_path: Path, product: Product, share: float
) -> None:
    text = product.make([Talk(number) for number in range(4)])
    export = write(tmp_path / "export.json", text[: round(len(text) * share)])
    ran = run("plan", export)
    assert ran.code == 1
    assert ran.err.count("error:") == 1
    assert any(reason in ran.err for reason in DAMAGED)


@ALL
def test_an_empty_export_is_reported(run: Run, tmp_path: Path, product: Product) -> None:
    export = write(tmp_path / "export.json", product.empty)
    ran = run("plan", export, "--files")
    assert (ran.out + ran.err).count("export.json") == 1
    assert "0 to send" in ran.out


@ALL
def test_a_conversation_without_words_is_reported(
    run: Run, tmp_path: Path, product: Product
) -> None:
    export = write(tmp_path / "export.json", product.make([Talk(0), Talk(1, lines=0), Talk(2)]))
    states = plan_of(run, export)
    assert states == {"export.json!t0": "ready", "export.json!t1": "silent"} | {
        "export.json!t2": "ready"
    }


@ALL
def test_words_stay_whole_when_times_go_backwards(
    run: Run, tmp_path: Path, product: Product
) -> None:
    export = write(tmp_path / "export.json", reverse_lists(product.make([Talk(0, lines=5)])))
    body = json.loads(run("convert", f"{export}!t0").out)
    numbers = [row["text"].split(" ")[1] for row in body["transcript_segments"]]
    assert numbers == ["0", "1", "2", "3", "4"]
    starts = [row["start"] for row in body["transcript_segments"]]
    assert starts == sorted(starts)


def reverse_lists(text: str) -> str:
    """Reverse the order of all speech in a document."""
    document = json.loads(text)
    cache = document.get("cache") if isinstance(document, dict) else None
    if isinstance(cache, str):
        return json.dumps({"cache": reverse_lists(cache)})
    return json.dumps(_reverse(document))


def _reverse(value: Any) -> Any:
    if isinstance(value, list):
        return [_reverse(one) for one in reversed(value)]
    if isinstance(value, dict):
        return {key: _reverse(one) for key, one in value.items()}
    return value


@ALL
def test_of_two_exports_the_newer_text_is_sent_and_the_other_named(
    run: Run, tmp_path: Path, product: Product
) -> None:
    write(tmp_path / "in" / "new.json", product.make([Talk(0, lines=2, updated_hour=9), Talk(1)]))
    write(tmp_path / "in" / "old.json", product.make([Talk(0, lines=4, updated_hour=8)]))
    states = plan_of(run, tmp_path / "in")
    assert states == {
        "new.json!t0": "ready",
        "new.json!t1": "ready",
        "old.json!t0": "duplicate",
    }
    ran = run("plan", tmp_path / "in", "--files")
    assert f"old.json!t0: an older version of {tmp_path}/in/new.json!t0" in ran.out
    assert "not sent   1 of which another file has a newer version" in ran.out


WRONG = {
    "html": "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>",
    "error": '{"error": {"code": 401, "message": "unauthorized"}}',
    "other-product": '{"recordingId": 3, "chapters": [{"name": "One", "at": 3}]}',
    "empty-file": "",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_a_file_that_is_not_an_export_does_not_stop_the_others(
    run: Run, tmp_path: Path, text: str
) -> None:
    write(tmp_path / "in" / "wrong.json", text)
    write(tmp_path / "in" / "good.json", PRODUCTS["limitless"].make([Talk(0)]))
    ran = run("plan", tmp_path / "in", "--files")
    assert ran.code in (0, 1)
    assert (ran.out + ran.err).count("wrong.json") == 1
    assert "1 to send as 1 conversation" in ran.out


def encrypt(path: Path) -> None:
    """Mark all members of a ZIP file as encrypted."""
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", data, at + offset)
            struct.pack_into("<H", data, at + offset, flags | 1)
            at = data.find(signature, at + 4)
    path.write_bytes(bytes(data))


def test_a_zip_file_with_a_password_is_reported(run: Run, tmp_path: Path) -> None:
    packed = tmp_path / "in" / "lifelogs.zip"
    packed.parent.mkdir()
    with zipfile.ZipFile(packed, "w") as container:
        container.writestr("export.json", PRODUCTS["limitless"].make([Talk(0)]))
    encrypt(packed)
    write(tmp_path / "in" / "good.json", PRODUCTS["bee"].make([Talk(1)]))
    ran = run("plan", tmp_path / "in")
    assert "lifelogs.zip!export.json: this is encrypted; unpack the container" in ran.err
    assert "1 to send as 1 conversation" in ran.out


def test_a_newer_export_in_a_later_run_changes_a_conversation_and_never_doubles_it(
    run: Run, tmp_path: Path, sandbox: str, environ: dict[str, str]
) -> None:
    newer_paths = []
    for number, (name, product) in enumerate(PRODUCTS.items()):
        talk = Talk(number)
        write(tmp_path / "older" / f"{name}-1.json", product.make([talk]))
        path = tmp_path / "newer" / f"{name}-2.json"
        write(path, product.make([talk._replace(lines=3, updated_hour=9)]))
        newer_paths.append(f"{path}!{talk.id}")
    count = len(PRODUCTS)
    assert run("migrate", tmp_path / "older", "-y", "--gap", "0", **environ).code == 0
    plan = run("plan", tmp_path / "newer", **environ).out
    assert f"{count} conversations sent before in another form" in plan
    newer = ("migrate", tmp_path / "newer", "-y", "--gap", "0")
    ran = run(*newer, **environ)
    for path in newer_paths:
        assert f"{path}: it has changed since 1 conversation of it was sent" in ran.err
    assert lengths_of(sandbox) == [2] * count
    assert run(*newer, "--changed", "replace", **environ).code == 0
    assert lengths_of(sandbox) == [3] * count


def test_answers_that_were_put_into_one_file_are_all_read(run: Run, tmp_path: Path) -> None:
    answers = [PRODUCTS["limitless"].make([Talk(2 * n), Talk(2 * n + 1)]) for n in range(3)]
    export = write(tmp_path / "all.json", "\n".join(answers))
    assert plan_of(run, export) == {f"all.json!t{number}": "ready" for number in range(6)}
    write(export, "\n".join(answers)[:-300])
    assert plan_of(run, export)["all.json!t5"] == "failed"


def test_lifelogs_one_after_the_other_and_exports_in_utf_16_are_refused_with_advice(
    run: Run, tmp_path: Path
) -> None:
    answers = [json.loads(PRODUCTS["limitless"].make([Talk(number)])) for number in range(2)]
    lines = [json.dumps(answer["data"]["lifelogs"][0]) for answer in answers]
    write(tmp_path / "lines.json", "\n".join(lines))
    (tmp_path / "utf16.json").write_bytes(PRODUCTS["bee"].make([Talk(2)]).encode("utf-16"))
    err = run("plan", tmp_path).err
    assert "lines.json: these are several conversations in one JSON text; put them into one" in err
    assert "utf16.json: this holds many conversations; give the file itself, in UTF-8" in err


def test_of_two_lifelog_files_without_a_date_of_change_the_longer_is_sent(
    run: Run, tmp_path: Path
) -> None:
    for name, lines in (("longer", 4), ("shorter", 2)):
        write(tmp_path / f"{name}.md", make_lifelog_file(Talk(0, lines=lines)))
    assert plan_of(run, tmp_path) == {"longer.md": "ready", "shorter.md": "duplicate"}
