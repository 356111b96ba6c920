"""Finds the recordings in folders, ZIP and tar files and patterns, and why files were skipped.

    walk      every file that may matter, as an ArchiveFile (archive/files.py);
              archive/containers/ has what is in ZIP and tar files
    group     files of one recording, the best form first (archive/grouping.py)

Whether a file is a transcript is decided by its content when it is read (archive/convert.py). Here,
files that certainly are not, such as films and pictures, are left out by their suffix.
"""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import NamedTuple

from ..config import ARCHIVE_SETTINGS, IgnorePattern
from ..dating.companions import MEDIA, suffix_of
from ..errors import FaultError, InputError, MissingCredentialsError
from ..formats import with_suffix_of
from ..gc_pause import collector_paused
from ..object_stores import is_url
from ..options import FileTable
from ..parts import find_part
from ..shaping.speakers import FileRule
from ..sqlite_files import find_beside_databases, find_own_files, identify
from .containers.limits import Container
from .containers.listing import container_kind, list_container
from .exports import open_export
from .files import ArchiveFile, Notice, is_hidden, printable
from .grouping import Recording, group_files
from .guard import Effort, describe_fault, guard
from .leave_out_rules import LeaveOutRules, LeftOutByRule, leave_out_file
from .left_out import DOCUMENTS, LeftOut, advise_by_name, count_suffixes
from .links import LinkRule
from .missing_files import explain_missing_files
from .patterns import expand, stat_named
from .recording_tables import apply_tables
from .stored_files import find_stored_files, reading_heads

