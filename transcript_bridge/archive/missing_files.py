"""Rules for one file each whose file is not there: it was renamed, moved or deleted since."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator

from ..object_stores import is_url
from ..parts import MARK
from ..path_patterns import Rule, full_path
from .files import ArchiveFile

_WILDCARDS = "*?"


def explain_missing_files(
    rules: Iterable[Rule], files: Iterable[ArchiveFile]
) -> list[tuple[str, str]]:
    """(path, message) for each path that rules name and no file has.

    files: of the archive. A file that is elsewhere on this machine is none of its business.
    """
    paths = dict.fromkeys(full_path(rule) for rule in rules if rule.path)
    if not paths:
        return []
    known = {file.absolute.replace(os.sep, "/") for file in files}
    return list(_explain(paths, known))


def _explain(paths: Iterable[str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    for path in paths:
        if path in known or is_url(path) or os.path.lexists(path):
            continue
        container = path.partition(MARK)[0]
        is_in_another = container != path and not any(one.startswith(container) for one in known)
        if is_in_another and os.path.lexists(container):
            continue  # its container is no part of this archive
        message = "[[files]] of the settings is for this file, and there is no such file"
        if any(sign in path for sign in _WILDCARDS):
            message += "; a path has no wildcards: for many files write pattern instead of path"
        yield path, message
