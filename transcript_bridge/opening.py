"""Files on disk, opened for the pipeline: where the Python API and commands for single files start.

`load` takes a path, so it is an entrance like the command line: it looks at the file system, the
clock and the computer's time zone, and passes on what it found as plain data. `read` reads the
content of a file and nothing else.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from . import object_stores
from .arguments import SWITCH, TEXT, takes
from .dating.companions import (
    MEDIA,
    Companions,
    find_companions,
    media_stems,
    suffix_of,
)
from .dating.local_zone import find_local_zone
from .dating.media import MediaTime, read_media_date
from .errors import STANDARD_INPUT, BridgeError, InputError
from .inputs import Input, find_path, read_content
from .models import Transcript, Turn
from .object_stores import is_url, show_path, show_url
from .options import Options
from .parts import find_part, open_place
from .pipeline import OPTIONS, Loaded
from .pipeline import load as load_bytes
from .pipes import read_pipe
from .reading import read_bytes
from .regular_files import NotRegularError, read_regular
from .turns_file import TurnsFile, require_turns

_DEFAULTS = Options()
_IS_FOLDER = (
    "this is a folder; 'review', 'plan' and 'migrate' take folders, or name the files in it"
)
_CLOCK_STEP = 2.0
"""Seconds; FAT has the largest steps."""


class OpenedFile(NamedTuple):
    """A file on disk, read: the input of the pipeline."""

    path: str
    """As the user wrote it."""
    data: bytes
    companions: Companions
    format: str | None = None
    """For one conversation of a file that holds many: the format of that file."""


@takes(format=TEXT.or_none(), encoding=TEXT.or_none(), recover=SWITCH)
def read(
    source: Input,
    *,
    format: str | None = None,
    encoding: str | None = None,
    recover: bool = True,
) -> Transcript:
    """Read the content of one file. `load` also repairs it and finds out when it began.

    source: a path (a `str` is always one), bytes, an open file, WhisperX's dict, or pyannote's
    Annotation or DiarizeOutput.
    format, encoding: override what the content looks like. recover: see `read_bytes`.
    Raises InputError for a file that cannot be opened, and whatever read_bytes raises.
    """
    opened = _open_source(source)
    return read_bytes(
        opened.data,
        path=opened.path,
        format=format or opened.format,
        encoding=encoding,
        recover=recover,
    )


@takes(format=TEXT.or_none(), encoding=TEXT.or_none())
def read_turns(
    source: Input, *, format: str | None = None, encoding: str | None = None
) -> tuple[Turn, ...]:
    """The speaker turns of a diarization file (RTTM, pyannote's JSON or printed form, labels …), or
    of anything else that `read` takes.

    Raises InputError for a file without turns, and whatever read_bytes raises.
    """
    opened = _open_source(source)
    return require_turns(
        read_bytes(
            opened.data, path=opened.path, format=format, encoding=encoding, holds_turns=True
        )
    )


def _open_source(source: Input) -> OpenedFile:
    path = find_path(source)
    if path is not None:
        return open_content(path)
    content = read_content(source)
    return OpenedFile(content.path, content.data, Companions())


@takes(options=OPTIONS)
def load(
    source: Input,
    options: Options | None = None,
    *,
    turns: Input | None = None,
) -> Loaded:
    """Load one recording: read, join, shape and date it.

    source: anything that `read` takes. A path is dated with the help of the files beside it;
    anything else only by its content and, for an open file, its name, unless the options set the
    date.
    turns: who spoke when: a file of turns, or anything else that `read_turns` takes.
    Raises InputError for a source that cannot be used, SettingsError for options that do not fit.
    """
    speakers = None
    if turns is not None:
        speakers = _open_turns_source(turns)
    return load_file(_open_to_date(source), with_zone(options or _DEFAULTS), speakers, _now())


def _open_to_date(source: Input) -> OpenedFile:
    path = find_path(source)
    if path is not None:
        return open_file(path)
    opened = _open_source(source)
    name = opened.path.replace(os.sep, "/")
    return opened._replace(companions=Companions(parts=tuple(name.split("/"))))


def _open_turns_source(turns: Input) -> TurnsFile:
    path = find_path(turns)
    if path is not None:
        return open_turns(path)
    content = read_content(turns)
    return TurnsFile(content.data, content.path or "turns", is_named=True)


def load_file(
    opened: OpenedFile, options: Options, turns: TurnsFile | None, now: datetime
) -> Loaded:
    """Load an opened file. options: with a time zone. now: with an offset."""
    if opened.format is not None and options.format is None:
        options = replace(options, format=opened.format)
    return load_bytes(
        opened.data,
        options,
        path=opened.path,
        turns=turns,
        companions=opened.companions,
        now=now,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def with_zone(options: Options) -> Options:
    """Options with a time zone: that of this computer if they have none."""
    if options.timezone is not None:
        return options
    return replace(options, timezone=find_local_zone(os.environ))


# ---- opening


def open_file(path: str) -> OpenedFile:
    """Read a file, or one conversation of a file that holds many (`FILE!ID`), with its companions.

    Raises InputError for a file that cannot be opened.
    """
    opened = open_content(path)
    return opened._replace(companions=open_companions(path))


def open_content(path: str) -> OpenedFile:
    """The same as `open_file`, without companions."""
    place = find_part(path)
    shown = show_path(path)
    if place is None:
        return OpenedFile(shown, read_file(path), Companions())
    try:
        return OpenedFile(shown, place.read(), Companions(), place.format)
    except OSError as error:
        raise _explain(error, path) from None


def open_turns(path: str) -> TurnsFile:
    """A file of turns that the user named. Raises InputError if it cannot be opened."""
    if os.path.isdir(path):  # noqa: PTH112  # see read_file
        raise InputError("this is a folder; name the file of turns in it", path=path)
    data = _read_pipe(path) if is_pipe(path) else read_file(path)
    return TurnsFile(data, show_path(path), is_named=True)


def open_input(data: bytes, now: datetime) -> OpenedFile:
    """Standard input, which ended now; its path is `-`."""
    return OpenedFile(STANDARD_INPUT, data, Companions(piped_at=now))


def open_pipe(path: str, now: datetime) -> OpenedFile:
    """Read a pipe such as `<(cat a.srt)`, which can be read only once. Raises InputError."""
    return OpenedFile(path, _read_pipe(path), Companions(piped_at=now))


def is_pipe(path: str) -> bool:
    """Whether a path is a pipe: a named one, or one of a shell's `<(…)`."""
    if is_url(path):
        return False
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)  # noqa: PTH116  # see read_file
    except (OSError, ValueError):
        return False


