"""Reads whole objects and parts of them, and writes small ones."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from ..errors import BridgeError, InputError
from .failures import CHANGED, GONE, explain, explained
from .listing import MAX_AT_ONCE
from .systems import open_place
from .urls import bucket_of, is_in_process, show_url

_BLOCK_BYTES = 1 << 20
"""Bytes per block of a container or a media file. With blocks of 1 MB, 400 members of a ZIP file of
113 MB with a film in it took 1 request and 1 MB; with fsspec's default, 52 MB."""
_MAX_BLOCKS = 32
"""The blocks that one open file keeps in memory."""


def read_object(url: str, size: int | None = None) -> bytes:
    """The bytes of an object, in one GET, without asking for the size first.

    size: the number of bytes in the listing; None for all. Raises InputError, also if there are now
    more or fewer.
    """
    if size == 0:
        return b""
    place = open_place(url)
    with explained(url):
        if size is None:
            return bytes(place.system.cat_file(place.path))
        # One byte more than expected shows what was written since. Without an end, s3fs asks for
        # the size first.
        data = place.system.cat_file(place.path, start=0, end=size + 1)
    return _check_size(data, size, url)


def read_head(url: str, size: int) -> bytes:
    """The first `size` bytes of an object, fewer if it has fewer. Raises InputError."""
    if size == 0:
        return b""
    place = open_place(url)
    with explained(url):
        return bytes(place.system.cat_file(place.path, start=0, end=size))


def read_objects(
    objects: Sequence[tuple[str, int]], limit: int | None = None
) -> list[bytes | BridgeError]:
    """The bytes of many objects, MAX_AT_ONCE at a time; for those that cannot be read, the error.

    objects: (URL, size) as listed. limit: how many bytes of each are needed; None for all.
    """
    results: list[bytes | BridgeError] = [b""] * len(objects)
    by_bucket: dict[str, list[int]] = {}
    for number, (url, size) in enumerate(objects):
        if size:
            by_bucket.setdefault(bucket_of(url), []).append(number)
    for numbers in by_bucket.values():
        some = [objects[number] for number in numbers]
        for number, result in zip(numbers, _read_of_bucket(some, limit), strict=True):
            results[number] = result
    return results


def _read_of_bucket(
    objects: Sequence[tuple[str, int]], limit: int | None
) -> Iterable[bytes | BridgeError]:
    try:
        places = [open_place(url) for url, _ in objects]
    except BridgeError as error:
        return [error] * len(objects)
    ends = [_end_of(size, limit) for _, size in objects]
    paths = [place.path for place in places]
    system = places[0].system
    how = {"batch_size": MAX_AT_ONCE} if system.async_impl else {}
    try:
        answers = system.cat_ranges(paths, [0] * len(paths), ends, on_error="return", **how)
    except Exception as error:  # any exception of a library, before it reads the first object
        return [explain(error, url) for url, _ in objects]
    results: list[bytes | BridgeError] = []
    for (url, size), answer in zip(objects, answers, strict=True):
        wanted = size
        if limit is not None:
            wanted = min(size, limit)
        results.append(_judge(answer, url, wanted))
    return results


def _end_of(size: int, limit: int | None) -> int:
    """The byte at which to stop: one after the end, to notice what was written since."""
    if limit is not None and limit < size:
        return limit
    return size + 1


def _judge(answer: object, url: str, size: int) -> bytes | BridgeError:
    if isinstance(answer, FileNotFoundError):
        return InputError(GONE, path=show_url(url))
    if isinstance(answer, BaseException):
        return explain(answer, url)
    try:
        return _check_size(answer, size, url)
    except InputError as error:
        return error


def _check_size(data: Any, size: int, url: str) -> bytes:
    content = bytes(data)
    if len(content) != size:
        raise InputError(CHANGED, path=show_url(url))
    return content


def open_object(url: str) -> BinaryIO:
    """An object for seeking: only the blocks that are read are fetched. Close it.

    Raises InputError, here and whenever it is read.
    """
    place = open_place(url)
    if is_in_process(url):  # all readers would share one position
        with explained(url):
            return io.BytesIO(place.system.cat_file(place.path))
    with explained(url):
        file = place.system.open(
            place.path,
            "rb",
            block_size=_BLOCK_BYTES,
            cache_type="blockcache",
            cache_options={"maxblocks": _MAX_BLOCKS},
        )
        if not file.seekable():
            file.close()
            message = "this server sends whole files only; download the file first"
            raise InputError(message, path=show_url(url))
    return _SeekableObject(file, url)  # type: ignore[return-value]


class _SeekableObject(io.RawIOBase):
    """A file of fsspec whose exceptions become our errors."""

    def __init__(self, file: Any, url: str) -> None:
        super().__init__()
        self._file = file
        self._url = url

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        with explained(self._url):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        with explained(self._url):
            return bytes(self._file.read())

    def seek(self, position: int, whence: int = 0, /) -> int:
        return int(self._file.seek(position, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def object_exists(url: str) -> bool:
    """Whether there is an object of this name. Raises InputError if that cannot be found out."""
    place = open_place(url)
    with explained(url):
        return bool(place.system.isfile(place.path))


def find_existing(urls: Sequence[str]) -> set[str]:
    """The URLs at which there is an object, with MAX_AT_ONCE requests at a time.

    URLs that cannot be checked are left out.
    """
    from concurrent.futures import ThreadPoolExecutor  # few commands ask this

    with ThreadPoolExecutor(MAX_AT_ONCE) as threads:
        answers = list(threads.map(_exists_or_not, urls))
    return {url for url, is_there in zip(urls, answers, strict=True) if is_there}


def _exists_or_not(url: str) -> bool:
    try:
        return object_exists(url)
    except BridgeError:
        return False


def write_object(url: str, data: bytes) -> None:
    """Write a small object in one request: others see the old or the new content completely.

    Raises OutputError.
    """
    place = open_place(url)
    with explained(url, is_writing=True):
        if not place.system.async_impl:  # it has folders: memory, sftp
            place.system.makedirs(place.path.rpartition("/")[0], exist_ok=True)
        place.system.pipe_file(place.path, data)
