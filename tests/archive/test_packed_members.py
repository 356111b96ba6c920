"""Members of ZIP files in each way of packing: the same bytes, and no more memory than those."""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import tracemalloc
import zipfile
from functools import cache
from pathlib import Path

import pytest

from tests.support.command import Run
from transcript_bridge.archive.containers.packed_members import open_member
from transcript_bridge.archive.files import DAMAGED

METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflate": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}
TEXT = b"".join(b"line %d of the text, %d\n" % (n, n * n % 97) for n in range(30_000))
MEGABYTE = 2**20
ZEROS = bytes(16 * MEGABYTE)


@cache
def pack(method: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as box:
        box.writestr("a.srt", TEXT)
    return packed.getvalue()


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_each_compression_can_be_read_from_any_position(method: int) -> None:
    with zipfile.ZipFile(io.BytesIO(pack(method))) as box, open_member(box, "a.srt") as stream:
        assert stream.read(100) == TEXT[:100]
        assert stream.read() == TEXT[100:]
        for place in (700_000, 5, len(TEXT) - 3):
            stream.seek(place)
            assert stream.read(10) == TEXT[place : place + 10]


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_wrong_checksum_is_damage(method: int) -> None:
    data = bytearray(pack(method))
    data[data.rfind(b"PK\x01\x02") + 16] ^= 1
    box = zipfile.ZipFile(io.BytesIO(data))
    with box, open_member(box, "a.srt") as stream, pytest.raises(zipfile.BadZipFile):
        stream.read()


def pack_by_hand(method: int, name: bytes, packed: bytes, size: int) -> bytes:
    """A ZIP file with one member that states a size which is not its own."""
    sizes = (0, len(packed), size, len(name), 0)
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, method, 0, 0x5821, *sizes) + name + packed
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, method, 0, 0x5821, *sizes, *[0] * 5)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(entry + name), len(local), 0)
    return local + entry + name + end


@cache
def squeeze(method: int) -> bytes:
    """Fifty megabytes in some kilobytes."""
    if method == zipfile.ZIP_BZIP2:
        packer = bz2.BZ2Compressor()
        return b"".join(packer.compress(ZEROS) for _ in range(3)) + packer.flush()
    filters = [{"id": lzma.FILTER_LZMA1, "preset": 0}]
    squeezer = lzma.LZMACompressor(lzma.FORMAT_ALONE, filters=filters)
    data = b"".join(squeezer.compress(ZEROS) for _ in range(3)) + squeezer.flush()
    return struct.pack("<BBH", 9, 4, 5) + data[:5] + data[13:]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_a_member_that_unpacks_to_more_than_it_states_takes_no_memory(method: int) -> None:
    box = zipfile.ZipFile(io.BytesIO(pack_by_hand(method, b"a.srt", squeeze(method), 50_000)))
    tracemalloc.start()
    try:
        with box, open_member(box, "a.srt") as stream, pytest.raises(DAMAGED):
            stream.read(50_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * MEGABYTE


def test_documents_that_unpack_to_gigabytes_are_no_transcripts(run: Run, tmp_path: Path) -> None:
    for name, inner in (("a.docx", b"word/document.xml"), ("a.odt", b"content.xml")):
        packed = pack_by_hand(zipfile.ZIP_BZIP2, inner, squeeze(zipfile.ZIP_BZIP2), 4_000)
        (tmp_path / name).write_bytes(packed)
    tracemalloc.start()
    try:
        planned = run("plan", tmp_path)
        inspected = run("inspect", tmp_path / "a.docx")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "Traceback" not in planned.err + inspected.err
    assert inspected.code == 1
    assert peak < 32 * MEGABYTE