def _read_pipe(path: str) -> bytes:
    try:
        return read_pipe(path)
    except OSError as error:
        raise _explain(error, path) from None


def read_file(path: str) -> bytes:
    """The bytes of a file or of an object in a store. Raises InputError."""
    if is_url(path):
        return _read_stored(path)
    try:
        # Not through pathlib: a Path costs as much as reading ten cues.
        return read_regular(path)
    except IsADirectoryError:
        raise InputError(_IS_FOLDER, path=path) from None
    except NotRegularError:
        raise InputError(
            "this is a pipe or a device, not a file; give its content on standard input, with - as "
            "the input",
            path=path,
        ) from None
    except FileNotFoundError:
        raise InputError("there is no such file; check the name", path=path) from None
    except OSError as error:
        raise _explain(error, path) from None


def _read_stored(url: str) -> bytes:
    stored = object_stores.find_object(url)
    if stored is None:
        raise InputError(_IS_FOLDER, path=show_url(url))
    return object_stores.read_object(url, stored.size)


def _explain(error: OSError, path: str) -> InputError:
    return InputError(f"this cannot be opened ({error.strerror}); check its permissions", path=path)


def open_companions(path: str) -> Companions:
    """Find the facts that help to date a file. Never raises: what cannot be read is ignored."""
    if is_url(path):
        return _open_stored_companions(path)
    full = os.path.abspath(path)  # noqa: PTH100  # see read_file
    part = find_part(path)
    if part is not None:  # its name is an id, by which no companion can be found
        file = os.path.abspath(part.file).replace(os.sep, "/")  # noqa: PTH100
        return Companions(parts=(*file.split("/"), part.part.name), modified=_modified(part.file))
    folder, name = os.path.split(full)
    sidecar_name, media_name = _find_companions(folder, name)
    sidecar = media = None
    media_modified = None
    if sidecar_name is not None:
        sidecar = _read_or_none(os.path.join(folder, sidecar_name))  # noqa: PTH118  # see read_file
    if media_name is not None:
        place = os.path.join(folder, media_name)  # noqa: PTH118  # see read_file
        media_modified = _modified(place)
        media = open_media(place, media_modified)
    return Companions(
        parts=tuple(full.replace(os.sep, "/").split("/")),
        sidecar=sidecar,
        media=media,
        media_name=media_name or "",
        media_modified=media_modified,
        modified=_modified(full),
    )


