"""The same words are sent once, even under another file name; changes are reported."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Ran, Run
from tests.support.local_http import LOCAL_HTTP
from transcript_bridge.omi.client import OmiClient

# No command waits: the clock jumps.
pytestmark = pytest.mark.usefixtures("jumping_clock")

KEY = "omi_dev_words"
SRT = (
    "1\n00:00:01,000 --> 00:00:02,000\nMara: Is the water on {name}?\n\n"
    "2\n00:00:03,000 --> 00:00:04,000\nTom: For an hour.\n"
)
VTT = (
    "WEBVTT\n\n00:01.000 --> 00:02.000\nMara: Is the water on {name}?\n\n"
    "00:03.000 --> 00:04.000\nTom: For an hour.\n"
)
MAP = '[speakers."Mara"]\nis_user = true\n'


COMMANDS = {"upload": (), "migrate": ("-y",)}
"""Each command that sends, and the flags with which it asks nothing."""


@pytest.fixture
def call(run: Run, sandbox: str) -> Run:
    def call(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        return run(*words, stdin=stdin, **{"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox, **environ})

    return call


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.srt").write_text(SRT.format(name=name), encoding="utf-8")
    return folder


def stored(url: str) -> list[Any]:
    with OmiClient(KEY, url) as omi:
        return list(omi.list_conversations(limit=100))


def migrate(call: Run, folder: Path, *words: str) -> Ran:
    return call("migrate", folder, *words, "-y")


def test_a_renamed_folder_without_its_speaker_map_sends_nothing_twice(
    call: Run, exports: Path, tmp_path: Path, sandbox: str
) -> None:
    speakers = tmp_path / "map.toml"
    speakers.write_text(MAP, encoding="utf-8")
    assert migrate(call, exports, "--speakers", str(speakers)).code == 0
    renamed = exports.rename(tmp_path / "renamed")
    again = migrate(call, renamed)
    assert again.code == 1
    assert len(stored(sandbox)) == 3
    assert "the same words are in Omi already, sent on 20" in again.err + again.out
    assert f"as {exports / 'a.srt'}, with other speakers" in again.err + again.out
    shown = call("plan", renamed)
    assert "3 conversations sent before in another form (3 files: other speakers)" in shown.out
    assert migrate(call, renamed, "--speakers", str(speakers)).code == 0
    assert len(stored(sandbox)) == 3


def test_the_same_words_in_another_format_are_asked_about(
    call: Run, exports: Path, tmp_path: Path, sandbox: str
) -> None:
    assert call("upload", exports / "a.srt", "--me", "Mara").code == 0
    other = tmp_path / "a.vtt"
    other.write_text(VTT.format(name="a"), encoding="utf-8")
    refused = call("upload", other, "--json")
    assert refused.code == 1
    (failure,) = [json.loads(line) for line in refused.out.splitlines()]
    assert failure["error"]["code"] == "changed"
    (twin,) = failure["change"]["same_words"]
    assert (twin["path"], twin["differs"][0]) == (str(exports / "a.srt"), "speakers")
    for words in (("upload", exports / "a.srt", other), ("migrate", other, "--yes")):
        skipped = call(*words, "--changed", "skip")
        assert skipped.code == 0, skipped.err
        assert "a.vtt: left out: " in skipped.out + skipped.err
        assert skipped.err.endswith(" left out\n")
    assert len(stored(sandbox)) == 1
    assert call("upload", other, "--changed", "upload").code == 0
    assert len(stored(sandbox)) == 2


def test_two_meetings_that_say_the_same_are_both_sent(
    call: Run, tmp_path: Path, sandbox: str
) -> None:
    """The five lines of two stand-ups: the dates in their names tell them apart."""
    folder = tmp_path / "stand-ups"
    folder.mkdir()
    for day in ("2024-03-12", "2024-03-13"):
        name = folder / f"{day} 09-00-00 stand-up.srt"
        name.write_text(SRT.format(name="today"), encoding="utf-8")
    done = migrate(call, folder)
    assert (done.code, len(stored(sandbox))) == (0, 2), done.err
    later = folder / "2024-03-14 09-00-00 stand-up.srt"
    later.write_text(SRT.format(name="today"), encoding="utf-8")
    done = migrate(call, folder)
    assert (done.code, len(stored(sandbox))) == (0, 3), done.err
    assert call("upload", later).code == 0
    assert len(stored(sandbox)) == 3


@pytest.mark.parametrize("command", ["upload", "migrate"])
def test_a_file_whose_date_was_corrected_in_its_name_is_asked_about(
    call: Run, tmp_path: Path, sandbox: str, command: str
) -> None:
    """Without the question, it was in Omi twice, at two dates."""
    folder = tmp_path / "exports"
    folder.mkdir()
    wrong = folder / "2024-01-24 15.00.00.srt"
    wrong.write_text(SRT.format(name="today"), encoding="utf-8")
    assert call(command, wrong, *COMMANDS[command]).code == 0
    right = wrong.rename(folder / "2024-05-05 12.00.00.srt")
    ran = call(command, right, *COMMANDS[command])
    assert ran.code == 1
    assert f"as {wrong}, with another date (2024-01-24 15:00 UTC)" in ran.err
    assert "1 conversation sent before in another form (1 file: another date)" in (
        call("plan", right).out
    )
    assert call(command, right, *COMMANDS[command], "--changed", "replace").code == 0
    (kept,) = stored(sandbox)
    assert kept.started_at.isoformat() == "2024-05-05T12:00:01+00:00"


def test_a_refused_file_whose_date_was_corrected_in_its_name_is_not_left_over(
    call: Run, tmp_path: Path, sandbox: str
) -> None:
    """`retry` planned it under its old name, and no command could send that."""
    folder = tmp_path / "exports"
    folder.mkdir()
    wrong = folder / "2024-01-24 15.00.00.srt"
    wrong.write_text(SRT.format(name="today"), encoding="utf-8")
    refusal = {"kind": "status", "status": 422, "method": "POST", "count": 1}
    LOCAL_HTTP.post(f"{sandbox}/_sandbox/faults", json=refusal).raise_for_status()
    assert migrate(call, folder).code == 1
    wrong.rename(folder / "2024-05-05 12.00.00.srt")
    assert migrate(call, folder).code == 0
    assert "nothing to" in call("retry").err
    (account,) = json.loads(call("status", "--json").out)["accounts"]
    assert (account["conversations"], account["in_omi"]) == (1, 1)
    assert call("verify").code == 0


def test_another_machine_in_another_zone_asks_before_it_sends_the_same_files(
    call: Run, tmp_path: Path, sandbox: str
) -> None:
    """Two users share a ledger, and each has the files in another folder."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    (first / "2024-01-24 15.00.00.srt").write_text(SRT.format(name="today"), encoding="utf-8")
    assert migrate(call, first, "--timezone", "Europe/Berlin").code == 0
    first.rename(second)
    ran = migrate(call, second, "--timezone", "UTC")
    assert (ran.code, "with another date (2024-01-24 14:00 UTC)" in ran.err) == (1, True)
    assert len(stored(sandbox)) == 1


