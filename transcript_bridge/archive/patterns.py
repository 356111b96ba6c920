"""Resolves patterns such as `exports/**/*.zip` to the paths that they match.

`Path` is not used, so that names stay as the user wrote them.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from ..errors import STANDARD_INPUT, InputError
from ..object_stores import is_url
from ..parts import find_part
from .containers.limits import Report
from .files import printable
from .links import LinkRule

_ANY_DEPTH = re.compile(r"(?:^|(?<=[/\\]))\*\*(?:[/\\]|$)")
"""`**` in a pattern."""
_REPEATED = re.compile(r"(^|[/\\])(?:\*\*[/\\])*\*\*([/\\]|$)")
"""Several in a row mean the same as one."""


_NOT_THERE = "there is no such file or folder; check the name; a name with spaces needs quotes"
_QUOTES = "'\"‘’‚“”„«» "
_WHY_MISSING = {STANDARD_INPUT: "this command does not read it; name a file or a folder"}


def expand(path: str, report: Report, *, follow_links: bool = False) -> list[str]:
    """The path itself, or what matches it as a pattern; a URL is returned unchanged.

    Links that lead out of the folder before the first wildcard are reported and left out, unless
    `follow_links`. Raises InputError if nothing matches.
    """
    if "\0" in path:
        message = "there is no such file or folder: no name contains the character NUL"
        raise InputError(message, path=printable(path))
    if is_url(path):  # its pattern is compared with what the store lists
        return [path]
    if os.path.lexists(path) or not glob.has_magic(path):
        return [path]
    links = LinkRule([folder_before_wildcards(path)], report, follow_all=follow_links)
    found = sorted(set(_match(_REPEATED.sub(r"\1**\2", path), links)))
    if not found:
        raise InputError("no file matches this pattern; check it", path=path)
    return [path for path in found if not links.refuses(path)]


def stat_named(path: str) -> os.stat_result:
    """The status of a path that the user named. Raises InputError."""
    try:
        return os.stat(path)  # noqa: PTH116  # the path is a str
    except FileNotFoundError:
        message = _explain_missing(path)
        raise InputError(message, path=printable(path)) from None
    except OSError as error:
        message = f"this cannot be opened ({error.strerror}); check its permissions"
        raise InputError(message, path=printable(path)) from None


def _explain_missing(path: str) -> str:
    """Why there is nothing under a path. Terminals put quotes or backslashes around a file that is
    dragged into them; inside of quotes that the user has typed, these become part of the name."""
    without_quotes = path.strip(_QUOTES)
    for meant in (without_quotes, without_quotes.replace("\\", "")):
        if meant != path and os.path.exists(meant):  # noqa: PTH110  # Path.exists may raise
            return f"there is no such file or folder; did you mean {printable(meant)}?"
    return _WHY_MISSING.get(path, _NOT_THERE)


def require_paths(paths: Iterable[str]) -> None:
    """Raises InputError for the first path that does not exist; nothing is read.

    URLs are not checked.
    """
    for path in paths:
        for named in expand(path, lambda *_: None):
            if not is_url(named) and find_part(named) is None:
                stat_named(named)


def folder_before_wildcards(pattern: str) -> str:
    """The folder that contains all matches of a pattern."""
    folder = pattern
    while glob.has_magic(folder):
        folder = os.path.dirname(folder)  # noqa: PTH120
    return folder or os.curdir


def _match(pattern: str, links: LinkRule) -> list[str]:
    """Match like `glob.glob`, but visit each folder once: links may form a circle."""
    first, *others = _ANY_DEPTH.split(pattern)
    if others and not others[-1]:  # it ends with `**`: a folder stands for everything below it
        others.pop()
    found = _match_in([""], first)
    for piece in others:
        found = _match_in(_folders_below(found, links), piece)
    return [path or os.curdir for path in found]


def _match_in(folders: Iterable[str], piece: str) -> list[str]:
    """Match a piece without `**` in each of the folders; an empty piece matches the folders."""
    if not piece:
        return list(folders)
    found: dict[str, None] = {}
    for folder in folders:
        pattern = os.path.join(glob.escape(folder), piece)  # noqa: PTH118
        found.update(dict.fromkeys(glob.glob(pattern)))  # noqa: PTH207
    return list(found)


def _folders_below(tops: Iterable[str], links: LinkRule) -> Iterator[str]:
    """The folders and all folders below them, each under one of its names."""
    seen: set[str] = set()
    waiting = list(tops)
    waiting.reverse()
    while waiting:
        path = waiting.pop()
        real = os.path.realpath(path)
        if real not in seen:
            seen.add(real)
            yield path
            waiting += reversed(list(_folders_in(path, links)))


def _folders_in(path: str, links: LinkRule) -> Iterator[str]:
    """The folders in a folder that are not hidden; none if it cannot be opened."""
    names: list[str] = []
    with suppress(OSError):
        names = sorted(os.listdir(path or os.curdir))  # noqa: PTH208
    for name in names:
        below = os.path.join(path, name)  # noqa: PTH118
        if name.startswith(".") or not os.path.isdir(below):  # noqa: PTH112
            continue
        is_link = os.path.islink(below)  # noqa: PTH114
        if not is_link or not links.refuses(below):
            yield below