def _open_stored_companions(url: str) -> Companions:
    """The companions of an object in a store. The time of its upload is not used: it does not say
    when the recording began."""
    parts = tuple(show_url(url).split("/"))
    place = None
    with suppress(BridgeError):
        place = find_part(url)
    if place is not None:
        return Companions(parts=(*show_url(place.file).split("/"), place.part.name))
    by_name = {}
    with suppress(BridgeError):
        for found in object_stores.list_beside(url):
            by_name[found.url.rpartition("/")[2]] = found.url
    sidecar_name, media_name = find_companions(parts[-1], by_name)
    sidecar = media = None
    if sidecar_name is not None:
        sidecar = _read_or_none(by_name[sidecar_name])
    if media_name is not None:
        media = open_media(by_name[media_name])
    return Companions(parts=parts, sidecar=sidecar, media=media, media_name=media_name or "")


def open_media(path: str, modified: datetime | None = None) -> MediaTime | None:
    """Read when a media file began; None if it cannot be read.

    Only the header of an object in a store is fetched. modified: when the file was last written;
    None for an object.
    """
    try:
        with open_place(path) as file:
            return read_media_date(file, modified)
    except (OSError, BridgeError):
        return None


def _find_companions(folder: str, name: str) -> tuple[str | None, str | None]:
    try:
        changed = os.stat(folder).st_mtime  # noqa: PTH116  # see read_file
        names = _list_folder
        if _is_stable(changed):
            names = _list_stable_folder
        return find_companions(name, names(folder, changed).get(_group(name), ()))
    except OSError:
        return None, None


def _is_stable(changed: float) -> bool:
    """Whether the next change of the folder will surely get another time: the clocks of file
    systems move in steps."""
    return time.time() - changed > _CLOCK_STEP


def _list_folder(folder: str, _changed: float) -> dict[str, list[str]]:
    """The names of the files in a folder, by what comes before the first dot."""
    names: dict[str, list[str]] = {}
    for name in sorted(os.listdir(folder)):  # noqa: PTH208  # see read_file
        groups = {_group(name)}
        if suffix_of(name) in MEDIA:
            groups.update(_group(stem) for stem in media_stems(name))
        for group in groups:
            names.setdefault(group, []).append(name)
    return names


# With ten thousand files in one folder, it is listed only once.
_list_stable_folder = lru_cache(maxsize=8)(_list_folder)


def _group(name: str) -> str:
    return name.partition(".")[0]


def _read_or_none(path: str) -> bytes | None:
    try:
        return read_file(path)
    except InputError:
        return None


def _modified(path: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(os.stat(path).st_mtime, UTC)  # noqa: PTH116  # see read_file
    except (OSError, OverflowError, ValueError):
        return None
