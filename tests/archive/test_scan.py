"""Scanning folders, ZIP and tar files, with what people and attackers put into them."""

from __future__ import annotations

import bz2
import errno
import io
import json
import os
import pickle
import struct
import tarfile
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from transcript_bridge.archive.convert import convert_recording
from transcript_bridge.archive.scan import ScanResult, scan
from transcript_bridge.config import IgnorePattern
from transcript_bridge.errors import InputError
from transcript_bridge.options import Options

SRT = (
    b"1\n00:00:01,000 --> 00:00:02,500\nAlice: Good morning to all of you.\n\n"
    b"2\n00:00:03,000 --> 00:00:04,000\nBob: Hi.\n"
)
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.500\n<v Alice>Good morning.</v>\n"
WHISPERX = json.dumps(
    {"segments": [{"start": 1.0, "end": 2.5, "text": "Good morning.", "speaker": "SPEAKER_00"}]}
).encode()
RTTM = b"SPEAKER talk 1 0.0 3.0 <NA> <NA> SPEAKER_07 <NA> <NA>\n"


def lay(folder: Path, **files: bytes) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def paths_of(found: ScanResult, folder: Path) -> list[str]:
    return [recording.path.removeprefix(f"{folder.as_posix()}/") for recording in found.recordings]


def messages(found: ScanResult) -> str:
    broken = [(one.path, one.message) for one in found.broken]
    left_out = [(one.path, one.advice) for one in found.left_out]
    return "\n".join(f"{path}: {what}" for path, what in (*found.notices, *broken, *left_out))


def make_zip(
    path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED
) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2023, 5, 6, 7, 8, 10)), data, compression)
    return path


def make_tar(path: Path, mode: str, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_700_000_000
            archive.addfile(info, io.BytesIO(data))
    return path


def test_folders_are_scanned_and_other_files_are_counted(tmp_path: Path) -> None:
    lay(
        tmp_path,
        **{
            "b/two.vtt": VTT,
            "a/one.srt": SRT,
            "a/film.mp4": b"",
            "a/x.jpg": b"",
            "notes.pdf": b"",
            ".hidden.srt": SRT,
        },
    )
    lay(
        tmp_path,
        **{
            "__MACOSX/._one.srt": SRT,
            ".git/config.srt": SRT,
            "transcript-bridge.toml": b"",
            "UPPER.SRT": SRT,
        },
    )
    found = scan([str(tmp_path)])
    assert paths_of(found, tmp_path) == ["UPPER.SRT", "a/one.srt", "b/two.vtt"]
    assert found.other_files == {".mp4": 1, ".jpg": 1, ".pdf": 1}
    assert found.hidden == 3
    assert found.notices == ()


def test_a_recording_has_its_turns_sidecar_and_media(tmp_path: Path) -> None:
    lay(
        tmp_path,
        **{
            f"talk.{s}": b""
            for s in ("srt", "vtt", "tsv", "txt", "json", "rttm", "info.json", "mp4")
        },
    )
    (one,) = scan([str(tmp_path)]).recordings
    assert [form.suffix for form in one.forms] == [".json", ".vtt", ".srt", ".tsv", ".txt"]
    assert one.turns is not None
    assert one.turns.name == "talk.rttm"
    assert one.sidecar is not None
    assert one.media is not None
    assert not scan([str(tmp_path)]).other_files


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("talk.en.vtt", "talk.mp4"),
        ("talk.wav.srt", "talk.wav"),
        (
            "GMT20240124-202901_Recording.transcript.vtt",
            "GMT20240124-202901_Recording_1920x1080.mp4",
        ),
        ("talk.json", "talk.diarization.json"),
        ("talk.de-AT.srt", "talk.rttm"),
    ],
)
def test_files_with_one_stem_are_one_recording(tmp_path: Path, name: str, beside: str) -> None:
    lay(tmp_path, **{name: b"", beside: b""})
    (one,) = scan([str(tmp_path)]).recordings
    assert [source.name for source in one.files] == [name, beside]


def test_other_languages_and_other_folders_are_other_recordings(tmp_path: Path) -> None:
    lay(
        tmp_path,
        **{"a.en.srt": b"", "a.de.srt": b"", "x/a.srt": b"", "Talk.srt": b"", "talk.srt": b""},
    )
    assert len(scan([str(tmp_path)]).recordings) == 5


