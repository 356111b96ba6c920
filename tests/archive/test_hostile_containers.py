"""Containers that are made to use up time or memory: each is one failed line."""

from __future__ import annotations

import gzip
import io
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

from tests.support.command import Run
from transcript_bridge.archive.scan import scan

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nAlice: hello\n"
ZEROS = bytes(1024 * 1024)


def header(name: str, size: int, kind: bytes) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def member(name: str, data: bytes, kind: bytes = tarfile.REGTYPE) -> bytes:
    return header(name, len(data), kind) + data + bytes(-len(data) % 512)


def check_one_failed_line(run: Run, folder: Path, name: str) -> None:
    (folder / "2024-01-24 good.srt").write_bytes(SRT)
    ran = run("plan", folder)
    assert ran.code == 1, ran.err
    assert f"error: {folder}/{name}: " in ran.err
    assert "Traceback" not in ran.err
    assert "1 transcript, 1 to send" in ran.out
    assert "not sent   1 path that cannot be read in full" in ran.out


def test_thousands_of_extended_headers_in_a_row(run: Run, tmp_path: Path) -> None:
    extended = member("x", b"12 path=a.s\n", tarfile.XHDTYPE)
    (tmp_path / "a.tar").write_bytes(extended * 3000 + member("a.srt", SRT) + bytes(1024))
    check_one_failed_line(run, tmp_path, "a.tar")


def test_a_header_of_two_gigabytes_in_a_small_file(run: Run, tmp_path: Path) -> None:
    size = 2 * 1024**3
    with gzip.open(tmp_path / "a.tar.gz", "wb", compresslevel=1) as stream:
        stream.write(header("x", size, tarfile.XHDTYPE))
        for _ in range(8):
            stream.write(ZEROS)
    tracemalloc.start()
    try:
        found = scan([str(tmp_path)])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(found.broken) == 1
    assert peak < 16 * 1024**2
    check_one_failed_line(run, tmp_path, "a.tar.gz")


def test_a_member_that_unpacks_to_hundreds_of_times_its_size_is_not_unpacked(
    tmp_path: Path,
) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as stream:
        stream.write(member("first.srt", SRT))
        stream.write(header("big.srt", 10**12, tarfile.REGTYPE))
        stream.write(ZEROS * 30)
    (tmp_path / "a.tar.gz").write_bytes(packed.getvalue())
    found = scan([str(tmp_path)])
    assert [one.forms[0].name for one in found.recordings] == ["first.srt"]
    assert any("like a decompression bomb" in message for _, message in found.notices)


def test_global_headers_of_a_tar_file_do_not_use_up_memory(run: Run, tmp_path: Path) -> None:
    lines = b"".join(b"17 k%06d=value\n" % number for number in range(2000))
    content = member("g", lines, tarfile.XGLTYPE) + member("a.srt", SRT) * 10 + bytes(1024)
    (tmp_path / "a.tar").write_bytes(content)
    check_one_failed_line(run, tmp_path, "a.tar")


def test_a_member_without_a_name_is_damage(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as box:
        box.writestr(zipfile.ZipInfo(""), SRT)
    (tmp_path / "2024-01-24 good.srt").write_bytes(SRT)
    ran = run("plan", tmp_path)
    assert "a fault in Transcript Bridge" not in ran.err
    assert "1 to send" in ran.out


def test_a_container_of_a_future_version_is_one_failed_line(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as box:
        box.writestr("a.srt", SRT)
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[data.find(b"PK\x01\x02") + 6] = 99  # the version that is needed to unpack it
    (tmp_path / "a.zip").write_bytes(data)
    check_one_failed_line(run, tmp_path, "a.zip")
