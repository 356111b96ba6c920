"""Lists the objects below a URL, folder by folder, with 16 requests at a time.

An object's time is the time of its upload. It is used only in the stamp, which shows whether an
object has changed: as a date, it would give thousands of recordings the date of a copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ..errors import InputError
from .failures import explain, explained
from .systems import StoredPath, open_place
from .urls import is_in_process, is_web, join_url, parent_url, scheme_of, show_url, split_query
from .withheld import reveal

MAX_AT_ONCE = 16
"""Concurrent requests of one process."""
_KEEPS_TIMES = frozenset({"sftp", "ssh"})
"""Schemes whose `mtime` is that of the file, not of its upload."""
_STAMPS = ("ETag", "etag", "generation", "md5Hash", "content_settings", "Last-Modified", "mtime")
_TIMES = ("LastModified", "last_modified", "updated", "created", "mtime")
_MAX_FOLDERS = 1000
"""With more folders on one level, they are listed together instead of one by one."""
_MAX_DEPTH = 64
"""Depth of folders on a web server, whose links may form a circle."""
_UNKNOWN_SIZE = "the server does not state its size; download the file first"


class StoredObject(NamedTuple):
    """One object. url: opens it; `show_url` makes it fit to be shown.

    size: bytes. stamp: changes when the object is written again; it is not a digest of the content.
    modified: when its content was last written, if the store records that; nearly always None.
    """

    url: str
    size: int
    stamp: str
    modified: datetime | None = None


@dataclass(slots=True)
class Listing:
    """The contents below a URL.

    is_folder: False for the URL of one object. failures: what could not be listed, by the URL as it
    is shown; the rest is in `objects`, in the order of a folder: its files, then its folders.
    """

    objects: list[StoredObject] = field(default_factory=list)
    is_folder: bool = True
    failures: list[InputError] = field(default_factory=list)


def find_object(url: str) -> StoredObject | None:
    """One object; None for a folder.

    Raises InputError if it does not exist or cannot be checked, SettingsError like `open_place`.
    """
    url = reveal(url)
    place = open_place(url)
    with explained(url):
        info = place.system.info(place.path)
    if info["type"] == "directory" or _is_index(info):
        return None
    return _describe(url, info)


def _is_index(info: dict[str, Any]) -> bool:
    """Whether a web server redirected from `folder` to `folder/`."""
    return split_query(str(info.get("url", "")))[0].endswith("/")


def list_objects(url: str) -> Listing:
    """All objects below a URL, or the object at it.

    Raises InputError if it does not exist or cannot be listed, SettingsError like `open_place`.
    """
    url = reveal(url)
    place = open_place(url)
    if not _is_certainly_folder(url):
        found = find_object(url)
        if found is not None:
            return Listing([found], is_folder=False)
    return _Lister(url, place).list_all()


def list_beside(url: str) -> list[StoredObject]:
    """The objects in an object's folder whose names begin like its own, up to the first dot.

    Empty on web servers, whose folders often cannot be listed. Raises InputError.
    """
    url = reveal(url)
    if is_web(url):
        return []
    folder = parent_url(url)
    beginning = url[len(folder) :].lstrip("/").partition(".")[0]
    place = open_place(folder)
    with explained(url):
        infos = _find_beginning(place, beginning)
    found = []
    for info in infos:
        name = info["name"][len(place.path.rstrip("/")) :].lstrip("/")
        is_here = "/" not in name and name.startswith(beginning)
        if info["type"] == "file" and name and is_here:
            found.append(_describe(join_url(folder, name), info))
    return found


def _find_beginning(place: StoredPath, beginning: str) -> list[dict[str, Any]]:
    """List by prefix if the store supports that: a folder may contain a million objects."""
    if place.system.async_impl and beginning:
        return list(place.system.find(place.path, prefix=beginning, detail=True).values())
    return list(place.system.ls(place.path, detail=True))


def _is_certainly_folder(url: str) -> bool:
    """Whether the URL alone shows a folder, without a request: a bucket, or a URL that ends with a
    slash."""
    path = split_query(url)[0]
    if path.endswith("/"):
        return True
    return not is_in_process(url) and "/" not in path.partition("://")[2]


class _Lister:
    """Lists the folders of one URL."""

    def __init__(self, url: str, place: StoredPath) -> None:
        path, self._query = split_query(url)
        scheme, _, rest = path.partition("://")
        rest = rest.rstrip("/")
        self._url = f"{scheme}://{rest}" if rest else f"{scheme}:/"
        self._system = place.system
        self._root = split_query(place.path)[0].rstrip("/")
        self._listing = Listing()
        self._seen: set[str] = set()

    def list_all(self) -> Listing:
        with explained(self._url):
            infos = self._list_folder(self._root)
        if is_web(self._url):
            self._list_web(infos)
        else:
            self._list_folders(infos)
        root = len(self._url)
        self._listing.objects.sort(key=lambda found: _folder_order(found.url[root:]))
        return self._listing

    def _list_folders(self, infos: list[dict[str, Any]]) -> None:
        """List each folder of a level by itself; for a single folder, list the next level."""
        folders = self._take(infos)
        while len(folders) == 1:
            infos = self._try_each(self._list_folder, folders)
            folders = self._take(infos)
        if len(folders) > _MAX_FOLDERS:
            with explained(self._url):
                self._listing.objects.clear()
                self._take(self._find_below(self._root))
            return
        self._take(self._try_each(self._find_below, folders))

    def _list_web(self, infos: list[dict[str, Any]]) -> None:
        """List pages of links, level by level. A page does not state the size of its files."""
        files: list[str] = []
        for _ in range(_MAX_DEPTH):
            folders: list[str] = []
            for info in infos:
                name = info["name"]
                if not self._is_new_below(name):
                    continue
                if name.endswith("/"):
                    folders.append(name)
                else:
                    files.append(name)
            if not folders:
                break
            infos = self._try_each(self._list_folder, folders)
        self._take(self._try_each(self._ask, files))

    def _is_new_below(self, name: str) -> bool:
        is_page = "?" in name or "#" in name  # the same page in another order
        if is_page or name in self._seen or not name.startswith(self._root + "/"):
            return False
        self._seen.add(name)
        return name.rstrip("/") != self._root

    def _try_each(self, list_one: Any, paths: list[str]) -> list[dict[str, Any]]:
        """The results of several requests; the reasons of failed ones are noted."""
        from concurrent.futures import ThreadPoolExecutor  # few commands list a URL

        found: list[dict[str, Any]] = []
        at_once = 1
        if self._system.async_impl:
            at_once = MAX_AT_ONCE
        with ThreadPoolExecutor(at_once) as threads:
            tasks = [(path, threads.submit(list_one, path)) for path in paths]
            for path, task in tasks:
                try:
                    found += task.result()
                except Exception as error:  # any exception of a library
                    self._listing.failures.append(explain(error, self._url_of(path)))
        return found

    def _list_folder(self, path: str) -> list[dict[str, Any]]:
        if is_web(self._url):
            path = path.rstrip("/") + "/" + self._query
        return list(self._system.ls(path, detail=True))

    def _find_below(self, path: str) -> list[dict[str, Any]]:
        return list(self._system.find(path, detail=True).values())

    def _ask(self, path: str) -> list[dict[str, Any]]:
        return [self._system.info(path)]

    def _take(self, infos: Iterable[dict[str, Any]]) -> list[str]:
        """Keep the objects; returns the folders."""
        folders = []
        for info in infos:
            name = info["name"]
            if info["type"] == "directory":
                if name.rstrip("/") != self._root:
                    folders.append(name)
            elif not name.endswith("/"):  # an empty object that represents a folder
                self._take_object(name, info)
        return folders

    def _take_object(self, name: str, info: dict[str, Any]) -> None:
        url = self._url_of(name)
        try:
            self._listing.objects.append(_describe(url, info))
        except InputError as error:
            self._listing.failures.append(error)

    def _url_of(self, name: str) -> str:
        """The URL of a name: names in a store lack the scheme, and in some the host."""
        return self._url + name[len(self._root) :] + self._query


def _describe(url: str, info: dict[str, Any]) -> StoredObject:
    size = info.get("size")
    if not isinstance(size, int):
        raise InputError(_UNKNOWN_SIZE, path=show_url(url))
    modified = None
    if scheme_of(url) in _KEEPS_TIMES:
        modified = _as_utc(info.get("mtime"))
    return StoredObject(url, size, _stamp_of(info), modified)


def _stamp_of(info: dict[str, Any]) -> str:
    """A value that changes when an object is written again: its ETag or generation, else its
    time."""
    for name in (*_STAMPS, *_TIMES):
        value = info.get(name)
        if isinstance(value, datetime):
            value = value.timestamp()
        if value:
            return str(value)
    return ""


def _as_utc(moment: object) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def _folder_order(path: str) -> list[tuple[bool, str]]:
    """The order in which a folder on disk is read: its files by name, then its folders by name."""
    *folders, name = path.split("/")
    return [*((True, folder) for folder in folders), (False, name)]