def test_zoom_captions_without_speakers_rank_second(tmp_path: Path) -> None:
    lay(
        tmp_path,
        **{
            "GMT20240124-202901_Recording.cc.vtt": b"",
            "GMT20240124-202901_Recording.transcript.vtt": b"",
        },
    )
    (one,) = scan([str(tmp_path)]).recordings
    assert [form.name.split(".")[1] for form in one.forms] == ["transcript", "cc"]


def test_the_best_form_that_is_a_transcript_is_used(tmp_path: Path) -> None:
    lay(tmp_path, **{"talk.json": WHISPERX, "talk.srt": SRT, "talk.txt": b"words"})
    (one,) = scan([str(tmp_path)]).recordings
    done = convert_recording(one, Options())
    assert (done.format, len(done.others)) == ("whisper_json", 2)
    (tmp_path / "talk.json").write_bytes(b'{"kind": "metadata", "date": "2022-02-03T04:05:06Z"}')
    (one,) = scan([str(tmp_path)]).recordings
    done = convert_recording(one, Options())
    assert (done.format, [file.suffix for file in done.left_out]) == ("srt", [".json"])
    assert done.dates[0][:2] == ("sidecar", "2022-02-03T04:05:06+00:00")


def test_a_broken_form_is_reported_and_the_next_is_used(tmp_path: Path) -> None:
    lay(tmp_path, **{"talk.json": WHISPERX[:-9], "talk.srt": SRT})
    (one,) = scan([str(tmp_path)]).recordings
    done = convert_recording(one, Options())
    assert (done.state, done.format) == ("ready", "srt")
    ((path, what),) = done.notices
    assert path.endswith("talk.json")
    assert "cut off" in what


def test_turns_are_joined(tmp_path: Path) -> None:
    lay(
        tmp_path,
        **{"talk.srt": SRT.replace(b"Alice: ", b"").replace(b"Bob: ", b""), "talk.rttm": RTTM},
    )
    (one,) = scan([str(tmp_path)]).recordings
    done = convert_recording(one, Options())
    assert [speaker.label for speaker in done.speakers] == ["SPEAKER_07"]
    assert done.turns.endswith("talk.rttm")


def test_a_transcript_is_not_sent_without_its_broken_turns(
    tmp_path: Path,
) -> None:
    lay(tmp_path, **{"talk.srt": SRT, "talk.rttm": b"\x89PNG\r\n\x1a\n\0\0\0\0"})
    (one,) = scan([str(tmp_path)]).recordings
    done = convert_recording(one, Options())
    assert done.state == "failed"
    assert "its turns in" in done.error
    (tmp_path / "talk.rttm").write_bytes(b";; nobody speaks\n")
    (one,) = scan([str(tmp_path)]).recordings
    assert convert_recording(one, Options()).state in ("ready", "failed")


def test_other_files_and_broken_transcripts_are_distinguished(tmp_path: Path) -> None:
    files = {
        "a.srt": b"no subtitle at all",
        "b.txt": b"hello",
        "c.json": b'{"a": 1}',
        "d.rttm": RTTM,
        "e.vtt": b"",
        "f": b"x",
    }
    lay(tmp_path, **files, **{"g.json": WHISPERX[:-3]})
    states = {
        r.forms[0].name: convert_recording(r, Options()).state
        for r in scan([str(tmp_path)]).recordings
    }
    assert states == {
        "a.srt": "failed",
        "b.txt": "none",
        "c.json": "none",
        "d.rttm": "turns",
        "e.vtt": "failed",
        "f": "none",
        "g.json": "failed",
    }