_OWN_FILE = re.compile(rf"(?:{re.escape(ARCHIVE_SETTINGS)}|speakers\.toml)(?:\.bak\d*)?")
"""A settings file, or a copy of one (workspace/toml_file.py)."""
_OTHERS = (
    "jpg jpeg png gif webp heic bmp tif tiff svg ico pdf doc xls xlsx ppt pptx ods"
    " epub exe dll so dylib msi dmg iso bin dat db sqlite sqlite3 pyc class jar wasm ttf otf woff"
    " woff2 rar 7z gz bz2 xz zst lz4 cab npy npz pt pth onnx safetensors psd ai blend"
    " py js ts css toml ini cfg lock log sh bat ps1 c h cpp rs go java ipynb"
    " idx sup yaml yml pages"
)
_NEVER_READ = MEDIA | {f".{name}" for name in _OTHERS.split()}
"""Suffixes of files that are never opened."""
_UNREADABLE_CONTAINERS = frozenset({".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".cab"})


class BrokenFile(NamedTuple):
    """A container or another file about which nothing can be found out.

    absolute: its absolute path. message: why. needs_credentials: a store wants some.
    """

    path: str
    absolute: str
    message: str
    needs_credentials: bool = False

    @property
    def error(self) -> InputError:
        kind = MissingCredentialsError if self.needs_credentials else InputError
        return kind(self.message, path=self.path)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The contents of an archive.

    left_out: files that are not read; those that only reading can tell are added later. notices:
    everything that was skipped or cannot be read, in the order in which it was found.
    left_out_by_rule: what the user leaves out.
    """

    recordings: tuple[Recording, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    hidden: int = 0
    broken: tuple[BrokenFile, ...] = ()
    notices: tuple[Notice, ...] = ()
    left_out_by_rule: tuple[LeftOutByRule, ...] = ()

    @property
    def other_files(self) -> Counter[str]:
        """How many files that are not transcripts have each suffix."""
        return count_suffixes(self.left_out)


@collector_paused()
def scan(
    paths: Iterable[str],
    *,
    ignore: Sequence[IgnorePattern] = (),
    tables: Sequence[FileTable] = (),
    people: Sequence[FileRule] = (),
    follow_links: bool = False,
) -> ScanResult:
    """Everything in `paths`: folders, files, ZIP and tar files, patterns such as
    `exports/**/*.zip`.

    ignore: patterns of files and folders to leave out. tables: options for some files only. people:
    rules of a speaker map. follow_links: also follow links that lead out of the paths. Raises
    InputError if a single path does not exist (one of several is added to `broken`), SettingsError
    for tables that name a file that does not exist.
    """
    rules = LeaveOutRules(ignore, tables)
    scanner = _Scanner(rules)
    scanner.start_all(list(paths), follow_links=follow_links)
    files = _list_once(scanner.files)
    recordings = group_files(files)
    used_media = {recording.media for recording in recordings}
    for file in files:
        if file.suffix in MEDIA and file not in used_media:
            scanner.left_out.append(LeftOut.of(file))
    notices = explain_missing_files([*tables, *people], files)
    decided = apply_tables(recordings, rules, tables, files)
    return ScanResult(
        decided.recordings,
        tuple(scanner.left_out),
        scanner.hidden,
        tuple(scanner.broken),
        (*scanner.notices, *decided.notices, *rules.explain_brackets(), *notices),
        (*scanner.left_out_by_rule, *decided.left_out),
    )


def _list_once(files: Iterable[ArchiveFile]) -> list[ArchiveFile]:
    """The files, without repeating those that are in two of the paths."""
    by_place = {}
    for file in files:
        by_place[file.file, file.member, file.offset, file.part_offset] = file
    return list(by_place.values())


class _Scanner:
    """Goes through folders and containers once, and collects what it finds."""

    def __init__(self, rules: LeaveOutRules) -> None:
        self.files: list[ArchiveFile] = []
        self.left_out_by_rule: list[LeftOutByRule] = []
        self.left_out: list[LeftOut] = []
        self.hidden = 0
        self.broken: list[BrokenFile] = []
        self.notices: list[Notice] = []
        self.links = LinkRule((), self.report, follow_all=False)
        self._rules = rules
        self._root = ""
        self._named = ""
        self._seen: set[tuple[int, int]] = set()

    def start_all(self, paths: Sequence[str], *, follow_links: bool) -> None:
        """Scan the paths that the user named; if one of several fails, the others are scanned."""
        named: list[str] = []
        failing = InputError if len(paths) > 1 else ()
        for path in paths:
            try:
                named += expand(path, self.report, follow_links=follow_links)
            except failing as error:
                self._fail(path, error.message)
        self.links = LinkRule(named, self.report, follow_all=follow_links)
        for path in named:
            try:
                self.start(path)
            except failing as error:
                self._fail(path, error.message)

    def start(self, path: str) -> None:
        """Scan a path that the user named, even if it is hidden."""
        self._named = path
        self._root = printable(path).replace(os.sep, "/").rstrip("/")
        if self._start_in_export(path):
            return
        if is_url(path):
            self._start_url(path)
            return
        status = stat_named(path)
        if stat.S_ISDIR(status.st_mode):
            self._scan_folder(path, status)
        elif stat.S_ISREG(status.st_mode):
            self._scan_file(path, status)
        else:
            self._fail(path, "this is a pipe or a device, not a file")

    def _start_url(self, url: str) -> None:
        """Scan a URL: an object, or all objects below it."""
        found = find_stored_files(url)
        self._root = found.root
        self.hidden += found.hidden
        for error in found.failures:
            shown = printable(error.path)
            needs_credentials = isinstance(error, MissingCredentialsError)
            self.broken.append(BrokenFile(shown, shown, error.message, needs_credentials))
        for batch in found.batches():
            with reading_heads(batch):
                for file in batch:
                    self._look_at_stored(file)

    def _look_at_stored(self, file: ArchiveFile) -> None:
        try:
            self._add_or_open(file)
        except Exception as error:  # as in _scan_file
            self.broken.append(BrokenFile(file.path, file.absolute, describe_fault(error)))

    def _add_or_open(self, file: ArchiveFile) -> None:
        """Add a file, or the files in a container."""
        kind = container_kind(file.name)
        if kind is None:
            self._add(file)
        else:
            self._scan_container(file, kind)

    def _start_in_export(self, path: str) -> bool:
        """Add one conversation that the user named, as `export.json!ID`; False for a file."""
        place = find_part(path)
        if place is None:
            return False
        before = len(self.files)
        self.start(place.file)
        of_file = self.files[before:]
        self.files[before:] = [file for file in of_file if file.part_offset == place.part.offset]
        return True

    def report(self, path: str, message: str) -> None:
        """Note what was skipped, and why."""
        self.notices.append(Notice(path, message))

    def _fail(self, path: str, message: str) -> None:
        full = printable(os.path.abspath(path))  # noqa: PTH100  # as in _look_at_file
        self.broken.append(BrokenFile(printable(path), full, message))

    def _scan_folder(self, path: str, status: os.stat_result) -> None:
        """Scan a folder and all below it, with a list instead of recursion: folders can be deep."""
        waiting = [(path, status)]
        while waiting:
            path, status = waiting.pop()
            here = (status.st_dev, status.st_ino)
            if here in self._seen and status.st_ino:
                message = "this folder was already read under another name (a link); skipped"
                self.report(printable(path), message)
                continue
            self._seen.add(here)
            waiting += reversed(list(self._scan_files_of(path)))

    def _scan_files_of(self, path: str) -> Iterator[tuple[str, os.stat_result]]:
        """Add the files of a folder; yields the folders in it."""
        entries = self._list_entries(path)
        beside_databases = find_beside_databases(entry.name for entry in entries)
        own_files = find_own_files()
        for entry in entries:
            if is_hidden(entry.name) or entry.name in beside_databases:
                self.hidden += 1
                continue
            if entry.is_symlink() and self.links.refuses(entry.path):
                continue
            try:
                status = entry.stat()
            except OSError as error:
                reason = str(error.strerror)
                if entry.is_symlink():
                    reason = "a link without a target, or in a circle"
                self.report(printable(entry.path), f"this cannot be opened ({reason}); skipped")
                continue
            if stat.S_ISDIR(status.st_mode):
                yield entry.path, status
            elif identify(status) in own_files:
                self.hidden += 1
            else:
                self._scan_file(entry.path, status)

    def _list_entries(self, path: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(path) as entries:
                return sorted(entries, key=attrgetter("name"))
        except OSError as error:
            message = f"this folder cannot be opened ({error.strerror})"
            if path == self._named:
                self._fail(path, f"{message}; check its permissions")
            else:
                self.report(printable(path), f"{message}; skipped")
        return []

    def _scan_file(self, path: str, status: os.stat_result) -> None:
        try:
            self._look_at_file(path, status)
        except Exception as error:  # one odd file must not end the work on ten thousand
            self._fail(path, describe_fault(error))

    def _look_at_file(self, path: str, status: os.stat_result) -> None:
        shown = printable(path).replace(os.sep, "/")
        # Not Path.absolute, which takes five times as long.
        full = os.path.abspath(path)  # noqa: PTH100
        if full == shown:
            full = shown  # share the text in memory
        if not stat.S_ISREG(status.st_mode):
            self.report(shown, "this is not a regular file; skipped")
            return
        modified = _read_time(status)
        file = ArchiveFile(shown, full, status.st_size, status.st_mtime_ns, modified)
        self._add_or_open(file)

    def _scan_container(self, file: ArchiveFile, kind: str) -> None:
        shown = file.path
        full = file.absolute
        rule = self._rules.find_for_file(shown, full, self._root)
        if rule is not None:
            self.left_out_by_rule.append(LeftOutByRule(shown, full, rule, (full,)))
            return
        container = Container(
            file.file, shown, file.size, file.modified_ns, self._may_be_read, self.report
        )
        try:
            with guard(shown, Effort.for_container(file.size)):
                members = list_container(container, kind)
        except InputError as error:
            self.broken.append(BrokenFile(shown, full, error.message))
            return
        for member in members:
            parts = member.path[member.member_start :].split("/")
            if any(map(is_hidden, parts)):
                self.hidden += 1
            elif container_kind(member.name):
                advice = "a ZIP or tar file inside another is not opened; unpack it first"
                self.left_out.append(LeftOut.of(member, advice))
            else:
                self._add(member)

    def _add(self, file: ArchiveFile) -> None:
        name = file.name
        suffix = suffix_of(name)
        if _OWN_FILE.fullmatch(name):
            return
        rule = self._rules.find_for_file(file.path, file.absolute, self._root)
        if rule is not None:
            if suffix not in MEDIA and self._may_be_read(name):
                self.left_out_by_rule.append(leave_out_file(file, rule))
        elif suffix in MEDIA:
            self.files.append(file)
        else:
            self._add_document(file, suffix)

    def _add_document(self, file: ArchiveFile, suffix: str) -> None:
        """Add a file that is not sound, or leave it out with the reason."""
        if suffix in _UNREADABLE_CONTAINERS:
            advice = f"a {suffix} file cannot be opened here; unpack it first"
            self.left_out.append(LeftOut.of(file, advice))
        elif not self._may_be_read(file.name):
            self.left_out.append(LeftOut.of(file, advise_by_name(file)))
        elif self._add_export(file):
            return
        elif file.is_large and suffix in DOCUMENTS:
            self.left_out.append(LeftOut.of(file))
        elif file.is_large:
            megabytes = file.size / 2**20
            message = f"{megabytes:,.0f} MB is more than any transcript has; skipped"
            self.report(file.path, message)
        else:
            self.files.append(file)

    def _add_export(self, file: ArchiveFile) -> bool:
        """Add the conversations of a file that holds many; False for any other file."""
        try:
            export = open_export(file)
        except FaultError as error:
            self.broken.append(BrokenFile(file.path, file.absolute, error.message))
            return True
        except InputError:  # reported when it is read
            return False
        if export is None:
            return False
        self.broken += [BrokenFile(file.path, file.absolute, fault) for fault in export.faults]
        self.files += export.parts
        return True

    def _may_be_read(self, name: str) -> bool:
        """Whether a file of this name would be opened to see what it is."""
        suffix = suffix_of(name.rpartition("/")[2])
        if suffix not in _NEVER_READ or container_kind(name) is not None:
            return True
        return bool(with_suffix_of(name))


def _read_time(status: os.stat_result) -> datetime | None:
    """When a file was last written; None for a time outside of the calendar."""
    try:
        return datetime.fromtimestamp(status.st_mtime, UTC)
    except (OverflowError, ValueError, OSError):
        return None