def test_a_member_of_a_container_that_is_there_is_another_event(
    call: Run, tmp_path: Path, sandbox: str
) -> None:
    text = SRT.format(name="today")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("2024-01-24 15.00.00.srt", text)
    (tmp_path / "2024-05-05 12.00.00.srt").write_text(text, encoding="utf-8")
    assert migrate(call, tmp_path / "a.zip").code == 0
    assert migrate(call, tmp_path / "2024-05-05 12.00.00.srt").code == 0
    assert len(stored(sandbox)) == 2


def test_undated_copies_are_sent_once_and_said(call: Run, exports: Path, sandbox: str) -> None:
    shutil.copy(exports / "a.srt", exports / "copy of a.srt")
    done = migrate(call, exports)
    assert (done.code, len(stored(sandbox))) == (0, 3)
    assert "4 transcripts, 3 to send as 3 conversations" in done.out
    assert "1 with the same content as another" in done.out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--me", "Tom"), "other speakers"),
        (("--started-at", "2024-01-24T15:00Z"), "another date"),
        (("--merge-gap", "9"), None),  # nobody speaks twice in a row
        (("--speaker", "Nobody=person-9"), None),
        (("--language", "de"), None),
    ],
)
def test_the_message_says_what_changed(
    call: Run, exports: Path, sandbox: str, change: tuple[str, ...], said: str | None
) -> None:
    assert call("upload", exports / "a.srt", "--me", "Mara").code == 0
    words = ("--me", "Mara", *change) if "--me" not in change else change
    again = call("upload", exports / "a.srt", *words)
    assert len(stored(sandbox)) == 1
    if said is None:
        assert again.code == 0, again.err
        return
    assert again.code == 1
    assert f"it has changed since 1 conversation of it was sent: {said}" in again.err
    if said == "another date":  # `plan` takes dates from settings only
        return
    planned = call("plan", exports, *words, "--json")
    entry = json.loads(planned.out.splitlines()[0])
    assert (entry["changed"], len(entry["differs"])) == (1, 1)


def test_other_content_is_reported(call: Run, exports: Path) -> None:
    assert call("upload", exports / "a.srt").code == 0
    (exports / "a.srt").write_text(SRT.format(name="off"), encoding="utf-8")
    again = call("upload", exports / "a.srt")
    assert "sent: other content" in again.err


def test_replace_sends_the_new_one_and_deletes_the_earlier_one(
    call: Run, exports: Path, tmp_path: Path, sandbox: str
) -> None:
    assert migrate(call, exports, "--me", "Mara").code == 0
    former = {item.id for item in stored(sandbox)}
    renamed = exports.rename(tmp_path / "renamed")
    done = migrate(call, renamed, "--me", "Tom", "--changed", "replace")
    assert done.code == 0, done.err
    present = {item.id for item in stored(sandbox)}
    assert len(present) == 3
    assert not present & former
    assert done.out.count("deleted in Omi; a newer one replaces it") == 3
    again = migrate(call, renamed, "--me", "Tom")
    assert (again.code, len(stored(sandbox))) == (0, 3)
    # The earlier path does not bring the earlier conversations back.
    renamed.rename(exports)
    assert migrate(call, exports, "--me", "Mara").code == 1
    assert {item.id for item in stored(sandbox)} == present