@pytest.mark.parametrize("kind", ["zip", "stored.zip", "tar", "tar.gz", "tgz", "tar.bz2", "tar.xz"])
def test_containers_are_read_without_unpacking(tmp_path: Path, kind: str) -> None:
    members = {
        "x/one.srt": SRT,
        "x/two.vtt": VTT,
        "x/film.mp4": b"0" * 100,
        ".hidden/three.srt": SRT,
        "x/readme.pdf": b"1",
    }
    path = tmp_path / f"export.{kind}"
    if kind.endswith("zip"):
        make_zip(path, members, zipfile.ZIP_STORED if "stored" in kind else zipfile.ZIP_DEFLATED)
    else:
        mode = {"tar": "w", "tar.gz": "w:gz", "tgz": "w:gz", "tar.bz2": "w:bz2", "tar.xz": "w:xz"}[
            kind
        ]
        make_tar(path, mode, members)
    found = scan([str(path)])
    assert [r.path for r in found.recordings] == [
        f"{path.as_posix()}!x/one.srt",
        f"{path.as_posix()}!x/two.vtt",
    ]
    one, two = (pickle.loads(pickle.dumps(r.forms[0])) for r in found.recordings)
    assert (two.read(), one.read(), two.read(), one.read(6)) == (
        VTT,
        SRT,
        VTT,
        SRT[:6],
    )  # backwards, too
    assert (one.name, one.suffix, one.size) == ("one.srt", ".srt", len(SRT))
    assert one.absolute == f"{path}!x/one.srt"
    assert found.other_files == {".pdf": 1, ".mp4": 1}
    assert found.hidden == 1
    assert one.modified == (
        datetime(2023, 5, 6, 7, 8, 10)
        if kind.endswith("zip")
        else datetime.fromtimestamp(1_700_000_000, UTC)
    )


def test_the_exact_time_in_a_zip_is_used(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a.srt", (2023, 5, 6, 7, 8, 10))
    info.extra = struct.pack("<HHBI", 0x5455, 5, 1, 1_700_000_001)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, SRT)
    (one,) = scan([str(tmp_path)]).recordings
    assert one.forms[0].modified == datetime.fromtimestamp(1_700_000_001, UTC)


def test_names_that_lead_out_links_and_inner_containers_are_skipped(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "inner.zip", {"a.srt": SRT}).read_bytes()
    (tmp_path / "inner.zip").unlink()
    make_zip(
        tmp_path / "bad.zip",
        {
            "../up.srt": SRT,
            "/abs.srt": SRT,
            "C:\\win.srt": SRT,
            "a/../../up.srt": SRT,
            "in.zip": inner,
            "a\\b.srt": SRT,
            "old.rar": b"Rar!",
        },
    )
    found = scan([str(tmp_path)])
    assert paths_of(found, tmp_path) == ["bad.zip!a/b.srt"]
    assert messages(found).count("leads out of the container") == 4
    assert "in.zip: a ZIP or tar file inside another is not opened; unpack it first" in messages(
        found
    )
    assert "old.rar: a .rar file cannot be opened here" in messages(found)


