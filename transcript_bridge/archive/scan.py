"""Folders, zips, tars and patterns -> the recordings in them, and a word about everything else.

    walk      every file that may matter, as a ArchiveFile (sources.py; containers.py for what is inside
              archives)
    pair      files of one recording come together, the best form first (pairing.py)

What is a transcript is decided by content, when it is read (converting.py); here only what
certainly is none, a film or a picture, is put aside by its suffix.
"""

from __future__ import annotations

import fnmatch
import glob
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from ..errors import InputError
from ..formats import all_formats
from ..gc_pause import collector_paused
from .containers import container_kind, list_container
from .files import ArchiveFile, printable, suffix_of
from .grouping import MEDIA, Recording, group_files

SETTINGS_NAME = "transcript-bridge.toml"
_OWN_NAMES = frozenset({SETTINGS_NAME, "speakers.toml"})
_SYSTEM_NAMES = frozenset(
    {"__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "system volume information"}
)
_OTHERS = (
    "jpg jpeg png gif webp heic bmp tif tiff svg ico pdf doc docx xls xlsx ppt pptx odt ods rtf epub"
    " exe dll so dylib msi dmg iso bin dat db sqlite sqlite3 pyc class jar wasm ttf otf woff woff2"
    " rar 7z gz bz2 xz zst lz4 cab npy npz pt pth onnx safetensors psd ai blend"
    " py js ts css html htm xml toml ini cfg lock log sh bat ps1 c h cpp rs go java ipynb"
    " sub idx sup csv md yaml yml"
)
_NEVER = MEDIA | {f".{name}" for name in _OTHERS.split()}
"""Suffixes of what is never opened.

`.sub` is VobSub's pictures, or MicroDVD's frames without their rate.
"""
_UNREADABLE_ARCHIVES = frozenset({".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".cab"})

_ANY_DEPTH = re.compile(r"(?:^|(?<=[/\\]))\*\*(?:[/\\]|$)")
"""`**` in a pattern."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What is in an archive.

    other_files: files that are no transcripts, by suffix; those that only reading can tell come later.
    notices: (path, what) of everything that was refused or cannot be read, in the order in which it
    was met.
    """

    recordings: tuple[Recording, ...] = ()
    other_files: Counter[str] = field(default_factory=Counter)
    hidden: int = 0
    notices: tuple[tuple[str, str], ...] = ()


@collector_paused()
def scan(paths: Iterable[str], *, ignore: Sequence[str] = ()) -> ScanResult:
    """Everything under `paths`: folders, files, zip and tar files, patterns such as
    `exports/**/*.zip`.

    ignore: patterns of paths to leave out, matched against the whole path and against its tail at a
    folder's edge. Raises InputError for a path that is not there.
    """
    walk = _Walk(tuple(ignore))
    for path in paths:
        for one in _expand(path):
            walk.start(one)
    sources = list({(s.file, s.member, s.offset): s for s in walk.sources}.values())
    recordings = group_files(sources)
    used = {recording.media for recording in recordings}
    walk.other_files.update(s.suffix for s in sources if s.suffix in MEDIA and s not in used)
    return ScanResult(recordings, walk.other_files, walk.hidden, tuple(walk.notices))


def _expand(path: str) -> list[str]:
    if os.path.lexists(path) or not glob.has_magic(path):
        return [path]
    found = sorted(set(_match(path)))
    if not found:
        raise InputError("nothing has a name like this; check the pattern", path=path)
    return found


def _match(pattern: str) -> Iterator[str]:
    """What `glob.glob` finds, but no folder twice: with two links that lead in a circle it would
    never end.

    No `Path` here nor in `_folders`: the names stay as the user wrote them.
    """
    before, *after = _ANY_DEPTH.split(pattern, maxsplit=1)
    tops = glob.glob(before) if before else [""]  # noqa: PTH207
    if not after:
        yield from tops
    elif not after[0]:  # all that is below a folder is that folder
        yield from (top or os.curdir for top in tops)
    else:
        for folder in (folder for top in tops for folder in _folders(top)):
            yield from _match(os.path.join(glob.escape(folder), *after))  # noqa: PTH118


def _folders(top: str) -> Iterator[str]:
    """A folder and all below it, each under one of its names."""
    seen: set[str] = set()
    waiting = [top]
    while waiting:
        path = waiting.pop()
        real = os.path.realpath(path)
        if real in seen:
            continue
        seen.add(real)
        yield path
        with suppress(OSError):  # a folder that cannot be opened has nothing that could match
            names = (name for name in os.listdir(path or os.curdir) if not name.startswith("."))  # noqa: PTH208
            below = [os.path.join(path, name) for name in sorted(names, reverse=True)]  # noqa: PTH118
            waiting += [one for one in below if os.path.isdir(one)]  # noqa: PTH112


class _Walk:
    """Goes through folders and archives once, and remembers what it met."""

    def __init__(self, ignore: tuple[str, ...]) -> None:
        self.sources: list[ArchiveFile] = []
        self.other_files: Counter[str] = Counter()
        self.hidden = 0
        self.notices: list[tuple[str, str]] = []
        self._ignore = ignore
        self._seen: set[tuple[int, int]] = set()

    def start(self, path: str) -> None:
        """Begin at a path that the user named: even a hidden one counts."""
        try:
            status = os.stat(path)  # noqa: PTH116  # see _file
        except FileNotFoundError:
            raise InputError(
                "there is no such file or folder; check the name", path=printable(path)
            ) from None
        except OSError as error:
            raise InputError(
                f"this cannot be opened ({error.strerror}); check its permissions",
                path=printable(path),
            ) from None
        if stat.S_ISDIR(status.st_mode):
            self._folder(path, status)
        else:
            self._file(path, status)

    def tell(self, path: str, what: str) -> None:
        """Remember what was refused, and where."""
        self.notices.append((path, what))

    def _folder(self, path: str, status: os.stat_result) -> None:
        """A folder and all below it; with a list instead of recursion, for trees can be deep."""
        waiting = [(path, status)]
        while waiting:
            path, status = waiting.pop()
            here = (status.st_dev, status.st_ino)
            if here in self._seen and status.st_ino:
                self.tell(
                    printable(path),
                    "this folder was read already under another name (a link); not read again",
                )
                continue
            self._seen.add(here)
            waiting += reversed(list(self._files_of(path)))

    def _files_of(self, path: str) -> Iterator[tuple[str, os.stat_result]]:
        """Take the files of a folder; give back the folders in it."""
        for entry in self._entries(path):
            if entry.name.startswith(".") or entry.name.casefold() in _SYSTEM_NAMES:
                self.hidden += 1
                continue
            try:
                status = entry.stat()
            except OSError as error:
                why = (
                    "a link that leads nowhere, or in a circle"
                    if entry.is_symlink()
                    else str(error.strerror)
                )
                self.tell(printable(entry.path), f"this cannot be opened ({why}); left out")
                continue
            if stat.S_ISDIR(status.st_mode):
                yield entry.path, status
            else:
                self._file(entry.path, status)

    def _entries(self, path: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(path) as entries:
                yield from sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.tell(printable(path), f"this folder cannot be opened ({error.strerror}); left out")

    def _file(self, path: str, status: os.stat_result) -> None:
        shown = printable(path).replace(os.sep, "/")
        full = os.path.abspath(path)  # noqa: PTH100  # `Path` would do the same, at five times the cost
        if not stat.S_ISREG(status.st_mode):
            self.tell(shown, "this is no ordinary file; left out")
            return
        kind = container_kind(path)
        if kind:
            self._container(full, shown, kind, status)
            return
        written = datetime.fromtimestamp(status.st_mtime, UTC)
        self._add(ArchiveFile(shown, full, status.st_size, status.st_mtime_ns, written))

    def _container(self, path: str, shown: str, kind: str, status: os.stat_result) -> None:
        if self._is_ignored(shown):
            return
        try:
            members = list_container(
                path, shown, kind, status.st_mtime_ns, self._may_be_read, self.tell
            )
        except InputError as error:
            self.tell(shown, error.message)
            return
        for member in members:
            parts = member.path[member.inside :].split("/")
            if any(part.startswith(".") or part.casefold() in _SYSTEM_NAMES for part in parts):
                self.hidden += 1
            elif container_kind(member.name):
                self.tell(
                    member.path, "an archive inside an archive is not opened; unpack it first"
                )
            else:
                self._add(member)

    def _add(self, source: ArchiveFile) -> None:
        name = source.name
        suffix = suffix_of(name)
        if name in _OWN_NAMES or self._is_ignored(source.path):
            return
        if suffix in _UNREADABLE_ARCHIVES:
            self.tell(source.path, f"{suffix} archives cannot be read here; unpack it first")
        elif suffix in MEDIA:
            self.sources.append(source)
        elif not self._may_be_read(name):
            self.other_files[suffix] += 1
        elif source.is_large:
            self.tell(
                source.path,
                f"{source.size / 2**20:,.0f} MB are more than any transcript has; left out",
            )
        else:
            self.sources.append(source)

    def _is_ignored(self, path: str) -> bool:
        if not self._ignore:
            return False
        flat = path.replace("!", "/")
        return any(
            fnmatch.fnmatchcase(flat, p) or fnmatch.fnmatchcase(flat, f"*/{p}")
            for p in self._ignore
        )

    def _may_be_read(self, name: str) -> bool:
        """Whether a file of this name would be opened to see what it is."""
        suffix = suffix_of(name.rpartition("/")[2])
        return suffix not in _NEVER or container_kind(name) is not None or suffix in self._formats

    @cached_property
    def _formats(self) -> frozenset[str]:
        """The suffixes of formats, plug-ins among them: looking those up takes a while, and few
        archives need it."""
        return frozenset(suffix for format in all_formats() for suffix in format.suffixes)