def test_links_and_devices_in_a_tar_are_skipped(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as archive:
        for name, kind in (
            ("link.srt", tarfile.SYMTYPE),
            ("hard.srt", tarfile.LNKTYPE),
            ("pipe.srt", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("../../out.srt")
        archive.addfile(info)
    found = scan([str(tmp_path)])
    assert found.recordings == ()
    assert messages(found).count("a link in a container") == 2
    assert "not a regular file" in messages(found)
    assert "leads out" in messages(found)


def test_bombs_are_skipped_before_they_unpack(tmp_path: Path) -> None:
    make_zip(tmp_path / "bomb.zip", {"big.srt": b"0" * 12_000_000, "good.srt": SRT})
    found = scan([str(tmp_path)])
    assert paths_of(found, tmp_path) == ["bomb.zip!good.srt"]
    assert "times its size, like a decompression bomb" in messages(found)
    (tmp_path / "bomb.zip").unlink()
    with tarfile.open(tmp_path / "bomb.tar.gz", "w:gz") as archive:
        for name, size in (("a.srt", 30_000_000), ("b.srt", 10)):
            info = tarfile.TarInfo(name)
            info.size = size
            archive.addfile(info, io.BytesIO(b"0" * size))
    found = scan([str(tmp_path)])
    assert "this and the rest is skipped" in messages(found)


def test_a_zip_with_false_sizes_is_reported(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "lies.zip", {"a.srt": SRT * 50})
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(data)
    (one,) = scan([str(tmp_path)]).recordings
    with pytest.raises(InputError, match="damaged here"):
        one.forms[0].read()
    assert convert_recording(one, Options()).state == "failed"


def test_an_encrypted_member_is_reported(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "locked.zip", {"a.srt": SRT})
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    data[6] |= 1
    path.write_bytes(data)
    found = scan([str(tmp_path)])
    assert found.recordings == ()
    assert "this is encrypted" in messages(found)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", b"PK\x03\x04 cut"),
        ("a.tar", b"x" * 2000),
        ("a.tar.gz", b"\x1f\x8b\x08 no"),
        ("b.tar.bz2", b"no"),
        ("c.tar.xz", b"no"),
        ("empty.zip", b""),
    ],
)
def test_damaged_containers_are_reported_and_the_rest_is_read(
    tmp_path: Path, name: str, data: bytes
) -> None:
    lay(tmp_path, **{name: data, "good.srt": SRT})
    found = scan([str(tmp_path)])
    assert paths_of(found, tmp_path) == ["good.srt"]
    assert "damaged; export or copy it again" in messages(found)


def test_a_tar_that_ends_inside_a_member_is_reported_when_it_is_read(tmp_path: Path) -> None:
    make_tar(tmp_path / "a.tar.bz2", "w:bz2", {"a.srt": os.urandom(200_000)})
    data = (tmp_path / "a.tar.bz2").read_bytes()
    (tmp_path / "a.tar.bz2").write_bytes(data[: len(data) // 2])
    found = scan([str(tmp_path)])
    assert (
        "damaged" in messages(found)
        or convert_recording(found.recordings[0], Options()).state == "failed"
    )


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (["Grüße aus Köln.srt", "Besprechung für später.srt"], "utf-8"),
        (["Привет.srt", "Совещание по бюджету.srt"], "cp866"),
        (["Grüße aus Köln.srt", "Überblick.srt"], "cp437"),
        (["会議の記録.srt", "予算について.srt"], "cp932"),
    ],
)
def test_names_in_old_zips_are_decoded(tmp_path: Path, names: list[str], encoding: str) -> None:
    path = tmp_path / "old.zip"
    marks = [f"name{n:03d}" for n in range(len(names))]
    raw = [name.encode(encoding) for name in names]
    padded = [mark + "_" * (len(r) - len(mark)) for mark, r in zip(marks, raw, strict=True)]
    make_zip(path, dict.fromkeys(padded, SRT))
    data = path.read_bytes()
    for before, after in zip(padded, raw, strict=True):
        data = data.replace(before.encode(), after)
    path.write_bytes(data)
    found = scan([str(path)])
    assert [r.forms[0].name for r in found.recordings] == names
    assert found.recordings[0].forms[0].read() == SRT


def test_the_unicode_name_of_a_member_wins(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a.srt")
    info.extra = (
        struct.pack("<HHBI", 0x7075, 5 + len("ä.srt".encode()), 1, zlib.crc32(b"a.srt"))
        + "ä.srt".encode()
    )
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, SRT)
    assert scan([str(tmp_path)]).recordings[0].forms[0].name == "ä.srt"


def test_links_on_disk_are_followed_once(tmp_path: Path) -> None:
    lay(tmp_path, **{"a/one.srt": SRT})
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "gone.srt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "self.srt").symlink_to(tmp_path / "self.srt")
    (tmp_path / "two.srt").symlink_to(tmp_path / "a" / "one.srt")
    found = scan([str(tmp_path)])
    assert sorted(paths_of(found, tmp_path)) == ["a/one.srt", "two.srt"]
    assert messages(found).count("without a target, or in a circle") == 2
    assert "already read under another name" in messages(found)


def test_a_name_that_is_not_text_can_be_read_and_shown(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/caf\xe9.srt", "wb") as file:  # noqa: PTH123
        file.write(SRT)
    (one,) = scan([str(tmp_path)]).recordings
    assert one.forms[0].name == "caf\ufffdE9.srt"
    assert convert_recording(one, Options()).state == "ready"
    json.dumps(one.path).encode()


def test_a_pipe_and_a_missing_file_are_reported(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.srt")
    lay(tmp_path, **{"a.srt": SRT})
    found = scan([str(tmp_path)])
    assert "pipe.srt: this is not a regular file" in messages(found)
    (tmp_path / "a.srt").unlink()
    done = convert_recording(found.recordings[0], Options())
    assert (done.state, "cannot be opened" in done.error) == ("failed", True)


def test_a_folder_without_permission_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was named is an error: nothing of what was asked for is read."""
    lay(tmp_path, **{"locked/one.srt": SRT})
    locked = str(tmp_path / "locked")
    list_folder = os.scandir

    def refuse(path: str) -> Any:
        if path == locked:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may read everything
    found = scan([str(tmp_path)])
    assert "this folder cannot be opened" in messages(found)
    assert found.broken == ()
    (broken,) = scan([locked]).broken
    assert broken.path == locked
    assert "this folder cannot be opened" in broken.message


def test_patterns_single_files_and_repeated_paths(tmp_path: Path) -> None:
    lay(tmp_path, **{"a/one.srt": SRT, "a/b/two.srt": SRT, "c.srt": SRT, "Hello!.vtt": VTT})
    assert len(scan([f"{tmp_path}/**/*.srt"]).recordings) == 3
    assert len(scan([str(tmp_path), f"{tmp_path}/c.srt", str(tmp_path / "a")]).recordings) == 4
    (hello,) = scan([f"{tmp_path}/Hello!.vtt"]).recordings
    assert (hello.forms[0].name, hello.forms[0].suffix) == ("Hello!.vtt", ".vtt")
    assert (
        len(scan([str(tmp_path)], ignore=[IgnorePattern("a/*"), IgnorePattern("c.srt")]).recordings)
        == 1
    )
    with pytest.raises(InputError, match="no file matches this pattern"):
        scan([f"{tmp_path}/*.nothing"])
    with pytest.raises(InputError, match="there is no such file or folder"):
        scan([f"{tmp_path}/nothing"])


def test_of_several_paths_each_fails_alone(tmp_path: Path) -> None:
    lay(tmp_path, **{"a/one.srt": SRT, "two.srt": SRT})
    missing = ("nothing", "*.nothing", "two.srt!part", "two.srt/below", "\0")
    found = scan(
        [*(f"{tmp_path}/{name}" for name in missing), f"{tmp_path}/a", f"{tmp_path}/two.srt"]
    )
    assert len(found.recordings) == 2
    failed = [broken.path.rpartition("/")[2] for broken in found.broken]
    assert sorted(failed) == sorted([*missing[:-2], "below", "\ufffd{0}"])


def test_a_large_file_that_is_not_a_transcript_is_not_read_whole(tmp_path: Path) -> None:
    lay(
        tmp_path,
        **{
            "dump.json": b'{"rows": [' + b"1," * 1_000_000 + b"1]}",
            "log.txt": b"nothing\n" * 300_000,
        },
    )
    found = scan([str(tmp_path)])
    assert [convert_recording(r, Options()).state for r in found.recordings] == [
        "none",
        "none",
    ]


def test_deep_folders_do_not_exhaust_the_stack(tmp_path: Path) -> None:
    path = tmp_path
    for _ in range(600):  # more would be too many for pytest, which clears them away
        path = path / "d"
        path.mkdir()
    (path / "a.srt").write_bytes(SRT)
    assert len(scan([str(tmp_path)]).recordings) == 1


def test_a_single_bz2_file_is_reported(tmp_path: Path) -> None:
    lay(tmp_path, **{"a.srt.bz2": bz2.compress(SRT)})
    assert "a .bz2 file cannot be opened here; unpack it first" in messages(scan([str(tmp_path)]))


# ---- names that are not UTF-8, and names that occur twice

LATIN = (b"caf\xe9.srt", b"caf\xe8.srt", b"caf\x1b.srt", b"caf\xef\xbf\xbdE9.srt", b"caf.srt")
"""The last but one is what the first is shown as."""


def lay_latin(folder: Path) -> None:
    folder.mkdir()
    for name in LATIN:
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(SRT + name.hex().encode())


def test_names_that_differ_in_bytes_that_are_not_text_are_different_recordings(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "latin"
    lay_latin(folder)
    with tarfile.open(tmp_path / "latin.tar", "w") as box:
        box.add(folder, "in")
    for path in (folder, tmp_path / "latin.tar"):
        recordings = scan([str(path)]).recordings
        assert len(recordings) == len({one.path for one in recordings}) == len(LATIN)
        assert all(one.path.isprintable() for one in recordings)
        said = {convert_recording(one, Options()).text_digest for one in recordings}
        assert len(said) == len(LATIN)


def test_two_files_of_one_suffix_are_two_recordings(tmp_path: Path) -> None:
    lay(tmp_path, **{"talk.srt": SRT, "talk.SRT": SRT + b"more", "talk.json": WHISPERX})
    first, second = scan([str(tmp_path)]).recordings
    assert [form.name for form in first.forms] == ["talk.json", "talk.SRT"]
    assert [form.name for form in second.forms] == ["talk.srt"]


def test_the_last_of_two_members_with_one_name_counts(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as box:
        for name, data in (("x/one.srt", VTT), ("x/two.srt", VTT), ("./x/one.srt", SRT)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            box.addfile(info, io.BytesIO(data))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("x/one.srt", VTT)
        packed.writestr("x/two.srt", VTT)
        with pytest.warns(UserWarning, match="Duplicate name"):
            packed.writestr("x/one.srt", SRT)
    for name in ("a.tar", "a.zip"):
        found = scan([str(tmp_path / name)])
        contents = {one.forms[0].name: one.forms[0].read() for one in found.recordings}
        assert contents == {"one.srt": SRT, "two.srt": VTT}
        ((path, message),) = found.notices
        assert path.endswith("!x/one.srt")
        assert "a later file of this name, which replaces this one" in message


def test_a_time_outside_of_the_calendar_is_ignored(tmp_path: Path) -> None:
    lay(tmp_path, **{"a.srt": SRT, "b.srt": SRT})
    absurd = 10**16  # seconds; file systems without such times keep the latest they have
    os.utime(tmp_path / "a.srt", (absurd, absurd))
    found = scan([str(tmp_path)])
    assert found.broken == ()
    assert {convert_recording(one, Options()).state for one in found.recordings} == {"ready"}


def test_a_fault_while_looking_at_one_file_is_about_this_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, **{"a.zip": b"", "b.srt": SRT})

    def stumble(container: object, kind: str) -> None:
        raise LookupError("what is in it")

    monkeypatch.setattr("transcript_bridge.archive.scan.list_container", stumble)
    found = scan([str(tmp_path)])
    assert [one.forms[0].name for one in found.recordings] == ["b.srt"]
    ((path, _, message, _),) = found.broken
    assert path.endswith("a.zip")
    assert "LookupError" in message
    assert "what is in it" not in message


def test_subtitles_are_used_if_the_times_of_the_json_were_guessed_wrongly(tmp_path: Path) -> None:
    """Whole seconds in which little is said look like milliseconds; the SRT shows what they are."""
    texts = ["The boat leaves at nine.", "Already, this early?"]
    rows = [{"start": 600 * n, "end": 600 * n + 599, "text": text} for n, text in enumerate(texts)]
    lay(tmp_path, **{"talk.json": json.dumps(rows).encode()})
    (one,) = scan([str(tmp_path)]).recordings
    assert convert_recording(one, Options()).ms == 1199
    cues = [
        f"{n + 1}\n00:{10 * n:02}:00,000 --> 00:{10 * n + 9:02}:59,000\n{text}\n"
        for n, text in enumerate(texts)
    ]
    lay(tmp_path, **{"talk.srt": "\n".join(cues).encode()})
    (one,) = scan([str(tmp_path)]).recordings
    done = convert_recording(one, Options())
    assert (done.format, done.ms, done.others) == ("srt", 1_199_000, ())
    ((path, message),) = done.notices
    assert path.endswith("talk.json")
    assert "its times were guessed, and end at 0:01" in message


def test_json_with_guessed_times_is_used_if_the_subtitles_agree(tmp_path: Path) -> None:
    rows = [{"start": 0, "end": 2000, "text": "The boat leaves at nine.", "speaker": "Ann"}]
    srt = b"1\n00:00:00,000 --> 00:00:02,000\nThe boat leaves at nine.\n"
    lay(tmp_path, **{"talk.json": json.dumps(rows).encode(), "talk.srt": srt})
    (one,) = scan([str(tmp_path)]).recordings
    done = convert_recording(one, Options())
    assert (done.format, done.ms, len(done.others)) == ("whisper_json", 2000, 1)
